/** A path of lasso-like models: columns that are many beside rows. */
import type { Bench } from '../harness/bench.ts';
import { pathBench } from './paths.ts';

export const bench: Bench = pathBench({ name: 'lasso-path-wide', full: [100, 20001], quick: [60, 2001], l1Ratio: 1 });
