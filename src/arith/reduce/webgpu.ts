/**
 * The reduce primitive on the GPU: one pass a box over rows.wgsl or columns.wgsl, and where the reduced axis was cut into
 * segments a last pass that merges the partial accumulators.
 */
import {
  bindRange,
  words,
  type GpuFacts,
  type Kernel,
  type Lowered,
  type Pass,
  type WgslFile,
} from '../../device/index.ts';
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
import {
  bindingWords,
  inputSpan,
  outputStrides,
  planeRuns,
  planLaunch,
  type PlaneRun,
  type ReduceLaunch,
} from './plan.ts';
import type { Reduction, ReducePlan } from './reduce.ts';

export function lowerReduce(reduction: Reduction, plan: ReducePlan, facts: GpuFacts): Lowered {
  if (plan.outer * plan.inner === 0) return { scratch: [], passes: [] };
  const runs = planeRuns(plan, reduction.planes, bindingWords(facts)).map(planes =>
    lowerPlanes(reduction, plan, planes, facts),
  );
  // Runs come one after the other, so they may share their scratch.
  return { scratch: runs[0]?.scratch ?? [], passes: runs.flatMap(run => run.passes) };
}

function lowerPlanes(reduction: Reduction, plan: ReducePlan, planes: PlaneRun, facts: GpuFacts): Lowered {
  const launch = planLaunch(plan, reduction.accWords, planes, facts);
  if (!launch)
    throw new LimitError(
      `${reduction.name}: a binding of ${facts.maxBindingBytes} bytes is too small for any part of this reduction.`,
    );
  const passes = launch.boxes.map(box => boxPass(reduction, plan, planes, launch, box, facts));
  if (launch.segments === 1) return { scratch: [], passes };
  const merge = mergePasses(reduction, plan, planes, launch.group, launch.segments, PARTIALS, facts);
  const partials = plan.outer * plan.inner * launch.segments * reduction.accWords * 4;
  return { scratch: [partials, ...merge.scratch], passes: [...passes, ...merge.passes] };
}

/** Slots: 0 the input, 1 the results, 2 the partial accumulators; merged runs of those follow. */
const [INPUT, RESULTS, PARTIALS] = [0, 1, 2];

function fragments(reduction: Reduction): readonly WgslFile[] {
  return [
    gridWgsl,
    numericWgsl,
    paramsWgsl,
    outputWgsl,
    ...reduction.wgsl,
    ...(reduction.guarded ? [] : [unguardedWgsl]),
  ];
}

const constantsOf = (
  { constants }: Reduction,
  plan: ReducePlan,
  planes: PlaneRun,
): Readonly<Record<string, number | boolean>> => ({
  ...(typeof constants === 'function' ? constants(plan) : constants),
  FIRST_PLANE: planes.first,
  WRITTEN: planes.count,
});

const lanesFile = (lanes: number): WgslFile => (lanes > 1 ? lanesManyWgsl : lanesOneWgsl);

function boxPass(
  reduction: Reduction,
  plan: ReducePlan,
  planes: PlaneRun,
  launch: ReduceLaunch,
  box: Box,
  facts: GpuFacts,
): Pass {
  const { kind, group, lanes, segmentLength } = launch;
  const [outer = 1, segments = 1, inner = 1] = box.shape;
  const final = launch.segments === 1;
  const inputStrides = [plan.strideOuter, segmentLength * plan.strideAxis, plan.strideInner];
  const outStrides = outputStrides(plan, launch.segments, reduction.accWords);
  const input = bindRange(
    INPUT,
    plan.offset + boxOffset(box, inputStrides),
    inputSpan(plan, box, segmentLength),
    facts,
  );
  const planeStep = plan.outer * plan.inner;
  const extra = final ? (planes.count - 1) * planeStep : reduction.accWords - 1;
  const output = bindRange(
    final ? RESULTS : PARTIALS,
    boxOffset(box, outStrides) + (final ? planes.first * planeStep : 0),
    spanOf(box.shape, outStrides) + extra,
    facts,
  );
  const vector = readsInFours(plan, kind, input.base);
  const kernel: Kernel = {
    name: `reduce/${reduction.name}/${kind}`,
    wgsl: [
      ...fragments(reduction),
      vector ? loadVec4Wgsl : loadScalarWgsl,
      ...(kind === 'rows' ? [lanesFile(lanes), rowsWgsl] : [columnsWgsl]),
    ],
    constants: {
      ...constantsOf(reduction, plan, planes),
      GROUP: group,
      LANES: lanes,
      FINAL: final,
      TAIL: plan.length % 4 !== 0 || segmentLength % 4 !== 0,
      GUARDED: reduction.guarded,
    },
    aliases: elementAlias(plan),
    bindings: ['read', 'write'],
  };
  const units = outer * segments * (kind === 'rows' ? inner * lanes : Math.ceil(inner / 4));
  const elements = sizeOf([outer, inner]) * Math.min(plan.length, segments * segmentLength);
  return {
    kernel,
    groups: Math.ceil(units / group),
    params: paramsOf({
      outer,
      inner,
      segments,
      firstSegment: box.start[1] ?? 0,
      segmentLength,
      length: plan.length,
      base: input.base,
      strideOuter: plan.strideOuter,
      strideAxis: plan.strideAxis,
      strideInner: plan.strideInner,
      outBase: output.base,
      outOuter: outStrides[0] ?? 0,
      outInner: outStrides[2] ?? 0,
      outSegment: outStrides[1] ?? 0,
      outPlane: planeStep,
      neutral: reduction.neutral(plan),
      power: plan.power,
    }),
    buffers: [input.binding, output.binding],
    work: (elements + sizeOf(box.shape)) * 4,
  };
}

/** True where every group of four that a kernel loads lies in one vec4 of the binding. */
function readsInFours(plan: ReducePlan, kind: 'rows' | 'columns', base: number): boolean {
  const aligned = (stride: number, count: number): boolean => count <= 1 || stride % 4 === 0;
  if (base % 4 !== 0 || !aligned(plan.strideOuter, plan.outer)) return false;
  return kind === 'rows'
    ? plan.strideAxis === 1 && aligned(plan.strideInner, plan.inner)
    : aligned(plan.strideAxis, plan.length);
}

/**
 * Merges `segments` partial accumulators of each cell, which lie in `source`. Cells go in runs that fit a binding. Where
 * those of a single cell do not fit, runs of them are merged to one each, and then those.
 */
function mergePasses(
  reduction: Reduction,
  plan: ReducePlan,
  planes: PlaneRun,
  group: number,
  segments: number,
  source: number,
  facts: GpuFacts,
): Lowered {
  const cells = plan.outer * plan.inner;
  const { accWords } = reduction;
  const room = bindingWords(facts);
  const step = segments * accWords;
  if (step > room) {
    const atOnce = Math.floor(room / accWords);
    if (atOnce < 2)
      throw new LimitError(
        `${reduction.name}: a binding of ${facts.maxBindingBytes} bytes is too small to merge two partial results.`,
      );
    const runs = Math.ceil(segments / atOnce);
    const passes: Pass[] = [];
    for (let cell = 0; cell < cells; cell++)
      for (let run = 0; run < runs; run++) {
        const from = bindRange(
          source,
          (cell * segments + run * atOnce) * accWords,
          Math.min(atOnce, segments - run * atOnce) * accWords,
          facts,
        );
        const into = bindRange(source + 1, (cell * runs + run) * accWords, accWords, facts);
        passes.push(
          mergePass(
            reduction,
            plan,
            planes,
            group,
            { final: false, cells: 1, segments: Math.min(atOnce, segments - run * atOnce) },
            from,
            into,
            facts,
          ),
        );
      }
    const rest = mergePasses(reduction, plan, planes, group, runs, source + 1, facts);
    return { scratch: [cells * runs * accWords * 4, ...rest.scratch], passes: [...passes, ...rest.passes] };
  }
  const atOnce = Math.floor(room / step);
  const passes: Pass[] = [];
  for (let first = 0; first < cells; first += atOnce) {
    const count = Math.min(atOnce, cells - first);
    const from = bindRange(source, first * step, count * step, facts);
    const into = bindRange(RESULTS, planes.first * cells + first, count + (planes.count - 1) * cells, facts);
    passes.push(mergePass(reduction, plan, planes, group, { final: true, cells: count, segments }, from, into, facts));
  }
  return { scratch: [], passes };
}

function mergePass(
  reduction: Reduction,
  plan: ReducePlan,
  planes: PlaneRun,
  group: number,
  job: { final: boolean; cells: number; segments: number },
  from: ReturnType<typeof bindRange>,
  into: ReturnType<typeof bindRange>,
  facts: GpuFacts,
): Pass {
  let lanes = 1;
  if (!facts.software) while (lanes < group && lanes * 4 < job.segments) lanes *= 2;
  const step = job.segments * reduction.accWords;
  return {
    kernel: {
      name: `reduce/${reduction.name}/partials`,
      wgsl: [...fragments(reduction), lanesFile(lanes), partialsWgsl],
      constants: { ...constantsOf(reduction, plan, planes), GROUP: group, LANES: lanes, FINAL: job.final },
      aliases: elementAlias(plan),
      bindings: ['read', 'write'],
    },
    groups: Math.ceil((job.cells * lanes) / group),
    params: paramsOf({
      inner: job.cells,
      segments: job.segments,
      length: plan.length,
      base: from.base,
      strideInner: step,
      outBase: into.base,
      outInner: 1,
      outPlane: plan.outer * plan.inner,
      power: plan.power,
    }),
    buffers: [from.binding, into.binding],
    work: job.cells * step * 4,
  };
}

/** The parameter block of shaders/arith/reduce/params.wgsl. */
function paramsOf(fields: {
  outer?: number;
  inner: number;
  segments: number;
  firstSegment?: number;
  segmentLength?: number;
  length: number;
  base: number;
  strideOuter?: number;
  strideAxis?: number;
  strideInner: number;
  outBase: number;
  outOuter?: number;
  outInner: number;
  outSegment?: number;
  outPlane: number;
  neutral?: number;
  power: number;
}): Uint32Array {
  const {
    outer = 1,
    firstSegment = 0,
    segmentLength = 0,
    strideOuter = 0,
    strideAxis = 0,
    outOuter = 0,
    outSegment = 0,
    neutral = 0,
  } = fields;
  return Uint32Array.from([
    outer,
    fields.inner,
    fields.segments,
    firstSegment,
    segmentLength,
    fields.length,
    fields.base,
    strideOuter,
    strideAxis,
    fields.strideInner,
    fields.outBase,
    outOuter,
    fields.outInner,
    outSegment,
    fields.outPlane,
    neutral,
    words.float(fields.power),
  ]);
}

const elementAlias = (plan: ReducePlan): Record<string, string> => ({
  Element: plan.dtype === 'uint32' ? 'u32' : 'f32',
});
