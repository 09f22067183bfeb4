/** Inner products of one row with all: as fast as memory is read. */
import type { Bench } from '../harness/bench.ts';
import { pairBench } from './pairs.ts';

export const bench: Bench = {
  name: 'distance/query-inner',
  ...pairBench('Inner products of one row with all', 'inner', { full: [50_001, 384], quick: [10_001, 384] }, 1),
};
