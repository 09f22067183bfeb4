/**
 * Planning a reduction: axes of a tensor become cells and one reduced axis (`planReduce`), and for a GPU the reduced axis
 * becomes segments, lanes and boxes that fit its bindings (`planLaunch`). Pure arithmetic.
 */
import type { GpuFacts } from '../../device/index.ts';
import { mergeAxes, sizeOf, spanOf, splitBoxes, type Box, type Dtype, type Shape } from '../../tensor/index.ts';
import type { ReducePlan } from './reduce.ts';

/**
 * The plan that reduces `axes` of a strided tensor, or undefined where its strides do not come down to two axes of cells
 * and one to reduce: then the tensor has to be copied first.
 */
export function planReduce(
  shape: Shape,
  strides: readonly number[],
  offset: number,
  axes: readonly number[],
  dtypes: { dtype: Dtype; outDtype: Dtype },
  power = 0,
): ReducePlan | undefined {
  const keptAxes = shape.map((_, axis) => axis).filter(axis => !axes.includes(axis));
  const inOrder = [...axes].toSorted((a, b) => a - b);
  const pick = (list: readonly number[], chosen: readonly number[]): number[] => chosen.map(axis => list[axis] ?? 0);
  const length = sizeOf(pick(shape, axes));
  const cells = sizeOf(pick(shape, keptAxes));
  const common = { ...dtypes, offset, length, power };
  if (length === 0 || cells === 0)
    return { ...common, offset: 0, outer: cells, inner: 1, strideOuter: 0, strideAxis: 0, strideInner: 0 };
  const kept = mergeAxes(pick(shape, keptAxes), [pick(strides, keptAxes)]);
  const reduced = mergeAxes(pick(shape, inOrder), [pick(strides, inOrder)]);
  if (kept.shape.length > 2 || reduced.shape.length > 1) return undefined;
  const strideAxis = reduced.strides[0]?.[0] ?? 1;
  const [first = 1, second] = kept.shape;
  const [strideFirst = 0, strideSecond = 0] = kept.strides[0] ?? [];
  if (second !== undefined)
    return { ...common, outer: first, inner: second, strideOuter: strideFirst, strideAxis, strideInner: strideSecond };
  // A single axis of cells with stride 1 is columns, else rows.
  return strideFirst === 1 && strideAxis !== 1
    ? { ...common, outer: 1, inner: first, strideOuter: 0, strideAxis, strideInner: 1 }
    : { ...common, outer: first, inner: 1, strideOuter: strideFirst, strideAxis, strideInner: 0 };
}

export interface ReduceLaunch {
  /** Rows: invocations walk the reduced axis in fours. Columns: they own four neighbouring cells. */
  readonly kind: 'rows' | 'columns';
  readonly group: number;
  readonly lanes: number;
  readonly segments: number;
  readonly segmentLength: number;
  /** Boxes over [outer, segments, inner] whose input and output fit a binding. */
  readonly boxes: readonly Box[];
}

/** Planes of results that one kernel writes. */
export interface PlaneRun {
  readonly first: number;
  readonly count: number;
}

/** All planes at once where their results fit `limit` words together, else one after the other. */
export function planeRuns(plan: ReducePlan, planes: number, limit: number): PlaneRun[] {
  if (planes * plan.outer * plan.inner <= limit) return [{ first: 0, count: planes }];
  return Array.from({ length: planes }, (_, first) => ({ first, count: 1 }));
}

/** Invocations that keep a device busy: a software adapter has a few cores, a GPU tens of thousands of lanes. */
const BUSY = { software: 1024, hardware: 2 ** 17 } as const;
/** The least that is worth a segment of its own, and the most that one should take, in elements. */
const SEGMENT_LEAST = 256;
const SEGMENT_MOST = 2 ** 18;

export function planLaunch(
  plan: ReducePlan,
  accWords: number,
  planes: PlaneRun,
  facts: GpuFacts,
): ReduceLaunch | undefined {
  const columns = plan.strideInner === 1 && plan.strideAxis !== 1 && plan.inner > 1;
  const group = Math.min(64, facts.maxInvocations);
  const lanes = columns || facts.software ? 1 : lanesFor(plan.length, group);
  const busy = facts.software ? BUSY.software : BUSY.hardware;
  const threads = (columns ? plan.outer * Math.ceil(plan.inner / 4) : plan.outer * plan.inner) * lanes;
  const wanted = Math.max(Math.ceil(busy / Math.max(1, threads)), Math.ceil(plan.length / (SEGMENT_MOST * lanes)));
  const most = Math.max(1, Math.floor(plan.length / (SEGMENT_LEAST * lanes)));
  // A segment must not reach further than a binding does.
  const reach = Math.floor((bindingWords(facts) - 8) / plan.strideAxis);
  const even = Math.max(4, Math.ceil(plan.length / Math.min(wanted, most) / 4) * 4);
  const segmentLength = reach >= even ? even : reach >= 4 ? reach - (reach % 4) : Math.max(1, reach);
  const segments = Math.max(1, Math.ceil(plan.length / segmentLength));
  const boxes = boxesFor(plan, { segments, segmentLength }, accWords, planes, bindingWords(facts));
  return boxes && { kind: columns ? 'columns' : 'rows', group, lanes, segments, segmentLength, boxes };
}

/** As many lanes as a row of this length keeps busy with a few steps each. */
function lanesFor(length: number, group: number): number {
  let lanes = 1;
  while (lanes < group && lanes * 16 < length) lanes *= 2;
  return lanes;
}

/** Words that a binding can span, whatever its offset: it may have to begin up to one alignment earlier. */
export const bindingWords = (facts: GpuFacts): number => (facts.maxBindingBytes - facts.bindingAlignment) / 4;

/** Boxes over [outer, segments, inner] whose input and whose output span no more than `limit` words. */
export function boxesFor(
  plan: ReducePlan,
  cut: { segments: number; segmentLength: number },
  accWords: number,
  planes: PlaneRun,
  limit: number,
): Box[] | undefined {
  const input = {
    strides: [plan.strideOuter, cut.segmentLength * plan.strideAxis, plan.strideInner],
    limit,
    // A segment reaches this far behind its first element.
    extra: (Math.min(cut.segmentLength, plan.length) - 1) * plan.strideAxis + 3,
  };
  const output = {
    strides: outputStrides(plan, cut.segments, accWords),
    limit,
    extra: cut.segments > 1 ? accWords : (planes.count - 1) * plan.outer * plan.inner,
  };
  return splitBoxes([plan.outer, cut.segments, plan.inner], [input, output]);
}

/** Words from one result (or partial accumulator) to the next along [outer, segments, inner]. */
export function outputStrides(plan: ReducePlan, segments: number, accWords: number): number[] {
  return segments > 1 ? [plan.inner * segments * accWords, accWords, segments * accWords] : [plan.inner, 0, 1];
}

/** How far a box reaches in the input, in elements. */
export function inputSpan(plan: ReducePlan, box: Box, segmentLength: number): number {
  const [outer = 1, segments = 1, inner = 1] = box.shape;
  const first = (box.start[1] ?? 0) * segmentLength;
  const length = Math.min(plan.length - first, segments * segmentLength);
  return spanOf([outer, Math.max(1, length), inner], [plan.strideOuter, plan.strideAxis, plan.strideInner]);
}
