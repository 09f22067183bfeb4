/** `lassoIC`: the lasso's α chosen by an information criterion, along its exact path. */
import { OptionError, ShapeError } from '../errors.ts';
import { checkNumber, checkOptions, readFlag, show } from '../options.ts';
import { Pace, showShape, type LongOptions, type TensorLike } from '../tensor/index.ts';
import { checkCount } from './checks.ts';
import { readObservations } from './data.ts';
import { atPace } from './descent.ts';
import { DESIGN_OPTIONS, designOf, designSettings, type DesignOptions } from './design.ts';
import { dot, subtract } from './dots.ts';
import { larsPath, type Kink } from './lars.ts';
import { linearModel, type LinearModel } from './model.ts';
import { certificate, penaltyOf, problemOf, squareSum, type Problem } from './problem.ts';
import { teller } from './progress.ts';

export type Criterion = 'aic' | 'bic';

export interface LassoICOptions extends DesignOptions, LongOptions {
  /** Akaike's (the default) or Bayes'. */
  readonly criterion?: Criterion | undefined;
  /**
   * σ². Default: what least squares by all columns leave, divided by n − p, and by one less with an intercept; where there are no more
   * rows than that, it must be given.
   */
  readonly noiseVariance?: number | undefined;
  /** True where no coefficient may be below 0. Default: false. */
  readonly positive?: boolean | undefined;
  /** Columns that may join and leave along the path. Default: 500. */
  readonly maxIterations?: number | undefined;
}

/** The model of the α with the least criterion. Its `iterations` are the kinks of the path; `converged` says whether that came to its end. */
export interface LassoICModel extends LinearModel {
  readonly alpha: number;
  /** The least criterion. */
  readonly criterion: number;
  /** Where the path has kinks, descending, with the criterion and the number of coefficients other than 0 at each. */
  readonly alphas: Float64Array;
  readonly criteria: Float64Array;
  readonly degrees: Uint32Array;
  readonly noiseVariance: number;
}

/**
 * The lasso whose α minimises an information criterion (Zou, Hastie and Tibshirani 2007), as scikit-learn's `LassoLarsIC`:
 *
 *     n·log(2πσ²) + RSS/σ² + c·df
 *
 * with the squares RSS that are left over, df coefficients other than 0, and c = 2 (aic) or log n (bic). It is found for all α at once:
 * between the kinks of the path coefficients are linear in α, and df is the same, so that kinks alone are looked at.
 *
 * y is one target [n]. Columns that depend on others stay out. Where least squares leave nothing, there is no σ², and it
 * rejects with `OptionError` unless `noiseVariance` is given.
 *
 * ```ts
 * const x = [[1, 5], [2, 3], [3, 6], [4, 2], [5, 4], [6, 5]];
 * const model = await lassoIC(x, [1.1, 2.0, 2.9, 4.1, 5.2, 5.9], { criterion: 'bic' });
 * model.active; // [0]: the second column tells nothing new
 * ```
 */
export async function lassoIC(x: TensorLike, y: TensorLike, options: LassoICOptions = {}): Promise<LassoICModel> {
  const op = 'lassoIC';
  const own = ['criterion', 'noiseVariance', 'positive', 'maxIterations', 'signal', 'onProgress'];
  checkOptions(op, options, [...DESIGN_OPTIONS, ...own]);
  const { criterion = 'aic' } = options;
  if (criterion !== 'aic' && criterion !== 'bic')
    throw new OptionError(`${op}: criterion is ${show(criterion)}. Give 'aic' or 'bic'.`);
  const given =
    options.noiseVariance === undefined
      ? undefined
      : checkNumber(options.noiseVariance, 'noiseVariance', v => v > 0 && v < Infinity, 'a finite number above 0', op);
  const positive = readFlag(op, 'positive', options.positive);
  const maxSteps = options.maxIterations === undefined ? 500 : checkCount(options.maxIterations, 'maxIterations', op);
  const settings = designSettings(op, options, true);
  const pace = new Pace(op, options.signal);
  const data = await readObservations(op, x, y, options.sampleWeight, options.device);
  if (data.targets > 1)
    throw new ShapeError(
      `${op}: y has the shape ${showShape([data.n, data.targets])}, and one alpha is chosen for one target. Give a vector [${data.n}].`,
    );
  const design = designOf(data, settings);
  const { n, p } = design;
  const problem = problemOf(design, 0);
  const spare = n - p - Number(settings.fitIntercept);
  if (given === undefined && spare <= 0)
    throw new OptionError(
      `${op}: ${n} rows are too few to estimate the noise beside ${p} columns${settings.fitIntercept ? ' and an intercept' : ''}. Give noiseVariance.`,
    );
  const { kinks, isComplete } = await atPace(larsPath(problem, { positive, maxSteps }), pace);
  const lefts = Float64Array.from(kinks, ({ weights }) => squareSum(residualOf(problem, weights)));
  await pace.spend(kinks.length * n * p);
  if (given === undefined && !isComplete)
    throw new OptionError(
      `${op}: the path did not come to its end in ${maxSteps} steps, so that the noise is not known. Give more maxIterations, or noiseVariance.`,
    );
  const noiseVariance = given ?? (lefts.at(-1) as number) / spare;
  // What least squares leave of a y that they fit is rounding.
  if (!(noiseVariance > Number.EPSILON ** 2 * n * squareSum(problem.y)))
    throw new OptionError(
      `${op}: least squares by all columns leave nothing of y, and there is no noise. Give noiseVariance.`,
    );
  const degrees = Uint32Array.from(kinks, ({ weights }) => countOf(weights));
  const price = criterion === 'aic' ? 2 : Math.log(n);
  const criteria = lefts.map(
    (left, k) => n * Math.log(2 * Math.PI * noiseVariance) + left / noiseVariance + price * (degrees[k] as number),
  );
  const best = criteria.reduce((least, value, k) => (value < (criteria[least] as number) ? k : least), 0);
  const { alpha, weights } = kinks[best] as Kink;
  teller(options, 'kinks', kinks.length)(kinks.length);
  const fit = {
    weights: [weights],
    iterations: kinks.length,
    dualGap: gapAt(problem, weights, alpha, positive),
    converged: isComplete,
    solver: 'lars',
  };
  return {
    ...linearModel(design, fit, data.device, data.single, op),
    alpha,
    criterion: criteria[best] as number,
    alphas: Float64Array.from(kinks, kink => kink.alpha),
    criteria,
    degrees,
    noiseVariance,
  };
}

/** Coefficients that rounding did not leave behind. */
const countOf = (weights: Float64Array): number =>
  weights.reduce((count, weight) => count + Number(Math.abs(weight) > Number.EPSILON), 0);

function residualOf({ n, columns, y }: Problem, weights: Float64Array): Float64Array {
  const residual = y.slice();
  weights.forEach((weight, j) => {
    if (weight !== 0) subtract(residual, weight, columns, j * n, n);
  });
  return residual;
}

/** The dual gap of a kink in the objective's units. At the path's end it is least squares, which were solved: none is told. */
function gapAt(problem: Problem, weights: Float64Array, alpha: number, positive: boolean): number {
  if (alpha === 0) return 0;
  const { n, p, columns } = problem;
  const residual = residualOf(problem, weights);
  const products = Float64Array.from({ length: p }, (_, j) => dot(columns, j * n, residual, n));
  const all = Int32Array.from({ length: p }, (_, j) => j);
  return certificate(penaltyOf(alpha, 1, n, positive), squareSum(residual), weights, products, all, p).gap / n;
}
