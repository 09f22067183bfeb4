/** Products of all rows, A·Aᵀ. */
import type { Bench } from '../harness/bench.ts';
import { pairBench } from './pairs.ts';

export const bench: Bench = {
  name: 'distance/inner',
  ...pairBench('Products of all rows, A·Aᵀ', 'inner', { full: [1024, 1024], quick: [512, 512] }),
};
