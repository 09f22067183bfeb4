/**
 * `completeMatrix`: a matrix of low rank from some of its entries. Here is what it promises, and the way from what is given to
 * what comes out; how a method iterates is in svt.ts, impute.ts and als.ts.
 */
import { add, contiguous, mul } from '../../arith/index.ts';
import { DeviceMismatchError, DisposedError, OptionError } from '../../errors.ts';
import { matmul } from '../../linalg/index.ts';
import {
  checkDevice,
  checkSameDevice,
  defaultDevice,
  Pace,
  Scope,
  scoped,
  Tensor,
  type Device,
  type TensorLike,
} from '../../tensor/index.ts';
import { byAls } from './als.ts';
import { standardized, type Center, type Scale } from './center.ts';
import { lambdasOf, rankOf } from './choice.ts';
import { none, type Place } from './factors.ts';
import { byImpute } from './impute.ts';
import { countsOf, isCoordinates, readObservations, type Coordinates, type Observations } from './observations.ts';
import { checkState, readSettings, type CompleteMatrixOptions, type Settings } from './options.ts';
import { Pattern } from './pattern.ts';
import { predicted } from './predict.ts';
import type { CompletionState, CompletionStep, Found, Limits, Problem } from './run.ts';
import { bySvt } from './svt.ts';

/** X = center + scale ∘ U·diag(s)·Vᵀ, of which the last is of rank `rank`; without `scale` in the options, that is all 1. */
export interface CompletedMatrix {
  /** [m, rank], orthonormal columns. */
  readonly u: Tensor;
  /** [rank], descending. */
  readonly s: Tensor;
  /** [rank, n], orthonormal rows. */
  readonly vt: Tensor;
  readonly rank: number;
  readonly iterations: number;
  /** False where `maxIterations` came first. */
  readonly converged: boolean;
  /** ‖P(M − X)‖_F / ‖P(M)‖_F over what is observed, of M without its means and scales. */
  readonly residual: number;
  /** The weight of the nuclear norm in the end, by a method that has one. */
  readonly lambda: number | undefined;
  /** An entry an iteration; those of polishing are behind the others. */
  readonly history: readonly CompletionStep[];
  /** What goes on from here: `completeMatrix(…, { …, state })`. */
  readonly state: CompletionState;
  /** The means: `mean + rows[i] + columns[j]` is part of every X[i, j]. */
  readonly center: Center;
  /** `scale.rows[i]·scale.columns[j]` is what (U·diag(s)·Vᵀ)[i, j] is multiplied with in X[i, j]. */
  readonly scale: Scale;
  /** Rows and columns of which nothing is observed. They are left at the means. */
  readonly unobserved: { readonly rows: readonly number[]; readonly columns: readonly number[] };
  /** X[rows[k], columns[k]] as a tensor [k], which is yours to dispose. */
  readonly predict: (rows: ArrayLike<number>, columns: ArrayLike<number>) => Tensor;
  /** X itself [m, n], computed when it is called, and yours to dispose. */
  readonly approximation: () => Tensor;
  /** Gives all tensors back. `predict` and `approximation` end with it. */
  readonly dispose: () => void;
}

/**
 * A matrix of low rank from some of its entries: those of `observed` [m, n] where the mask is not 0 (without a mask, where it is
 * not NaN); or values [k] at `{ rows, columns, shape }`, for matrices that are too large to write down. P(·) is 0 but at these.
 *
 *  - 'als': X = U·Vᵀ with the least ‖P(M − X)‖²_F + λ(‖U‖²_F + ‖V‖²_F), by alternating least squares. For a rank that is known, or that
 *    shows. Fast, and with λ = 0 exact where enough is observed. Stops where the residual is no more than `tolerance`, or moves by less
 *    than that share of itself.
 *  - 'svt': singular value thresholding (Cai, Candès and Shen, 2010): the least τ‖X‖_* + ½‖X‖²_F with P(X) = P(M). Stops where the residual
 *    is no more than `tolerance`. `tau` is meant for entries of size about 1: scale it along with them.
 *  - 'soft-impute' (Mazumder, Hastie and Tibshirani, 2010): the least ½‖P(M − X)‖²_F + λ‖X‖_*, along a path of falling λ. Stops where
 *    ‖X − X₀‖_F ≤ tolerance·‖X₀‖_F for the last two. For entries with noise.
 *  - 'hard-impute': the same with the `rank` largest singular values as they are, in place of a nuclear norm.
 *  - 'proximal': X ← D_τ(X + step·P(M − X)), which is soft-impute with λ = τ/step and neither path nor momentum.
 *
 * The nuclear norm alone makes X smaller than what was observed, and does not find a matrix of low rank exactly; `polish` does, by
 * going on with 'als' and the rank that was found. `center` takes means off first, as is usual for ratings, and `scale` divides by what
 * rows and columns spread, so that those in large units do not rule: `tau`, `lambda`, `residual` and `s` are in units of those then,
 * predictions in those of the data. With both on 'both' that is the biScale of Hastie, Mazumder, Lee and Zadeh (2015). A row or
 * column of which nothing is observed is left at the means, and reported.
 *
 * Every iteration reads back some numbers of a small matrix and stays on the device with the rest, in about 50 bytes an entry and
 * 40·(m + n)·(rank + 20) more (twice that on cpu), with some 25 bytes an entry on the host; 'als' takes about 32·max(m, n)·rank² beside, and begins with up to 20 steps of
 * hard-impute. Masks are read once. A value that is not finite rejects with
 * `NonFiniteError`; different values for one place with `OptionError`, unless `duplicates` says what to make of them.
 *
 * ```ts
 * const { approximation } = await completeMatrix([[1, 2, NaN], [2, NaN, 6], [NaN, 6, 9]], undefined, { rank: 1 });
 * await approximation().toArray(); // [[1, 2, 3], [2, 4, 6], [3, 6, 9]]
 *
 * const ratings = await completeMatrix(stars, { rows: users, columns: films, shape: [30_000, 5_000] }, {
 *   method: 'soft-impute',
 *   center: 'both',
 * });
 * await ratings.predict([17], [3]).data(); // how user 17 would like film 3
 * ```
 */
export async function completeMatrix(
  observed: TensorLike,
  where?: TensorLike | Coordinates,
  options: CompleteMatrixOptions = {},
): Promise<CompletedMatrix> {
  const op = 'completeMatrix';
  const settings = readSettings(options, op);
  const device = deviceOf([observed, isCoordinates(where) ? undefined : where], options.device, op);
  const pace = new Pace(op, options.signal);
  const known = await readObservations(observed, where, settings.duplicates, op);
  const { m, n } = known;
  const { rank } = settings;
  if (typeof rank === 'number' && rank > Math.min(m, n))
    throw new OptionError(
      `${op}: rank is ${rank}, and a matrix [${m}, ${n}] has ${Math.min(m, n)} singular values. Give no more.`,
    );
  checkState(settings.state, settings.method, m, n, known.values.length, op);
  const { rest, center, scale } = await standardized(known, settings, pace);
  const scope = new Scope();
  try {
    const place: Place = { pattern: new Pattern(rest, device, op, scope), op, pace };
    const problem = problemOf(rest, place, scope);
    const { found, lambda } = problem
      ? await solved(problem, rest, settings, scope)
      : { found: nothingToDo(settings, place, scope), lambda: undefined };
    return resultOf(found, lambda, problem?.unit ?? 1, { known, center, scale }, place, scope);
  } finally {
    scope.close();
  }
}

/** That of the tensors, else the one that is named, else the default. */
function deviceOf(given: readonly unknown[], named: Device | undefined, op: string): Device {
  const tensors = given.filter(one => one instanceof Tensor);
  if (named !== undefined) checkDevice(named, op);
  checkSameDevice(tensors, op);
  const own = tensors[0]?.device;
  if (own && named && own !== named)
    throw new DeviceMismatchError(
      `${op}: the tensor is on '${own.kind}', the option names '${named.kind}'. Use t.to(device) first.`,
    );
  const device = own ?? named ?? defaultDevice();
  device.engine.assertOpen(op);
  return device;
}

/** The values in units of a power of two; undefined where all are 0. */
function problemOf({ values }: Observations, place: Place, scope: Scope): Problem | undefined {
  const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  if (most === 0) return undefined;
  const unit = 2 ** Math.floor(Math.log2(most));
  const scaled = values.map(value => value / unit);
  const { device, dtype } = place.pattern;
  const size = Math.sqrt(scaled.reduce((sum, value) => sum + value ** 2, 0));
  return { place, values: scope.keep(device.upload(scaled, [scaled.length], dtype, place.op)), size, unit };
}

async function solved(
  problem: Problem,
  known: Observations,
  settings: Settings,
  scope: Scope,
): Promise<{ found: Found; lambda: number | undefined }> {
  const { method, state, tolerance, maxIterations, seed, signal, onProgress, polish } = settings;
  const telling = (stage: string, total: number) => (done: number) => {
    onProgress?.({ stage, done, total });
    signal?.throwIfAborted();
  };
  const limits = { tolerance, maxIterations, seed, tell: telling('iteration', maxIterations), state };
  const { m, n } = known;
  if (method === 'als') {
    const rank = state ? (state.tensors['u']?.shape[1] ?? 0) : await rankOf(problem, known, settings, scope);
    const lambda = typeof settings.lambda === 'number' ? settings.lambda : 0;
    return { found: await byAls(problem, { ...limits, rank, lambda, from: undefined }, scope), lambda: undefined };
  }
  const first = await byNorm(problem, known, settings, limits, scope);
  const { found } = first;
  const rank = found.x.s.length;
  if (!polish || rank === 0) return first;
  const als = { ...limits, state: undefined, rank: Math.min(rank, m, n), lambda: 0, from: found.x.v };
  const end = await byAls(
    problem,
    { ...als, tolerance: Math.min(tolerance, POLISHED), maxIterations: LONGEST, tell: telling('polish', LONGEST) },
    scope,
  );
  const history = [
    ...found.history,
    ...end.history.map(step => ({ ...step, iteration: found.iterations + step.iteration })),
  ];
  const iterations = found.iterations + end.iterations;
  return { ...first, found: { ...end, iterations, history, state: found.state } };
}

/** The residual that polishing goes on to, and its iterations at most. */
const [POLISHED, LONGEST] = [1e-6, 100];

async function byNorm(
  problem: Problem,
  known: Observations,
  settings: Settings,
  limits: Limits & Pick<Settings, 'state'>,
  scope: Scope,
): Promise<{ found: Found; lambda: number | undefined }> {
  const { method, step, maxRank, rank, accelerated, tau, delta } = settings;
  const { m, n } = known;
  if (method === 'svt') {
    const options = { ...limits, tau: tau ?? 5 * Math.sqrt(m * n), delta };
    return { found: await bySvt(problem, options, scope), lambda: undefined };
  }
  if (method === 'hard-impute') {
    const most = typeof rank === 'number' ? rank : 1;
    const options = { ...limits, method, lambdas: [0], step: 1, maxRank: most, accelerated: false };
    return { found: await byImpute(problem, options, scope), lambda: undefined };
  }
  const own = { ...limits, maxRank: Math.min(maxRank ?? Infinity, m, n) };
  if (method === 'proximal') {
    const lambda = (tau ?? 0) / step;
    const options = { ...own, method, lambdas: [lambda], step, accelerated: false };
    return { found: await byImpute(problem, options, scope), lambda };
  }
  const lambdas = await lambdasOf(problem, known, settings, scope);
  const options = { ...own, method: 'soft-impute' as const, lambdas, step: 1, accelerated };
  return { found: await byImpute(problem, options, scope), lambda: lambdas.at(-1) };
}

/** All that is known is 0 once the means are off, and so is X. */
function nothingToDo({ method }: Settings, place: Place, scope: Scope): Found {
  const { m, n, count } = place.pattern;
  const state: CompletionState = { method, shape: [m, n], count, iteration: 0, history: [], numbers: {}, tensors: {} };
  return { x: none(place, scope), iterations: 0, converged: true, residual: 0, history: [], state };
}

function resultOf(
  { x, ...found }: Found,
  lambda: number | undefined,
  unit: number,
  { known, center, scale }: { known: Observations; center: Center; scale: Scale },
  { pattern: { device, dtype }, op }: Place,
  scope: Scope,
): CompletedMatrix {
  const { m, n } = known;
  const rank = x.s.length;
  const [rowCounts, columnCounts] = [countsOf(known.rows, m), countsOf(known.columns, n)];
  // What rounding leaves in rows and columns without entries is not theirs.
  const only = (t: Tensor, counts: Uint32Array): Tensor => {
    if (!counts.includes(0)) return t;
    const seen = scope.keep(device.upload(Float32Array.from(counts, Math.sign), [counts.length, 1], dtype, op));
    return scope.keep(mul(t, seen));
  };
  const u = scope.result(only(x.u, rowCounts));
  const s = device.upload(
    x.s.map(value => value * unit),
    [rank],
    dtype,
    op,
  );
  const v = scope.keep(only(x.v, columnCounts));
  const vt = contiguous(scope.keep(v.permuted([1, 0])));
  const times = (t: Tensor, by: Float64Array): Tensor => {
    if (by.every(value => value === 1)) return t;
    return scope.keep(mul(t, scope.keep(device.upload(by, [by.length, 1], dtype, op))));
  };
  const [left, right] = [scope.result(times(scope.keep(mul(u, s)), scale.rows)), scope.result(times(v, scale.columns))];
  const parts = [u, s, vt, left, right];
  const check = (name: string): void => {
    if (left.disposed) throw new DisposedError(`${name}: this result was disposed. Use it before dispose().`);
  };
  const missing = (counts: Uint32Array): number[] => Array.from(counts.keys()).filter(key => counts[key] === 0);
  return {
    ...found,
    u,
    s,
    vt,
    rank,
    lambda,
    center,
    scale,
    unobserved: { rows: missing(rowCounts), columns: missing(columnCounts) },
    predict(rows, columns) {
      check('predict');
      return predicted(rows, columns, { m, n, left, right, center });
    },
    approximation() {
      check('approximation');
      return scoped(inner => {
        const product = inner.keep(matmul(left, right, { transposeB: true }));
        const row = inner.keep(
          device.upload(
            center.columns.map(value => value + center.mean),
            [1, n],
            dtype,
            op,
          ),
        );
        const column = inner.keep(device.upload(center.rows, [m, 1], dtype, op));
        return add(inner.keep(add(product, row)), column);
      });
    },
    dispose() {
      for (const one of parts) one.dispose();
    },
  };
}
