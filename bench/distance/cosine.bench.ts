/** Cosine distances of all rows. */
import type { Bench } from '../harness/bench.ts';
import { pairBench } from './pairs.ts';

export const bench: Bench = {
  name: 'distance/cosine',
  ...pairBench('Cosine distances of all rows', 'cosine', { full: [2048, 1024], quick: [1024, 512] }),
};
