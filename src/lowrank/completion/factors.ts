/**
 * Matrices of low rank as their factors, sparse matrices beside them, and the leading singular triplets of a sum of both: a
 * subspace that is multiplied by it and back, and a small SVD on the host. Nothing here is as large as the whole matrix.
 */
import { add, concat, contiguous, mul, sub } from '../../arith/index.ts';
import { ConvergenceError } from '../../errors.ts';
import { factorsAtPace, matmul, normals, smallSvd, type SmallSvd } from '../../linalg/index.ts';
import { norm } from '../../norm/index.ts';
import { emptyTensor, type Pace, type Scope, type Tensor } from '../../tensor/index.ts';
import type { Pattern } from './pattern.ts';

/** U·diag(s)·Vᵀ with orthonormal columns: u [m, r], v [n, r], and `left`, which is U·diag(s). */
export interface Triplets {
  readonly u: Tensor;
  readonly left: Tensor;
  readonly s: Float64Array;
  readonly v: Tensor;
}

/** S + Σ left·rightᵀ: values of a sparse matrix in both orders, and thin factors. */
export interface Sum {
  readonly values: Tensor;
  readonly turned: Tensor;
  readonly parts: readonly { readonly left: Tensor; readonly right: Tensor }[];
}

/** Where a calculation runs. */
export interface Place {
  readonly pattern: Pattern;
  readonly op: string;
  readonly pace: Pace;
}

/** A·x for dense x [n, k], and Aᵀ·x for x [m, k] where `across`. */
async function applied(sum: Sum, x: Tensor, across: boolean, { pattern, pace }: Place, scope: Scope): Promise<Tensor> {
  let out = across
    ? await pattern.timesAcross(sum.turned, x, scope, pace)
    : await pattern.times(sum.values, x, scope, pace);
  for (const { left, right } of sum.parts) {
    const [outer, inner] = across ? [right, left] : [left, right];
    if ((inner.shape[1] ?? 0) === 0) continue;
    const small = scope.keep(matmul(scope.keep(inner.permuted([1, 0])), x));
    out = scope.keep(add(out, scope.keep(matmul(outer, small))));
    await pace.spend((pattern.m + pattern.n) * (inner.shape[1] ?? 0) * (x.shape[1] ?? 0), out);
  }
  return out;
}

/** Q·R of a tall matrix. */
export async function basisOf(x: Tensor, { op, pace }: Place, scope: Scope): Promise<{ q: Tensor; r: Tensor }> {
  const { q, r } = await factorsAtPace(x, 'reduced', op, scope, pace);
  if (!q) throw new Error('broken invariant: Q was asked for');
  return { q, r };
}

/** Columns [n, width] or more: those of a basis, and random ones behind them. */
export function widened(
  basis: Tensor | undefined,
  width: number,
  seed: number,
  { pattern, op }: Place,
  scope: Scope,
): Tensor {
  const { n, device, dtype } = pattern;
  const missing = width - (basis?.shape[1] ?? 0);
  if (basis && missing <= 0) return basis;
  const random = scope.keep(device.upload(normals(missing * n, seed), [n, missing], dtype, op));
  return basis ? scope.keep(concat([basis, random], { axis: 1 })) : random;
}

/** A = Q·(Q₂·R)ᵀ on the subspace that was reached. */
interface Reached {
  readonly q: Tensor;
  /** Orthonormal, too: where the next subspace begins. */
  readonly second: Tensor;
  readonly r: Tensor;
}

/**
 * Multiplies a basis [n, w] by A and back, `rounds` times. A basis of all columns or rows there are need not be multiplied twice: it
 * may as well be that of the axes.
 */
async function reach(known: Sum, basis: Tensor, rounds: number, place: Place, scope: Scope): Promise<Reached> {
  const { m, n, device, dtype } = place.pattern;
  const [, width = 0] = basis.shape;
  if (width === Math.min(m, n)) {
    const identity = Float32Array.from({ length: width * width }, (_, at) => Number(at % (width + 1) === 0));
    const axes = scope.keep(device.upload(identity, [width, width], dtype, place.op));
    const { q, r } = await basisOf(await applied(known, axes, m < n, place, scope), place, scope);
    return m < n ? { q: axes, second: q, r } : { q, second: axes, r: scope.keep(r.permuted([1, 0])) };
  }
  let from = basis;
  for (let round = 1; ; round++) {
    const { q } = await basisOf(await applied(known, from, false, place, scope), place, scope);
    const { q: second, r } = await basisOf(await applied(known, q, true, place, scope), place, scope);
    if (round >= rounds) return { q, second, r };
    from = second;
  }
}

/** Which of the descending singular values stay, and as what: a list that is not longer. */
export type Shrink = (values: Float64Array) => Float64Array;

/** Columns beyond those that are wanted: how fast these converge goes with the first value beyond all. */
const BESIDE = 10;

/** Where the next search begins: columns [n, w], w of them or more. */
export interface Warm {
  readonly basis?: Tensor | undefined;
  readonly width: number;
}

interface Search {
  readonly warm: Warm;
  /** Tensors of one number that are read in the same trip, and who hears of them, before anything is shrunk. */
  readonly also: readonly Tensor[];
  readonly heard?: ((numbers: readonly number[]) => void | Promise<void>) | undefined;
  readonly seed: number;
  /** How often the basis is multiplied there and back. */
  readonly rounds?: number;
}

/**
 * The leading triplets of a sum with changed singular values, by one multiplication there and back from a basis that was near:
 * they converge with the iteration that asks. Again and wider where nearly all of the values that were found stay.
 */
export async function shrunk(
  sum: Sum,
  shrink: Shrink,
  { warm, also, heard, seed, rounds = 1 }: Search,
  place: Place,
  scope: Scope,
): Promise<{ x: Triplets; values: Float64Array; warm: Warm }> {
  const { pattern, op } = place;
  const most = Math.min(pattern.m, pattern.n);
  let width = Math.min(most, Math.max(warm.width, 1));
  let { basis } = warm;
  for (let turn = 0; ; turn++) {
    const from = widened(basis, width, seed + turn, place, scope);
    const reached = await reach(sum, from, turn === 0 ? rounds : 2, place, scope);
    // Asked for in one breath, and read in one trip.
    const [data, ...numbers] = await Promise.all([
      reached.r.data(),
      ...(turn === 0 ? also : []).map(one => one.item()),
    ]);
    if (turn === 0) await heard?.(numbers);
    const small = smallSvd(data, width);
    const s = shrink(small.s);
    if (s.some(value => !Number.isFinite(value)))
      throw new ConvergenceError(`${op}: an iteration left the range of numbers. Give a smaller step.`);
    if (width < most && s.length > width - BESIDE / 2) {
      [basis, width] = [reached.second, Math.min(most, s.length + 2 * BESIDE)];
      continue;
    }
    const next = Math.min(most, s.length + (width > s.length + 2 * BESIDE ? BESIDE : width - s.length));
    const { x, turned } = triplets(reached, small, s, next, place, scope);
    return { x, values: small.s, warm: { basis: turned, width: next } };
  }
}

/** The first triplets of what was reached, with singular values `s`, and the first `next` right vectors. */
function triplets(
  reached: Reached,
  small: SmallSvd,
  s: Float64Array,
  next: number,
  place: Place,
  scope: Scope,
): { x: Triplets; turned: Tensor } {
  const { device, dtype } = place.pattern;
  const [rank, width] = [s.length, small.s.length];
  const columns = (list: readonly Float64Array[], count: number): Tensor => {
    const data = new Float64Array(width * count);
    list.slice(0, count).forEach((column, k) => column.forEach((value, i) => (data[i * count + k] = value)));
    return scope.keep(device.upload(data, [width, count], dtype, place.op));
  };
  // A is near Q·Rᵀ·Q₂ᵀ, and R = U·diag(s)·Vᵀ: left vectors of A are Q·V, right ones Q₂·U.
  const turned = scope.keep(matmul(reached.second, columns(small.u, next)));
  const u = scope.keep(matmul(reached.q, columns(small.v, rank)));
  const v = scope.keep(contiguous(scope.keep(turned.slice(0, rank, { axis: 1 }))));
  return { x: tripletsOf(u, s, v, place, scope), turned };
}

export function tripletsOf(
  u: Tensor,
  s: Float64Array,
  v: Tensor,
  { pattern: { device, dtype }, op }: Place,
  scope: Scope,
): Triplets {
  const row = scope.keep(device.upload(s, [1, s.length], dtype, op));
  return { u, left: scope.keep(mul(u, row)), s, v };
}

/** No triplets at all: a matrix of zeros. */
export function none({ pattern: { m, n, device, dtype }, op }: Place, scope: Scope): Triplets {
  const empty = (rows: number): Tensor => scope.keep(emptyTensor(device, [rows, 0], dtype, op));
  return { u: empty(m), left: empty(m), s: new Float64Array(0), v: empty(n) };
}

/**
 * Two numbers [1] whose squares add up to ‖X − X₀‖²_F. With T = V₀ᵀV, the rows of X − X₀ along V are (U·s − U₀·s₀·T)·Vᵀ, and the
 * others U₀·s₀·(V₀ − V·Tᵀ)ᵀ: no difference of large numbers, as ‖X‖² − 2⟨X, X₀⟩ + ‖X₀‖² would be.
 */
export function changeNorms(x: Triplets, before: Triplets, { pattern, op }: Place, scope: Scope): readonly Tensor[] {
  const size = (t: Tensor): Tensor => scope.keep(norm(t));
  if (before.s.length === 0) return [size(x.left)];
  if (x.s.length === 0) return [size(before.left)];
  const t = scope.keep(matmul(scope.keep(before.v.permuted([1, 0])), x.v));
  const along = scope.keep(sub(x.left, scope.keep(matmul(before.left, t))));
  const others = scope.keep(sub(before.v, scope.keep(matmul(x.v, scope.keep(t.permuted([1, 0]))))));
  const row = scope.keep(pattern.device.upload(before.s, [1, before.s.length], pattern.dtype, op));
  return [size(along), size(scope.keep(mul(others, row)))];
}
