/**
 * The check primitive: what only values tell of operands – numbers that are no truth values, weights below 0. It writes
 * nothing but a status word, which the results of the call carry until they are read; plain data are looked through at
 * the call instead.
 */
import { bindRange, type GpuFacts, type Lowered, type Pass, type Primitive } from '../device/index.ts';
import { OptionError, type UnitballError } from '../errors.ts';
import gridWgsl from '../../shaders/lib/grid.wgsl';
import numericWgsl from '../../shaders/lib/numeric.wgsl';
import checkWgsl from '../../shaders/arith/check.wgsl';
import {
  copyRowMajor,
  isTypedArray,
  launch,
  Tensor,
  viewOf,
  type Dtype,
  type Scope,
  type TensorLike,
} from '../tensor/index.ts';

interface CheckPlan {
  readonly binary: boolean;
  readonly dtype: Dtype;
  readonly rows: number;
  readonly length: number;
  readonly stride: number;
  readonly offset: number;
}

/** What is asked of every number. `explain` has the position of the first that fails, counted row by row. */
export interface Demand {
  readonly binary: boolean;
  readonly explain: (position: number) => UnitballError;
}

/** Numbers ≥ 0. */
export const notNegative = (op: string, name: string): Demand => ({
  binary: false,
  explain: at => new OptionError(`${op}: ${name}[${at}] is negative or NaN. Give numbers ≥ 0.`),
});

const isWrong = (value: number, binary: boolean): boolean => (binary ? value !== 0 && value !== 1 : !(value >= 0));

/**
 * Sees to it that an operand keeps a demand. Plain data that do not throw at once; for a tensor it returns what makes a
 * result of the call carry the check.
 */
export function demand(
  op: string,
  given: TensorLike,
  tensor: Tensor,
  wanted: Demand,
  scope: Scope,
): ((result: Tensor) => void) | undefined {
  if (!(given instanceof Tensor)) {
    const position = findWrong(given, wanted.binary, 0).found;
    if (position !== undefined) throw wanted.explain(position);
    return undefined;
  }
  if (tensor.dtype === 'bool' || (tensor.dtype === 'uint32' && !wanted.binary) || tensor.size === 0) return undefined;
  const inRows = tensor.strides.at(-1) === 1 ? tensor : scope.keep(copyRowMajor(tensor, op));
  const [length = 1, rows = 1] = inRows.shape.toReversed();
  const plan = {
    binary: wanted.binary,
    dtype: inRows.dtype,
    rows,
    length,
    stride: inRows.strides.at(-2) ?? length,
    offset: inRows.offset,
  };
  return result => launch(op, check, plan, [inRows], [result], word => wanted.explain(0xffffffff - word));
}

/** Where the first wrong number of plain data stands, and how many numbers were looked at. */
function findWrong(data: unknown, binary: boolean, start: number): { found: number | undefined; count: number } {
  if (typeof data === 'number' || typeof data === 'boolean')
    return { found: isWrong(Number(data), binary) ? start : undefined, count: 1 };
  if (isTypedArray(data)) {
    const at = data.findIndex((value: number) => isWrong(value, binary));
    return { found: at < 0 ? undefined : start + at, count: data.length };
  }
  if (!Array.isArray(data)) return findWrong((data as { readonly data: unknown }).data, binary, start);
  let count = 0;
  for (const part of data as readonly unknown[]) {
    const inner = findWrong(part, binary, start + count);
    if (inner.found !== undefined) return inner;
    count += inner.count;
  }
  return { found: undefined, count };
}

const check: Primitive<CheckPlan> = {
  name: 'check',
  cpu(plan, [input], writes) {
    const x = viewOf(input as Uint8Array, plan.dtype);
    for (let row = 0; row < plan.rows; row++)
      for (let k = 0; k < plan.length; k++)
        if (isWrong(x[plan.offset + row * plan.stride + k] as number, plan.binary)) {
          viewOf(writes.at(-1) as Uint8Array, 'uint32')[0] = 0xffffffff - Math.min(row * plan.length + k, 0xfffffffe);
          return;
        }
  },
  webgpu: lowerCheck,
};

const GROUP = 64;
const ITEMS = 16;

/** Blocks of rows, or of parts of one, that fit a binding. The result that carries the status word is not bound. */
function lowerCheck(plan: CheckPlan, facts: GpuFacts): Lowered {
  const room = Math.floor((facts.maxBindingBytes - facts.bindingAlignment) / 4);
  const columnsAtOnce = Math.min(plan.length, room);
  const rowsAtOnce =
    columnsAtOnce < plan.length ? 1 : Math.max(1, Math.floor((room - plan.length) / Math.max(1, plan.stride)) + 1);
  const passes: Pass[] = [];
  for (let row = 0; row < plan.rows; row += rowsAtOnce)
    for (let column = 0; column < plan.length; column += columnsAtOnce) {
      const rows = Math.min(rowsAtOnce, plan.rows - row);
      const length = Math.min(columnsAtOnce, plan.length - column);
      const source = bindRange(0, plan.offset + row * plan.stride + column, (rows - 1) * plan.stride + length, facts);
      const count = rows * length;
      passes.push({
        kernel: {
          name: 'check',
          wgsl: [gridWgsl, numericWgsl, checkWgsl],
          constants: { GROUP, ITEMS, BINARY: plan.binary, FLOAT: plan.dtype === 'float32' },
          bindings: ['read', 'write'],
        },
        groups: Math.ceil(count / (GROUP * ITEMS)),
        params: Uint32Array.from([count, length, plan.stride, source.base, row, column, plan.length]),
        // Slots: the operand, the result, the status word.
        buffers: [source.binding, { slot: 2, byteOffset: 0, bytes: 4 }],
        work: count * 4,
      });
    }
  return { scratch: [], passes };
}
