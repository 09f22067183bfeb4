/** Products of all rows, A·Bᵀ. */
import type { Bench } from '../harness/bench.ts';
import { pairBench } from './pairs.ts';

export const bench: Bench = {
  name: 'distance/inner',
  ...pairBench('Products of all rows, A·Bᵀ', 'inner', { full: [2048, 1024], quick: [1024, 512] }),
};
