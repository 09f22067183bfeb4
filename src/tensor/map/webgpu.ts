/**
 * The map primitive on the GPU: walks too large for one binding are cut into boxes; each box is one pass over
 * shaders/tensor/map.wgsl with the expression as its only generated line.
 */
import {
  bindRange,
  words,
  type BufferRange,
  type GpuFacts,
  type Kernel,
  type Lowered,
  type Pass,
} from '../../device/index.ts';
import { LimitError } from '../../errors.ts';
import gridWgsl from '../../../shaders/lib/grid.wgsl';
import numericWgsl from '../../../shaders/lib/numeric.wgsl';
import mapWgsl from '../../../shaders/tensor/map.wgsl';
import type { Dtype } from '../dtype.ts';
import { boxOffset, showShape, sizeOf, spanOf, splitBoxes } from '../shape.ts';
import type { MapExpression, MapPlan } from './map.ts';

const wgslType = (dtype: Dtype): string => (dtype === 'float32' ? 'f32' : 'u32');

/** Neighbouring fours of one invocation: a software adapter pays for starting one, a GPU wants neighbours in neighbours. */
const ITEMS = { software: 4, hardware: 1 } as const;
/** As many axes as the parameter block of the shader holds: the innermost and eight others. */
const MAX_RANK = 9;

const NAMES = ['a', 'b', 'c'] as const;

/** How four neighbours of a walk are reached: as one vec4, as one element repeated, or one by one. */
type Access = 'fours' | 'repeat' | 'singles';

interface Walk {
  readonly offset: number;
  readonly strides: readonly number[];
}

export function lowerMap(expression: MapExpression, plan: MapPlan, facts: GpuFacts): Lowered {
  if (sizeOf(plan.shape) === 0) return { scratch: [], passes: [] };
  if (plan.shape.length > MAX_RANK)
    throw new LimitError(
      `${expression.name}: a walk over ${plan.shape.length} axes that cannot be merged, ${showShape(plan.shape)}, is more than ${MAX_RANK}. Make the operands contiguous first.`,
    );
  // A scalar walk has one axis of length 1.
  const shape = plan.shape.length > 0 ? plan.shape : [1];
  const full = (walk: Walk): Walk => (plan.shape.length > 0 ? walk : { offset: walk.offset, strides: [1] });
  const walks: Walk[] = [...plan.operands.filter(operand => operand.kind === 'tensor'), plan.out].map(full);
  // A binding begins at an aligned offset, so a range may need up to one alignment more than its span.
  const limit = (facts.maxBindingBytes - facts.bindingAlignment) / 4;
  const boxes = splitBoxes(
    shape,
    walks.map(walk => ({ strides: walk.strides, limit })),
  );
  if (!boxes)
    throw new LimitError(
      `${expression.name}: a binding of ${facts.maxBindingBytes} bytes is too small for any part of this walk.`,
    );
  const passes = boxes.map((box): Pass => {
    const buffers: BufferRange[] = [];
    const bases = walks.map((walk, slot) => {
      const range = bindRange(slot, walk.offset + boxOffset(box, walk.strides), spanOf(box.shape, walk.strides), facts);
      buffers.push(range.binding);
      return range.base;
    });
    const accesses = walks.map((walk, k) => accessOf(walk.strides, box.shape, bases[k] ?? 0));
    const inner = box.shape.at(-1) ?? 1;
    const items = facts.software ? ITEMS.software : ITEMS.hardware;
    const count = sizeOf(box.shape.slice(0, -1)) * Math.ceil(inner / (4 * items));
    const group = Math.min(256, facts.maxInvocations);
    return {
      kernel: mapKernel(expression, plan, accesses, { GROUP: group, ITEMS: items, WHOLE: inner % (4 * items) === 0 }),
      groups: Math.ceil(count / group),
      params: mapParams(plan, walks, box.shape, [count, inner], bases),
      buffers,
      work: sizeOf(box.shape) * 4 * walks.length,
    };
  });
  return { scratch: [], passes };
}

function accessOf(strides: readonly number[], shape: readonly number[], base: number): Access {
  const inner = strides.at(-1) ?? 1;
  if (inner === 0) return 'repeat';
  const aligned = base % 4 === 0 && strides.slice(0, -1).every((stride, axis) => stride % 4 === 0 || shape[axis] === 1);
  return inner === 1 && aligned ? 'fours' : 'singles';
}

function mapKernel(
  expression: MapExpression,
  plan: MapPlan,
  accesses: readonly Access[],
  constants: { GROUP: number; ITEMS: number; WHOLE: boolean },
): Kernel {
  const bindings: ('read' | 'write')[] = [];
  const access = [...accesses];
  const lines = NAMES.map((name, k) => {
    const operand = plan.operands[k];
    const element = wgslType(operand?.dtype ?? 'uint32');
    const head = `fn load_${name}(base: u32, k: u32) -> vec4<${element}> {`;
    if (operand?.kind !== 'tensor')
      return `${head} return vec4<${element}>(bitcast<${element}>(params.value_${name})); }`;
    const how = access.shift() ?? 'singles';
    const binding = `@group(0) @binding(${bindings.push('read') - 1}) var<storage, read> operand_${name}`;
    if (how === 'fours')
      return `${binding}: array<vec4<${element}>>;\n${head} return operand_${name}[(base + k) / 4u]; }`;
    const source = `${binding}: array<${element}>;`;
    if (how === 'repeat') return `${source}\n${head} return vec4<${element}>(operand_${name}[base]); }`;
    const first = `let s = params.inner_strides[${k}u]; let i = base + k * s;`;
    return `${source}\n${head} ${first} return vec4<${element}>(${[0, 1, 2, 3].map(j => `operand_${name}[i + ${j}u * s]`).join(', ')}); }`;
  });
  const out = wgslType(plan.out.dtype);
  const inFours = access.shift() === 'fours';
  const target = `@group(0) @binding(${bindings.push('write') - 1}) var<storage, read_write> result: array<${inFours ? `vec4<${out}>` : out}>;`;
  const parts = ['x', 'y', 'z', 'w'];
  const single = (j: number): string =>
    inFours ? `result[i].${parts[j]} = v.${parts[j]};` : `result[i + ${j}u * s] = v.${parts[j]};`;
  const first = inFours
    ? 'let i = (base + k) / 4u; if (WHOLE || count == 4u) { result[i] = v; return; }'
    : 'let s = params.inner_strides[3u]; let i = base + k * s;';
  const store = `fn store(base: u32, k: u32, v: vec4<${out}>, count: u32) { ${first} ${single(0)} ${[1, 2, 3].map(j => `if (count > ${j}u) { ${single(j)} }`).join(' ')} }`;
  const apply = `fn apply(a: A, b: B, c: C) -> Out { return ${expression.wgsl}; }`;
  return {
    name: `map/${expression.name}`,
    wgsl: [
      gridWgsl,
      numericWgsl,
      mapWgsl,
      ...[expression.helpers ?? []].flat(),
      // What the operands look like is part of the id, and so of the pipeline's key.
      {
        id: `map/${expression.name}(${plan.operands.map(operand => operand.kind).join(' ')}: ${accesses.join(' ')}, rank ${plan.shape.length})`,
        text: [...lines, target, store, apply, placeFunction(plan), ''].join('\n'),
      },
    ],
    constants,
    aliases: {
      A: `vec4<${wgslType(plan.operands[0]?.dtype ?? 'uint32')}>`,
      B: `vec4<${wgslType(plan.operands[1]?.dtype ?? 'uint32')}>`,
      C: `vec4<${wgslType(plan.operands[2]?.dtype ?? 'uint32')}>`,
      Out: `vec4<${out}>`,
    },
    bindings,
  };
}

/** `place`: an outer index as steps along the axes around the innermost, written out so that nothing is indexed by a loop. */
function placeFunction(plan: MapPlan): string {
  const others = Math.max(0, plan.shape.length - 1);
  const walks = [...NAMES.filter((_, k) => plan.operands[k]?.kind === 'tensor'), 'out'];
  const lines = Array.from({ length: others }, (_, axis) => {
    const part = `[${axis >> 2}u][${axis & 3}u]`;
    // The outermost axis takes what is left.
    const split =
      axis < others - 1
        ? `let i${axis} = rest % params.shape${part}; rest = rest / params.shape${part};`
        : `let i${axis} = rest;`;
    return [split, ...walks.map(walk => `at.${walk} += i${axis} * params.strides_${walk}${part};`)].join(' ');
  });
  const start = 'var at = Place(params.base_a, params.base_b, params.base_c, params.base_out);';
  return `fn place(outer: u32) -> Place { ${start} ${others > 0 ? 'var rest = outer;' : ''} ${lines.join(' ')} return at; }`;
}

/** The parameter block of shaders/tensor/map.wgsl. */
function mapParams(
  plan: MapPlan,
  walks: readonly Walk[],
  shape: readonly number[],
  counts: readonly number[],
  bases: readonly number[],
): Uint32Array {
  const inner = (list: readonly number[]): number => list.at(-1) ?? 0;
  // The shader counts the other axes from the innermost outwards.
  const others = (list: readonly number[], filler: number): number[] => {
    const outwards = list.slice(0, -1).toReversed();
    return Array.from({ length: MAX_RANK - 1 }, (_, i) => outwards[i] ?? filler);
  };
  let tensors = 0;
  const operands = NAMES.map((_, k) => {
    const operand = plan.operands[k];
    if (operand?.kind === 'tensor') {
      const at = tensors++;
      return { base: bases[at] ?? 0, value: 0, strides: walks[at]?.strides ?? [] };
    }
    const value = operand === undefined ? 0 : operand.dtype === 'float32' ? words.float(operand.value) : operand.value;
    return { base: 0, value, strides: [] };
  });
  return Uint32Array.from([
    ...counts,
    bases.at(-1) ?? 0,
    ...operands.map(operand => operand.base),
    ...operands.map(operand => operand.value),
    words.nan,
    ...operands.map(operand => inner(operand.strides)),
    inner(walks.at(-1)?.strides ?? []),
    ...others(shape, 1),
    ...operands.flatMap(operand => others(operand.strides, 0)),
    ...others(walks.at(-1)?.strides ?? [], 0),
  ]);
}
