/**
 * The leading singular values of a matrix and their vectors, as many as a rule asks for: subspace iteration with a basis
 * that grows until the rule is satisfied, and a bound on what is wrong to stop by. `randomizedSvd` is told its rank and iterates a
 * fixed number of times; this is for thresholds on singular values.
 *
 * A round has orthonormal Q [m, w] and finds the SVD of QᵀA, whose triplets (u, σ, v) have Aᵀu = σ·v to rounding. What they
 * miss is R = A·v − σ·u alone, orthogonal to all u: they are triplets of A − R·Vᵀ, which is within ‖R‖_F of A. So a function of
 * singular values that never enlarges distances, such as shrinking them, is off by no more. A·v begins the next round, too.
 * (Halko, Martinsson and Tropp, "Finding structure with randomness", 2011.)
 */
import { concat, mul, square, sub, sum } from '../arith/index.ts';
import { Pace, Scope, type LongOptions, type Tensor } from '../tensor/index.ts';
import { factorsAtPace } from './householder/factor.ts';
import { inNameOf } from './matrices.ts';
import { normalsAtPace } from './normals.ts';
import { orthonormalize } from './orthonormalize.ts';
import { rowProducts, turned } from './paced.ts';
import { svd } from './svd.ts';

export interface LeadingRun extends LongOptions {
  /** From descending σ and the ‖R‖ of each: how many triplets to take, and what the result misses by them. */
  readonly choose: (values: Float64Array, misses: Float64Array) => { readonly count: number; readonly miss: number };
  /** The norm that may be missed. */
  readonly tolerance: number;
  /** About how many triplets there will be. */
  readonly guess: number;
  /** Rows [·, n] to begin with: right singular vectors of a matrix that was not far away. */
  readonly basis?: Tensor | undefined;
  readonly seed: number;
  /** Multiplications above which it gives up. */
  readonly budget: number;
}

/** The triplets that were chosen. */
export interface Leading {
  /** [m, count] */
  readonly u: Tensor;
  readonly values: Float64Array;
  /** [count, n] */
  readonly vt: Tensor;
}

/** Columns beyond those that are wanted: how fast these converge goes with the first value beyond all. */
const BESIDE = 10;
/** A round that leaves more than this share of what was missed is too slow: a wider basis does better. */
const SLOW = 0.3;

/** Multiplications of a round: two products with the matrix, two factorisations of tall ones, rotations of a small one. */
export const roundCost = (m: number, n: number, width: number): number =>
  width * (2 * m * n + 5 * width * (m + n) + 60 * width ** 2);

/** Of a matrix [m, n] of magnitudes about 1, in the device's own float; undefined where the budget does not do. */
export async function leadingTriplets(
  a: Tensor,
  run: LeadingRun,
  op: string,
  scope: Scope,
): Promise<Leading | undefined> {
  const { choose, tolerance, guess, seed, budget, signal, onProgress } = run;
  const [m = 0, n = 0] = a.shape;
  const most = Math.min(m, n);
  const pace = new Pace(op, signal);
  const across = turned(a, op, scope);
  let width = Math.min(most, Math.max(guess, run.basis?.shape[0] ?? 0) + BESIDE);
  let spent = 0;
  let before = Infinity;
  let images = await imagesOf(a, run.basis, width, seed, op, scope, pace);
  for (let round = 0; ; round++) {
    const own = new Scope();
    try {
      own.keep(images);
      onProgress?.({ stage: 'round', done: round, total: round + 1 });
      const { u, values, vt } = await triplets(images, across, { signal }, op, own, pace);
      images = await rowProducts(a, vt, op, own, pace);
      spent += roundCost(m, n, width);
      const row = own.keep(a.device.upload(values, [1, width], a.dtype, op));
      const rest = own.keep(sub(images, own.keep(mul(u, row))));
      const squares = await own.keep(sum(own.keep(square(rest)), { axis: 0 })).data();
      const { count, miss } = choose(values, Float64Array.from(squares, Math.sqrt));
      const isWide = width === most || count <= width - BESIDE / 2;
      if (width === most || (isWide && round > 0 && miss <= tolerance)) {
        const [left, right] = [u.slice(0, count, { axis: 1 }), vt.slice(0, count)];
        return { u: scope.keep(left), values: values.subarray(0, count), vt: scope.keep(right) };
      }
      const grows = !isWide || (round > 0 && miss > SLOW * before);
      const rounds = grows || round === 0 ? 2 : Math.log(miss / tolerance) / Math.log(before / miss);
      const next = grows ? Math.min(most, Math.max(2 * width, count + BESIDE)) : width;
      if (spent + rounds * roundCost(m, n, next) > budget) return undefined;
      if (grows) {
        const further = await imagesOf(a, undefined, next - width, seed + round + 1, op, own, pace);
        images = own.keep(concat([images, further], { axis: 1 }));
      }
      before = grows ? Infinity : miss;
      width = next;
      scope.keep(own.result(images));
    } finally {
      own.close();
    }
  }
}

/** A·X for `width` columns X: those given, and random ones. */
async function imagesOf(
  a: Tensor,
  basis: Tensor | undefined,
  width: number,
  seed: number,
  op: string,
  scope: Scope,
  pace: Pace,
): Promise<Tensor> {
  const [, n = 0] = a.shape;
  const given = basis ? scope.keep(basis.slice(0, width)) : undefined;
  const missing = width - (given?.shape[0] ?? 0);
  const random = scope.keep(a.device.upload(await normalsAtPace(missing * n, seed, pace), [missing, n], a.dtype, op));
  return rowProducts(a, given ? scope.keep(concat([given, random])) : random, op, scope, pace);
}

/** The SVD of QᵀA for orthonormal Q of the span of some columns. */
async function triplets(
  columns: Tensor,
  across: Tensor,
  long: LongOptions,
  op: string,
  scope: Scope,
  pace: Pace,
): Promise<Leading> {
  const q = await orthonormalize(columns, op, scope, pace);
  // AᵀQ = Q₂·R, so that QᵀA = Rᵀ·Q₂ᵀ: its singular values are those of R.
  const reached = await rowProducts(across, turned(q, op, scope), op, scope, pace);
  const { q: second, r } = await factorsAtPace(reached, 'reduced', op, scope, pace);
  if (!second) throw new Error('broken invariant: Q was asked for');
  const small = await inNameOf(op, 'svd', svd(r, long));
  for (const one of [small.u, small.s, small.vt]) scope.keep(one);
  return {
    u: await rowProducts(q, small.vt, op, scope, pace),
    values: Float64Array.from(await small.s.data()),
    vt: await rowProducts(turned(small.u, op, scope), second, op, scope, pace),
  };
}
