/** `solveTriangular`: linear systems whose matrix is a triangle, by substitution. */
import type { DeviceOption } from '../arith/index.ts';
import { checkOptions, readFlag } from '../options.ts';
import { emptyTensor, scoped, type Tensor, type TensorLike } from '../tensor/index.ts';
import { solveTriangle } from './factor/triangular.ts';
import { isEmpty, resultOf, singular, systemOf } from './systems.ts';
import { stackOf, transposed } from './views.ts';

export interface SolveTriangularOptions extends DeviceOption {
  /** Which triangle of A holds the numbers; the other one is not looked at. Default: false, the upper one, as in scipy. */
  readonly lower?: boolean | undefined;
  /** Solves Aᵀ·X = B, where `lower` still speaks of A: scipy's `trans`. Default: false. */
  readonly transpose?: boolean | undefined;
  /** Takes the diagonal for ones, whatever stands there. Default: false. */
  readonly unitDiagonal?: boolean | undefined;
}

/**
 * X with A·X = B for a triangular A, as `scipy.linalg.solve_triangular`; shapes and stacks are those of `solve`. By
 * substitution, whose result solves exactly a system within a few roundings of each element of A. A 0 on the diagonal makes
 * the read of the result reject with `SingularMatrixError`. NaN spreads.
 *
 * ```ts
 * await solveTriangular([[2, 1], [0, 4]], [4, 8]).toArray(); // [1, 2]
 * await solveTriangular([[2, 0], [1, 4]], [4, 10], { lower: true }).toArray(); // [2, 2]
 * ```
 */
export function solveTriangular(a: TensorLike, b: TensorLike, options: SolveTriangularOptions = {}): Tensor {
  const op = 'solveTriangular';
  checkOptions(op, options, ['lower', 'transpose', 'unitDiagonal', 'device']);
  const lower = readFlag(op, 'lower', options.lower);
  const transpose = readFlag(op, 'transpose', options.transpose);
  const unit = readFlag(op, 'unitDiagonal', options.unitDiagonal);
  return scoped(scope => {
    const { a: matrices, b: right, batches, shape, dtype } = systemOf(a, b, op, scope, options.device);
    if (isEmpty(shape)) return emptyTensor(matrices.device, shape, dtype, op);
    const own = stackOf(matrices, batches, op, scope);
    const remedy = 'A triangle is regular where nothing on its diagonal is 0.';
    const run = {
      triangle: transpose ? scope.keep(transposed(own)) : own,
      right: stackOf(right, batches, op, scope),
      lower: lower !== transpose,
      unit,
      explain: singular(op, matrices.shape, batches, remedy),
    };
    return resultOf(solveTriangle(run, op, scope), shape, dtype, op, scope);
  });
}
