/** The lowrank room: approximations of low rank, principal components, thresholds on singular values. */
export { lowRank, type LowRank, type LowRankMethod, type LowRankOptions } from './low-rank.ts';
export { pca, type Pca, type PcaOptions } from './pca.ts';
export {
  robustPca,
  type RobustPcaMethod,
  type RobustPcaOptions,
  type Separation,
  type SeparationOptions,
  type SeparationState,
} from './robust-pca.ts';
export { type SeparationRecord } from './separation.ts';
export {
  hardThresholdSingularValues,
  shrinkSingularValues,
  type HardThresholdOptions,
  type ShrinkMethod,
  type ShrinkOptions,
  type ThresholdedMatrix,
} from './shrink.ts';
