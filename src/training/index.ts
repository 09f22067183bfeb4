/** The training room: losses with their gradients, clipping, optimisers, and what is done to weights and inputs. */
export { adam, adamw, type AdamOptions } from './adam.ts';
export { fgsm, pgd, type FgsmOptions, type GradientOf, type PgdOptions } from './attacks.ts';
export { clipGradNorm, clipGradValue, type ClippedGradients, type ClipNormOptions } from './clipping.ts';
export {
  lossHuber,
  lossMae,
  lossMse,
  type HuberLossOptions,
  type Loss,
  type LossOptions,
  type Reduction,
} from './losses.ts';
export { Optimizer, type OptimizerOptions, type OptimizerState, type StepOptions } from './optimizer.ts';
export { magnitudePrune, type Pruned, type PruneOptions } from './prune.ts';
export { sgd, type SgdOptions } from './sgd.ts';
export { spectralNormalize, type SpectralNormalized, type SpectralNormalizeOptions } from './spectral.ts';
