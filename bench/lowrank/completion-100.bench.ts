/** The problem of the paper on singular value thresholding, of rank 100. */
import type { Bench } from '../harness/bench.ts';
import { completionBench } from './completions.ts';

export const bench: Bench = completionBench({ rank: 100, times: 3, iterations: 129, allowed: 1.8e-4 });
