/** A path of lasso-like models: a penalty that is half ridge's. */
import type { Bench } from '../harness/bench.ts';
import { pathBench } from './paths.ts';

export const bench: Bench = pathBench({ name: 'elastic-net-path', full: [1000, 501], quick: [300, 101], l1Ratio: 0.5 });
