/**
 * The ways to a matrix with other singular values, and the choice between them. All work on the matrix brought to magnitudes
 * about 1, in the device's own float; what is done to singular values is done on the host, in doubles.
 */
import { mul } from '../arith/index.ts';
import {
  asOwnFloat,
  cutoffOf,
  inNameOf,
  leadingTriplets,
  polarCost,
  polarShrunk,
  roundCost,
  rowProducts,
  scaledMatrices,
  svd,
  svdvals,
  turned,
} from '../linalg/index.ts';
import { norm } from '../norm/index.ts';
import { castTensor, Pace, type LongOptions, type Scope, type Tensor } from '../tensor/index.ts';

export type Route = 'svd' | 'randomized' | 'polar';

/** What becomes of singular values: those above a bound stay, lowered by it or as they are; or a number of them does. */
export type Change = { readonly above: number; readonly lowered: boolean } | { readonly most: number };

export interface Wish extends LongOptions {
  readonly method: 'auto' | Route;
  /** Whether singular values are wanted. */
  readonly values: boolean;
  readonly returnBasis: boolean;
  readonly guess?: number | undefined;
  readonly basis?: Tensor | undefined;
  readonly seed: number;
}

/** The tensors are the caller's. */
export interface Changed {
  readonly x: Tensor;
  readonly rank: number;
  readonly s?: Tensor;
  readonly basis?: Tensor;
}

/** A matrix with magnitudes about 1, and what is known of it. */
interface Problem {
  readonly given: Tensor;
  /** The matrix times 2^exponent. */
  readonly unit: Tensor;
  readonly exponent: number;
  /** Of `unit`. */
  readonly change: Change;
  /** ‖unit‖_F */
  readonly size: number;
  /** No singular value of `unit` is above it. */
  readonly bound: number;
}

/** Singular vectors of a problem's matrix, and its values; as many as were found. */
interface Triplets {
  readonly u: Tensor;
  readonly values: Float64Array;
  readonly vt: Tensor;
}

/** A matrix of floats whose singular values are changed. */
export async function changed(given: Tensor, change: Change, wish: Wish, op: string, scope: Scope): Promise<Changed> {
  wish.signal?.throwIfAborted();
  if (given.size === 0) return nothing(given, wish, op);
  const problem = await problemOf(given, change, op, scope);
  const { bound } = problem;
  const none = 'most' in problem.change ? problem.change.most === 0 : problem.change.above >= bound;
  if (none) return nothing(given, wish, op);
  const exact = exactRoute(problem, wish);
  if (wish.method === 'randomized' || (wish.method === 'auto' && isWorthTrying(problem, wish, exact.cost))) {
    const budget = wish.method === 'auto' ? exact.cost / 2 : Infinity;
    const found = await byLeading(problem, wish, budget, op, scope);
    if (found) return rebuilt(problem, found, wish, op, scope);
  }
  return exact.route === 'polar'
    ? byPolar(problem, wish, op, scope)
    : rebuilt(problem, await bySvd(problem, wish, op, scope), wish, op, scope);
}

async function problemOf(given: Tensor, change: Change, op: string, scope: Scope): Promise<Problem> {
  const stack = scope.keep(asOwnFloat(given, op, scope).reshape([1, ...given.shape]));
  const { matrices, exponents } = await scaledMatrices(stack, given.shape, 0, op, scope);
  const unit = scope.keep(matrices.reshape(given.shape));
  const [exponent = 0] = exponents;
  const [size = NaN, ofColumns = NaN, ofRows = NaN] = await Promise.all(
    [undefined, 1, Infinity].map(ord => scope.keep(norm(unit, { ord })).item()),
  );
  // σ₁² ≤ ‖A‖₁·‖A‖_∞; a little above, for norms are rounded.
  const bound = Math.min(size, Math.sqrt(ofColumns * ofRows)) * (1 + 2 ** -12);
  const own = 'most' in change ? change : { ...change, above: change.above * 2 ** exponent };
  return { given, unit, exponent, change: own, size, bound };
}

/** Sides up to which all singular values are found before any choice has paid. */
const SMALL = 128;
/** Rounds that a randomised search takes, about. */
const ROUNDS = 4;
/** The rank that is tried where nobody has an idea of it. */
const UNKNOWN = 16;

/** Of the ways that always come to an end, the one with fewer operations. */
function exactRoute({ unit, change, bound }: Problem, wish: Wish): { route: Route; cost: number } {
  const [n = 0, m = 0] = unit.shape.toSorted((a, b) => a - b);
  const full = { route: 'svd', cost: 4 * m * n ** 2 + 60 * n ** 3 } as const;
  const canPolar = 'above' in change && change.lowered && !wish.returnBasis;
  if (wish.method === 'svd' || !canPolar) return full;
  const products = { route: 'polar', cost: polarCost(unit, change.above, bound) } as const;
  if (wish.method === 'polar') return products;
  return !wish.values && n > SMALL && products.cost < full.cost ? products : full;
}

/** Whether the leading values take far fewer operations, going by the rank that is told or that norms allow. */
function isWorthTrying({ unit, change, size }: Problem, { guess, basis }: Wish, cost: number): boolean {
  const [m = 0, n = 0] = unit.shape;
  if (Math.min(m, n) <= SMALL) return false;
  const rank = guess ?? basis?.shape[1] ?? expectedRank(change, size);
  return 2 * ROUNDS * roundCost(m, n, rank) < cost;
}

/** So many singular values above τ make a Frobenius norm of √rank·τ at least. */
const expectedRank = (change: Change, size: number): number =>
  'most' in change ? change.most : Math.min(UNKNOWN, Math.floor((size / change.above) ** 2));

/** What stays of descending values. Those up to `least` are rounding. */
function keptOf(change: Change, values: Float64Array, least: number): Float64Array {
  const stays = (value: number, i: number): boolean =>
    value > least && ('most' in change ? i < change.most : value > change.above);
  const kept = values.filter(stays);
  return 'above' in change && change.lowered ? kept.map(value => value - change.above) : kept;
}

async function bySvd({ unit }: Problem, { signal, onProgress }: Wish, op: string, scope: Scope): Promise<Triplets> {
  const { u, s, vt } = await inNameOf(op, 'svd', svd(unit, { signal, onProgress }));
  for (const one of [u, s, vt]) scope.keep(one);
  return { u, values: Float64Array.from(await s.data()), vt };
}

/** What the leading triplets may miss, in shares of ‖A‖_F: a few roundings of the sums that they come from. */
const MISSED = { float32: 2 ** -18, float64: 2 ** -42 } as const;

async function byLeading(
  { unit, change, size }: Problem,
  { guess, basis, seed, signal, onProgress }: Wish,
  budget: number,
  op: string,
  scope: Scope,
): Promise<Triplets | undefined> {
  const isAbove = 'above' in change;
  const choose = (values: Float64Array, misses: Float64Array): { count: number; miss: number } => {
    // A value that may yet pass the bound is watched, too.
    const counts = (i: number): boolean =>
      isAbove ? (values[i] ?? 0) + (misses[i] ?? 0) > change.above : i < change.most;
    return {
      count: isAbove ? values.filter(value => value > change.above).length : Math.min(change.most, values.length),
      miss: Math.hypot(...misses.filter((_, i) => counts(i))),
    };
  };
  const rows = basis && basis.size > 0 ? turned(asOwnFloat(basis, op, scope), op, scope) : undefined;
  return leadingTriplets(
    unit,
    {
      choose,
      tolerance: MISSED[unit.dtype as keyof typeof MISSED] * size,
      guess: guess ?? rows?.shape[0] ?? expectedRank(change, size),
      basis: rows,
      seed,
      budget,
      signal,
      onProgress,
    },
    op,
    scope,
  );
}

/** U·diag(kept)·Vᵀ */
async function rebuilt(
  { given, unit, exponent, change }: Problem,
  { u, values, vt }: Triplets,
  wish: Wish,
  op: string,
  scope: Scope,
): Promise<Changed> {
  const least = (values[0] ?? 0) * cutoffOf(given);
  const s = keptOf(change, values, least).map(value => value * 2 ** -exponent);
  const rank = s.length;
  if (rank === 0) return nothing(given, wish, op);
  const pace = new Pace(op, wish.signal);
  const row = scope.keep(unit.device.upload(s, [1, rank], unit.dtype, op));
  const left = scope.keep(mul(scope.keep(u.slice(0, rank, { axis: 1 })), row));
  const right = scope.keep(vt.slice(0, rank));
  const x = await rowProducts(left, turned(right, op, scope), op, scope, pace);
  return {
    x: castTensor(x, given.dtype, op),
    rank,
    ...(wish.values && { s: given.device.upload(s, [rank], given.dtype, op) }),
    ...(wish.returnBasis && { basis: castTensor(turned(right, op, scope), given.dtype, op) }),
  };
}

async function byPolar(
  { given, unit, exponent, change, bound }: Problem,
  wish: Wish,
  op: string,
  scope: Scope,
): Promise<Changed> {
  if ('most' in change) throw new Error('broken invariant: polar factors know no ranks');
  const [m = 0, n = 0] = unit.shape;
  const high = m >= n ? unit : turned(unit, op, scope);
  const { x: found, rank: counted } = await polarShrunk(high, change.above, bound, wish, op, scope);
  if (counted === 0) return nothing(given, wish, op);
  const upright = m >= n ? found : turned(found, op, scope);
  const x = castTensor(scope.keep(mul(upright, 2 ** -exponent)), given.dtype, op);
  if (!wish.values) return { x, rank: counted };
  scope.keep(x);
  const { signal, onProgress } = wish;
  const all = scope.keep(await inNameOf(op, 'svdvals', svdvals(unit, { signal, onProgress })));
  const values = Float64Array.from(await all.data());
  const s = keptOf(change, values, (values[0] ?? 0) * cutoffOf(given)).map(value => value * 2 ** -exponent);
  scope.result(x);
  return { x, rank: s.length, s: given.device.upload(s, [s.length], given.dtype, op) };
}

/** Zeros: no singular value is left. */
function nothing(given: Tensor, { values, returnBasis }: Wish, op: string): Changed {
  const { device, dtype, shape } = given;
  const upload = (size: number, own: readonly number[]): Tensor =>
    device.upload(new Float32Array(size), own, dtype, op);
  return {
    x: upload(given.size, shape),
    rank: 0,
    ...(values && { s: upload(0, [0]) }),
    ...(returnBasis && { basis: upload(0, [shape[1] ?? 0, 0]) }),
  };
}
