/** City-block distances of 64 rows to all. */
import type { Bench } from '../harness/bench.ts';
import { pairBench } from './pairs.ts';

export const bench: Bench = {
  name: 'distance/queries-cityblock',
  ...pairBench(
    'City-block distances of 64 rows to all',
    'cityblock',
    { full: [50_064, 384], quick: [10_064, 384] },
    64,
  ),
};
