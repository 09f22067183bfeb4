/** Euclidean distances of all rows. */
import type { Bench } from '../harness/bench.ts';
import { pairBench } from './pairs.ts';

export const bench: Bench = {
  name: 'distance/euclidean',
  ...pairBench('Euclidean distances of all rows', 'euclidean', { full: [2048, 1024], quick: [1024, 512] }),
};
