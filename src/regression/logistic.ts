/** `logistic`: classes by linear models of their logarithms of odds. What is promised and checked is here; logistic-newton.ts solves. */
import { OptionError, ShapeError } from '../errors.ts';
import { checkNumber, checkOptions, readFlag, show } from '../options.ts';
import {
  flatten,
  Pace,
  showShape,
  Tensor,
  type Device,
  type HostData,
  type LongOptions,
  type TensorLike,
} from '../tensor/index.ts';
import { checkCount, checkRatio, checkTol } from './checks.ts';
import { deviceOf, readObservations } from './data.ts';
import { designOf } from './design.ts';
import { subtract } from './dots.ts';
import { freeClasses, type LogisticProblem, type LogisticState } from './logistic-loss.ts';
import { logisticModel, type ClassLabel, type LogisticModel } from './logistic-model.ts';
import { minimized } from './logistic-newton.ts';

export type LogisticPenalty = 'l2' | 'l1' | 'elasticnet' | 'none';

export interface LogisticOptions extends LongOptions {
  /** Default: 'l2'. */
  readonly penalty?: LogisticPenalty | undefined;
  /** What the loss is multiplied by: larger means less of the penalty. Default: 1. */
  readonly C?: number | undefined;
  /** Of 'elasticnet': from 0, l2's penalty alone, to 1, l1's alone. Default: 0.5. */
  readonly l1Ratio?: number | undefined;
  /** True (the default) for constant terms, which are not penalised. */
  readonly fitIntercept?: boolean | undefined;
  /** A weight ≥ 0 for each row. */
  readonly sampleWeight?: TensorLike | undefined;
  /** 'balanced' multiplies the weights of a class by n / (classes · rows of that class). */
  readonly classWeight?: 'balanced' | undefined;
  /** The dual gap that is small enough, in shares of the objective without coefficients. Default: 1e-9. */
  readonly tol?: number | undefined;
  /** Newton steps for each class. Default: 1000. */
  readonly maxIterations?: number | undefined;
  /** Coefficients and intercepts to begin with: an earlier model of the same classes and columns. */
  readonly warmStart?: { readonly coef: TensorLike; readonly intercept: TensorLike } | undefined;
  /** Where plain numbers land. */
  readonly device?: Device | undefined;
}

const OPTIONS = [
  'penalty',
  'C',
  'l1Ratio',
  'fitIntercept',
  'sampleWeight',
  'classWeight',
  'tol',
  'maxIterations',
  'warmStart',
  'device',
  'signal',
  'onProgress',
] as const;

/**
 * Logistic regression with scikit-learn's objective. Of two classes, with y = ±1, one list of coefficients w and an intercept b:
 *
 *     min C·Σ sᵢ·log(1 + exp(−yᵢ·(xᵢ·w + b))) + penalty(w)
 *
 * and of more, a list for each, together (softmax): C·Σ sᵢ·(log Σₖ exp(xᵢ·wₖ + bₖ) − xᵢ·w − b of its own class) + penalty of all. The
 * penalty is ½‖w‖² ('l2'), ‖w‖₁ ('l1'), l1Ratio·‖w‖₁ + ½·(1 − l1Ratio)·‖w‖² ('elasticnet') or nothing; intercepts are not penalised.
 * Intercepts of more than two classes have the mean 0, which changes no probability.
 *
 * x is [n, p], and y has n labels of at least two classes, numbers or strings. It is found in doubles, on the host, on every device, by
 * proximal Newton steps; with an l1, many coefficients are exactly 0. `dualGap` bounds how far the objective is above its minimum.
 *
 * Without a penalty there may be no minimum: where planes tell the classes apart, the larger the coefficients, the better. Then it ends with
 * such planes; and then, and if `maxIterations` are not enough, `converged` is false. Constant columns have the coefficient 0. One class alone
 * rejects with `OptionError`, NaN and ∞ with `NonFiniteError`.
 *
 * ```ts
 * const model = await logistic([[0], [1], [2], [3]], ['no', 'no', 'yes', 'yes']);
 * await model.predict([[0.5], [2.5]]); // ['no', 'yes']
 * await model.predictProba([[1.5]]).toArray(); // [[0.5, 0.5]]
 * ```
 */
export async function logistic(
  x: TensorLike,
  y: TensorLike | readonly ClassLabel[],
  options: LogisticOptions = {},
): Promise<LogisticModel> {
  const op = 'logistic';
  checkOptions(op, options, OPTIONS);
  const { l1, l2 } = readPenalty(options, op);
  const strength = checkNumber(options.C ?? 1, 'C', C => C > 0 && C < Infinity, 'a finite number above 0', op);
  const fitIntercept = readFlag(op, 'fitIntercept', options.fitIntercept, true);
  const tol = checkTol(options.tol ?? 1e-9, op);
  const maxIterations = checkCount(options.maxIterations ?? 1000, 'maxIterations', op);
  if (options.classWeight !== undefined && options.classWeight !== 'balanced')
    throw new OptionError(`${op}: classWeight is ${show(options.classWeight)}. Give 'balanced', or leave it out.`);
  const pace = new Pace(op, options.signal);
  const { sampleWeight, warmStart } = options;
  const tensors = [x, y, sampleWeight].filter(one => one instanceof Tensor);
  const device = deviceOf(tensors, options.device, op);
  // Labels have to be read first; meanwhile the owner of plain numbers may change them.
  const [rows, weights] = [copied(x, op), sampleWeight === undefined ? undefined : copied(sampleWeight, op)];
  const [{ labels, classes }, start] = await Promise.all([
    encoded(y, op),
    warmStart === undefined ? undefined : startOf(warmStart, op),
  ]);
  const data = await readObservations(op, rows, Float64Array.from(labels), weights, device);
  const [first, second] = classes;
  if (first === undefined || second === undefined)
    throw new OptionError(
      `${op}: all ${labels.length} rows are of the class ${show(first)}. Give rows of two at least.`,
    );
  const settings = { fitIntercept, standardize: false, relativeWeights: false };
  const design = designOf({ ...data, weights: undefined }, settings);
  const { n, p, columns, squares, means } = design;
  const balance = options.classWeight === undefined ? undefined : balanceOf(labels, classes.length);
  const problem: LogisticProblem = {
    n,
    p,
    columns,
    squares,
    labels,
    classes: classes.length,
    costs: Float64Array.from(labels, (label, i) => strength * (data.weights?.[i] ?? 1) * (balance?.[label] ?? 1)),
    l1,
    l2,
    fitIntercept,
  };
  const state = beginning(problem, start, means, op);
  const { signal, onProgress } = options;
  const found = await minimized(problem, state, { device, pace, op, signal, onProgress, tol, maxIterations });
  if (fitIntercept && classes.length > 2) {
    const mean = state.intercepts.reduce((sum, value) => sum + value, 0) / classes.length;
    state.intercepts.forEach((value, k) => (state.intercepts[k] = value - mean));
  }
  const free = freeClasses(problem);
  return logisticModel(
    {
      coefs: free.map(k => state.weights[k] ?? new Float64Array(p)),
      intercepts: Float64Array.from(free, k => state.intercepts[k] ?? 0),
      means,
      classes,
      ...found,
    },
    device,
    op,
  );
}

function readPenalty({ penalty = 'l2', l1Ratio }: LogisticOptions, op: string): { l1: number; l2: number } {
  if (l1Ratio !== undefined && penalty !== 'elasticnet')
    throw new OptionError(`${op}: l1Ratio is given, which is for 'elasticnet', and penalty is ${show(penalty)}.`);
  switch (penalty) {
    case 'l2':
      return { l1: 0, l2: 1 };
    case 'l1':
      return { l1: 1, l2: 0 };
    case 'elasticnet': {
      const ratio = l1Ratio === undefined ? 0.5 : checkRatio(l1Ratio, op);
      return { l1: ratio, l2: 1 - ratio };
    }
    case 'none':
      return { l1: 0, l2: 0 };
    default:
      throw new OptionError(
        `${op}: penalty is ${show(penalty satisfies never)}. Give one of 'l2', 'l1', 'elasticnet', 'none'.`,
      );
  }
}

function copied(given: TensorLike, op: string): TensorLike {
  if (given instanceof Tensor) return given;
  const { values, shape } = flatten(given, undefined, op);
  return { data: Float64Array.from(values as ArrayLike<number>), shape };
}

/** Labels as numbers from 0, in the order of the classes: numbers ascending, or strings. */
async function encoded(
  y: TensorLike | readonly ClassLabel[],
  op: string,
): Promise<{ labels: Uint32Array; classes: readonly ClassLabel[] }> {
  const given: readonly unknown[] =
    Array.isArray(y) && y.some(label => typeof label === 'string')
      ? [...(y as readonly unknown[])]
      : await numbersOf(y, op);
  const isText = given.some(label => typeof label === 'string');
  const wrong = given.findIndex(label => (isText ? typeof label !== 'string' : !Number.isFinite(label)));
  if (wrong >= 0)
    throw new OptionError(
      `${op}: y is ${show(given[wrong])} at row ${wrong}. Give finite numbers alone, or strings alone, as classes.`,
    );
  const all = given as readonly ClassLabel[];
  const classes = [...new Set(all)].toSorted((a, b) => (a < b ? -1 : Number(a > b)));
  const place = new Map(classes.map((label, k) => [label, k]));
  return { labels: Uint32Array.from(all, label => place.get(label) ?? 0), classes };
}

async function numbersOf(y: TensorLike | readonly ClassLabel[], op: string): Promise<readonly number[]> {
  const { values, shape } =
    y instanceof Tensor ? { values: await y.data(), shape: y.shape } : flatten(y as HostData, undefined, op);
  if (shape.length !== 1)
    throw new ShapeError(`${op}: y has the shape ${showShape(shape)}. Give a vector of a label a row.`);
  // −0 is 0.
  return Array.from(values as ArrayLike<number>, value => value + 0);
}

function balanceOf(labels: Uint32Array, classes: number): Float64Array {
  const counts = new Float64Array(classes);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts.map(count => labels.length / (classes * count));
}

interface Start {
  readonly coef: Float64Array;
  readonly intercept: Float64Array;
}

async function startOf(given: NonNullable<LogisticOptions['warmStart']>, op: string): Promise<Start> {
  const { coef, intercept } = Object(given) as Partial<typeof given>;
  if (coef === undefined || intercept === undefined)
    throw new OptionError(`${op}: warmStart is ${show(given)}. Give an earlier model, or { coef, intercept }.`);
  const read = async (one: TensorLike): Promise<Float64Array> =>
    Float64Array.from(
      one instanceof Tensor ? await one.data() : (flatten(one, undefined, op).values as ArrayLike<number>),
    );
  return { coef: await read(coef), intercept: await read(intercept) };
}

function beginning(problem: LogisticProblem, start: Start | undefined, means: Float64Array, op: string): LogisticState {
  const { n, p, classes, columns, squares, fitIntercept } = problem;
  const free = freeClasses(problem);
  const state = {
    weights: Array.from({ length: classes }, () => new Float64Array(p)),
    intercepts: new Float64Array(classes),
    logits: Array.from({ length: classes }, () => new Float64Array(n)),
  };
  if (!start) return state;
  const { coef, intercept } = start;
  if (coef.length !== free.length * p || intercept.length !== free.length)
    throw new ShapeError(
      `${op}: warmStart has ${coef.length} coefficients and ${intercept.length} intercepts, and there are ${free.length * p} and ${free.length} here. Give a model of as many classes and columns.`,
    );
  if (![...coef, ...intercept].every(Number.isFinite))
    throw new OptionError(`${op}: warmStart has a NaN or an infinity. Give an earlier model.`);
  for (const [at, k] of free.entries()) {
    const weights = state.weights[k] as Float64Array;
    const logits = state.logits[k] as Float64Array;
    // Intercepts count from the means of the columns here.
    let shift = fitIntercept ? (intercept[at] as number) : 0;
    for (let j = 0; j < p; j++) {
      const weight = (squares[j] as number) > 0 ? (coef[at * p + j] as number) : 0;
      weights[j] = weight;
      shift += weight * (means[j] as number);
      if (weight !== 0) subtract(logits, -weight, columns, j * n, n);
    }
    state.intercepts[k] = shift;
    logits.forEach((logit, i) => (logits[i] = logit + shift));
  }
  return state;
}
