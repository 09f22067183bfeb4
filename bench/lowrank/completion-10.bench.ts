/** The problem of the paper on singular value thresholding, of rank 10. */
import type { Bench } from '../harness/bench.ts';
import { completionBench } from './completions.ts';

export const bench: Bench = completionBench({ rank: 10, times: 6, iterations: 117, allowed: 1.7e-4 });
