/**
 * What `solve`, `solveTriangular`, `inv` and `det` begin and end with: square matrices and right sides by numpy's rules, as
 * stacks of one length in the device's own float; results as the caller's floats; and how a matrix without inverse is named.
 */
import { ShapeError, SingularMatrixError } from '../errors.ts';
import {
  castTensor,
  showShape,
  sizeOf,
  toTensors,
  type Device,
  type Dtype,
  type Scope,
  type Shape,
  type Tensor,
  type TensorLike,
} from '../tensor/index.ts';
import { asOwnFloat } from './covariance.ts';
import type { ZeroPivot } from './factor/lu.ts';
import { broadcastBatches, floatFor } from './matmul.ts';
import { stackOf } from './views.ts';

/** Square matrices, in the device's own float: doubles on cpu devices, whatever came in. */
export interface Squares {
  /** As they were given, but for the dtype: [..., n, n]. */
  readonly a: Tensor;
  readonly order: number;
  /** The axes before the last two. */
  readonly batch: Shape;
  /** The float that results have. */
  readonly dtype: Dtype;
}

/** A·X = B, matrix by matrix. */
export interface System extends Squares {
  /** B as [...its own stack, n, m]. */
  readonly b: Tensor;
  /** Both stacks, broadcast. */
  readonly batches: Shape;
  /** The shape of X: a vector where B is one. */
  readonly shape: Shape;
}

export function squaresOf(a: TensorLike, op: string, scope: Scope, device?: Device): Squares {
  const [given] = toTensors([a], op, scope, device) as [Tensor];
  checkSquare(given.shape, op);
  return squares(given, floatFor([given], op), op, scope);
}

/** By numpy's rule, B with one axis less than A is a vector or a stack of them, any other one is matrices. */
export function systemOf(a: TensorLike, b: TensorLike, op: string, scope: Scope, device?: Device): System {
  const given = toTensors([a, b], op, scope, device) as [Tensor, Tensor];
  const [left, right] = given;
  checkSquare(left.shape, op);
  const isVector = right.ndim === left.ndim - 1;
  const order = left.shape.at(-1) ?? 0;
  const shown = `${showShape(left.shape)} and ${showShape(right.shape)}`;
  if (right.shape.at(isVector ? -1 : -2) !== order || (right.ndim < 2 && !isVector))
    throw new ShapeError(
      `${op}: the shapes ${shown} do not fit: a has ${order} rows. Give b as ${showShape([order])} or [${order}, m] for one matrix, and as [..., ${order}] with one axis less than a, or [..., ${order}, m], for a stack.`,
    );
  const own = squares(left, floatFor(given, op), op, scope);
  const columns = isVector ? 1 : (right.shape.at(-1) ?? 1);
  const rightBatch = right.shape.slice(0, isVector ? -1 : -2);
  const batches = broadcastBatches(own.batch, rightBatch, shown, op);
  const floats = asOwnFloat(right, op, scope);
  return {
    ...own,
    b: isVector ? scope.keep(floats.reshape([...right.shape, 1])) : floats,
    batches,
    shape: isVector ? [...batches, order] : [...batches, order, columns],
  };
}

/** A stack of results as the caller's floats, in their shape. */
export function resultOf(x: Tensor, shape: Shape, dtype: Dtype, op: string, scope: Scope): Tensor {
  return scope.keep(castTensor(x, dtype, op)).reshape(shape);
}

/**
 * How a matrix without inverse is told: `batch` counts the matrices of `batches`, of which those of `shape` were made by
 * broadcasting.
 */
export function singular(
  op: string,
  shape: Shape,
  batches: Shape,
  remedy: string,
): (zero: ZeroPivot) => SingularMatrixError {
  return ({ batch, pivot }) => {
    const own = shape.slice(0, -2);
    const which = own.length > 0 ? `matrix ${ownIndex(batch, batches, own)} of shape` : 'the matrix of shape';
    return new SingularMatrixError(`${op}: ${which} ${showShape(shape)} is singular: pivot ${pivot} is 0. ${remedy}`);
  };
}

/** The index in a stack of the matrix that stands at an index of the broadcast stack. */
function ownIndex(index: number, batches: Shape, own: Shape): number {
  let rest = index;
  let found = 0;
  let stride = 1;
  for (let axis = 1; axis <= own.length; axis++) {
    const length = batches.at(-axis) ?? 1;
    const ownLength = own.at(-axis) ?? 1;
    found += (ownLength === 1 ? 0 : rest % length) * stride;
    rest = Math.floor(rest / length);
    stride *= ownLength;
  }
  return found;
}

function squares(given: Tensor, dtype: Dtype, op: string, scope: Scope): Squares {
  const a = asOwnFloat(given, op, scope);
  return { a, order: a.shape.at(-1) ?? 0, batch: a.shape.slice(0, -2), dtype };
}

/** The matrices as one stack [batches, n, n]. */
export const asStack = ({ a, batch }: Squares, op: string, scope: Scope): Tensor => stackOf(a, batch, op, scope);

/** Whether there is nothing to compute. */
export const isEmpty = (shape: Shape): boolean => sizeOf(shape) === 0;

function checkSquare(shape: Shape, op: string): void {
  if (shape.length < 2 || shape.at(-1) !== shape.at(-2))
    throw new ShapeError(
      `${op}: the shape ${showShape(shape)} is no square matrix or stack of them. Give [n, n], or [..., n, n].`,
    );
}
