/** `ridge`: least squares with a penalty on the squares of coefficients. The equations are solved in ridge-solve.ts. */
import { checkOptions, readFlag } from '../options.ts';
import { Pace, type LongOptions, type TensorLike } from '../tensor/index.ts';
import { checkAlpha } from './checks.ts';
import { ridgeSolver, type RidgeSolver } from './choice.ts';
import { readObservations } from './data.ts';
import { DESIGN_OPTIONS, designOf, designSettings, type DesignOptions } from './design.ts';
import { linearModel, type LinearModel } from './model.ts';
import { teller } from './progress.ts';
import { shrinkFactorsOf, solveRidge } from './ridge-solve.ts';

export interface RidgeOptions extends DesignOptions, LongOptions {
  /** The weight of the penalty. Default: 1. */
  readonly alpha?: number | undefined;
  /** 'cholesky': p equations. 'dual': n equations. 'svd': singular values. 'auto' (the default): whichever are fewer. */
  readonly solver?: RidgeSolver | 'auto' | undefined;
  /** True to have the shrink factors, too. They take all singular values of x. Default: false. */
  readonly shrinkFactors?: boolean | undefined;
}

export interface RidgeModel extends LinearModel {
  /**
   * With `shrinkFactors: true`: σ² / (σ² + α) for each singular value σ of x (centred, scaled and weighted), descending. Their sum is the
   * effective number of degrees of freedom.
   */
  readonly shrinkFactors: Float64Array | undefined;
}

/**
 * Ridge regression (Hoerl and Kennard 1970), with scikit-learn's objective: of all coefficients w and intercepts b,
 *
 *     min Σ (yᵢ − xᵢ·w − b)² + α·‖w‖²
 *
 * for x [n, p] and y [n], or [n, targets]. It is a plain sum, where that of `lasso` and `elasticNet` is divided by 2n; weights of rows are
 * taken as they are.
 *
 * Equations are set up and factored on the device, and refined in doubles until what is left of them is rounding: results are
 * those of doubles on every device, but for the float that a model's tensors have. Singular systems go by singular values. α = 0
 * is least squares, by the shortest solution where there are many. Columns without spread have the coefficient 0. NaN and ∞ reject
 * with `NonFiniteError`.
 *
 * ```ts
 * const model = await ridge([[0], [1], [2], [3]], [1, 3, 5, 7], { alpha: 5 });
 * await model.coef.toArray(); // [1]: half of the slope, since Σ(x − 1.5)² is 5, too
 * await model.intercept.item(); // 2.5
 * ```
 */
export async function ridge(x: TensorLike, y: TensorLike, options: RidgeOptions = {}): Promise<RidgeModel> {
  const op = 'ridge';
  checkOptions(op, options, [...DESIGN_OPTIONS, 'alpha', 'solver', 'shrinkFactors', 'signal', 'onProgress']);
  const alpha = options.alpha === undefined ? 1 : checkAlpha(options.alpha, op);
  const wantsFactors = readFlag(op, 'shrinkFactors', options.shrinkFactors);
  const settings = designSettings(op, options, false);
  const { signal } = options;
  const pace = new Pace(op, signal);
  const data = await readObservations(op, x, y, options.sampleWeight, options.device);
  const design = designOf(data, settings);
  const { n, p, targets } = design;
  const run = { device: data.device, pace, op, signal };
  const ys = Array.from({ length: targets }, (_, k) => design.y.subarray(k * n, k * n + n));
  const solver = ridgeSolver(options.solver, n, p, alpha, op);
  const found = await solveRidge(design, ys, alpha, solver, run);
  const shrinkFactors = wantsFactors ? await shrinkFactorsOf(design, alpha, run) : undefined;
  teller(options, 'targets', targets)(targets);
  const fit = { ...found, dualGap: found.gap };
  return { ...linearModel(design, fit, data.device, data.single, op), shrinkFactors };
}
