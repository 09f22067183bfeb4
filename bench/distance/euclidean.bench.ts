/** Euclidean distances of all rows. */
import type { Bench } from '../harness/bench.ts';
import { pairBench } from './pairs.ts';

export const bench: Bench = {
  name: 'distance/euclidean',
  ...pairBench('Euclidean distances of all rows', 'euclidean', { full: [1024, 1024], quick: [512, 512] }),
};
