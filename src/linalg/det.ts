/** `det` and `slogdet`: determinants from P·A = L·U, the product of U's diagonal with the sign of P. */
import type { DeviceOption } from '../arith/index.ts';
import { checkOptions } from '../options.ts';
import { scoped, sizeOf, type Scope, type Tensor, type TensorLike } from '../tensor/index.ts';
import { determinantsOf, type Determinants } from './factor/determinant.ts';
import { factorLu } from './factor/lu.ts';
import { asStack, resultOf, squaresOf } from './systems.ts';

/** sign · e^logabsdet = det; one number each for a matrix, for a stack as many as it has matrices. */
export interface Slogdet {
  /** 1, −1, or 0 for a singular matrix. */
  readonly sign: Tensor;
  /** −∞ for a singular matrix. */
  readonly logabsdet: Tensor;
}

/**
 * The determinant of a square matrix [n, n], a scalar, or of each matrix of a stack [..., n, n], as `numpy.linalg.det`. It is
 * 0 where a pivot is exactly 0, 1 where there are no rows, and NaN where the matrix has one. Beyond the range of its floats it is ∞
 * or 0: `slogdet` tells more. The product itself leaves the range only at its end.
 *
 * ```ts
 * await det([[1, 2], [3, 4]]).item(); // -2
 * ```
 */
export function det(a: TensorLike, options: DeviceOption = {}): Tensor {
  const op = 'det';
  checkOptions(op, options, ['device']);
  return scoped(scope => determinants(a, op, scope, options)('value'));
}

/**
 * Sign and logarithm of the magnitude of determinants, as `numpy.linalg.slogdet`: what `det` is where float32, or even
 * doubles, cannot hold it. A singular matrix has sign 0 and logarithm −∞; NaN makes both NaN.
 *
 * ```ts
 * const { sign, logabsdet } = slogdet([[0, 1e30], [1e30, 0]]);
 * await sign.item(); // -1
 * await logabsdet.item(); // 138.15…
 * ```
 */
export function slogdet(a: TensorLike, options: DeviceOption = {}): Slogdet {
  const op = 'slogdet';
  checkOptions(op, options, ['device']);
  return scoped(scope => {
    const of = determinants(a, op, scope, options);
    return { sign: of('sign'), logabsdet: of('logabsdet') };
  });
}

/** Factors the matrices, and gives the results that are asked for to the caller. */
function determinants(
  a: TensorLike,
  op: string,
  scope: Scope,
  options: DeviceOption,
): (which: keyof Determinants) => Tensor {
  const squares = squaresOf(a, op, scope, options.device);
  const { batch, order, dtype } = squares;
  const { device } = squares.a;
  const count = sizeOf(batch);
  if (order === 0 || count === 0) {
    const ofNothing = { sign: 1, logabsdet: 0, value: 1 };
    return which => device.upload(new Float64Array(count).fill(ofNothing[which]), batch, dtype, op);
  }
  const found = determinantsOf(factorLu(asStack(squares, op, scope), op, scope), op, scope);
  return which => resultOf(found[which], batch, dtype, op, scope);
}
