/** A path of lasso-like models: many of both. */
import type { Bench } from '../harness/bench.ts';
import { pathBench } from './paths.ts';

export const bench: Bench = pathBench({ name: 'lasso-path-large', full: [2000, 1001], quick: [400, 201], l1Ratio: 1 });
