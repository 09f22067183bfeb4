/**
 * The reduce primitive on a wasm device: a pass or two a box over `reduce.as`, and where the reduced axis was cut into
 * segments a last one that joins what they gave. Any strides are walked; how work is cut depends on the plan alone.
 */
import {
  words,
  type BufferRange,
  type LoweredToWasm,
  type LowerToWasm,
  type WasmFacts,
  type WasmPass,
} from '../../device/index.ts';
import { boxOffset, type Box } from '../../tensor/index.ts';
import { boxesFor, inputSpan, outputStrides, planeRuns, type PlaneRun } from './plan.ts';
import { planes as ours } from '../wasm.ts';
import kernels from './reduce.as';
import type { ReducePlan, Reduction, WasmEnding, WasmPlane, WasmWalk } from './reduce.ts';

const ALL = 0xffffffff;
const MAGNITUDE = 0x7fffffff;
/** Brings the least of what is compared to key 0, and NaN to the top. */
const SHIFT = words.infinity + 1;

/** The first words of a plane, as in `walks.as`: the walk; mask, sign, flip and shift of bits; what changes nothing. */
const WALKS: Readonly<Record<WasmWalk, readonly number[]>> = {
  values: [0, ALL, 0, 0, 0, 0],
  magnitudes: [0, MAGNITUDE, 0, 0, 0, 0],
  squares: [1, MAGNITUDE, 0, 0, 0, 0],
  nonzeros: [2, MAGNITUDE, 0, 0, 0, 0],
  cubes: [3, MAGNITUDE, 0, 0, 0, 0],
  fourths: [4, MAGNITUDE, 0, 0, 0, 0],
  roots: [5, MAGNITUDE, 0, 0, 0, 0],
  threeHalves: [6, MAGNITUDE, 0, 0, 0, 0],
  reciprocals: [7, MAGNITUDE, 0, 0, 0, words.infinity],
  largest: [8, ALL, MAGNITUDE, 0, SHIFT, words.minusInfinity],
  smallest: [8, ALL, MAGNITUDE, ALL, SHIFT, words.infinity],
  largestMagnitude: [8, MAGNITUDE, 0, 0, 0, 0],
  smallestMagnitude: [8, MAGNITUDE, 0, ALL, SHIFT, words.infinity],
  largestUint: [8, ALL, 0, 0, 0, 0],
  smallestUint: [8, ALL, 0, ALL, 0, ALL],
};

/** In the order of `endings.as`. */
const ENDINGS: readonly WasmEnding[] = [
  'none',
  'mean',
  'root',
  'cubeRoot',
  'fourthRoot',
  'square',
  'twoThirds',
  'reciprocal',
  'index',
  'indexUint',
];

const FIVE = 'nonzeros magnitudes squares largestMagnitude smallestMagnitude';

/** Elements that a unit has at most, and a chunk at least where there are so many: about 50 µs. */
const UNIT = 2 ** 17;
/** Cells of a group: columns, gathered columns; of rows, as many as are short. */
const MOST_COLUMNS = 1024;
const MOST_GATHERED = 256;
const MOST_ROWS = 64;
/** Elements of a group of rows, and of a band of one: half of a small cache, and less where it is gathered first. */
const ROW_ELEMENTS = 4096;
const GATHERED_ELEMENTS = 512;
/** Rows of a band of columns: as many streams through memory as a processor follows. */
const STREAMS = 8;
/** Rows shorter than this, if there are some, are gathered as columns: four cells at a time instead of one. */
const SHORT = 12;

/** The lowering of a reduction. */
export async function lowering({ name, wasm }: Reduction): Promise<LowerToWasm<ReducePlan>> {
  const { planes } = wasm ? await wasm() : { planes: ours };
  return (plan, facts) => {
    const own = planes[name]?.(plan);
    return own && plan.dtype !== 'float64' && plan.outDtype !== 'float64' ? lowerReduce(own, plan, facts) : undefined;
  };
}

function lowerReduce(planes: readonly WasmPlane[], given: ReducePlan, facts: WasmFacts): LoweredToWasm | undefined {
  if (given.outer * given.inner === 0) return { scratch: [], passes: [] };
  // A single axis of cells is the inner one.
  const plan =
    given.inner === 1
      ? { ...given, outer: 1, inner: given.outer, strideOuter: 0, strideInner: given.strideOuter }
      : given;
  const limit = Math.floor(facts.maxRangeBytes / 4);
  const runs = planeRuns(plan, planes.length, limit).map(run => lowerPlanes(planes, plan, run, limit));
  const lowered = runs.filter(run => run !== undefined);
  if (lowered.length < runs.length) return undefined;
  // Runs come one after the other, so they may share their scratch.
  return { scratch: lowered[0]?.scratch ?? [], passes: lowered.flatMap(run => run.passes) };
}

/** Slots: 0 the input, 1 the results, 2 the values of segments. */
const [INPUT, RESULTS, VALUES] = [0, 1, 2];

interface Cut {
  /** Cells are walked as columns where they can be. */
  readonly columns: boolean;
  readonly segments: number;
  readonly segmentLength: number;
}

function lowerPlanes(
  planes: readonly WasmPlane[],
  plan: ReducePlan,
  run: PlaneRun,
  limit: number,
): LoweredToWasm | undefined {
  const valueWords = 2 * run.count;
  const cut = cutOf(plan, limit);
  const boxes = boxesFor(plan, cut, valueWords, run, limit);
  const passes = boxes?.flatMap(box => boxPasses(planes, plan, run, cut, box));
  if (!passes || cut.segments === 1) return passes && { scratch: [], passes };
  const merge = mergePasses(planes, plan, run, cut.segments, limit);
  const scratch = [plan.outer * plan.inner * cut.segments * valueWords * 4];
  return merge && { scratch, passes: [...passes, ...merge] };
}

function cutOf(plan: ReducePlan, limit: number): Cut {
  const { inner, length, strideAxis, strideInner } = plan;
  const columns = (strideInner === 1 && strideAxis !== 1) || length < SHORT;
  const most = UNIT / (columns ? groupWidth(plan, true, inner) : 1);
  // A segment must not reach further than a range does.
  const reach = Math.floor((limit - 8) / Math.max(1, strideAxis));
  const even = Math.max(16, Math.ceil(length / Math.ceil(length / most) / 16) * 16);
  const segmentLength = reach >= even ? even : Math.max(1, reach);
  return { columns, segments: Math.max(1, Math.ceil(length / segmentLength)), segmentLength };
}

/** How many neighbouring cells one unit takes. */
function groupWidth(plan: ReducePlan, columns: boolean, cells: number): number {
  if (!columns) return Math.max(1, Math.min(MOST_ROWS, Math.floor(ROW_ELEMENTS / Math.max(1, plan.length))));
  const most = plan.strideInner === 1 ? MOST_COLUMNS : MOST_GATHERED;
  return Math.max(4, Math.ceil(cells / Math.ceil(cells / most) / 4) * 4);
}

/** One pass, or one for columns in whole fours and one for the others. */
function boxPasses(
  planes: readonly WasmPlane[],
  plan: ReducePlan,
  run: PlaneRun,
  cut: Cut,
  box: Box,
): readonly WasmPass[] {
  const [first = 0] = box.start.slice(2);
  const [inner = 1] = box.shape.slice(2);
  const fours = cut.columns ? inner - (inner % 4) : 0;
  const part = (from: number, count: number): Box => ({
    start: [...box.start.slice(0, 2), first + from],
    shape: [...box.shape.slice(0, 2), count],
  });
  return [
    ...(fours > 0 ? [boxPass(planes, plan, run, cut, part(0, fours), true)] : []),
    ...(fours < inner ? [boxPass(planes, plan, run, cut, part(fours, inner - fours), false)] : []),
  ];
}

function boxPass(
  planes: readonly WasmPlane[],
  plan: ReducePlan,
  run: PlaneRun,
  cut: Cut,
  box: Box,
  columns: boolean,
): WasmPass {
  const { strideOuter, strideAxis, strideInner } = plan;
  const [outer = 1, segments = 1, inner = 1] = box.shape;
  const before = (box.start[1] ?? 0) * cut.segmentLength;
  const length = Math.min(plan.length - before, segments * cut.segmentLength);
  const final = cut.segments === 1;
  const width = groupWidth(plan, columns, inner);
  const units = outer * segments * Math.ceil(inner / width);
  const unitElements = Math.min(width, inner) * Math.max(1, Math.min(length, cut.segmentLength));
  const share = Math.max(1, Math.floor(UNIT / unitElements));
  const strides = outputStrides(plan, cut.segments, 2 * run.count);
  const [outOuter = 0, outSegment = 0, outInner = 0] = strides;
  const outPlane = final ? plan.outer * plan.inner : 2;
  const outWords =
    (outer - 1) * outOuter + (segments - 1) * outSegment + (inner - 1) * outInner + (run.count - 1) * outPlane;
  return {
    module: kernels,
    kernel: 'reduce',
    chunks: Math.ceil(units / share),
    params: Uint32Array.from([
      Number(columns),
      units,
      share,
      inner,
      width,
      length,
      cut.segmentLength,
      columns ? STREAMS : (strideAxis === 1 ? ROW_ELEMENTS : GATHERED_ELEMENTS) / 4,
      ...[strideOuter, strideAxis, strideInner, outOuter, outSegment, outInner, outPlane].map(stride => stride * 4),
      Number(final),
      plan.length,
      before,
      ...planeWords(planes, run),
    ]),
    buffers: [
      rangeOf(
        INPUT,
        plan.offset + boxOffset(box, [strideOuter, cut.segmentLength * strideAxis, strideInner]),
        plan.length > 0 ? inputSpan(plan, box, cut.segmentLength) : 0,
      ),
      final
        ? rangeOf(RESULTS, run.first * outPlane + boxOffset(box, strides), outWords + 1)
        : rangeOf(VALUES, boxOffset(box, strides), outWords + 2),
    ],
  };
}

const rangeOf = (slot: number, first: number, count: number): BufferRange => ({
  slot,
  byteOffset: first * 4,
  bytes: count * 4,
});

/** Whether the planes are the five that are walked together; how many; and what each is. */
function planeWords(planes: readonly WasmPlane[], run: PlaneRun): number[] {
  const here = planes.slice(run.first, run.first + run.count);
  return [
    Number(here.map(([walk]) => walk).join(' ') === FIVE),
    run.count,
    ...here.flatMap(([walk, ending = 'none']) => [...WALKS[walk], ENDINGS.indexOf(ending)]),
  ];
}

/** Values that a chunk joins. */
const SHARE = 2 ** 14;

/** Joins the values of each cell's segments; undefined where those of one cell are more than a range. */
function mergePasses(
  planes: readonly WasmPlane[],
  plan: ReducePlan,
  run: PlaneRun,
  segments: number,
  limit: number,
): WasmPass[] | undefined {
  const cells = plan.outer * plan.inner;
  const cellWords = segments * 2 * run.count;
  const atOnce = Math.min(Math.floor(limit / cellWords), limit - (run.count - 1) * cells);
  if (atOnce < 1) return undefined;
  const [, ...described] = planeWords(planes, run);
  const passes: WasmPass[] = [];
  for (let first = 0; first < cells; first += atOnce) {
    const count = Math.min(atOnce, cells - first);
    const share = Math.max(1, Math.floor(SHARE / (segments * run.count)));
    passes.push({
      module: kernels,
      kernel: 'merge',
      chunks: Math.ceil(count / share),
      params: Uint32Array.from([count, share, segments, cells * 4, plan.length, ...described]),
      buffers: [
        rangeOf(VALUES, first * cellWords, count * cellWords),
        rangeOf(RESULTS, run.first * cells + first, count + (run.count - 1) * cells),
      ],
    });
  }
  return passes;
}
