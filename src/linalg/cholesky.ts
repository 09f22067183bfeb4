/**
 * `cholesky`: the lower triangular L of A = L·Lᵀ, and the factorisation as the other files of this room use it.
 */
import { NotPositiveDefiniteError, ShapeError } from '../errors.ts';
import { checkOptions } from '../options.ts';
import {
  copyRowMajor,
  emptyTensor,
  launch,
  mergeAxes,
  scoped,
  showShape,
  sizeOf,
  toFloat,
  toTensors,
  type Scope,
  type Shape,
  type Tensor,
  type TensorLike,
} from '../tensor/index.ts';
import type { DeviceOption } from '../arith/index.ts';
import { choleskyPrimitive, failedPivot, type CholeskyPlan, type FailedPivot } from './factor/cholesky.ts';

export interface FactorRun {
  /** The share of its diagonal element above which a pivot must be. */
  readonly tolerance: number;
  readonly nanFails: boolean;
  readonly explain: (failed: FailedPivot) => NotPositiveDefiniteError;
}

/** The factors of a stack of square matrices of floats. */
export function factorize(a: Tensor, run: FactorRun, op: string, scope: Scope): Tensor {
  const batch = a.shape.slice(0, -2);
  const order = a.shape.at(-1) ?? 0;
  const out = scope.keep(emptyTensor(a.device, a.shape, a.dtype, op));
  if (out.size === 0) return out;
  let source = a;
  let walk = mergeAxes(batch, [a.strides.slice(0, -2)]);
  if (walk.shape.length > 1) {
    source = scope.keep(copyRowMajor(a, op));
    walk = mergeAxes(batch, [source.strides.slice(0, -2)]);
  }
  const plan: CholeskyPlan = {
    dtype: a.dtype as CholeskyPlan['dtype'],
    batches: sizeOf(batch),
    order,
    offset: source.offset,
    batchStride: walk.strides[0]?.[0] ?? 0,
    rowStride: source.strides.at(-2) ?? 0,
    columnStride: source.strides.at(-1) ?? 0,
    tolerance: run.tolerance,
    nanFails: run.nanFails,
  };
  launch(op, choleskyPrimitive, plan, [source], [out], word => run.explain(failedPivot(word, order)));
  return out;
}

/** How a matrix, or one of a stack, is told that has no Cholesky factor. */
export function notPositiveDefinite(op: string, shape: Shape): FactorRun['explain'] {
  return ({ batch, pivot, nan }) => {
    const which = shape.length > 2 ? `matrix ${batch} of shape` : 'the matrix of shape';
    return new NotPositiveDefiniteError(
      nan
        ? `${op}: ${which} ${showShape(shape)} has a NaN (met at pivot ${pivot}). Clean the numbers first.`
        : `${op}: ${which} ${showShape(shape)} is not positive definite: pivot ${pivot} is not above 0. Add something to its diagonal, or leave out what depends on the rows before.`,
    );
  };
}

/**
 * The Cholesky factor of a symmetric positive definite matrix, or of each matrix of a stack (over all axes but the last
 * two): lower triangular L with A = L·Lᵀ, zeros above the diagonal.
 *
 * Only the lower triangle of A is looked at, as in numpy. A matrix that is not positive definite – singular, or with a
 * NaN – makes the read of the result, and of everything computed from it, reject with `NotPositiveDefiniteError`.
 *
 * ```ts
 * await cholesky([[4, 2], [2, 5]]).toArray(); // [[2, 0], [1, 2]]
 * ```
 */
export function cholesky(a: TensorLike, options: DeviceOption = {}): Tensor {
  const op = 'cholesky';
  checkOptions(op, options, ['device']);
  return scoped(scope => {
    const [given] = toTensors([a], op, scope, options.device) as [Tensor];
    if (given.ndim < 2 || given.shape.at(-1) !== given.shape.at(-2))
      throw new ShapeError(
        `${op}: the shape ${showShape(given.shape)} is no square matrix or stack of them. Give [n, n], or [..., n, n].`,
      );
    const explain = notPositiveDefinite(op, given.shape);
    const source = toFloat(given, op, scope);
    return scope.result(factorize(source, { tolerance: 0, nanFails: true, explain }, op, scope));
  });
}
