/**
 * The reduce primitive on the GPU: one pass a box over rows.wgsl or columns.wgsl, and where the reduced axis was cut into
 * segments a last pass that merges the partial accumulators.
 */
import { bindRange, words, type GpuFacts, type Kernel, type Lowered, type Pass, type WgslFile } from '../../device/index.ts';
import { LimitError } from '../../errors.ts';
import gridWgsl from '../../../shaders/lib/grid.wgsl';
import numericWgsl from '../../../shaders/lib/numeric.wgsl';
import columnsWgsl from '../../../shaders/arith/reduce/columns.wgsl';
import lanesManyWgsl from '../../../shaders/arith/reduce/lanes-many.wgsl';
import lanesOneWgsl from '../../../shaders/arith/reduce/lanes-one.wgsl';
import loadScalarWgsl from '../../../shaders/arith/reduce/load-scalar.wgsl';
import loadVec4Wgsl from '../../../shaders/arith/reduce/load-vec4.wgsl';
import outputWgsl from '../../../shaders/arith/reduce/output.wgsl';
import paramsWgsl from '../../../shaders/arith/reduce/params.wgsl';
import partialsWgsl from '../../../shaders/arith/reduce/partials.wgsl';
import rowsWgsl from '../../../shaders/arith/reduce/rows.wgsl';
import unguardedWgsl from '../../../shaders/arith/reduce/unguarded.wgsl';
import { boxOffset, sizeOf, spanOf, type Box } from '../../tensor/index.ts';
import { inputSpan, outputStrides, planLaunch, type ReduceLaunch } from './plan.ts';
import type { Reduction, ReducePlan } from './reduce.ts';

export function lowerReduce(reduction: Reduction, plan: ReducePlan, facts: GpuFacts): Lowered {
  const cells = plan.outer * plan.inner;
  if (cells === 0) return { scratch: [], passes: [] };
  const launch = planLaunch(plan, reduction.accWords, reduction.planes, facts);
  if (!launch) throw new LimitError(`${reduction.name}: the ${reduction.planes} result(s) of ${cells} cells do not fit a binding of ${facts.maxBindingBytes} bytes. Reduce row blocks, cut with x.slice().`);
  const final = launch.segments === 1;
  const passes = launch.boxes.map(box => boxPass(reduction, plan, launch, box, facts));
  if (final) return { scratch: [], passes };
  return { scratch: [cells * launch.segments * reduction.accWords * 4], passes: [...passes, ...mergePasses(reduction, plan, launch, facts)] };
}

/** Slots: 0 the input, 1 the results, 2 the partial accumulators. */
const [INPUT, RESULTS, PARTIALS] = [0, 1, 2];

function fragments(reduction: Reduction): readonly WgslFile[] {
  return [gridWgsl, numericWgsl, paramsWgsl, outputWgsl, ...reduction.wgsl, ...(reduction.guarded ? [] : [unguardedWgsl])];
}

const constantsOf = ({ constants }: Reduction, plan: ReducePlan): Readonly<Record<string, number | boolean>> =>
  typeof constants === 'function' ? constants(plan) : constants;

const lanesFile = (lanes: number): WgslFile => (lanes > 1 ? lanesManyWgsl : lanesOneWgsl);

function boxPass(reduction: Reduction, plan: ReducePlan, launch: ReduceLaunch, box: Box, facts: GpuFacts): Pass {
  const { kind, group, lanes, segmentLength } = launch;
  const [outer = 1, segments = 1, inner = 1] = box.shape;
  const final = launch.segments === 1;
  const inputStrides = [plan.strideOuter, segmentLength * plan.strideAxis, plan.strideInner];
  const outStrides = outputStrides(plan, launch.segments, reduction.accWords);
  const input = bindRange(INPUT, plan.offset + boxOffset(box, inputStrides), inputSpan(plan, box, segmentLength), facts);
  const planeStep = plan.outer * plan.inner;
  const extra = final ? (reduction.planes - 1) * planeStep : reduction.accWords - 1;
  const output = bindRange(final ? RESULTS : PARTIALS, boxOffset(box, outStrides), spanOf(box.shape, outStrides) + extra, facts);
  const vector = readsInFours(plan, kind, input.base);
  const kernel: Kernel = {
    name: `reduce/${reduction.name}/${kind}`,
    wgsl: [...fragments(reduction), vector ? loadVec4Wgsl : loadScalarWgsl, ...(kind === 'rows' ? [lanesFile(lanes), rowsWgsl] : [columnsWgsl])],
    constants: { ...constantsOf(reduction, plan), GROUP: group, LANES: lanes, FINAL: final, GUARDED: reduction.guarded },
    aliases: { Element: plan.dtype === 'uint32' ? 'u32' : 'f32' },
    bindings: ['read', 'write'],
  };
  const units = outer * segments * (kind === 'rows' ? inner * lanes : Math.ceil(inner / 4));
  const elements = sizeOf([outer, inner]) * Math.min(plan.length, segments * segmentLength);
  return {
    kernel,
    groups: Math.ceil(units / group),
    params: Uint32Array.from([
      outer,
      inner,
      segments,
      box.start[1] ?? 0,
      segmentLength,
      plan.length,
      input.base,
      plan.strideOuter,
      plan.strideAxis,
      plan.strideInner,
      output.base,
      outStrides[0] ?? 0,
      outStrides[2] ?? 0,
      outStrides[1] ?? 0,
      planeStep,
      reduction.neutral(plan),
      words.float(plan.power),
    ]),
    buffers: [input.binding, output.binding],
    work: (elements + sizeOf(box.shape)) * 4,
  };
}

/** True where every group of four that a kernel loads lies in one vec4 of the binding. */
function readsInFours(plan: ReducePlan, kind: 'rows' | 'columns', base: number): boolean {
  const aligned = (stride: number, count: number): boolean => count <= 1 || stride % 4 === 0;
  if (base % 4 !== 0 || !aligned(plan.strideOuter, plan.outer)) return false;
  return kind === 'rows' ? plan.strideAxis === 1 && aligned(plan.strideInner, plan.inner) : aligned(plan.strideAxis, plan.length);
}

/** Cells are merged in runs that fit a binding. */
function mergePasses(reduction: Reduction, plan: ReducePlan, launch: ReduceLaunch, facts: GpuFacts): Pass[] {
  const { segments, group } = launch;
  const cells = plan.outer * plan.inner;
  const step = segments * reduction.accWords;
  const atOnce = Math.floor((facts.maxBindingBytes - facts.bindingAlignment) / 4 / step);
  if (atOnce < 1) throw new LimitError(`${reduction.name}: ${segments} partial results do not fit a binding of ${facts.maxBindingBytes} bytes. Reduce blocks, cut with x.slice().`);
  let lanes = 1;
  if (!facts.software) while (lanes < group && lanes * 4 < segments) lanes *= 2;
  const passes: Pass[] = [];
  for (let first = 0; first < cells; first += atOnce) {
    const count = Math.min(atOnce, cells - first);
    const input = bindRange(PARTIALS, first * step, count * step, facts);
    const output = bindRange(RESULTS, first, count + (reduction.planes - 1) * cells, facts);
    passes.push({
      kernel: {
        name: `reduce/${reduction.name}/partials`,
        wgsl: [...fragments(reduction), lanesFile(lanes), partialsWgsl],
        constants: { ...constantsOf(reduction, plan), GROUP: group, LANES: lanes },
        aliases: { Element: plan.dtype === 'uint32' ? 'u32' : 'f32' },
        bindings: ['read', 'write'],
      },
      groups: Math.ceil((count * lanes) / group),
      params: Uint32Array.from([1, count, segments, 0, 0, plan.length, input.base, 0, 0, step, output.base, 0, 1, 0, cells, 0, words.float(plan.power)]),
      buffers: [input.binding, output.binding],
      work: count * step * 4,
    });
  }
  return passes;
}
