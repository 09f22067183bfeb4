/** A path of lasso-like models: rows that are many beside columns. */
import type { Bench } from '../harness/bench.ts';
import { pathBench } from './paths.ts';

export const bench: Bench = pathBench({ name: 'lasso-path', full: [1000, 101], quick: [300, 41], l1Ratio: 1 });
