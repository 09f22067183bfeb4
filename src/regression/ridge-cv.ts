/** `ridgeCV`: ridge's penalty chosen by cross-validation. Errors are found in ridge-errors.ts, the model in ridge-solve.ts. */
import { OptionError } from '../errors.ts';
import { checkNumber, checkOptions, show } from '../options.ts';
import { Pace, type LongOptions, type TensorLike } from '../tensor/index.ts';
import { ridgeSolver, type RidgeSolver } from './choice.ts';
import { readObservations } from './data.ts';
import { DESIGN_OPTIONS, designOf, designSettings, type DesignOptions } from './design.ts';
import { foldsOf, type Folds } from './folds.ts';
import { linearModel, type LinearModel } from './model.ts';
import { teller } from './progress.ts';
import { leaveOneOut, ridgeFoldErrors } from './ridge-errors.ts';
import { solveRidge } from './ridge-solve.ts';
import { leastOf, summaryOf, withinOneError } from './selection.ts';

export interface RidgeCVOptions extends DesignOptions, LongOptions {
  /** Penalties above 0, in any order. Default: 0.1, 1 and 10. */
  readonly alphas?: ArrayLike<number> | undefined;
  /** 'loo' (the default) leaves out one row after the other, by a formula. Else folds, as for `lassoCV`. */
  readonly folds?: Folds | 'loo' | undefined;
  /** How the model is found in the end. */
  readonly solver?: RidgeSolver | 'auto' | undefined;
}

/** What K penalties came to on F folds, or n rows; and the model of the best of them, fitted to all rows. */
export interface CrossValidatedRidge extends LinearModel {
  /** The penalty with the least mean error. */
  readonly alpha: number;
  /** The largest whose mean error is within one standard error of the least. */
  readonly alpha1se: number;
  /** [K], descending. */
  readonly alphas: Float64Array;
  /** [K, F], or [K, n] for 'loo': (mean) squared errors on the rows that were left out; of several targets their mean. */
  readonly foldErrors: Float64Array;
  /** [K] */
  readonly meanErrors: Float64Array;
  /** [K]: standard deviations over folds or rows, with one less as divisor, over the root of their number: NaN of one. */
  readonly standardErrors: Float64Array;
  /** With 'loo', [K]: generalised cross-validation, which takes the mean of all leverages in place of each row's. */
  readonly gcv: Float64Array | undefined;
}

const OPTIONS = [...DESIGN_OPTIONS, 'alphas', 'folds', 'solver', 'signal', 'onProgress'] as const;

/**
 * `ridge` with the α of the least mean squared error on rows that were left out, as scikit-learn's `RidgeCV`: by leaving out each row,
 * for which one singular value decomposition does, or with `folds`, one for each fold. (scikit-learn scores folds by R² unless told
 * `scoring='neg_mean_squared_error'`, which this is.)
 *
 * Errors are found in the device's own float, the model in doubles. With 'loo' a row's squared error is multiplied by its weight, as
 * scikit-learn's is, and `standardize` divides by the deviations of all rows.
 *
 * ```ts
 * const x = [[1, 1], [2, 0], [3, 1], [4, 0], [5, 1]];
 * const model = await ridgeCV(x, [2.1, 3.9, 6.2, 7.8, 10.1], { alphas: [0.01, 1, 100] });
 * model.alpha; // 0.01
 * ```
 */
export async function ridgeCV(
  x: TensorLike,
  y: TensorLike,
  options: RidgeCVOptions = {},
): Promise<CrossValidatedRidge> {
  const op = 'ridgeCV';
  checkOptions(op, options, OPTIONS);
  const alphas = alphasOf(options.alphas ?? [0.1, 1, 10], op);
  const settings = designSettings(op, options, false);
  const { signal, folds: given = 'loo' } = options;
  ridgeSolver(options.solver, 1, 1, 1, op);
  const pace = new Pace(op, signal);
  const data = await readObservations(op, x, y, options.sampleWeight, options.device);
  const folds = given === 'loo' ? undefined : foldsOf(given, data.n, op);
  if (!folds && data.n < 2)
    throw new OptionError(`${op}: x has one row, and without it none are left to fit to. Give two rows or more.`);
  const total = (folds?.length ?? 1) + 1;
  const tell = teller(options, folds ? 'folds' : 'rows', total);
  const run = { pace, signal, tell, op };
  const { errors, gcv } = folds
    ? { errors: await ridgeFoldErrors(data, settings, folds, alphas, run), gcv: undefined }
    : await leaveOneOut(data, settings, alphas, run);
  const summary = summaryOf(errors, folds?.length ?? data.n);
  const alpha = alphas[leastOf(summary.means)] ?? NaN;
  const design = designOf(data, settings);
  const { n, p, targets } = design;
  const ys = Array.from({ length: targets }, (_, k) => design.y.subarray(k * n, k * n + n));
  const solver = ridgeSolver(options.solver, n, p, alpha, op);
  const found = await solveRidge(design, ys, alpha, solver, { device: data.device, pace, op, signal });
  tell(total);
  return {
    ...linearModel(design, { ...found, dualGap: found.gap }, data.device, data.single, op),
    alpha,
    alpha1se: withinOneError(alphas, summary),
    alphas,
    foldErrors: errors,
    meanErrors: summary.means,
    standardErrors: summary.standardErrors,
    gcv,
  };
}

function alphasOf(given: ArrayLike<number>, op: string): Float64Array {
  if (typeof given !== 'object' || given === null || !(given.length > 0))
    throw new OptionError(`${op}: alphas is ${show(given)}. Give a list of at least one number above 0.`);
  const isFit = (alpha: number): boolean => alpha > 0 && alpha < Infinity;
  return Float64Array.from(given, alpha => checkNumber(alpha, 'one of alphas', isFit, 'finite numbers above 0', op))
    .sort()
    .reverse();
}
