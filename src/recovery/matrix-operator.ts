/** `matrixOperator`: a matrix as an operator, for `sparseRecover`. */
import { abs, max } from '../arith/index.ts';
import { NonFiniteError, ShapeError } from '../errors.ts';
import { asOwnFloat, matmul, matricesOf, turned } from '../linalg/index.ts';
import { spectralNorm } from '../norm/index.ts';
import { checkOptions } from '../options.ts';
import { copyRowMajor, Scope, showShape, type Device, type Tensor, type TensorLike } from '../tensor/index.ts';
import { operatorOf, type LinearOperator } from './operator.ts';

/** Steps of power iteration, and the share by which they may be too low. */
const [STEPS, SLACK] = [40, 1.05];

/**
 * A matrix [m, n] as an operator. It holds the matrix and its transpose in the device's own float, for vectors on that device; `dispose`
 * gives both back. Its norm is what power iteration finds, and a twentieth more for what that may miss. NaN or ∞ rejects with
 * `NonFiniteError`.
 *
 * ```ts
 * const operator = await matrixOperator([[1, 0, 1], [0, 1, 1]]);
 * const { x } = await sparseRecover([2, 2], operator);
 * await x.toArray(); // [0, 0, 2], to rounding: of all x with x₀ + x₂ = 2 = x₁ + x₂, that with the least Σ|x|
 * ```
 */
export async function matrixOperator(
  a: TensorLike,
  options: { readonly device?: Device | undefined } = {},
): Promise<LinearOperator> {
  const op = 'matrixOperator';
  checkOptions(op, options, ['device']);
  const scope = new Scope();
  try {
    const given = matricesOf(a, op, scope, options.device);
    const { shape } = given;
    const [m = 0, n = 0] = shape;
    if (shape.length !== 2 || m === 0 || n === 0)
      throw new ShapeError(`${op}: the shape is ${showShape(shape)}. Give one matrix [m, n] with elements.`);
    const own = asOwnFloat(given, op, scope);
    const rows = scope.keep(copyRowMajor(own, op));
    const columns = turned(own, op, scope);
    const peak = scope.keep(max(scope.keep(abs(rows))));
    const [largest = NaN, estimate = NaN] = await Promise.all(
      [peak, scope.keep(spectralNorm(rows, { iterations: STEPS }))].map(one => one.item()),
    );
    if (!Number.isFinite(largest))
      throw new NonFiniteError(`${op}: the matrix has a NaN or an infinity. Clean the numbers first.`);
    for (const held of [rows, columns]) scope.result(held);
    return operatorOf(op, {
      shape: [m, n],
      norm: SLACK * estimate,
      cost: m * n,
      apply: (x, inner) => inner.keep(matmul(rows, x)),
      adjoint: (y, inner) => inner.keep(matmul(columns, y)),
      held: [rows, columns] satisfies Tensor[],
    });
  } finally {
    scope.close();
  }
}
