/** Views of matrices that take no memory: diagonals, and stacks that repeat one matrix. */
import { Tensor, type Shape } from '../tensor/index.ts';

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
