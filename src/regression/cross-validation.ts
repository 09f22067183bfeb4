/** `lassoCV` and `elasticNetCV`: penalties chosen by cross-validation. The errors of folds are found in fold-errors.ts. */
import { OptionError } from '../errors.ts';
import { checkOptions, show } from '../options.ts';
import { Pace, type LongOptions, type TensorLike } from '../tensor/index.ts';
import { checkRatio } from './checks.ts';
import { lassoSolver } from './choice.ts';
import { readObservations } from './data.ts';
import { DESIGN_OPTIONS, designOf, designSettings, type Design, type DesignOptions } from './design.ts';
import { foldErrors, foldSolver, type FoldSolver } from './fold-errors.ts';
import { foldsOf, type Folds } from './folds.ts';
import { checkPenalty, readSettings, SETTINGS, type LassoSettings } from './lasso.ts';
import { linearModel, type Fit, type LinearModel } from './model.ts';
import { alphaGrid, largestAlpha, readGrid, type GridOptions } from './path.ts';
import { teller } from './progress.ts';
import { leastOf, summaryOf, withinOneError } from './selection.ts';
import { solverFor, type SolverRun } from './solvers.ts';

export interface LassoCVOptions extends DesignOptions, LassoSettings, GridOptions, LongOptions {
  /** Five folds of neighbouring rows by default: shuffle rows that come sorted, or say which rows belong together. */
  readonly folds?: Folds | undefined;
}

export interface ElasticNetCVOptions extends LassoCVOptions {
  /** One, or several to choose from: above 0 unless `alphas` are given. Default: 0.5. */
  readonly l1Ratio?: number | readonly number[] | undefined;
}

/** What penalties came to, and the model of the best of them, fitted to all rows. R ratios, K penalties, F folds. */
export interface CrossValidatedModel extends LinearModel {
  /** The penalty with the least mean error. */
  readonly alpha: number;
  /** The largest whose mean error is within one standard error of the least, with the same l1Ratio: the simplest model that is as good. */
  readonly alpha1se: number;
  readonly l1Ratio: number;
  /** [R] */
  readonly l1Ratios: Float64Array;
  /** [R, K]: those of each ratio, descending. */
  readonly alphas: Float64Array;
  /** [R, K, F]: mean squared errors on the rows that were left out; of several targets their mean. */
  readonly foldErrors: Float64Array;
  /** [R, K]: the means over folds. */
  readonly meanErrors: Float64Array;
  /** [R, K]: the standard deviations over folds, with F − 1, over √F: NaN of one fold, and then `alpha1se` is `alpha`. */
  readonly standardErrors: Float64Array;
  /** How the problems of folds were solved. `solver` is that of the model. */
  readonly foldSolver: FoldSolver;
  /** False where `maxIterations` came first, for the model or for some fold's. */
  readonly converged: boolean;
}

const OPTIONS = [...DESIGN_OPTIONS, ...SETTINGS, 'alphas', 'count', 'eps', 'folds'] as const;

/**
 * `lasso` with the α of the least mean squared error on rows that were left out, as scikit-learn's `LassoCV`: the same grid of α (found
 * from all rows), the same folds, means over folds that count alike, and of equal errors the larger α.
 *
 * All folds and penalties are one batch on the device, in its own float: the Gram matrix of all rows is found once, and that of a fold
 * is what is left without its rows. Where there are many more columns than rows, or `solver` is 'descent' or 'fista', each path is the host's
 * instead. The model is fitted to all rows in doubles. `standardize` divides by the deviations of each fold's own rows. The grid heeds
 * `sampleWeight`, and so does the error of a fold.
 *
 * ```ts
 * const x = [[1, 1], [2, 0], [3, 1], [4, 0], [5, 1], [6, 0]];
 * const model = await lassoCV(x, [2.1, 3.9, 6.2, 7.8, 10.1, 12], { folds: 3, alphas: [0.01, 0.1, 1] });
 * model.alpha; // 0.01
 * model.meanErrors; // of 1, 0.1 and 0.01
 * ```
 */
export async function lassoCV(
  x: TensorLike,
  y: TensorLike,
  options: LassoCVOptions = {},
): Promise<CrossValidatedModel> {
  checkOptions('lassoCV', options, OPTIONS);
  return chosen('lassoCV', x, y, options, [1]);
}

/**
 * `elasticNet` with the α, and where `l1Ratio` is a list the ratio, of the least mean squared error on rows that were left out, as
 * scikit-learn's `ElasticNetCV`. Each ratio has a grid of its own, unless `alphas` are given; of equal errors the first ratio is taken.
 * All else is as with `lassoCV`; all ratios are of the same batch.
 *
 * ```ts
 * const model = await elasticNetCV(x, y, { l1Ratio: [0.1, 0.5, 0.9, 1] });
 * [model.alpha, model.l1Ratio];
 * ```
 */
export async function elasticNetCV(
  x: TensorLike,
  y: TensorLike,
  options: ElasticNetCVOptions = {},
): Promise<CrossValidatedModel> {
  const op = 'elasticNetCV';
  checkOptions(op, options, [...OPTIONS, 'l1Ratio']);
  return chosen(op, x, y, options, ratiosOf(options.l1Ratio ?? 0.5, op));
}

function ratiosOf(given: number | readonly number[], op: string): readonly number[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (list.length === 0)
    throw new OptionError(`${op}: l1Ratio is ${show(given)}. Give a number, or a list of at least one.`);
  return list.map(ratio => checkRatio(ratio, op));
}

async function chosen(
  op: string,
  x: TensorLike,
  y: TensorLike,
  options: LassoCVOptions,
  ratios: readonly number[],
): Promise<CrossValidatedModel> {
  const settings = designSettings(op, options, true);
  const limits = readSettings(options, op);
  const grids = ratios.map(ratio => readGrid(options, ratio, op));
  checkPenalty(grids[0]?.alphas?.at(-1) ?? 1, limits.positive, op);
  lassoSolver(options.solver, { n: 1, p: 1, penalties: 1 }, op);
  const pace = new Pace(op, options.signal);
  const data = await readObservations(op, x, y, options.sampleWeight, options.device);
  const folds = foldsOf(options.folds, data.n, op);
  const design = designOf(data, settings);
  const alphas = grids.map(
    ({ alphas: given, count, eps }, r) => given ?? alphaGrid(largestAlpha(design, ratios[r] ?? 1), count, eps),
  );
  const total = folds.length + 1;
  const tell = teller(options, 'folds', total);
  const run = { ...limits, pace, op };
  const by = foldSolver(options.solver, data.n, data.p);
  const { errors, converged } = await foldErrors(by, data, settings, folds, { ratios, alphas }, { ...run, tell });
  const penalties = alphas[0]?.length ?? 0;
  const { means, standardErrors } = summaryOf(errors, folds.length);
  const best = leastOf(means);
  const r = Math.floor(best / penalties);
  const own = (of: Float64Array): Float64Array => of.subarray(r * penalties, (r + 1) * penalties);
  const alpha = alphas[r]?.[best % penalties] ?? NaN;
  const l1Ratio = ratios[r] ?? NaN;
  const solver = lassoSolver(options.solver, { n: data.n, p: data.p, penalties: 1 }, op);
  const fit = await fitOf(design, alpha, l1Ratio, solver, { ...run, device: data.device });
  tell(total);
  const model = linearModel(design, fit, data.device, data.single, op);
  return {
    ...model,
    alpha,
    alpha1se: withinOneError(own(Float64Array.from(alphas.flatMap(one => [...one]))), {
      means: own(means),
      standardErrors: own(standardErrors),
    }),
    l1Ratio,
    l1Ratios: Float64Array.from(ratios),
    alphas: Float64Array.from(alphas.flatMap(one => [...one])),
    foldErrors: errors,
    meanErrors: means,
    standardErrors,
    foldSolver: by,
    converged: converged && fit.converged,
  };
}

/** The model of one penalty, for each target. */
async function fitOf(
  design: Design,
  alpha: number,
  l1Ratio: number,
  solver: Parameters<typeof solverFor>[2],
  run: SolverRun,
): Promise<Fit> {
  const weights: Float64Array[] = [];
  const fit = { iterations: 0, dualGap: 0, converged: true, solver };
  let name: string = solver;
  for (let target = 0; target < design.targets; target++) {
    const step = await solverFor(design, target, solver, run)(alpha, l1Ratio);
    weights.push(step.weights);
    fit.iterations = Math.max(fit.iterations, step.iterations);
    fit.dualGap = Math.max(fit.dualGap, step.dualGap);
    fit.converged &&= step.converged;
    name = step.solver;
  }
  return { weights, ...fit, solver: name };
}
