/**
 * `matmul`: matrix products with numpy's rules for vectors and stacks. A product A·B is all pairs of rows of A and of Bᵀ.
 */
import type { DeviceOption } from '../arith/index.ts';
import { LimitError, ShapeError } from '../errors.ts';
import { checkOptions, readFlag } from '../options.ts';
import { pairs } from '../pairwise/index.ts';
import {
  broadcastShapes,
  bytesOf,
  castTensor,
  commonDtype,
  defaultFloat,
  isFloat,
  scoped,
  showShape,
  sizeOf,
  toTensors,
  type Dtype,
  type Scope,
  type Tensor,
  type TensorLike,
} from '../tensor/index.ts';
import { product } from './product.ts';
import { stackOf, transposed } from './views.ts';

export interface MatmulOptions extends DeviceOption {
  /** Multiplies by aᵀ: its last two axes change places. A vector is its own transpose. Default: false. */
  readonly transposeA?: boolean | undefined;
  /** Multiplies by bᵀ, likewise. */
  readonly transposeB?: boolean | undefined;
}

/**
 * The product of two matrices, with `numpy.matmul`'s rules: the last two axes are matrices [n, k] and [k, m], the axes
 * before them broadcast; a vector on the left is a row, on the right a column, and that axis is gone from the result.
 * Whole numbers and bools are multiplied as floats. `transposeA` and `transposeB` are views.
 *
 * ```ts
 * await matmul([[1, 2], [3, 4]], [[1, 0], [1, 1]]).toArray(); // [[3, 2], [7, 4]]
 * await matmul([[1, 2], [3, 4]], [[1, 0], [1, 1]], { transposeA: true }).toArray(); // [[4, 3], [6, 4]]
 * await matmul([1, 2], [3, 4]).item(); // 11
 * ```
 */
export function matmul(a: TensorLike, b: TensorLike, options: MatmulOptions = {}): Tensor {
  const op = 'matmul';
  checkOptions(op, options, ['transposeA', 'transposeB', 'device']);
  const transposeA = readFlag(op, 'transposeA', options.transposeA);
  const transposeB = readFlag(op, 'transposeB', options.transposeB);
  return scoped(scope => {
    const given = toTensors([a, b], op, scope, options.device) as [Tensor, Tensor];
    const [ownA, ownB] = given.map(operand => operand.shape) as [readonly number[], readonly number[]];
    const shown = `${showShape(ownA)}${transposeA ? ' (transposed)' : ''} and ${showShape(ownB)}${transposeB ? ' (transposed)' : ''}`;
    if (ownA.length === 0 || ownB.length === 0)
      throw new ShapeError(`${op}: the shapes are ${shown}, and a scalar is no matrix. Use mul(a, b).`);
    const inner = ownA.at(ownA.length > 1 && transposeA ? -2 : -1) ?? 0;
    const other = ownB.at(ownB.length > 1 && !transposeB ? -2 : -1) ?? 0;
    if (inner !== other) {
      const turned = ownB.length > 1 && inner === ownB.at(transposeB ? -2 : -1);
      throw new ShapeError(
        `${op}: the shapes ${shown} do not fit: rows of ${inner} against columns of ${other}. Give [n, k] and [k, m]${turned ? `, here matmul(a, b, { transposeB: ${String(!transposeB)} })` : ''}.`,
      );
    }
    const dtype = floatFor(given, op);
    const [left, right] = given.map(operand =>
      operand.dtype === dtype ? operand : scope.keep(castTensor(operand, dtype, op)),
    ) as [Tensor, Tensor];
    const turned = (x: Tensor, turns: boolean): Tensor =>
      x.ndim === 1 ? scope.keep(x.reshape([1, inner])) : turns ? scope.keep(transposed(x)) : x;
    const rows = turned(left, transposeA);
    const columns = left === right && transposeA === !transposeB ? rows : turned(right, !transposeB);
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
  // A matrix by its own transpose is symmetric: half of it is found.
  if (a === b && a.ndim === 2) return pairs(op, product, { a, b }, scope);
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

function checkFits(shape: readonly number[], dtype: Dtype, a: Tensor, op: string): void {
  const bytes = sizeOf(shape) * bytesOf(dtype);
  const most = a.device.engine.backend.maxStorageBytes;
  if (bytes > most)
    throw new LimitError(
      `${op}: the result of shape ${showShape(shape)} takes ${bytes} bytes, and one buffer of this device holds ${most}. Multiply blocks of rows: a.slice(start, end).`,
    );
}

/** The stack that two stacks of matrices (or vectors) broadcast to. */
export function broadcastBatches(a: readonly number[], b: readonly number[], shown: string, op: string): number[] {
  try {
    return broadcastShapes([a, b, []], op);
  } catch (cause) {
    throw new ShapeError(
      `${op}: the stacks of ${shown} do not broadcast. The axes before the matrices must be equal or 1, counted from the last.`,
      { cause },
    );
  }
}

/** The float in which operands meet. */
export function floatFor(operands: readonly Tensor[], op: string): 'float32' | 'float64' {
  const common = commonDtype(
    operands.map(operand => operand.dtype),
    op,
  );
  return (isFloat(common) ? common : defaultFloat((operands[0] as Tensor).device.kind)) as 'float32' | 'float64';
}
