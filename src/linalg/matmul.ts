/**
 * `matmul`: matrix products with numpy's rules for vectors and stacks. A product A·B is all pairs of rows of A and of Bᵀ.
 */
import type { DeviceOption } from '../arith/index.ts';
import { LimitError, ShapeError } from '../errors.ts';
import { checkOptions } from '../options.ts';
import { pairs } from '../pairwise/index.ts';
import {
  broadcastShapes,
  bytesOf,
  castTensor,
  commonDtype,
  copyRowMajor,
  defaultFloat,
  isFloat,
  mergeAxes,
  scoped,
  showShape,
  sizeOf,
  Tensor,
  toTensors,
  type Dtype,
  type Scope,
  type TensorLike,
} from '../tensor/index.ts';
import { product } from './product.ts';
import { stretched } from './views.ts';

/**
 * The product of two matrices, with `numpy.matmul`'s rules: the last two axes are matrices [n, k] and [k, m], the axes
 * before them broadcast; a vector on the left is a row, on the right a column, and that axis is gone from the result.
 * Whole numbers and bools are multiplied as floats.
 *
 * ```ts
 * await matmul([[1, 2], [3, 4]], [[1, 0], [1, 1]]).toArray(); // [[3, 2], [7, 4]]
 * await matmul([1, 2], [3, 4]).item(); // 11
 * ```
 */
export function matmul(a: TensorLike, b: TensorLike, options: DeviceOption = {}): Tensor {
  const op = 'matmul';
  checkOptions(op, options, ['device']);
  return scoped(scope => {
    const given = toTensors([a, b], op, scope, options.device) as [Tensor, Tensor];
    const [ownA, ownB] = given.map(operand => operand.shape) as [readonly number[], readonly number[]];
    const shown = `${showShape(ownA)} and ${showShape(ownB)}`;
    if (ownA.length === 0 || ownB.length === 0)
      throw new ShapeError(`${op}: the shapes are ${shown}, and a scalar is no matrix. Use mul(a, b).`);
    const inner = ownA.at(-1) ?? 0;
    const other = ownB.at(ownB.length === 1 ? 0 : -2) ?? 0;
    if (inner !== other)
      throw new ShapeError(
        `${op}: the shapes ${shown} do not fit: rows of ${inner} against columns of ${other}. Give [n, k] and [k, m]${inner === ownB.at(-1) ? ', here matmul(a, transpose(b))' : ''}.`,
      );
    const dtype = floatFor(given, op);
    const [left, right] = given.map(operand =>
      operand.dtype === dtype ? operand : scope.keep(castTensor(operand, dtype, op)),
    ) as [Tensor, Tensor];
    const rows = ownA.length === 1 ? scope.keep(left.reshape([1, inner])) : left;
    const columns =
      ownB.length === 1
        ? scope.keep(right.reshape([1, inner]))
        : scope.keep(
            right.permuted([...ownB.keys()].map(axis => (axis < ownB.length - 2 ? axis : 2 * ownB.length - 3 - axis))),
          );
    const batch = broadcastBatches(ownA.slice(0, -2), ownB.slice(0, -2), shown, op);
    const n = rows.shape.at(-2) ?? 1;
    const m = columns.shape.at(-2) ?? 1;
    const shape = [...batch, ...(ownA.length === 1 ? [] : [n]), ...(ownB.length === 1 ? [] : [m])];
    checkFits(shape, dtype, left, op);
    if (inner === 0) return left.device.upload(new Float32Array(sizeOf(shape)), shape, dtype, op);
    return scope.keep(multiply(rows, columns, batch, op, scope)).reshape(shape);
  });
}

/** A·Bᵀ for stacks of rows, as [..., n, m] with the stack's axes merged to one or none. */
function multiply(a: Tensor, b: Tensor, batch: readonly number[], op: string, scope: Scope): Tensor {
  // One matrix on the right is the same for all rows on the left, whatever stack they come from.
  if (sizeOf(b.shape.slice(0, -2)) === 1) {
    const [d = 0] = b.shape.slice(-1);
    const rows = scope.keep(a.reshape([-1, d]));
    return pairs(op, product, { a: rows, b: scope.keep(oneMatrix(b)) }, scope);
  }
  const [left, right] = [a, b].map(operand => stackOf(operand, batch, op, scope)) as [Tensor, Tensor];
  return pairs(op, product, { a: left, b: right }, scope);
}

/** The last two axes of a stack of one matrix. */
function oneMatrix(x: Tensor): Tensor {
  let own = x.alias('matmul');
  while (own.ndim > 2) {
    const next = own.row(0);
    own.dispose();
    own = next;
  }
  return own;
}

/** [batches, rows, columns] over one stride from a matrix to the next: a view where the strides allow, else a copy. */
function stackOf(x: Tensor, batch: readonly number[], op: string, scope: Scope): Tensor {
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

function checkFits(shape: readonly number[], dtype: Dtype, a: Tensor, op: string): void {
  const bytes = sizeOf(shape) * bytesOf(dtype);
  const most = a.device.engine.backend.maxStorageBytes;
  if (bytes > most)
    throw new LimitError(
      `${op}: the result of shape ${showShape(shape)} takes ${bytes} bytes, and one buffer of this device holds ${most}. Multiply blocks of rows: a.slice(start, end).`,
    );
}

function broadcastBatches(a: readonly number[], b: readonly number[], shown: string, op: string): number[] {
  try {
    return broadcastShapes([a, b, []], op);
  } catch (cause) {
    throw new ShapeError(
      `${op}: the stacks of ${shown} do not broadcast. All axes but the last two must be equal or 1, counted from the last.`,
      { cause },
    );
  }
}

/** The float in which two operands meet. */
function floatFor(operands: readonly Tensor[], op: string): 'float32' | 'float64' {
  const common = commonDtype(
    operands.map(operand => operand.dtype),
    op,
  );
  return (isFloat(common) ? common : defaultFloat((operands[0] as Tensor).device.kind)) as 'float32' | 'float64';
}
