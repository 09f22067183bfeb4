/** `crossValidate`: how good anything with fit and predict is on rows that it was not fitted to. */
import { take } from '../arith/index.ts';
import { OptionError, ShapeError } from '../errors.ts';
import { checkOptions, show } from '../options.ts';
import {
  flatten,
  Scope,
  showShape,
  Tensor,
  toTensors,
  type Device,
  type LongOptions,
  type TensorLike,
} from '../tensor/index.ts';
import { deviceOf } from './data.ts';
import { foldsOf, type Folds } from './folds.ts';
import { teller } from './progress.ts';
import { summaryOf } from './selection.ts';

/** What a fit returns: a linear model of this library, or anything alike. */
export interface Predictor {
  readonly predict: (x: Tensor) => TensorLike | Promise<TensorLike>;
  /** Called when its fold is done. */
  readonly dispose?: () => void;
}

/** From the true and the predicted values of a fold's rows, both flat, to a number. */
export type Score = (truth: ArrayLike<number>, predicted: ArrayLike<number>) => number;

export interface CrossValidateOptions extends LongOptions {
  /** Five folds of neighbouring rows by default. */
  readonly folds?: Folds | undefined;
  /** 'mse' (the default) and 'mae' are errors, less being better; 'r2' is 1 − Σ(y − ŷ)²/Σ(y − ȳ)²; or a function of one's own. */
  readonly score?: 'mse' | 'mae' | 'r2' | Score | undefined;
  /** Where plain numbers land. */
  readonly device?: Device | undefined;
}

export interface CrossValidation {
  /** [folds] */
  readonly scores: Float64Array;
  readonly mean: number;
  /** The standard deviation over folds, with one less as divisor, over the root of their number: NaN of one fold. */
  readonly standardError: number;
}

const meanOf = (count: number, of: (i: number) => number): number => {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += of(i);
  return sum / count;
};

const mse: Score = (truth, predicted) =>
  meanOf(truth.length, i => ((truth[i] as number) - (predicted[i] as number)) ** 2);

const SCORES: Readonly<Record<'mse' | 'mae' | 'r2', Score>> = {
  mse,
  mae: (truth, predicted) => meanOf(truth.length, i => Math.abs((truth[i] as number) - (predicted[i] as number))),
  r2(truth, predicted) {
    const mean = meanOf(truth.length, i => truth[i] as number);
    const error = mse(truth, predicted);
    const spread = meanOf(truth.length, i => ((truth[i] as number) - mean) ** 2);
    // As scikit-learn: a constant is predicted exactly, or not at all.
    return spread > 0 ? 1 - error / spread : Number(error === 0);
  },
};

/**
 * Fits a model to the rows of each fold, and scores what it predicts for the others. `fit` is given those rows of x and y as tensors, which
 * are not its own to keep; models are disposed, where they can be, before the next fold begins. y is [n], or [n, …] with as many predictions.
 *
 * ```ts
 * const x = [[1], [2], [3], [4], [5], [6]];
 * const { scores } = await crossValidate((a, b) => ridge(a, b, { alpha: 0.1 }), x, [2, 4, 6, 8, 10, 12], { folds: 3 });
 * scores.length; // 3
 * ```
 */
export async function crossValidate(
  fit: (x: Tensor, y: Tensor) => Predictor | Promise<Predictor>,
  x: TensorLike,
  y: TensorLike,
  options: CrossValidateOptions = {},
): Promise<CrossValidation> {
  const op = 'crossValidate';
  checkOptions(op, options, ['folds', 'score', 'device', 'signal', 'onProgress']);
  if (typeof fit !== 'function')
    throw new OptionError(`${op}: fit is ${show(fit)}. Give a function from rows x and y to something that predicts.`);
  const score = scoreOf(options.score ?? 'mse', op);
  options.signal?.throwIfAborted();
  const device = deviceOf([x, y], options.device, op);
  const scope = new Scope();
  try {
    const [rows, right] = toTensors([x, y], op, scope, device) as [Tensor, Tensor];
    const [n = 0] = rows.shape;
    if (rows.ndim === 0 || right.shape[0] !== n || n === 0)
      throw new ShapeError(
        `${op}: x has the shape ${showShape(rows.shape)} and y ${showShape(right.shape)}. Give as many rows of both, one at least.`,
      );
    const folds = foldsOf(options.folds, n, op);
    const tell = teller(options, 'folds', folds.length);
    const scores = new Float64Array(folds.length);
    for (const [k, { train, test }] of folds.entries()) {
      const own = new Scope();
      let model: Predictor | undefined;
      try {
        const [fitX, fitY, tryX, tryY] = [train, test].flatMap(list =>
          [rows, right].map(one => own.keep(take(one, list, { axis: 0 }))),
        ) as [Tensor, Tensor, Tensor, Tensor];
        model = await fit(fitX, fitY);
        const predicted = await numbersOf(await model.predict(tryX), op);
        const truth = await tryY.data();
        if (predicted.length !== truth.length)
          throw new ShapeError(
            `${op}: fold ${k} has ${truth.length} values of y, and the model predicts ${predicted.length}. Let predict return one for each.`,
          );
        scores[k] = score(Array.from(truth, Number), predicted);
      } finally {
        model?.dispose?.();
        own.close();
      }
      tell(k + 1);
    }
    const { means, standardErrors } = summaryOf(scores, folds.length);
    return { scores, mean: means[0] ?? NaN, standardError: standardErrors[0] ?? NaN };
  } finally {
    scope.close();
  }
}

function scoreOf(given: unknown, op: string): Score {
  if (typeof given === 'function') return given as Score;
  if (typeof given === 'string' && Object.hasOwn(SCORES, given)) return SCORES[given as keyof typeof SCORES];
  throw new OptionError(
    `${op}: score is ${show(given)}. Give 'mse', 'mae', 'r2', or a function of the true and the predicted values.`,
  );
}

/** Predictions as numbers. A tensor of them is the model's making, and given back. */
async function numbersOf(predicted: TensorLike, op: string): Promise<number[]> {
  if (!(predicted instanceof Tensor))
    return Array.from(flatten(predicted, undefined, op).values as ArrayLike<number>, Number);
  try {
    return Array.from(await predicted.data(), Number);
  } finally {
    predicted.dispose();
  }
}
