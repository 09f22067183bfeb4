/**
 * The map primitive on a wasm device: expressions that `map.as` has an operation for. Any strides and dtypes of 32 bits
 * are walked; what is larger than a range is cut into boxes, one pass each.
 */
import { words, type LowerToWasm, type WasmPass } from '../../device/index.ts';
import { boxOffset, sizeOf, spanOf, splitBoxes, type Box } from '../shape.ts';
import kernels from './map.as';
import type { MapExpression, MapOperand, MapPlan } from './map.ts';

/** In the order of `map.as`. */
const OPERATIONS: readonly string[] = [
  'copy',
  'cast',
  'castToUint',
  'add',
  'sub',
  'mul',
  'div',
  'neg',
  'abs',
  'sqrt',
  'square',
  'clip',
  'exp',
  'log',
  'where',
  'where-uint32',
  'add-uint32',
  'sub-uint32',
  'mul-uint32',
  'square-uint32',
  'clip-uint32',
  'share',
  'share-at-least',
  'soft',
  'hard',
  'group-soft',
  'huber-prox',
  'within',
  'rescale',
  'sign',
  'axpy',
  'lerp',
  'adam',
];

/** Elements of a unit at most, and of a chunk at least where there are so many. */
const UNIT = 2 ** 16;
/** The same of a unit that is gathered: lines of memory that stay in a small cache until the next rows want them. */
const GATHERED = 256;
/** A last axis shorter than this gives way to a longer one. */
const SHORT = 16;
/** Words in front of the axes, behind the addresses; and where among them the values are, in bytes. */
const [OPERANDS, VALUES_AT] = [3, 48];

/** The lowering of an expression that names one of these. */
export const lowering =
  ({ wasm = '' }: Pick<MapExpression, 'wasm'>): LowerToWasm<MapPlan> =>
  (plan, facts) => {
    const operation = OPERATIONS.indexOf(wasm);
    if (operation < 0 || [...plan.operands, plan.out].some(({ dtype }) => dtype === 'float64')) return undefined;
    if (sizeOf(plan.shape) === 0) return { scratch: [], passes: [] };
    const walks = walksOf(plan);
    const limit = Math.floor(facts.maxRangeBytes / 4);
    const tensors = walks.filter((_, k) => k === OPERANDS || plan.operands[k]?.kind === 'tensor');
    const shape = tensors[0]?.shape ?? [];
    const boxes = splitBoxes(
      shape,
      tensors.map(({ strides }) => ({ strides, limit })),
    );
    return boxes && { scratch: [], passes: boxes.map(box => boxPass(operation, plan, walks, box)) };
  };

interface Walk {
  readonly shape: readonly number[];
  readonly offset: number;
  readonly strides: readonly number[];
}

/** How a, b, c and the output are walked; values and what is not there stay where they are. */
function walksOf({ shape, operands, out }: MapPlan): readonly Walk[] {
  const last = shape.length - 1;
  const longest = shape.indexOf(Math.max(...shape));
  const inner = (shape[last] ?? 1) < SHORT ? longest : last;
  const reorder = (list: readonly number[]): number[] =>
    shape.length === 0 ? [1] : [...list.filter((_, axis) => axis !== inner), list[inner] ?? 0];
  const none = shape.map(() => 0);
  const walkOf = (operand: MapOperand | MapPlan['out'] | undefined): Walk =>
    operand && 'strides' in operand
      ? { shape: reorder(shape), offset: operand.offset, strides: reorder(operand.strides) }
      : { shape: reorder(shape), offset: 0, strides: reorder(none) };
  return [...Array.from({ length: OPERANDS }, (_, k) => walkOf(operands[k])), walkOf(out)];
}

function boxPass(operation: number, plan: MapPlan, walks: readonly Walk[], box: Box): WasmPass {
  const isTensor = walks.map((_, k) => k === OPERANDS || plan.operands[k]?.kind === 'tensor');
  const used = walks.filter((_, k) => isTensor[k]);
  const outer = box.shape.slice(0, -1);
  const rows = sizeOf(outer);
  const length = box.shape.at(-1) ?? 1;
  const gathered = rows > 1 && used.some(({ strides }) => (strides.at(-1) ?? 0) > 1);
  const segment = Math.min(length, gathered ? GATHERED : UNIT);
  const units = rows * Math.ceil(length / segment);
  const share = Math.max(1, Math.floor(UNIT / segment));
  const addressBytes = used.length * 4;
  let tensors = 0;
  const places = walks
    .slice(0, OPERANDS)
    .map((_, k) => (isTensor[k] ? 4 * tensors++ : addressBytes + VALUES_AT + 4 * k));
  const bytesAt = (axis: number): number[] => walks.map(({ strides }) => (strides.at(axis) ?? 0) * 4);
  return {
    module: kernels,
    kernel: `map${used.length - 1}`,
    chunks: Math.ceil(units / share),
    params: Uint32Array.from([
      operation,
      rows,
      length,
      segment,
      units,
      share,
      ...places,
      ...isTensor.slice(0, OPERANDS).map(tensor => Number(!tensor)),
      ...Array.from({ length: OPERANDS }, (_, k) => wordOf(plan.operands[k])),
      ...bytesAt(-1),
      outer.length,
      ...outer.toReversed().flatMap((count, k) => [count, ...bytesAt(-2 - k)]),
    ]),
    buffers: used.map(({ offset, strides }, slot) => ({
      slot,
      byteOffset: (offset + boxOffset(box, strides)) * 4,
      bytes: spanOf(box.shape, strides) * 4,
    })),
  };
}

/** The word of an operand that is a value. */
function wordOf(operand: MapOperand | undefined): number {
  if (operand?.kind !== 'value') return 0;
  return operand.dtype === 'float32' ? words.float(operand.value) : operand.value;
}
