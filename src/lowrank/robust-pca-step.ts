/**
 * One threshold on the singular values of a matrix that changes a little from step to step: a sketch that begins with the
 * singular vectors of the step before, and what is made of it. Between the two lies the only readback: a square as wide as the
 * sketch. `shrinkSingularValues` goes on until what it misses is rounding; here the next step improves on it.
 *
 * With orthonormal Q of the span of X·V, and XᵀQ = Q₂·R, the singular values of R are those of X as far as Q reaches:
 * R = Jᵀ·Σ·Z gives X ≈ (Q·Zᵀ)·Σ·(Q₂·Jᵀ)ᵀ. A sketch as wide as X has all of them.
 */
import { concat, mul } from '../arith/index.ts';
import { factorsAtPace, inNameOf, normals, orthonormalize, rowProducts, svd, turned } from '../linalg/index.ts';
import { Scope, type LongOptions, type Pace, type Tensor } from '../tensor/index.ts';
import { smallSvd } from './small-svd.ts';

export interface Sketch {
  /** [m, w] and [n, w], with orthonormal columns. */
  readonly q: Tensor;
  readonly second: Tensor;
  /** [w, w] */
  readonly r: Tensor;
}

/** Columns beyond those whose values are expected to stay: they keep the first ones right. */
const BESIDE = 10;

/** Matrices with a side up to this are not sketched but taken whole: their spectra are all there is to read, too. */
const SMALL = 48;

/** How wide a sketch is that should hold `rank` values above the threshold. */
export function widthFor(rank: number, shape: readonly number[]): number {
  const fits = Math.min(...shape);
  return fits <= SMALL ? fits : Math.min(fits, rank + BESIDE);
}

/** Sketches X, a matrix in the device's own float; `basis` has rows [·, n] to begin with, and random ones follow them. */
export async function sketched(
  x: Tensor,
  basis: Tensor | undefined,
  width: number,
  seed: number,
  op: string,
  scope: Scope,
  pace: Pace,
): Promise<Sketch> {
  const [m = 0, n = 0] = x.shape;
  const known = basis ? scope.keep(basis.slice(0, width)) : undefined;
  const missing = width - (known?.shape[0] ?? 0);
  const parts = known ? [known] : [];
  if (missing > 0) parts.push(scope.keep(x.device.upload(normals(missing * n, seed), [missing, n], x.dtype, op)));
  const rows = parts.length > 1 ? scope.keep(concat(parts)) : (parts[0] ?? x);
  const across = turned(x, op, scope);
  let images = await rowProducts(x, rows, op, scope, pace);
  // What is random has seen nothing of X: it takes one product more.
  if (missing > 0 && width < Math.min(m, n)) {
    const first = await orthonormalize(images, op, scope, pace);
    const back = await orthonormalize(
      await rowProducts(across, turned(first, op, scope), op, scope, pace),
      op,
      scope,
      pace,
    );
    images = await rowProducts(x, turned(back, op, scope), op, scope, pace);
  }
  const q = await orthonormalize(images, op, scope, pace);
  const reached = await rowProducts(across, turned(q, op, scope), op, scope, pace);
  const { q: second, r } = await factorsAtPace(reached, 'reduced', op, scope, pace);
  if (!second) throw new Error('broken invariant: Q was asked for');
  return { q, second, r };
}

/** The singular values of a sketch, and the rows of J and Z. */
interface Small {
  readonly values: Float64Array;
  readonly j: Tensor;
  readonly z: Tensor;
}

/** Sketches up to this width are decomposed on the host, which takes less time there than an SVD's trips to a device. */
const HOST = 128;

/** `numbers` are those of R. */
export async function decomposed(
  { r }: Sketch,
  numbers: ArrayLike<number>,
  options: LongOptions,
  op: string,
  scope: Scope,
): Promise<Small> {
  const [width = 0] = r.shape;
  if (width <= HOST) {
    // Rows of R are nearly orthogonal after a warm start: it is they that become columns.
    const { u, s, v } = smallSvd(transposed(numbers, width), width);
    const rows = (lists: readonly Float64Array[]): Tensor =>
      scope.keep(r.device.upload(joined(lists, width), [width, width], r.dtype, op));
    return { values: s, j: rows(v), z: rows(u) };
  }
  const { u, s, vt } = await inNameOf(op, 'svd', svd(r, options));
  for (const one of [u, s, vt]) scope.keep(one);
  return { values: Float64Array.from(await s.data()), j: turned(u, op, scope), z: vt };
}

const transposed = (square: ArrayLike<number>, order: number): Float64Array =>
  Float64Array.from({ length: order * order }, (_, at) => square[(at % order) * order + Math.floor(at / order)] ?? 0);

function joined(lists: readonly Float64Array[], length: number): Float64Array {
  const out = new Float64Array(lists.length * length);
  lists.forEach((list, k) => out.set(list, k * length));
  return out;
}

export interface Shrunk {
  readonly x: Tensor;
  readonly rank: number;
  /** The sum of the singular values of `x`. */
  readonly nuclear: number;
  /** Rows [w, n] for the next sketch to begin with. */
  readonly basis: Tensor;
}

/** Each singular value made smaller by `tau`, those below it 0. */
export async function shrunk(
  { q, second }: Sketch,
  { values, j, z }: Small,
  tau: number,
  op: string,
  scope: Scope,
  pace: Pace,
): Promise<Shrunk> {
  const kept = values.filter(value => value > tau).map(value => value - tau);
  const rank = kept.length;
  const basis = await rowProducts(j, second, op, scope, pace);
  const [m = 0, n = 0] = [q.shape[0], second.shape[0]];
  if (rank === 0)
    return { x: scope.keep(q.device.upload(new Float32Array(m * n), [m, n], q.dtype, op)), rank, nuclear: 0, basis };
  const factors = scope.keep(q.device.upload(kept, [rank, 1], q.dtype, op));
  const left = await rowProducts(q, scope.keep(mul(scope.keep(z.slice(0, rank)), factors)), op, scope, pace);
  const right = turned(scope.keep(basis.slice(0, rank)), op, scope);
  const x = await rowProducts(left, right, op, scope, pace);
  return { x, rank, nuclear: kept.reduce((sum, value) => sum + value, 0), basis };
}

/** Sketches that a spectral norm takes. Some percent would do: it sets where μ begins. */
const ROUNDS = 3;

/** ‖X‖₂ of a matrix in the device's own float, about and from below; exactly where X is taken whole. */
export async function largestValue(x: Tensor, seed: number, op: string, scope: Scope, pace: Pace): Promise<number> {
  const width = widthFor(1, x.shape);
  const rounds = width === Math.min(...x.shape) ? 1 : ROUNDS;
  let basis: Tensor | undefined;
  let largest = NaN;
  for (let round = 0; round < rounds; round++) {
    const own = new Scope();
    try {
      const sketch = await sketched(x, basis, width, seed, op, own, pace);
      const { values, j } = await decomposed(sketch, await sketch.r.data(), {}, op, own);
      [largest = NaN] = values;
      basis = scope.keep(own.result(await rowProducts(j, sketch.second, op, own, pace)));
    } finally {
      own.close();
    }
  }
  return largest;
}
