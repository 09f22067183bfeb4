/** From what callers give to tensors: rows of one width and dtype on one device, and vectors of one number a column. */
import { ShapeError } from '../errors.ts';
import {
  castTensor,
  commonDtype,
  copyRowMajor,
  defaultFloat,
  isFloat,
  showShape,
  type Dtype,
  type Scope,
  type Tensor,
} from '../tensor/index.ts';

/** Throws unless all are matrices of equally long rows. */
export function checkRows(op: string, tensors: readonly Tensor[]): void {
  const wrong = tensors.find(one => one.ndim !== 2);
  if (wrong) {
    const remedy =
      wrong.ndim === 1
        ? `reshape([1, ${wrong.shape[0]}]) makes it one row, and distance(u, v) compares two plain vectors`
        : 'Give matrices of shape [rows, columns]';
    throw new ShapeError(
      `${op}: rows are compared, and ${showShape(wrong.shape)} has ${wrong.ndim} dimension${wrong.ndim === 1 ? '' : 's'}. ${remedy}.`,
    );
  }
  const [first, other] = [tensors[0], tensors.find(one => one.shape[1] !== tensors[0]?.shape[1])];
  if (first && other)
    throw new ShapeError(
      `${op}: the rows of ${showShape(first.shape)} have ${first.shape[1]} elements, those of ${showShape(other.shape)} have ${other.shape[1]}. Make them equally long.`,
    );
}

/** The float in which tensors meet: the widest among them, else the device's own. */
export function meetingFloat(tensors: readonly Tensor[], op: string): Dtype {
  const common = commonDtype(
    tensors.map(one => one.dtype),
    op,
  );
  return isFloat(common) ? common : defaultFloat((tensors[0] as Tensor).device.kind);
}

/** A tensor in another dtype, or itself where it has it. */
export const as = (x: Tensor, dtype: Dtype, op: string, scope: Scope): Tensor =>
  x.dtype === dtype ? x : scope.keep(castTensor(x, dtype, op));

/** Both sets of rows as floats of one dtype; one where both are one. */
export function asFloats(a: Tensor, b: Tensor, op: string, scope: Scope): { a: Tensor; b: Tensor } {
  const dtype = meetingFloat([a, b], op);
  const left = as(a, dtype, op, scope);
  return { a: left, b: b === a ? left : as(b, dtype, op, scope) };
}

/** A dense vector of one number a column, in a dtype. */
export function columnNumbers(
  x: Tensor,
  columns: number,
  dtype: Dtype,
  name: string,
  op: string,
  scope: Scope,
): Tensor {
  if (x.ndim !== 1 || x.shape[0] !== columns)
    throw new ShapeError(
      `${op}: ${name} has shape ${showShape(x.shape)}, and the rows have ${columns} elements. Give one number a column, shape [${columns}].`,
    );
  const cast = as(x, dtype, op, scope);
  return cast.isRowMajor ? cast : scope.keep(copyRowMajor(cast, op));
}
