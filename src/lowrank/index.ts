/** The lowrank room: approximations of low rank, principal components, thresholds on singular values. */
export { completeMatrix, type CompletedMatrix } from './completion/complete.ts';
export type { Center, Centering, Scale, Scaling } from './completion/center.ts';
export type { Coordinates, Duplicates } from './completion/observations.ts';
export type { CompleteMatrixOptions, CompletionMethod } from './completion/options.ts';
export type { CompletionState, CompletionStep, SavedTensor } from './completion/run.ts';
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
export { type SeparationProgress, type SeparationRecord } from './separation.ts';
export {
  hardThresholdSingularValues,
  shrinkSingularValues,
  type HardThresholdOptions,
  type ShrinkMethod,
  type ShrinkOptions,
  type ThresholdedMatrix,
} from './shrink.ts';
export { stablePca, type StablePcaOptions, type StableSeparation } from './stable-pca.ts';
