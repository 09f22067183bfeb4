/** The regression room: linear models with penalties, their paths, and how good they are. */
export type { LassoSolver, RidgeSolver } from './choice.ts';
export {
  crossValidate,
  type CrossValidateOptions,
  type CrossValidation,
  type Predictor,
  type Score,
} from './cross-validate.ts';
export {
  elasticNetCV,
  lassoCV,
  type CrossValidatedModel,
  type ElasticNetCVOptions,
  type LassoCVOptions,
} from './cross-validation.ts';
export type { DesignOptions } from './design.ts';
export type { FoldSolver } from './fold-errors.ts';
export type { Folds, Split } from './folds.ts';
export { lassoIC, type Criterion, type LassoICModel, type LassoICOptions } from './ic.ts';
export { elasticNet, lasso, type ElasticNetOptions, type LassoOptions, type LassoSettings } from './lasso.ts';
export { logistic, type LogisticOptions, type LogisticPenalty } from './logistic.ts';
export type { ClassLabel, LogisticModel } from './logistic-model.ts';
export type { LinearModel } from './model.ts';
export {
  elasticNetPath,
  lassoPath,
  type ElasticNetPathOptions,
  type GridOptions,
  type LassoPathOptions,
  type LinearPath,
} from './path.ts';
export { ridge, type RidgeModel, type RidgeOptions } from './ridge.ts';
export { ridgeCV, type CrossValidatedRidge, type RidgeCVOptions } from './ridge-cv.ts';
export { stabilitySelection, type StabilitySelection, type StabilitySelectionOptions } from './stability.ts';
