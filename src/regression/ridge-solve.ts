/**
 * min ‖y − X·w‖² + α·‖w‖² by its equations, (XᵀX + α)·w = Xᵀy or, smaller where X is wide, (XXᵀ + α)·a = y with w = Xᵀa; or by singular
 * values. Large systems are made and factored on the device, in its own float. That factor then preconditions conjugate gradients in
 * doubles, on the host, which go on until what is left of the equations is rounding: on every device the result is that of doubles.
 */
import { add } from '../arith/index.ts';
import { NotPositiveDefiniteError } from '../errors.ts';
import { cholesky, matmul, svd, svdvals } from '../linalg/index.ts';
import { defaultFloat, openDevice, Scope, type Device, type LongOptions, type Pace } from '../tensor/index.ts';
import { isForHost, type RidgeSolver } from './choice.ts';
import { conjugateGradients } from './conjugate.ts';
import { atPace } from './descent.ts';
import { dot, gramOf } from './dots.ts';
import { columnsOf, onHost, type Fit } from './doubles/columns.ts';
import type { Problem } from './problem.ts';
import { factored, substituted } from './small-cholesky.ts';

export interface RidgeRun extends Pick<LongOptions, 'signal'> {
  readonly device: Device;
  readonly pace: Pace;
  readonly op: string;
}

export interface RidgeFound {
  /** One list for each y. */
  readonly weights: readonly Float64Array[];
  /** A bound on how far ‖y − X·w‖² + α·‖w‖² is above its minimum: the largest of all y. */
  readonly gap: number;
  /** Steps of refinement. */
  readonly iterations: number;
  readonly converged: boolean;
  /** The solver that did it: 'svd' where another one met a singular matrix. */
  readonly solver: RidgeSolver;
}

type Columns = Omit<Problem, 'y'>;

/** What may be left of the equations beside ‖y‖, each at its own scale, where their matrix is well enough conditioned. */
const LEFT = 1e-10;

/** Solves for all of `ys` with one factor. α may be 0; then `solver` is no 'dual', and the shortest solution is found. */
export async function solveRidge(
  x: Columns,
  ys: readonly Float64Array[],
  alpha: number,
  solver: RidgeSolver,
  run: RidgeRun,
): Promise<RidgeFound> {
  if (solver !== 'svd') {
    const system = solver === 'dual' ? await dualSystem(x, alpha, run) : await primalSystem(x, alpha, run);
    try {
      const found = system && (await solved(system, ys, alpha));
      if (found) return { ...found, solver };
    } finally {
      system?.dispose();
    }
  }
  return bySingularValues(x, ys, alpha, run);
}

/** A symmetric positive definite matrix, and what its inverse is about. */
interface System {
  readonly order: number;
  /** Multiplies by the matrix. */
  readonly times: (v: Float64Array) => Promise<Float64Array>;
  readonly precondition: (v: Float64Array) => Float64Array;
  /** What an equation is multiplied by to be compared with others. */
  readonly scales: Float64Array;
  /** What a solution leaves of the right side, which y makes. */
  readonly restOf: (y: Float64Array, solution: Float64Array) => Promise<Float64Array>;
  readonly weightsOf: (solution: Float64Array) => Promise<Float64Array>;
  /** Xᵀ·(y − X·w) − α·w, of weights whose solution left `rest`. */
  readonly gradientOf: (y: Float64Array, weights: Float64Array, rest: Float64Array) => Promise<Float64Array>;
  readonly dispose: () => void;
}

/** Products with a matrix that a solution asks for, about: so many are worth a way to a device. */
const FITS = 8;

async function primalSystem(x: Columns, alpha: number, run: RidgeRun): Promise<System | undefined> {
  const { n, p, squares } = x;
  const scales = squares.map(square => (square + alpha > 0 ? 1 / Math.sqrt(square + alpha) : 0));
  const factor = await factorOf(x.columns, p, n, scales, alpha, run);
  if (!factor) return undefined;
  const doubles = columnsOf(x, FITS, run);
  const nothing = new Float64Array(n);
  return {
    order: p,
    async times(v) {
      const { products } = await doubles.fit(nothing, v);
      return products.map((value, j) => alpha * (v[j] as number) - value);
    },
    precondition: preconditionerOf(factor, p, scales),
    scales,
    restOf: async (y, solution) => gradientOf(await doubles.fit(y, solution), solution, alpha),
    weightsOf: async solution => solution.map((value, j) => ((squares[j] as number) > 0 ? value : 0)),
    gradientOf: async (_y, _weights, rest) => rest,
    dispose: doubles.dispose,
  };
}

async function dualSystem(x: Columns, alpha: number, run: RidgeRun): Promise<System | undefined> {
  const { n, p, columns } = x;
  const rows = new Float64Array(n * p);
  const sums = new Float64Array(n);
  for (let j = 0; j < p; j++)
    for (let i = 0; i < n; i++) {
      const value = columns[j * n + i] as number;
      rows[i * p + j] = value;
      sums[i] = (sums[i] as number) + value * value;
    }
  await run.pace.spend(4 * n * p);
  const scales = sums.map(sum => 1 / Math.sqrt(sum + alpha));
  const factor = await factorOf(rows, n, p, scales, alpha, run);
  if (!factor) return undefined;
  // Rows are columns here: of Xᵀ, which makes Xᵀ·a of solutions.
  const doubles = columnsOf({ n: p, p: n, columns: rows }, FITS, run);
  const nothing = new Float64Array(p);
  const times: System['times'] = async v => {
    const { products } = await doubles.fit(nothing, v);
    return products.map((value, i) => alpha * (v[i] as number) - value);
  };
  return {
    order: n,
    times,
    precondition: preconditionerOf(factor, n, scales),
    scales,
    async restOf(y, solution) {
      const product = await times(solution);
      return y.map((value, i) => value - (product[i] as number));
    },
    weightsOf: async solution => (await doubles.fit(nothing, solution)).residuals.map(value => -value),
    gradientOf: async (y, weights) => gradientOf(await onHost(x, run).fit(y, weights), weights, alpha),
    dispose: doubles.dispose,
  };
}

const preconditionerOf =
  (factor: Float64Array, order: number, scales: Float64Array): System['precondition'] =>
  v =>
    substituted(
      factor,
      order,
      v.map((value, k) => value * (scales[k] as number)),
    ).map((value, k) => value * (scales[k] as number));

/**
 * The lower triangle L of S·(V·Vᵀ + α)·S = L·Lᵀ, for `count` vectors V of some length and scales S that make the diagonal 1, so that
 * columns of any size do no harm. Undefined where the matrix is not positive definite in doubles.
 */
async function factorOf(
  vectors: Float64Array,
  count: number,
  length: number,
  scales: Float64Array,
  alpha: number,
  run: RidgeRun,
): Promise<Float64Array | undefined> {
  // The equation of a vector without length is 1·w = 0.
  const shifts = scales.map(scale => (scale > 0 ? alpha * scale * scale : 1));
  // A device whose products are of doubles has no faster ones than the host.
  if (defaultFloat(run.device.kind) === 'float32' && !isForHost(count, length)) {
    const near = await deviceFactor(vectors, count, length, scales, shifts, run);
    if (near) return near;
  }
  const gram = new Float64Array(count * count);
  const list = Int32Array.from({ length: count }, (_, k) => k);
  await atPace(gramOf(vectors, length, list, 0, count, gram, count), run.pace);
  for (let k = 0; k < count; k++) {
    const scale = scales[k] as number;
    for (let l = 0; l < count; l++)
      gram[k * count + l] = (gram[k * count + l] as number) * scale * (scales[l] as number);
    gram[k * count + k] = (gram[k * count + k] as number) + (shifts[k] as number);
  }
  return atPace(factored(gram, count), run.pace);
}

/** Pivots of a diagonal of ones that are no more than so many roundings, times the order, cannot be told from 0. */
const ROUNDINGS = 8;

async function deviceFactor(
  vectors: Float64Array,
  count: number,
  length: number,
  scales: Float64Array,
  shifts: Float64Array,
  { device, op, pace }: RidgeRun,
): Promise<Float64Array | undefined> {
  const unit = new Float32Array(count * length);
  for (let k = 0; k < count; k++) {
    const scale = scales[k] as number;
    for (let i = k * length; i < (k + 1) * length; i++) unit[i] = (vectors[i] as number) * scale;
  }
  await pace.spend(count * length);
  const scope = new Scope();
  try {
    // All that travels goes before the first launch: behind it, it would wait in a copy.
    const rows = scope.keep(device.upload(unit, [count, length], 'float32', op));
    const diagonal = new Float32Array(count * count);
    for (let k = 0; k < count; k++) diagonal[k * (count + 1)] = shifts[k] as number;
    const shift = scope.keep(device.upload(diagonal, [count, count], 'float32', op));
    const matrix = scope.keep(add(scope.keep(matmul(rows, rows, { transposeB: true })), shift));
    const factor = new Float64Array(await scope.keep(cholesky(matrix)).data());
    const least = ROUNDINGS * count * 2 ** -23;
    for (let k = 0; k < count; k++) if (!((factor[k * (count + 1)] as number) ** 2 > least)) return undefined;
    return factor;
  } catch (error) {
    if (error instanceof NotPositiveDefiniteError) return undefined;
    throw error;
  } finally {
    scope.close();
  }
}

/** Rounds of refinement: each begins with what is left of the equations, found anew. */
const MOST_ROUNDS = 10;
/** What is left, beside the right side, where another round would work on rounding alone. */
const NOTHING = 16 * Number.EPSILON;
/** While the factor alone leaves no more than this of the equations, a round is one step; conjugate gradients cost a product more. */
const NEAR = 1e-3;

async function solved(
  system: System,
  ys: readonly Float64Array[],
  alpha: number,
): Promise<Omit<RidgeFound, 'solver'> | undefined> {
  const weights: Float64Array[] = [];
  let gap = 0;
  let iterations = 0;
  for (const y of ys) {
    let solution = new Float64Array(system.order);
    let rest = await system.restOf(y, solution);
    let left = sizeOf(rest, system.scales);
    const whole = left;
    let isNear = true;
    for (let round = 0; round < MOST_ROUNDS && left > NOTHING * whole; round++) {
      const change = isNear
        ? { solution: system.precondition(rest), iterations: 1 }
        : await conjugateGradients(system.times, system.precondition, rest);
      iterations += change.iterations;
      const next = solution.map((value, k) => value + (change.solution[k] as number));
      const nextRest = await system.restOf(y, next);
      const nextLeft = sizeOf(nextRest, system.scales);
      const before = left;
      if (nextLeft < left) [solution, rest, left] = [next, nextRest, nextLeft];
      if (isNear) isNear = nextLeft <= NEAR * before;
      else if (!(nextLeft <= before / 2)) break;
    }
    if (!(left <= LEFT * whole)) return undefined;
    const own = await system.weightsOf(solution);
    weights.push(own);
    const gradient = await system.gradientOf(y, own, rest);
    const slope = alpha > 0 ? squareOf(gradient) / alpha : inner(gradient, system.precondition(gradient));
    gap = Math.max(gap, slope);
  }
  return { weights, gap, iterations, converged: true };
}

const inner = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, value, k) => sum + value * (b[k] as number), 0);
const squareOf = (values: Float64Array): number => inner(values, values);

const sizeOf = (values: Float64Array, scales: Float64Array): number =>
  Math.sqrt(values.reduce((sum, value, k) => sum + (value * (scales[k] as number)) ** 2, 0));

/** Xᵀ·(y − X·w) − α·w: the gap is ‖gradient‖²/α, since that is what the dual point y − X·w proves. */
const gradientOf = ({ products }: Fit, weights: Float64Array, alpha: number): Float64Array =>
  products.map((value, j) => value - alpha * (weights[j] as number));

/** A device whose tensors are doubles. */
async function withDoubles<Result>(device: Device, body: (host: Device) => Promise<Result>): Promise<Result> {
  if (defaultFloat(device.kind) === 'float64') return body(device);
  const host = await openDevice({ device: 'cpu' });
  try {
    return await body(host);
  } finally {
    host.close();
  }
}

/** w = V·diag(σ / (σ² + α))·Uᵀ·y, in doubles; without α over the σ that are more than rounding beside the largest. */
async function bySingularValues(
  x: Columns,
  ys: readonly Float64Array[],
  alpha: number,
  { device, op, pace, signal }: RidgeRun,
): Promise<RidgeFound> {
  const { n, p } = x;
  const doubles = onHost(x, { pace });
  const k = Math.min(n, p);
  const [u, s, vt] = await withDoubles(device, async host => {
    const scope = new Scope();
    try {
      const turned = scope.keep(host.upload(x.columns, [p, n], 'float64', op));
      // Of Xᵀ: what is U there is V here.
      const parts = await svd(turned, { signal });
      for (const part of [parts.u, parts.s, parts.vt]) scope.keep(part);
      return Promise.all([parts.vt, parts.s, parts.u].map(part => part.data<Float64Array>()));
    } finally {
      scope.close();
    }
  });
  if (!u || !s || !vt) throw new Error('broken invariant: a decomposition has three parts');
  const least = alpha > 0 ? 0 : Math.max(n, p) * Number.EPSILON * (s[0] ?? 0);
  let gap = 0;
  const weights: Float64Array[] = [];
  for (const y of ys) {
    const own = new Float64Array(p);
    for (let a = 0; a < k; a++) {
      const sigma = s[a] as number;
      if (sigma <= least) continue;
      const share = (dot(u, a * n, y, n) * sigma) / (sigma * sigma + alpha);
      for (let j = 0; j < p; j++) own[j] = (own[j] as number) + share * (vt[j * k + a] as number);
    }
    for (let j = 0; j < p; j++) if (x.squares[j] === 0) own[j] = 0;
    weights.push(own);
    const fit = await doubles.fit(y, own);
    if (alpha > 0) gap = Math.max(gap, squareOf(gradientOf(fit, own, alpha)) / alpha);
    else {
      let above = 0;
      for (let a = 0; a < k; a++) if ((s[a] as number) > least) above += dot(u, a * n, fit.residuals, n) ** 2;
      gap = Math.max(gap, above);
    }
  }
  return { weights, gap, iterations: 1, converged: true, solver: 'svd' };
}

/** σ² / (σ² + α) of all singular values, descending: what ridge leaves of y along each. Without α, 1 where σ is more than rounding. */
export async function shrinkFactorsOf(
  x: Columns,
  alpha: number,
  { device, op, signal }: RidgeRun,
): Promise<Float64Array> {
  const { n, p } = x;
  const values = await withDoubles(device, async host => {
    const scope = new Scope();
    try {
      const columns = scope.keep(host.upload(x.columns, [p, n], 'float64', op));
      return await scope.keep(await svdvals(columns, { signal })).data<Float64Array>();
    } finally {
      scope.close();
    }
  });
  const least = Math.max(n, p) * Number.EPSILON * (values[0] ?? 0);
  return values.map(sigma => (sigma > least ? 1 / (1 + alpha / sigma / sigma) : 0));
}
