/**
 * `lowRank`: the best approximation of a matrix by one of low rank, by the rank wanted or the error allowed; and how far off it
 * is. The truncation that `pca` shares is here, too.
 */
import { contiguous, mul, sub } from '../arith/index.ts';
import { OptionError, ShapeError } from '../errors.ts';
import { asOwnFloat, inNameOf, matmul, randomizedSvd, svd, type Svd } from '../linalg/index.ts';
import { norm } from '../norm/index.ts';
import { checkOptions, show } from '../options.ts';
import {
  Pace,
  Scope,
  scoped,
  showShape,
  stepsAtOnce,
  toFloat,
  toTensors,
  type Device,
  type LongOptions,
  type Tensor,
  type TensorLike,
} from '../tensor/index.ts';

export type LowRankMethod = 'auto' | 'exact' | 'randomized';

export interface LowRankOptions extends LongOptions {
  /** How many singular values to keep. Give this or `tolerance`. */
  readonly rank?: number | undefined;
  /** The error allowed, ‖A − X‖_F / ‖A‖_F from 0 to 1: the least rank that keeps it is taken. */
  readonly tolerance?: number | undefined;
  /** By `svd`, by `randomizedSvd`, or 'auto' (the default): whichever should be faster. */
  readonly method?: LowRankMethod | undefined;
  /** Of the randomised method. Default: 0. */
  readonly seed?: number | undefined;
  /** Where plain numbers land. */
  readonly device?: Device | undefined;
}

/** X = U·diag(s)·Vᵀ of rank `rank`, beside A. */
export interface LowRank extends Svd {
  readonly rank: number;
  /** ‖A − X‖_F */
  readonly error: number;
  /** ‖A − X‖_F / ‖A‖_F; 0 for a matrix of zeros. */
  readonly relativeError: number;
  /** X itself [m, n], computed from the factors when it is called. It is yours to dispose. */
  readonly approximation: () => Tensor;
}

/**
 * The matrix X of rank k that is closest to A [m, n] (Eckart and Young): U·diag(s)·Vᵀ with the k largest singular values, off by
 *
 *     ‖A − X‖_F = √(σ²ₖ₊₁ + σ²ₖ₊₂ + …)
 *
 * Give `rank` for k, or `tolerance` for the least k whose error is no more than that share of ‖A‖_F. The exact method adds the
 * error up from the singular values that were left out; the randomised one measures ‖A − X‖_F, which is within some percent of the
 * least possible. Where the error is to be below about 1e-6 of A, float32 cannot tell: that is rounding.
 *
 * 'auto' counts operations: few singular values of a large matrix are found by `randomizedSvd`, of a small one by `svd`. With a
 * tolerance the randomised method tries ranks that double until one will do.
 *
 * ```ts
 * const { rank, error, approximation } = await lowRank([[3, 0], [0, 4]], { rank: 1 });
 * await approximation().toArray(); // [[0, 0], [0, 4]], and error is 3
 * ```
 */
export async function lowRank(a: TensorLike, options: LowRankOptions): Promise<LowRank> {
  const op = 'lowRank';
  checkOptions(op, options, ['rank', 'tolerance', 'method', 'seed', 'device', 'signal', 'onProgress']);
  const { rank, tolerance } = options;
  if ((rank === undefined) === (tolerance === undefined))
    throw new OptionError(
      `${op}: ${rank === undefined ? 'neither rank nor tolerance is given' : 'both rank and tolerance are given'}. Give one of them.`,
    );
  if (tolerance !== undefined && !(typeof tolerance === 'number' && tolerance >= 0 && tolerance <= 1))
    throw new OptionError(`${op}: tolerance is ${show(tolerance)}. Give a share of the norm, from 0 to 1.`);
  const scope = new Scope();
  try {
    const [given] = toTensors([a], op, scope, options.device) as [Tensor];
    if (given.ndim !== 2)
      throw new ShapeError(`${op}: the shape ${showShape(given.shape)} is no matrix. Give one matrix [m, n].`);
    const source = toFloat(given, op, scope);
    const method = checkMethod(options.method, op);
    const most = Math.min(...source.shape);
    if (rank !== undefined && (!Number.isInteger(rank) || rank < 1 || rank > most))
      throw new OptionError(
        `${op}: rank is ${show(rank)}, and ${showShape(source.shape)} has ${most} singular values. ${most > 0 ? `Give a whole number from 1 to ${most}` : 'Check size first'}.`,
      );
    const found =
      rank === undefined
        ? await byTolerance(source, tolerance ?? 0, method, options, op, scope)
        : await byRank(source, rank, method, options, op, scope);
    const { u, s, vt } = found;
    for (const one of [u, s, vt]) scope.result(one);
    return { ...found, approximation: () => product(found) };
  } finally {
    scope.close();
  }
}

const product = ({ u, s, vt }: Svd): Tensor => scoped(scope => matmul(scope.keep(mul(u, s)), vt));

/** What is found of a matrix before the result is handed out. */
type Approximation = Omit<LowRank, 'approximation'>;

type Settings = LongOptions & Pick<LowRankOptions, 'seed'>;

export function checkMethod(method: LowRankMethod | undefined, op: string): LowRankMethod {
  const known = ['auto', 'exact', 'randomized'] as const;
  if (method === undefined) return 'auto';
  if (!known.includes(method))
    throw new OptionError(`${op}: method is ${show(method)}. Give one of ${known.map(show).join(', ')}.`);
  return method;
}

/** Below it the exact method is done before anybody waits. */
const SMALL = 128;

/** True where `rank` singular values take clearly fewer operations by sketches than all of them do by rotations. */
export function isRandomized(method: LowRankMethod, rank: number, [m = 0, n = 0]: readonly number[]): boolean {
  if (method !== 'auto') return method === 'randomized';
  const [long, short] = [Math.max(m, n), Math.min(m, n)];
  // Two triangular factorisations, then some ten sweeps of rotations; two products an iteration, and the bases between.
  const exact = 4 * long * short ** 2 + 60 * short ** 3;
  const sampled = 20 * long * (short + rank + 10) * (rank + 10);
  return short > SMALL && 2 * sampled < exact;
}

async function byRank(
  a: Tensor,
  rank: number,
  method: LowRankMethod,
  settings: Settings,
  op: string,
  scope: Scope,
): Promise<Approximation> {
  if (!isRandomized(method, rank, a.shape)) return exactly(a, () => rank, settings, op, scope);
  const found = await sketch(a, rank, settings, op, scope);
  const error = await distanceTo(a, found, settings, op, scope);
  return { ...found, rank, error, relativeError: error === 0 ? 0 : error / (await normOf(a, scope)) };
}

/** Ranks that double, until the error is small enough or the exact method is no more work; then the least that will do. */
async function byTolerance(
  a: Tensor,
  tolerance: number,
  method: LowRankMethod,
  settings: Settings,
  op: string,
  scope: Scope,
): Promise<Approximation> {
  const most = Math.min(...a.shape);
  for (
    let rank = Math.min(16, most);
    rank > 0 && isRandomized(method, rank, a.shape);
    rank = Math.min(2 * rank, most)
  ) {
    const found = await sketch(a, rank, settings, op, scope);
    const beyond = await distanceTo(a, found, settings, op, scope);
    const size = await normOf(a, scope);
    if (beyond > tolerance * size && rank < most) {
      for (const one of [found.u, found.s, found.vt]) one.dispose();
      continue;
    }
    const values = Float64Array.from(await found.s.data());
    return cut(found, leastRank(values, beyond, size, tolerance), values, beyond, size, scope);
  }
  return exactly(a, (values, size) => leastRank(values, 0, size, tolerance), settings, op, scope);
}

/** How far off the first `rank` of some values are, and what lies `beyond` them all. Without any, all of A is left out. */
const errorOf = (values: Float64Array, rank: number, beyond: number, size: number): number =>
  rank === 0 ? size : Math.hypot(beyond, ...values.subarray(rank));

/** How many values must stay where the error may be a share of the whole `size`. */
function leastRank(values: Float64Array, beyond: number, size: number, tolerance: number): number {
  let rank = values.length;
  while (rank > 0 && errorOf(values, rank - 1, beyond, size) <= tolerance * size) rank--;
  return rank;
}

function cut(
  found: Svd,
  rank: number,
  values: Float64Array,
  beyond: number,
  size: number,
  scope: Scope,
): Approximation {
  const error = errorOf(values, rank, beyond, size);
  return { ...truncated(found, rank, scope), rank, error, relativeError: error === 0 ? 0 : error / size };
}

/** By all singular values, of which `choose` says how many to keep. */
async function exactly(
  a: Tensor,
  choose: (values: Float64Array, size: number) => number,
  { signal, onProgress }: Settings,
  op: string,
  scope: Scope,
): Promise<Approximation> {
  const found = kept(await inNameOf(op, 'svd', svd(a, { signal, onProgress })), scope);
  const values = Float64Array.from(await found.s.data());
  const size = Math.hypot(...values);
  return cut(found, choose(values, size), values, 0, size, scope);
}

async function sketch(
  a: Tensor,
  rank: number,
  { seed, signal, onProgress }: Settings,
  op: string,
  scope: Scope,
): Promise<Svd> {
  return kept(await inNameOf(op, 'randomizedSvd', randomizedSvd(a, { rank, seed, signal, onProgress })), scope);
}

function kept(found: Svd, scope: Scope): Svd {
  for (const one of [found.u, found.s, found.vt]) scope.keep(one);
  return found;
}

/** The first `rank` of all factors, in memory of their own size. */
export function truncated({ u, s, vt }: Svd, rank: number, scope: Scope): Svd {
  if (rank === s.shape[0]) return { u, s, vt };
  return {
    u: scope.keep(contiguous(scope.keep(u.slice(0, rank, { axis: 1 })))),
    s: scope.keep(contiguous(scope.keep(s.slice(0, rank)))),
    vt: scope.keep(contiguous(scope.keep(vt.slice(0, rank)))),
  };
}

const normOf = async (a: Tensor, scope: Scope): Promise<number> => scope.keep(norm(a)).item();

/** Elements of the difference that are looked at in one go. */
const BLOCK = 2 ** 22;

/** ‖A − U·diag(s)·Vᵀ‖_F, block of rows by block of rows. */
async function distanceTo(
  a: Tensor,
  { u, s, vt }: Svd,
  { signal }: Settings,
  op: string,
  scope: Scope,
): Promise<number> {
  const [m = 0, n = 0] = a.shape;
  const rank = s.shape[0] ?? 0;
  const pace = new Pace(op, signal);
  const own = asOwnFloat(a, op, scope);
  const left = scope.keep(mul(u, s));
  const rows = Math.max(1, Math.min(m, Math.floor(BLOCK / n), Math.floor(stepsAtOnce(a.device) / (n * rank))));
  const parts: Tensor[] = [];
  for (let start = 0; start < m; start += rows) {
    const inner = new Scope();
    try {
      const block = inner.keep(matmul(inner.keep(left.slice(start, start + rows)), vt));
      const part = norm(inner.keep(sub(inner.keep(own.slice(start, start + rows)), block)));
      parts.push(scope.keep(part));
      await pace.spend(rows * n * (rank + 2), part);
    } finally {
      inner.close();
    }
  }
  return Math.hypot(...(await Promise.all(parts.map(part => part.item()))));
}
