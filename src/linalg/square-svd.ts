/**
 * The singular value decomposition of the square that a sketch comes down to. Up to a few dozen columns it is read and decomposed on
 * the host, in doubles, by textbook rotations: less than the trips of an SVD on the device, and no kernels to compile. Larger
 * ones are for `svd`.
 */
import type { LongOptions, Scope, Tensor } from '../tensor/index.ts';
import { inNameOf } from './matrices.ts';
import { turned } from './paced.ts';
import { svd } from './svd.ts';

/** R = Uᵀ·diag(s)·V: singular vectors are rows of `u` and `v`, `s` is descending. */
export interface SquareSvd {
  readonly u: Tensor;
  readonly s: Float64Array;
  readonly v: Tensor;
}

/** The most columns that the host takes. */
const HOST = 96;

/** Of R [k, k]; `numbers` are those of R, where somebody has read them already. What comes back belongs to the scope. */
export async function squareSvd(
  r: Tensor,
  options: LongOptions,
  op: string,
  scope: Scope,
  numbers?: ArrayLike<number>,
): Promise<SquareSvd> {
  const [k = 0] = r.shape;
  if (k <= HOST) {
    // R is triangular: its rows are nearer to being orthogonal than its columns, so it is they that become columns.
    const { u, s, v } = smallSvd(transposed(numbers ?? (await r.data()), k), k);
    const rows = (lists: readonly Float64Array[]): Tensor =>
      scope.keep(r.device.upload(joined(lists, k), [k, k], r.dtype, op));
    // Of singular values that are nothing one side has no vectors; `svd` completes them.
    if ((s[k - 1] ?? 0) > NOTHING * (s[0] ?? 0)) return { u: rows(v), s, v: rows(u) };
  }
  const { u, s, vt } = await inNameOf(op, 'svd', svd(r, options));
  for (const one of [u, s, vt]) scope.keep(one);
  return { u: turned(u, op, scope), s: Float64Array.from(await s.data()), v: vt };
}

const transposed = (square: ArrayLike<number>, order: number): Float64Array =>
  Float64Array.from({ length: order * order }, (_, at) => square[(at % order) * order + Math.floor(at / order)] ?? 0);

function joined(lists: readonly Float64Array[], length: number): Float64Array {
  const out = new Float64Array(lists.length * length);
  lists.forEach((list, k) => out.set(list, k * length));
  return out;
}

/** A = U·diag(s)·Vᵀ: columns of U and V as lists, `s` descending. Where s is 0, the column of U is 0, too; V is orthonormal. */
export interface SmallSvd {
  readonly u: readonly Float64Array[];
  readonly s: Float64Array;
  readonly v: readonly Float64Array[];
}

const MOST_SWEEPS = 60;
/** Columns shorter than this share of all are as good as at right angles to the others. */
const NOTHING = 2 ** -60;

/**
 * Of a row-major matrix [k, k]. One-sided Jacobi (Hestenes 1958): columns are turned by twos, the longer one coming first (de Rijk),
 * until all are at right angles. Columns that nearly are, as after a warm start, take two sweeps.
 */
export function smallSvd(data: ArrayLike<number>, k: number): SmallSvd {
  const listed = (at: (i: number, j: number) => number): Float64Array[] =>
    Array.from({ length: k }, (_, j) => Float64Array.from({ length: k }, (_unused, i) => at(i, j)));
  const columns = listed((i, j) => data[i * k + j] ?? 0);
  const turns = listed((i, j) => Number(i === j));
  const tolerance = Math.max(8, k) * 2 ** -53;
  for (let sweep = 0; swept(columns, turns, tolerance) > tolerance; sweep++)
    if (sweep === MOST_SWEEPS) throw new Error('broken invariant: the sweeps of a finite matrix come to an end');
  const lengths = columns.map(column => Math.sqrt(dot(column, column)));
  const order = [...lengths.keys()].toSorted((i, j) => (lengths[j] ?? 0) - (lengths[i] ?? 0));
  const sorted = (all: readonly Float64Array[]): Float64Array[] => order.map(j => all[j] ?? new Float64Array(k));
  const s = Float64Array.from(order, j => lengths[j] ?? 0);
  const u = sorted(columns).map((column, j) => column.map(value => (s[j] ? value / s[j] : 0)));
  return { u, s, v: sorted(turns) };
}

function dot(x: Float64Array, y: Float64Array): number {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += (x[i] as number) * (y[i] as number);
  return total;
}

/** Meets all pairs of columns once. Returns the largest |cosine| that a pair had. */
function swept(columns: readonly Float64Array[], turns: readonly Float64Array[], tolerance: number): number {
  const squares = Float64Array.from(columns, column => dot(column, column));
  const least = NOTHING ** 2 * squares.reduce((sum, square) => sum + square, 0);
  let most = 0;
  for (const [p, x] of columns.entries())
    for (let q = p + 1; q < columns.length; q++) {
      const y = columns[q] ?? x;
      const [alpha, beta] = [squares[p] ?? 0, squares[q] ?? 0];
      const gamma = dot(x, y);
      const lengths = Math.sqrt(alpha) * Math.sqrt(beta);
      const cosine = Math.min(alpha, beta) > least ? Math.abs(gamma) / lengths : 0;
      most = Math.max(most, cosine);
      if (cosine <= tolerance && alpha >= beta) continue;
      // Of the two angles that make a right angle, the one by which the first column becomes the longer one.
      const half = (alpha - beta) / 2;
      const reach = Math.hypot(half, gamma);
      const [along, across] =
        half >= 0 ? [half + reach, gamma] : [Math.abs(gamma), gamma < 0 ? half - reach : reach - half];
      const length = Math.hypot(along, across);
      turn(x, y, along / length, across / length);
      turn(turns[p] ?? x, turns[q] ?? y, along / length, across / length);
      // Summed anew, since a difference of what was there loses what is small.
      squares[p] = dot(x, x);
      squares[q] = dot(y, y);
    }
  return most;
}

function turn(x: Float64Array, y: Float64Array, cosine: number, sine: number): void {
  for (let i = 0; i < x.length; i++) {
    const a = x[i] as number;
    const b = y[i] as number;
    x[i] = cosine * a + sine * b;
    y[i] = cosine * b - sine * a;
  }
}
