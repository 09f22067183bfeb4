/**
 * How far off ridge's models are on rows that they were not fitted to, for many penalties by one decomposition X = U·Σ·Vᵀ: of each fold's
 * rows, or for leaving out one row after the other, of all. Decompositions and products are the device's, in its own float, unless they are
 * so small that the host has them sooner.
 */
import { square, sub, sum } from '../arith/index.ts';
import { rowProducts, svd, turned } from '../linalg/index.ts';
import { defaultFloat, openDevice, Scope, type LongOptions, type Pace, type Tensor } from '../tensor/index.ts';
import type { Observations } from './data.ts';
import { designOf, type Design, type DesignSettings } from './design.ts';
import type { Fold } from './folds.ts';
import { checkWeights, unitFor } from './gram/fold-problem.ts';
import { uploaded, type Place } from './gram/grams.ts';
import { squareSum } from './problem.ts';

export interface RidgeErrorsRun extends Pick<LongOptions, 'signal'> {
  readonly pace: Pace;
  readonly tell: (done: number) => void;
  readonly op: string;
}

/** X = U·diag(s)·Vᵀ and Uᵀy of a design, in units that make them about 1. */
interface Parts {
  /** [k, rows], [k, p] */
  readonly ut: Tensor;
  readonly vt: Tensor;
  readonly s: Float64Array;
  /** [targets, k] */
  readonly products: Float64Array;
  /** y, [targets, rows]. */
  readonly y: Tensor;
  readonly unit: number;
  readonly yUnit: number;
}

async function decomposed(design: Design, place: Place, run: RidgeErrorsRun, scope: Scope): Promise<Parts> {
  const { n, p, targets, columns, squares, y } = design;
  const unit = unitFor(squares.reduce((most, one) => Math.max(most, one), 0));
  let largest = 0;
  for (let k = 0; k < targets; k++) largest = Math.max(largest, squareSum(y.subarray(k * n, k * n + n)));
  const yUnit = unitFor(largest);
  const own = uploaded(
    place,
    columns.map(value => value * unit),
    [p, n],
    scope,
  );
  // Of Xᵀ: what is U there is V here.
  const parts = await svd(own, { signal: run.signal });
  for (const one of [parts.u, parts.s, parts.vt]) scope.keep(one);
  const right = uploaded(
    place,
    y.map(value => value * yUnit),
    [targets, n],
    scope,
  );
  const products = await rowProducts(right, parts.vt, run.op, scope, run.pace);
  const [s, z] = await Promise.all([parts.s.data(), products.data()]);
  const vt = turned(parts.u, run.op, scope);
  return { ut: parts.vt, vt, s: Float64Array.from(s), products: Float64Array.from(z), y: right, unit, yUnit };
}

/** Multiplications of a decomposition that the host makes in doubles, in less time than a device takes to begin. */
const FOR_HOST = 2 ** 18;

/** Runs `body` where a decomposition of these observations belongs. */
async function placed<Result>(
  { device, n, p }: Observations,
  { pace, op }: RidgeErrorsRun,
  body: (place: Place) => Promise<Result>,
): Promise<Result> {
  const dtype = defaultFloat(device.kind) as Place['dtype'];
  if (dtype === 'float64' || n * p * Math.min(n, p) > FOR_HOST) return body({ device, dtype, pace, op });
  const host = await openDevice({ device: 'cpu' });
  try {
    return await body({ device: host, dtype: 'float64', pace, op });
  } finally {
    host.close();
  }
}

/** A list of numbers for each penalty, and for each singular value. */
const table = (
  alphas: Float64Array,
  s: Float64Array,
  of: (alpha: number, sigma: number, k: number) => number,
): Float64Array =>
  Float64Array.from({ length: alphas.length * s.length }, (_, at) => {
    const [a, k] = [Math.floor(at / s.length), at % s.length];
    return of(alphas[a] as number, s[k] as number, k);
  });

/** Mean squared errors [penalties, folds]; of several targets their mean. */
export function ridgeFoldErrors(
  data: Observations,
  settings: DesignSettings,
  folds: readonly Fold[],
  alphas: Float64Array,
  run: RidgeErrorsRun,
): Promise<Float64Array> {
  return placed(data, run, place => foldErrorsAt(place, data, settings, folds, alphas, run));
}

async function foldErrorsAt(
  place: Place,
  data: Observations,
  settings: DesignSettings,
  folds: readonly Fold[],
  alphas: Float64Array,
  run: RidgeErrorsRun,
): Promise<Float64Array> {
  const errors = new Float64Array(alphas.length * folds.length);
  for (const [f, fold] of folds.entries()) {
    checkWeights(data.weights, fold, f, run.op);
    const scope = new Scope();
    try {
      const design = designOf(data, settings, fold.train);
      const parts = await decomposed(design, place, run, scope);
      (await errorsOf(data, design, fold.test, parts, alphas, place, scope)).forEach(
        (error, a) => (errors[a * folds.length + f] = error),
      );
    } finally {
      scope.close();
    }
    run.tell(f + 1);
  }
  return errors;
}

/** Of the models of one fold on other rows: [penalties]. */
async function errorsOf(
  { x, y, p, targets, weights }: Observations,
  { means, yMeans, scales, squares }: Design,
  rows: Uint32Array,
  { vt, s, products, unit, yUnit }: Parts,
  alphas: Float64Array,
  place: Place,
  scope: Scope,
): Promise<Float64Array> {
  const { op, pace } = place;
  const keep = (t: Tensor): Tensor => scope.keep(t);
  const roots = Float64Array.from(rows, row => Math.sqrt(weights?.[row] ?? 1));
  const own = new Float64Array(rows.length * p);
  rows.forEach((row, i) => {
    for (let j = 0; j < p; j++) {
      const value = ((x[row * p + j] as number) - (means[j] as number)) / (scales[j] as number);
      // A column without spread among the fold's rows has the coefficient 0.
      own[i * p + j] = squares[j] === 0 ? 0 : value * unit * (roots[i] as number);
    }
  });
  const along = await rowProducts(uploaded(place, own, [rows.length, p], scope), vt, op, scope, pace);
  const total = squareSum(roots);
  const errors = new Float64Array(alphas.length);
  for (let target = 0; target < targets; target++) {
    const shares = table(alphas, s, (alpha, sigma, k) => {
      const product = products[target * s.length + k] as number;
      return sigma > 0 ? (product * sigma) / (sigma * sigma + alpha * unit * unit) : 0;
    });
    const coefs = uploaded(place, shares, [alphas.length, s.length], scope);
    const predictions = await rowProducts(coefs, along, op, scope, pace);
    const wanted = Float64Array.from(
      rows,
      (row, i) => ((y[row * targets + target] as number) - (yMeans[target] as number)) * yUnit * (roots[i] as number),
    );
    const residuals = keep(sub(uploaded(place, wanted, [1, rows.length], scope), predictions));
    const sums = await keep(sum(keep(square(residuals)), { axis: 1 })).data();
    for (let a = 0; a < alphas.length; a++)
      errors[a] = (errors[a] as number) + (sums[a] as number) / (total * targets * yUnit * yUnit);
  }
  return errors;
}

export interface LeaveOneOut {
  /** Squared errors [penalties, rows], each times its row's weight; of several targets their mean. */
  readonly errors: Float64Array;
  /** [penalties]: Σe² / n over (1 − tr H / n)², generalised cross-validation (Golub, Heath and Wahba 1979). */
  readonly gcv: Float64Array;
}

/** Singular values below so many roundings of the largest, times the root of the longer side, are none. */
const ROUNDINGS = 8;

/**
 * The error on a row of the model that was fitted to all others is e / (1 − h), for its residual e in the model of all and its element h
 * of H = 1·1ᵀ/n + U·diag(σ²/(σ² + α))·Uᵀ. Both are summed from what is left, α/(σ² + α), not from what is taken off:
 *
 *     e = y − U·Uᵀy + U·diag(α/(σ² + α))·Uᵀy,   1 − h = 1 − 1/n − Σ u² + Σ u²·α/(σ² + α)
 *
 * and what stands before the last terms is 0 where U spans all that the intercept leaves.
 */
export function leaveOneOut(
  data: Observations,
  settings: DesignSettings,
  alphas: Float64Array,
  run: RidgeErrorsRun,
): Promise<LeaveOneOut> {
  return placed(data, run, place => leaveOneOutAt(place, data, settings, alphas, run));
}

async function leaveOneOutAt(
  place: Place,
  data: Observations,
  settings: DesignSettings,
  alphas: Float64Array,
  run: RidgeErrorsRun,
): Promise<LeaveOneOut> {
  const scope = new Scope();
  try {
    const design = designOf(data, settings);
    const { n, p, targets } = design;
    const { ut, s, products, y, unit, yUnit } = await decomposed(design, place, run, scope);
    const rounding = place.dtype === 'float64' ? 2 ** -52 : 2 ** -23;
    const least = ROUNDINGS * Math.sqrt(Math.max(n, p)) * rounding * (s[0] ?? 0);
    const weights = data.weights ?? new Float64Array(n).fill(1);
    const total = weights.reduce((all, weight) => all + weight, 0);
    const room = weights.filter(weight => weight > 0).length - Number(settings.fitIntercept);
    const rank = Math.min(room, s.filter(sigma => sigma > least).length);
    const kept = s.subarray(0, rank);
    const left = (alpha: number, sigma: number): number =>
      (alpha * unit * unit) / (sigma * sigma + alpha * unit * unit);
    const across = turned(scope.keep(ut.slice(0, rank)), run.op, scope);
    const dense = async (rows: Float64Array, count: number, b: Tensor): Promise<ArrayLike<number>> =>
      rank === 0
        ? new Float64Array(count * n)
        : (await rowProducts(uploaded(place, rows, [count, rank], scope), b, run.op, scope, run.pace)).data();
    const squares = scope.keep(square(across));
    const K = alphas.length;
    const [ofRows, shares, target] = await Promise.all([
      dense(new Float64Array(rank).fill(1), 1, squares),
      dense(table(alphas, kept, left), K, squares),
      y.data(),
    ]);
    const isWhole = rank === room;
    const rest = Float64Array.from(weights, (weight, i) => {
      if (weight === 0) return 1;
      return isWhole ? 0 : Math.max(0, 1 - (settings.fitIntercept ? weight / total : 0) - (ofRows[i] as number));
    });
    const errors = new Float64Array(K * n);
    const gcv = new Float64Array(K);
    for (let t = 0; t < targets; t++) {
      const z = products.subarray(t * s.length, t * s.length + rank);
      const [fit, along] = await Promise.all([
        dense(Float64Array.from(z), 1, across),
        dense(
          table(alphas, kept, (alpha, sigma, k) => left(alpha, sigma) * (z[k] as number)),
          K,
          across,
        ),
      ]);
      for (let a = 0; a < K; a++) {
        let [squareOf, trace] = [0, 0];
        for (let i = 0; i < n; i++) {
          const beyond = isWhole || weights[i] === 0 ? 0 : (target[t * n + i] as number) - (fit[i] as number);
          const error = (beyond + (along[a * n + i] as number)) / yUnit;
          const share = (rest[i] as number) + (shares[a * n + i] as number);
          squareOf += error * error;
          trace += share;
          errors[a * n + i] = (errors[a * n + i] as number) + (error / share) ** 2 / targets;
        }
        gcv[a] = (gcv[a] as number) + (n * squareOf) / (trace * trace) / targets;
      }
    }
    run.tell(1);
    return { errors, gcv };
  } finally {
    scope.close();
  }
}
