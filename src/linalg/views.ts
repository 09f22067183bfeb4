/**
 * Views of matrices that take no memory: diagonals, transposes, stacks that repeat one matrix, and stacks as kernels take
 * them.
 */
import { copyRowMajor, mergeAxes, sizeOf, Tensor, type Scope, type Shape } from '../tensor/index.ts';

/** The diagonal of a square matrix. */
export const diagonalOf = (x: Tensor, op: string): Tensor =>
  new Tensor({
    device: x.device,
    storage: x.storageFor(op).retain(),
    shape: x.shape.slice(0, 1),
    dtype: x.dtype,
    offset: x.offset,
    strides: [x.strides.reduce((sum, stride) => sum + stride, 0)],
  });

/** The tensor seen through a broadcast shape. */
export function stretched(x: Tensor, shape: Shape, op: string): Tensor {
  const lead = shape.length - x.ndim;
  return new Tensor({
    device: x.device,
    storage: x.storageFor(op).retain(),
    shape,
    dtype: x.dtype,
    offset: x.offset,
    strides: shape.map((_, axis) => (axis < lead || x.shape[axis - lead] === 1 ? 0 : (x.strides[axis - lead] ?? 0))),
  });
}

/** The last two axes exchanged. */
export function transposed(x: Tensor): Tensor {
  const last = x.ndim - 1;
  return x.permuted(x.shape.map((_, axis) => (axis < last - 1 ? axis : 2 * last - 1 - axis)));
}

/**
 * x broadcast to a stack of the shape `batch`, as [batches, rows, columns] with one stride from a matrix to the next: a view
 * where the strides allow, else a copy.
 */
export function stackOf(x: Tensor, batch: Shape, op: string, scope: Scope): Tensor {
  const shape = [...batch, ...x.shape.slice(-2)];
  const wide = scope.keep(stretched(x, shape, op));
  const walk = mergeAxes(batch, [wide.strides.slice(0, -2)]);
  const source = walk.shape.length > 1 ? scope.keep(copyRowMajor(wide, op)) : wide;
  const stride = walk.shape.length > 1 ? sizeOf(shape.slice(-2)) : (walk.strides[0]?.[0] ?? 0);
  return scope.keep(
    new Tensor({
      device: source.device,
      storage: source.storageFor(op).retain(),
      shape: [sizeOf(batch), ...shape.slice(-2)],
      dtype: source.dtype,
      offset: source.offset,
      strides: [stride, ...source.strides.slice(-2)],
    }),
  );
}
