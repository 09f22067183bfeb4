/** The problem of the paper on singular value thresholding, of rank 50. */
import type { Bench } from '../harness/bench.ts';
import { completionBench } from './completions.ts';

export const bench: Bench = completionBench({ rank: 50, times: 4, iterations: 114, allowed: 1.7e-4 });
