/**
 * The select primitive on the GPU: rows in blocks whose lists fit two scratch buffers, which take turns; in each block one
 * pass a step and box, and at the end the results are written where they belong.
 */
import { bindRange, type GpuFacts, type Kernel, type Lowered, type Pass, type WgslFile } from '../../device/index.ts';
import { LimitError } from '../../errors.ts';
import gridWgsl from '../../../shaders/lib/grid.wgsl';
import numericWgsl from '../../../shaders/lib/numeric.wgsl';
import clearWgsl from '../../../shaders/order/clear.wgsl';
import filterWgsl from '../../../shaders/order/filter.wgsl';
import groupWgsl from '../../../shaders/order/group.wgsl';
import heapWgsl from '../../../shaders/order/heap.wgsl';
import keysWgsl from '../../../shaders/order/keys.wgsl';
import mergeWgsl from '../../../shaders/order/merge.wgsl';
import paramsWgsl from '../../../shaders/order/params.wgsl';
import resultsWgsl from '../../../shaders/order/results.wgsl';
import sourceIdsWgsl from '../../../shaders/order/source-ids.wgsl';
import sourcePairsWgsl from '../../../shaders/order/source-pairs.wgsl';
import sourceValuesWgsl from '../../../shaders/order/source-values.wgsl';
import { boxOffset, sizeOf, spanOf, splitBoxes, type Box } from '../../tensor/index.ts';
import { bindingWords, planSelect, type Step } from './plan.ts';
import type { RowsAt, SelectPlan } from './select.ts';
import { strategyTable, type StrategyTable } from './strategy-table.ts';

/** What all passes of a call share. Slots count reads, writes, then the two buffers of lists and the counts. */
interface Job {
  readonly plan: SelectPlan;
  readonly facts: GpuFacts;
  readonly lists: readonly [number, number];
  readonly counts: number;
}

/** Rows that are done together. */
interface Block {
  readonly first: number;
  readonly count: number;
}

/** The most bytes of one buffer of lists, where a single row does not need more. */
const LISTS_BYTES = 2 ** 27;
/** Items a lane of a workgroup's selection reads at once. */
const GROUP_ITEMS = 8;
const GROUP = 64;

export function lowerSelect(plan: SelectPlan, facts: GpuFacts, table: StrategyTable = strategyTable): Lowered {
  if (plan.rows === 0) return { scratch: [], passes: [] };
  const steps = planSelect(plan.rows, plan.length, plan.k, facts, table);
  if (steps.at(-1)?.pairs !== plan.k) throw tooSmall(plan, facts);
  const most = (parity: number): number =>
    Math.max(0, ...steps.filter((_, i) => i % 2 === parity).map(step => step.pairs));
  const pairs = [most(0), most(1)];
  const room = Math.min(LISTS_BYTES / 4, bindingWords(facts), Math.floor(facts.maxBufferBytes / 4));
  const rowsAtOnce = Math.min(plan.rows, Math.max(1, Math.floor(room / (2 * Math.max(...pairs)))));
  const first = (plan.ids ? 2 : 1) + Number(plan.keep.values) + Number(plan.keep.ids);
  const job: Job = { plan, facts, lists: [first, first + 1], counts: first + 2 };
  return {
    // Even what nothing is written to needs a buffer.
    scratch: [...pairs.map(count => Math.max(16, rowsAtOnce * count * 8)), Math.max(16, rowsAtOnce * 4)],
    passes: blocksOf(plan, rowsAtOnce).flatMap(block => [
      ...steps.flatMap((step, i) => stepPasses(job, block, step, steps[i - 1], i)),
      ...resultPasses(job, block, job.lists[(steps.length - 1) % 2] ?? 0),
    ]),
  };
}

const tooSmall = (plan: SelectPlan, facts: GpuFacts): LimitError =>
  new LimitError(
    `${plan.op}: sorted lists of ${plan.k} out of ${plan.length} elements do not fit side by side into a binding of ${facts.maxBindingBytes} bytes. Ask for fewer, or use a cpu device.`,
  );

/** Runs of rows whose results are runs of `inner`, or parts of one. */
function blocksOf({ rows, inner }: SelectPlan, atOnce: number): Block[] {
  const blocks: Block[] = [];
  const whole = atOnce >= inner ? atOnce - (atOnce % inner) : 0;
  for (let first = 0; first < rows;) {
    const count = whole > 0 ? Math.min(whole, rows - first) : Math.min(atOnce, inner - (first % inner));
    blocks.push({ first, count });
    first += count;
  }
  return blocks;
}

/** How one side of a step lies in its buffer: words from row to row, and from segment to segment. */
interface Side {
  readonly slot: number;
  readonly offset: number;
  readonly strides: readonly [number, number];
  /** Words that one segment reaches behind its first. */
  readonly extra: number;
  /** Words of a unit that the shader counts in: an element, or a pair. */
  readonly unit: 1 | 2;
}

function stepPasses(job: Job, block: Block, step: Step, previous: Step | undefined, index: number): Pass[] {
  const { plan, facts } = job;
  const into = job.lists[index % 2] ?? 0;
  const other = job.lists[(index + 1) % 2] ?? 0;
  const source =
    step.from === 'elements' ? elementsSide(plan.values, 0, block, step) : pairsSide(other, previous, step);
  const ids = step.from === 'elements' && plan.ids ? elementsSide(plan.ids, 1, block, step) : undefined;
  // Survivors of any segment may land anywhere in their row.
  const out: Side =
    step.kind === 'filter'
      ? { slot: into, offset: 0, strides: [step.pairs * 2, 0], extra: step.pairs * 2 - 1, unit: 2 }
      : { slot: into, offset: 0, strides: [step.pairs * 2, step.k * 2], extra: step.k * 2 - 1, unit: 2 };
  const sides = [source, out, ...(ids ? [ids] : [])];
  const limit = bindingWords(facts);
  const boxes = splitBoxes(
    [block.count, segmentsOf(step)],
    sides.map(side => ({ strides: side.strides, extra: side.extra, limit })),
  );
  if (!boxes) throw tooSmall(plan, facts);
  const passes = boxes.map(box => stepPass(job, step, box, { source, out, ids, limits: other, previous }));
  return step.kind === 'filter' ? [clearPass(job, block), ...passes] : passes;
}

const segmentsOf = ({ kind, length, segment }: Step): number =>
  Math.ceil(length / (kind === 'merge' ? 2 * segment : segment));

function elementsSide(rows: RowsAt, slot: number, block: Block, { segment, step, length }: Step): Side {
  return {
    slot,
    offset: rows.offset + block.first * rows.stride,
    strides: [rows.stride, segment * step],
    extra: (Math.min(segment, length) - 1) * step,
    unit: 1,
  };
}

/** Pairs of an earlier step: a merge takes two lists of it at once. */
function pairsSide(slot: number, previous: Step | undefined, step: Step): Side {
  const row = previous?.pairs ?? 0;
  const apart = step.kind === 'merge' ? 2 * Math.min(step.k, step.segment) : step.segment;
  return { slot, offset: 0, strides: [row * 2, apart * 2], extra: Math.min(apart, row) * 2 - 1, unit: 2 };
}

interface Sides {
  readonly source: Side;
  readonly out: Side;
  readonly ids: Side | undefined;
  /** Where a filter finds its limits, as the step before left them. */
  readonly limits: number;
  readonly previous: Step | undefined;
}

function stepPass(job: Job, step: Step, box: Box, sides: Sides): Pass {
  const { facts } = job;
  const [firstRow = 0, firstSegment = 0] = box.start;
  const [rows = 1, segments = 1] = box.shape;
  const bind = (side: Side): { binding: ReturnType<typeof bindRange>['binding']; base: number; row: number } => {
    const { slot, offset, strides, extra, unit } = side;
    const span = spanOf(box.shape, strides) + extra;
    const { binding, base } = bindRange(slot, offset + boxOffset(box, strides), span, facts);
    // Shaders count segments from the row's first one, wherever the binding begins.
    return { binding, base: (base - firstSegment * strides[1]) / unit, row: strides[0] / unit };
  };
  const source = bind(sides.source);
  const out = bind(sides.out);
  const ids = sides.ids && bind(sides.ids);
  const counts = bindRange(job.counts, firstRow, rows, facts);
  const limits = bindRange(sides.limits, firstRow * (sides.previous?.pairs ?? 0) * 2, rows * step.k * 2, facts);
  const counted = step.from === 'survivors';
  const chunks = step.kind === 'merge' ? Math.ceil(step.k / step.items) : 1;
  const alone = step.kind === 'group' || step.kind === 'filter';
  const units = rows * segments * chunks;
  return {
    kernel: kernelOf(job.plan, step),
    groups: alone ? units : Math.ceil(units / step.group),
    params: Uint32Array.from([
      rows,
      segments,
      firstSegment,
      step.segment,
      step.length,
      step.k,
      Number(job.plan.largest),
      source.base,
      source.row,
      step.step,
      ids?.base ?? 0,
      ids?.row ?? 0,
      out.base,
      out.row,
      counts.base,
      limits.base / 2 + step.k - 1,
      sides.previous?.pairs ?? 0,
      chunks,
    ]),
    buffers: [
      out.binding,
      source.binding,
      counted ? counts.binding : (ids?.binding ?? source.binding),
      ...(step.kind === 'filter' ? [limits.binding, counts.binding] : []),
    ],
    work: workOf(step, rows * segments),
  };
}

/** About as many bytes as could be copied meanwhile. */
function workOf(step: Step, segments: number): number {
  const elements = segments * Math.min(step.segment, step.length);
  if (step.kind === 'filter') return elements * 8;
  return step.kind === 'merge' ? segments * step.k * 32 : elements * 24 + segments * step.k * 64;
}

const isUnsigned = ({ dtype }: SelectPlan): boolean => dtype === 'uint32';

function kernelOf(plan: SelectPlan, step: Step): Kernel {
  const elements = step.from === 'elements';
  const sources: WgslFile = elements ? (plan.ids ? sourceIdsWgsl : sourceValuesWgsl) : sourcePairsWgsl;
  const walks = { heap: heapWgsl, group: groupWgsl, filter: filterWgsl, merge: mergeWgsl };
  const room =
    'capacity' in step
      ? { CAPACITY: step.capacity, LOG_CAPACITY: Math.log2(step.capacity), ITEMS: GROUP_ITEMS }
      : { ITEMS: step.items };
  return {
    name: `select/${step.kind}/${elements ? 'elements' : 'pairs'}`,
    wgsl: [gridWgsl, numericWgsl, keysWgsl, paramsWgsl, sources, walks[step.kind]],
    constants: {
      GROUP: step.group,
      ...room,
      COUNTED: step.from === 'survivors',
      // Pairs have keys already: one pipeline serves all.
      UNSIGNED: elements && isUnsigned(plan),
    },
    bindings: ['write', 'read', 'read', ...(step.kind === 'filter' ? (['read', 'write'] as const) : [])],
  };
}

function clearPass({ facts, counts }: Job, block: Block): Pass {
  const group = Math.min(GROUP, facts.maxInvocations);
  return {
    kernel: { name: 'select/clear', wgsl: [gridWgsl, clearWgsl], constants: { GROUP: group }, bindings: ['write'] },
    groups: Math.ceil(block.count / group),
    params: Uint32Array.from([block.count]),
    buffers: [bindRange(counts, 0, block.count, facts).binding],
    work: block.count * 4,
  };
}

/** Numbers and ids of a block, from its sorted lists of k pairs. */
function resultPasses({ plan, facts }: Job, block: Block, lists: number): Pass[] {
  const { k, inner, keep, firstId = 0, out: at = { offset: 0, stride: k * inner } } = plan;
  const inners = Math.min(inner, block.count);
  const group = Math.min(GROUP, facts.maxInvocations);
  const first = at.offset + Math.floor(block.first / inner) * at.stride + (block.first % inner);
  const pairStrides = [inners * k * 2, k * 2, 2];
  const outStrides = [at.stride, 1, inner];
  const limit = bindingWords(facts);
  const boxes = splitBoxes(
    [block.count / inners, inners, k],
    [
      { strides: pairStrides, extra: 1, limit },
      { strides: outStrides, limit },
    ],
  );
  if (!boxes) throw tooSmall(plan, facts);
  const planes = [...(keep.values ? [false] : []), ...(keep.ids ? [true] : [])];
  return planes.flatMap((ids, plane) =>
    boxes.map((box): Pass => {
      const pairs = bindRange(lists, boxOffset(box, pairStrides), spanOf(box.shape, pairStrides) + 1, facts);
      const slot = (plan.ids ? 2 : 1) + plane;
      const out = bindRange(slot, first + boxOffset(box, outStrides), spanOf(box.shape, outStrides), facts);
      const count = sizeOf(box.shape);
      return {
        kernel: {
          name: 'select/results',
          wgsl: [gridWgsl, numericWgsl, keysWgsl, resultsWgsl],
          constants: { GROUP: group, UNSIGNED: isUnsigned(plan) },
          bindings: ['write', 'read'],
        },
        groups: Math.ceil(count / group),
        params: Uint32Array.from([
          Number(plan.largest),
          Number(ids),
          count,
          box.shape[1] ?? 1,
          box.shape[2] ?? 1,
          pairs.base / 2,
          inners * k,
          k,
          out.base,
          at.stride,
          inner,
          firstId,
        ]),
        buffers: [out.binding, pairs.binding],
        work: count * 12,
      };
    }),
  );
}
