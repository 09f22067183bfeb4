/** City-block distances of all rows. */
import type { Bench } from '../harness/bench.ts';
import { pairBench } from './pairs.ts';

export const bench: Bench = {
  name: 'distance/cityblock',
  ...pairBench('City-block distances of all rows', 'cityblock', { full: [2048, 1024], quick: [1024, 512] }),
};
