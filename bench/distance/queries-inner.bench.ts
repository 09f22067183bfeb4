/** Inner products of 64 rows with all. */
import type { Bench } from '../harness/bench.ts';
import { pairBench } from './pairs.ts';

export const bench: Bench = {
  name: 'distance/queries-inner',
  ...pairBench('Inner products of 64 rows with all', 'inner', { full: [50_064, 384], quick: [10_064, 384] }, 64),
};
