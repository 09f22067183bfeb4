/**
 * One threshold on the singular values of a matrix that changes a little from step to step: a sketch that begins with the
 * singular vectors of the step before, and what is made of it. Between the two lies the only readback: a square as wide as the
 * sketch. `shrinkSingularValues` goes on until what it misses is rounding; here the next step improves on it.
 *
 * With orthonormal Q of the span of X·V, and XᵀQ = Q₂·R, the singular values of R are those of X as far as Q reaches:
 * R = Uᵀ·Σ·V gives X ≈ (Q·Vᵀ)·Σ·(Q₂·Uᵀ)ᵀ. A sketch as wide as X has all of them.
 */
import { concat, mul } from '../arith/index.ts';
import {
  factorsAtPace,
  normals,
  orthonormalize,
  rowProducts,
  squareSvd,
  turned,
  type SquareSvd,
} from '../linalg/index.ts';
import { Scope, type Pace, type Tensor } from '../tensor/index.ts';

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
  { s: values, u, v }: SquareSvd,
  tau: number,
  op: string,
  scope: Scope,
  pace: Pace,
): Promise<Shrunk> {
  const kept = values.filter(value => value > tau).map(value => value - tau);
  const rank = kept.length;
  const basis = await rowProducts(u, second, op, scope, pace);
  const [m = 0, n = 0] = [q.shape[0], second.shape[0]];
  if (rank === 0)
    return { x: scope.keep(q.device.upload(new Float32Array(m * n), [m, n], q.dtype, op)), rank, nuclear: 0, basis };
  const factors = scope.keep(q.device.upload(kept, [rank, 1], q.dtype, op));
  const left = await rowProducts(q, scope.keep(mul(scope.keep(v.slice(0, rank)), factors)), op, scope, pace);
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
      const { s, u } = await squareSvd(sketch.r, {}, op, own);
      [largest = NaN] = s;
      basis = scope.keep(own.result(await rowProducts(u, sketch.second, op, own, pace)));
    } finally {
      own.close();
    }
  }
  return largest;
}
