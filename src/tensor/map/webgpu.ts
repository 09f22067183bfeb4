/**
 * The map primitive on the GPU: walks too large for one binding are cut into boxes; each box is one pass over
 * shaders/tensor/map.wgsl with the expression as its only generated line.
 */
import { bindRange, words, type BufferRange, type GpuFacts, type Kernel, type Lowered, type Pass } from '../../device/index.ts';
import { LimitError } from '../../errors.ts';
import gridWgsl from '../../../shaders/lib/grid.wgsl';
import numericWgsl from '../../../shaders/lib/numeric.wgsl';
import mapWgsl from '../../../shaders/tensor/map.wgsl';
import type { Dtype } from '../dtype.ts';
import { boxOffset, showShape, sizeOf, spanOf, splitBoxes } from '../shape.ts';
import type { MapExpression, MapOperand, MapPlan } from './map.ts';

const GROUP = 64;
/** Elements that one invocation computes: enough to pay for its start. */
const ITEMS = 4;
/** As many axes as the parameter block of the shader holds. */
const MAX_RANK = 8;

const wgslType = (dtype: Dtype): string => (dtype === 'float32' ? 'f32' : 'u32');

export function lowerMap(expression: MapExpression, plan: MapPlan, facts: GpuFacts): Lowered {
  if (sizeOf(plan.shape) === 0) return { scratch: [], passes: [] };
  if (plan.shape.length > MAX_RANK)
    throw new LimitError(`${expression.name}: a walk over ${plan.shape.length} axes that cannot be merged, ${showShape(plan.shape)}, is more than ${MAX_RANK}. Make the operands contiguous first.`);
  const walks = [...plan.operands.filter(operand => operand.kind === 'tensor'), plan.out];
  // A binding begins at an aligned offset, so a range may need up to one alignment more than its span.
  const limit = (facts.maxBindingBytes - facts.bindingAlignment) / 4;
  const boxes = splitBoxes(plan.shape, walks.map(walk => ({ strides: walk.strides, limit })));
  if (!boxes) throw new LimitError(`${expression.name}: a binding of ${facts.maxBindingBytes} bytes is too small for any part of this walk.`);
  const kernel = mapKernel(expression, plan);
  const passes = boxes.map((box): Pass => {
    const buffers: BufferRange[] = [];
    const bases = walks.map((walk, slot) => {
      const range = bindRange(slot, walk.offset + boxOffset(box, walk.strides), spanOf(box.shape, walk.strides), facts);
      buffers.push(range.binding);
      return range.base;
    });
    const count = sizeOf(box.shape);
    return {
      kernel,
      groups: Math.ceil(count / (GROUP * ITEMS)),
      params: mapParams(plan, box.shape, count, bases),
      buffers,
      work: count * 4 * walks.length,
    };
  });
  return { scratch: [], passes };
}

function mapKernel(expression: MapExpression, plan: MapPlan): Kernel {
  const names = ['A', 'B', 'C'];
  const operandOf = (k: number): MapOperand | undefined => plan.operands[k];
  let binding = 0;
  const bindings: ('read' | 'write')[] = [];
  const lines = names.map((name, k) => {
    const operand = operandOf(k);
    if (operand?.kind !== 'tensor') return `fn load${name}(i: u32) -> ${name} { return bitcast<${name}>(params.value_${name.toLowerCase()}); }`;
    bindings.push('read');
    const variable = `operand_${name.toLowerCase()}`;
    return `@group(0) @binding(${binding++}) var<storage, read> ${variable}: array<${name}>;\nfn load${name}(i: u32) -> ${name} { return ${variable}[i]; }`;
  });
  bindings.push('write');
  const glue = `${lines.join('\n')}
@group(0) @binding(${binding}) var<storage, read_write> result: array<Out>;
fn apply(a: A, b: B, c: C) -> Out { return ${expression.wgsl}; }
`;
  return {
    name: `map/${expression.name}`,
    wgsl: [gridWgsl, numericWgsl, mapWgsl, { id: `map/${expression.name}(${plan.operands.map(operand => operand.kind[0]).join('')})`, text: glue }],
    constants: { GROUP, ITEMS, RANK: Math.max(1, plan.shape.length) },
    aliases: {
      A: wgslType(operandOf(0)?.dtype ?? 'uint32'),
      B: wgslType(operandOf(1)?.dtype ?? 'uint32'),
      C: wgslType(operandOf(2)?.dtype ?? 'uint32'),
      Out: wgslType(plan.out.dtype),
    },
    bindings,
  };
}

/** The parameter block of shaders/tensor/map.wgsl. */
function mapParams(plan: MapPlan, shape: readonly number[], count: number, bases: readonly number[]): Uint32Array {
  let tensors = 0;
  const baseOf = [0, 1, 2].map(k => (plan.operands[k]?.kind === 'tensor' ? (bases[tensors++] ?? 0) : 0));
  const values = [0, 1, 2].map(k => {
    const operand = plan.operands[k];
    if (operand?.kind !== 'value') return 0;
    return operand.dtype === 'float32' ? words.float(operand.value) : operand.value;
  });
  const pad = (list: readonly number[] | undefined, filler: number): number[] => Array.from({ length: MAX_RANK }, (_, i) => list?.[i] ?? filler);
  const stridesOf = (k: number): readonly number[] | undefined => {
    const operand = plan.operands[k];
    return operand?.kind === 'tensor' ? operand.strides : undefined;
  };
  return Uint32Array.from([
    count,
    bases.at(-1) ?? 0,
    ...baseOf,
    ...values,
    words.nan,
    // Arrays in uniforms begin at multiples of four words; firstGroup and groupCount come before.
    0,
    ...pad(shape, 1),
    ...pad(stridesOf(0), 0),
    ...pad(stridesOf(1), 0),
    ...pad(stridesOf(2), 0),
    ...pad(plan.out.strides, 0),
  ]);
}
