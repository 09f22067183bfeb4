/** `lstsq`: the shortest least-squares solution of A·x ≈ b, out of the singular value decomposition. */
import { mul, square, sub, sum } from '../arith/index.ts';
import { ShapeError } from '../errors.ts';
import { checkOptions } from '../options.ts';
import { castTensor, isFloat, Scope, showShape, toTensors, type Tensor, type TensorLike } from '../tensor/index.ts';
import { asOwnFloat } from './covariance.ts';
import { checkCutoff, inNameOf, cutoffOf } from './matrices.ts';
import { floatFor, matmul } from './matmul.ts';
import { inverted, type PinvOptions } from './pinv.ts';
import { svd } from './svd.ts';
import { transposed } from './views.ts';

/** As `numpy.linalg.lstsq` answers. */
export interface Lstsq {
  /** [n], or [n, k] for k right-hand sides. */
  readonly x: Tensor;
  /** Σ(b − A·x)² of each right-hand side, [1] or [k]; [0] where the rank is below n, or m ≤ n. */
  readonly residuals: Tensor;
  /** How many singular values were above rcond·σ₁. */
  readonly rank: number;
  /** All singular values of A. */
  readonly s: Tensor;
}

/**
 * Least squares: of all x that bring A·x closest to b, ‖b − A·x‖₂ least, the shortest. A is a matrix [m, n] of any shape
 * and rank, b a vector [m] or a matrix [m, k] of right-hand sides:
 *
 *     x = V·diag(1/σ)·Uᵀ·b over the σ above rcond·σ₁, where A = U·diag(σ)·Vᵀ
 *
 * Singular values up to rcond·σ₁ count as 0, so that what A hardly determines stays out of x; the default is max(m, n)·eps of
 * A's own dtype. NaN or ∞ in A rejects with `NonFiniteError`; in b it makes NaN. Singular values are inverted on
 * the host, in doubles; nothing else is read.
 *
 * ```ts
 * const { x, rank } = await lstsq([[1, 0], [1, 1], [1, 2]], [1, 3, 5]); // a line through three points
 * await x.toArray(); // [1, 2]: 1 + 2t
 * ```
 */
export async function lstsq(a: TensorLike, b: TensorLike, options: PinvOptions = {}): Promise<Lstsq> {
  const op = 'lstsq';
  checkOptions(op, options, ['rcond', 'device', 'signal', 'onProgress']);
  const { rcond, device, ...long } = options;
  checkCutoff(rcond, 'rcond', op);
  const scope = new Scope();
  try {
    const [givenA, givenB] = toTensors([a, b], op, scope, device) as [Tensor, Tensor];
    checkShapes(givenA, givenB, op);
    const dtype = floatFor([givenA, givenB], op);
    const [matrix, own] = [givenA, givenB].map(one => asOwnFloat(one, op, scope)) as [Tensor, Tensor];
    const [m = 0, n = 0] = matrix.shape;
    const right = own.ndim === 1 ? scope.keep(own.reshape([m, 1])) : own;
    const k = right.shape[1] ?? 0;
    const shape = own.ndim === 1 ? [n] : [n, k];
    const give = (one: Tensor): Tensor => castTensor(scope.keep(one), dtype, op);
    const nothing = (): Tensor => matrix.device.upload([], [0], dtype, op);
    if (matrix.size === 0) {
      const x = matrix.device.upload(new Float32Array(n * k), shape, dtype, op);
      return { x, residuals: m > n ? give(squaresOf(right, scope)) : nothing(), rank: 0, s: nothing() };
    }
    const { u, s, vt } = await inNameOf(op, 'svd', svd(matrix, long));
    for (const part of [u, s, vt]) scope.keep(part);
    const inverses = inverted(await s.data(), s.size, rcond ?? cutoffOf(isFloat(givenA.dtype) ? givenA : matrix));
    const rank = inverses.filter(value => value > 0).length;
    const column = scope.keep(s.device.upload(inverses, [s.size, 1], s.dtype, op));
    const shares = scope.keep(mul(scope.keep(matmul(scope.keep(transposed(u)), right)), column));
    const x = scope.keep(matmul(scope.keep(transposed(vt)), shares));
    const rest = rank === n && m > n ? scope.keep(sub(right, scope.keep(matmul(matrix, x)))) : undefined;
    return {
      x: give(x.reshape(shape)),
      residuals: rest ? give(squaresOf(rest, scope)) : nothing(),
      rank,
      s: give(s.alias(op)),
    };
  } finally {
    scope.close();
  }
}

const squaresOf = (rows: Tensor, scope: Scope): Tensor => sum(scope.keep(square(rows)), { axis: 0 });

function checkShapes(a: Tensor, b: Tensor, op: string): void {
  const shown = `${showShape(a.shape)} and ${showShape(b.shape)}`;
  if (a.ndim !== 2 || b.ndim < 1 || b.ndim > 2)
    throw new ShapeError(`${op}: the shapes are ${shown}. Give a matrix [m, n], and a vector [m] or a matrix [m, k].`);
  if (a.shape[0] !== b.shape[0])
    throw new ShapeError(
      `${op}: the shapes ${shown} do not fit: ${a.shape[0]} equations, ${b.shape[0]} right-hand sides' rows. Give as many rows.`,
    );
}
