/** The pairwise room: one number for every pair of rows. The primitive, its skeletons, and what a metric must define. */
export { isMeasured, measure } from './measure.ts';
export {
  defaultSettings,
  type PairKernel,
  type PairLoop,
  type PairMetric,
  type PairOfCounts,
  type PairOfSums,
  type PairSettings,
  type Preparation,
} from './metric.ts';
export { condensedIndex, MEASURED_WORDS, pairPrimitive, type PairPlan, type Rows, type Sink } from './pairwise.ts';
export { pairs, type PairRun } from './run.ts';
export { absoluteSums, productSums, squareSums, type EightSums, type PairSums } from './sums.ts';
