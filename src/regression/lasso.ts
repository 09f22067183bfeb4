/** `lasso` and `elasticNet`: least squares with a penalty that makes coefficients exactly 0. Paths of penalties are in path.ts. */
import { OptionError, ShapeError } from '../errors.ts';
import { checkOptions, readFlag } from '../options.ts';
import { flatten, Pace, showShape, Tensor, type LongOptions, type TensorLike } from '../tensor/index.ts';
import { checkAlpha, checkCount, checkRatio, checkTol } from './checks.ts';
import { lassoSolver, type LassoSolver } from './choice.ts';
import { readObservations } from './data.ts';
import { DESIGN_OPTIONS, designOf, designSettings, scaled, type Design, type DesignOptions } from './design.ts';
import { linearModel, type LinearModel } from './model.ts';
import { teller } from './progress.ts';
import { solverFor, type SolverRun } from './solvers.ts';

/** How a penalised problem is solved, whatever its penalty. */
export interface LassoSettings {
  /** True where no coefficient may be below 0. Default: false. */
  readonly positive?: boolean | undefined;
  /**
   * A model is found when its dual gap is at most `tol`·‖y‖²/n (y less its mean) and the last sweep changed no xⱼ·wⱼ by more than `tol`
   * times the largest. Default: 1e-4.
   */
  readonly tol?: number | undefined;
  /** Sweeps that each penalty may take. Default: 1000. */
  readonly maxIterations?: number | undefined;
  /**
   * 'descent': coordinate descent with working sets; paths of large designs go down the device first, and are finished so. 'gram': the same
   * with the Gram matrix of all columns. 'fista': products on the device, then descent for the last digits: for X of 10⁸ numbers and more
   * on a fast GPU. 'auto' (the default) chooses one of the first two by shape.
   */
  readonly solver?: LassoSolver | 'auto' | undefined;
}

export interface LassoOptions extends DesignOptions, LassoSettings, LongOptions {
  /** The weight of the penalty. Default: 1. */
  readonly alpha?: number | undefined;
  /** Coefficients to begin with: those of an earlier model, [p] or [targets, p]. */
  readonly warmStart?: TensorLike | undefined;
}

export interface ElasticNetOptions extends LassoOptions {
  /** From 0, ridge's penalty alone, to 1, lasso's alone. Default: 0.5. */
  readonly l1Ratio?: number | undefined;
}

export const SETTINGS = ['positive', 'tol', 'maxIterations', 'solver', 'signal', 'onProgress'] as const;
const OPTIONS = [...DESIGN_OPTIONS, ...SETTINGS, 'alpha', 'warmStart'] as const;

/**
 * The lasso (Tibshirani 1996), with scikit-learn's objective: of all coefficients w and intercepts b,
 *
 *     min 1/(2n)·Σ (yᵢ − xᵢ·w − b)² + α·‖w‖₁
 *
 * for x [n, p] and y [n], or [n, targets] for as many problems apart from each other. Many coefficients are exactly 0; all are from
 * α = max |xⱼ·y|/n on, columns and y less their means. Weights of rows are taken relative to their mean.
 *
 * Numbers are taken to the host and solved in doubles on every device; a model's tensors are of the device's float. `dualGap` bounds how
 * far the objective is above its minimum. If `maxIterations` sweeps do not do, `converged` is false. Columns
 * without spread (constant ones; zeros where there is no intercept) have the coefficient 0. α = 0 is least squares, by the shortest
 * solution where there are many; with `positive` it rejects with `OptionError`, and so do numbers from 1e150 on, whose squares leave the
 * range. NaN and ∞ reject with `NonFiniteError`.
 *
 * ```ts
 * const model = await lasso([[1, 0], [2, 1], [3, 0], [4, 1]], [2, 4, 6, 8], { alpha: 0.1 });
 * await model.coef.toArray(); // [1.92, 0]
 * await model.predict([[5, 0]]).toArray(); // [9.8]
 * ```
 */
export async function lasso(x: TensorLike, y: TensorLike, options: LassoOptions = {}): Promise<LinearModel> {
  checkOptions('lasso', options, OPTIONS);
  return fitted('lasso', x, y, options, 1);
}

/**
 * The elastic net (Zou and Hastie 2005): lasso's and ridge's penalties together, with scikit-learn's objective,
 *
 *     min 1/(2n)·Σ (yᵢ − xᵢ·w − b)² + α·l1Ratio·‖w‖₁ + ½·α·(1 − l1Ratio)·‖w‖²
 *
 * Columns that are alike get coefficients that are alike, where the lasso would choose one of them. All else is as with `lasso`.
 * With `l1Ratio: 0` it is `ridge` with α·n.
 *
 * ```ts
 * const model = await elasticNet([[1, 1], [2, 2], [3, 3], [4, 4]], [2, 4, 6, 8], { alpha: 0.1 });
 * await model.coef.toArray(); // [0.96…, 0.96…]
 * ```
 */
export async function elasticNet(x: TensorLike, y: TensorLike, options: ElasticNetOptions = {}): Promise<LinearModel> {
  const op = 'elasticNet';
  checkOptions(op, options, [...OPTIONS, 'l1Ratio']);
  const l1Ratio = options.l1Ratio === undefined ? 0.5 : checkRatio(options.l1Ratio, op);
  return fitted(op, x, y, options, l1Ratio);
}

async function fitted(
  op: string,
  x: TensorLike,
  y: TensorLike,
  options: LassoOptions,
  l1Ratio: number,
): Promise<LinearModel> {
  const alpha = options.alpha === undefined ? 1 : checkAlpha(options.alpha, op);
  const settings = designSettings(op, options, true);
  const run = readSettings(options, op);
  checkPenalty(alpha, run.positive, op);
  const pace = new Pace(op, options.signal);
  const [data, start] = await Promise.all([
    readObservations(op, x, y, options.sampleWeight, options.device),
    options.warmStart === undefined ? undefined : coefficientsOf(options.warmStart, op),
  ]);
  const design = designOf(data, settings);
  if (start) checkStart(start, design, data.single, op);
  const { p, targets } = design;
  const solver = lassoSolver(options.solver, { n: design.n, p, penalties: 1 }, op);
  const tell = teller(options, 'targets', targets);
  const weights: Float64Array[] = [];
  const found = { iterations: 0, dualGap: 0, converged: true, solver: '' };
  for (let k = 0; k < targets; k++) {
    const own = start && scaled(design, start.values.subarray(k * p, k * p + p));
    const solve = solverFor(design, k, solver, { ...run, device: data.device, pace, start: own, op });
    const step = await solve(alpha, l1Ratio);
    weights.push(step.weights);
    found.iterations = Math.max(found.iterations, step.iterations);
    found.dualGap = Math.max(found.dualGap, step.dualGap);
    found.converged &&= step.converged;
    found.solver = step.solver;
    tell(k + 1);
  }
  return linearModel(design, { weights, ...found }, data.device, data.single, op);
}

/** Settings with their defaults. */
export function readSettings(
  { positive, tol, maxIterations }: LassoSettings,
  op: string,
): Pick<SolverRun, 'positive' | 'tol' | 'maxIterations'> {
  return {
    positive: readFlag(op, 'positive', positive),
    tol: tol === undefined ? 1e-4 : checkTol(tol, op),
    maxIterations: maxIterations === undefined ? 1000 : checkCount(maxIterations, 'maxIterations', op),
  };
}

export function checkPenalty(alpha: number, positive: boolean, op: string): void {
  if (alpha === 0 && positive)
    throw new OptionError(
      `${op}: alpha is 0 with positive: nothing then says how far off a result is. Give a small alpha, such as 1e-9 of the largest |xⱼ·y|/n.`,
    );
}

interface Start {
  readonly values: Float64Array;
  readonly shape: readonly number[];
}

async function coefficientsOf(given: TensorLike, op: string): Promise<Start> {
  const { values, shape } =
    given instanceof Tensor ? { values: await given.data(), shape: given.shape } : flatten(given, undefined, op);
  const own = Float64Array.from(values as ArrayLike<number>);
  if (!own.every(Number.isFinite))
    throw new OptionError(`${op}: warmStart has a NaN or an infinity. Give the coef of an earlier model.`);
  return { values: own, shape };
}

function checkStart({ shape }: Start, { p, targets }: Design, single: boolean, op: string): void {
  const wanted = single ? [p] : [targets, p];
  if (shape.length !== wanted.length || shape.some((length, axis) => length !== wanted[axis]))
    throw new ShapeError(
      `${op}: warmStart has the shape ${showShape(shape)}, and coefficients have ${showShape(wanted)} here. Give the coef of a model of such columns.`,
    );
}
