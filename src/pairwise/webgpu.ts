/**
 * The pairwise primitive on the GPU: rows are prepared where the metric wants it, then each box of rows and columns is one
 * pass over a tile kernel, and where numbers are reduced along rows a last pass merges what the strips came to.
 *
 * Squares of differences are found directly on software adapters and for small work; for large work on a GPU as
 * ‖x‖² + ‖y‖² − 2x·y of centred rows, with a careful second walk for pairs of which too little is left.
 */
import { bindRange, words, type GpuFacts, type Kernel, type Lowered, type Pass } from '../device/index.ts';
import { LimitError } from '../errors.ts';
import gridWgsl from '../../shaders/lib/grid.wgsl';
import numericWgsl from '../../shaders/lib/numeric.wgsl';
import expandedWgsl from '../../shaders/pairwise/expanded.wgsl';
import guardedWgsl from '../../shaders/pairwise/guarded.wgsl';
import loadFoursWgsl from '../../shaders/pairwise/load-fours.wgsl';
import loadSinglesWgsl from '../../shaders/pairwise/load-singles.wgsl';
import mergeWgsl from '../../shaders/pairwise/merge.wgsl';
import nearMeasuredWgsl from '../../shaders/pairwise/near-measured.wgsl';
import nearRawWgsl from '../../shaders/pairwise/near-raw.wgsl';
import nearSameWgsl from '../../shaders/pairwise/near-same.wgsl';
import paramsWgsl from '../../shaders/pairwise/params.wgsl';
import plainWgsl from '../../shaders/pairwise/plain.wgsl';
import productsDotWgsl from '../../shaders/pairwise/products-dot.wgsl';
import productsFusedWgsl from '../../shaders/pairwise/products-fused.wgsl';
import valuesMeasuredWgsl from '../../shaders/pairwise/values-measured.wgsl';
import valuesNoneWgsl from '../../shaders/pairwise/values-none.wgsl';
import valuesWgsl from '../../shaders/pairwise/values.wgsl';
import weightsNoneWgsl from '../../shaders/pairwise/weights-none.wgsl';
import weightsWgsl from '../../shaders/pairwise/weights.wgsl';
import { condensedIndex, keepsAll, MEASURED_WORDS, type PairPlan, type Sink } from './pairwise.ts';
import { sinkConstants, sinkFiles } from './sinks.ts';
import type { PairMetric } from './metric.ts';
import { COSTS, planPairs, type PairBox, type PairLaunch } from './plan.ts';
import { centrePass, changesOf, preparedStride, preparePasses, type GpuPreparation } from './prepare.ts';
import { BLOCK, SIDE, stepOf, tileText, type TileShape } from './tile.ts';

/** Rows as a kernel reads them: the caller's, or prepared ones in scratch. */
interface Source {
  readonly slot: number;
  readonly offset: number;
  readonly stride: number;
  readonly batchStride: number;
}

/** All that the passes of one call share. */
interface Job {
  readonly metric: PairMetric;
  readonly plan: PairPlan;
  readonly facts: GpuFacts;
  readonly a: Source;
  readonly b: Source;
  readonly prepared: boolean;
  /** Where rows of b are changed when they are read: the slot of what was measured of them, and how. */
  readonly measured: { readonly slot: number; readonly offset: number; readonly how: GpuPreparation } | undefined;
  readonly expanded: boolean;
  /** Rows whose weights are in them already need none in the kernel. */
  readonly weighted: boolean;
  readonly launch: PairLaunch;
  /** Slots of the result, and of partial results. */
  readonly result: number;
  readonly partials: number;
}

/** To compare so few rows with others, these are read once: to write them anew before would cost more than to change them then. */
const CHANGED_MOST = 16;

/** Rows longer than this, and this many of them, are worth products. */
const EXPAND_LENGTH = 16;
const EXPAND_ROWS = 32;

export function lowerPairs(metric: PairMetric, plan: PairPlan, facts: GpuFacts): Lowered {
  const kernel = metric.gpu;
  const matrix = keepsAll(plan.sink);
  const { numbersOffset } = plan;
  const result = 2 + Number(plan.weighted) + Number(numbersOffset !== undefined);
  if (plan.batches * plan.n === 0 || (matrix && plan.m === 0)) return { scratch: [], passes: [] };
  // Sums and counts of nothing are 0: what a merge of no strips gives.
  if (plan.m === 0)
    return { scratch: [16], passes: mergePasses({ plan, facts, result, partials: result + 1, strips: 0 }, 1) };
  const expanded =
    kernel.expands === true &&
    matrix &&
    !facts.software &&
    plan.length > EXPAND_LENGTH &&
    Math.min(plan.n, plan.m) >= EXPAND_ROWS;
  const how: GpuPreparation | undefined = kernel.prepare ?? (expanded ? 'centre' : undefined);
  const scratch: number[] = [];
  const passes: Pass[] = [];
  const slotOfScratch = (bytes: number): number => result + scratch.push(bytes);
  const sourceOf = (slot: number, rows: PairPlan['a']): Source => ({ slot, ...rows });
  let a = sourceOf(0, plan.a);
  let b = sourceOf(1, plan.b);
  const measured = measuredNumbers();
  if (how) {
    const weights = plan.weighted ? { slot: 2, offset: plan.weightsOffset } : undefined;
    let centre: number | undefined;
    if (how === 'centre') {
      centre = slotOfScratch(plan.length * 4);
      passes.push(centrePass({ ...b, count: plan.m, length: plan.length }, centre, facts));
    }
    const stride = preparedStride(plan.length);
    const prepare = (rows: Source, count: number): Source => {
      const into = slotOfScratch(count * stride * 4);
      passes.push(...preparePasses(how, { ...rows, count, length: plan.length, weights, centre, into }, facts));
      return { slot: into, offset: 0, stride, batchStride: 0 };
    };
    if (!measured) b = prepare(b, plan.m);
    a = plan.oneSet && !measured ? b : prepare(a, plan.n);
  }
  const sinkWords = plan.sink.kind === 'min' || plan.sink.kind === 'argmin' ? 2 : 1;
  const launch = planPairs(plan, kernel, { a: a.stride, b: b.stride, sinkWords }, facts);
  if (!launch)
    throw new LimitError(
      `${metric.name}: rows of ${plan.length} stored elements do not fit a binding of ${facts.maxBindingBytes} bytes. Reduce their dimension, or compare parts of them.`,
    );
  const partials = matrix ? 0 : slotOfScratch(plan.n * launch.partials * sinkWords * 4);
  const job: Job = {
    metric,
    plan,
    facts,
    a,
    b,
    prepared: how !== undefined,
    measured,
    expanded,
    weighted: plan.weighted && (kernel.prepare === undefined || !kernel.expands),
    launch,
    result,
    partials,
  };
  passes.push(...launch.boxes.filter(box => !isBelow(plan.sink, box)).map(box => boxPass(job, box, sinkWords)));
  if (!matrix) passes.push(...mergePasses({ plan, facts, result, partials, strips: launch.partials }, sinkWords));
  return { scratch, passes };

  /** Numbers of the rows of b, by which they are changed when they are read: those that were given, or found first. */
  function measuredNumbers(): Job['measured'] {
    const { prepare } = kernel;
    if (!prepare || plan.weighted) return undefined;
    if (numbersOffset !== undefined) return { slot: result - 1, offset: numbersOffset, how: prepare };
    if (plan.oneSet || plan.batches > 1 || plan.n > CHANGED_MOST) return undefined;
    const into = slotOfScratch(plan.m * MEASURED_WORDS * 4);
    const rows = { ...b, count: plan.m, length: plan.length, weights: undefined, centre: undefined };
    passes.push(...preparePasses(prepare, { ...rows, into, measures: true }, facts));
    return { slot: into, offset: 0, how: prepare };
  }
}

/** Boxes below the diagonal have nothing that condensed order keeps. */
const isBelow = (sink: Sink, box: PairBox): boolean =>
  sink.kind === 'condensed' && box.column + box.columns <= box.row + 1;

/** The matrix of one set of rows with itself, found whole: only its upper half is walked. */
const isMirrored = ({ metric, plan }: Job, box: PairBox): boolean =>
  plan.oneSet &&
  plan.sink.kind === 'matrix' &&
  metric.gpu.directed !== true &&
  plan.batches === 1 &&
  box.rows === plan.n &&
  box.columns === plan.m;

function boxPass(job: Job, box: PairBox, sinkWords: number): Pass {
  const { metric, plan, facts, launch } = job;
  const { tile } = launch;
  const tileRows = tile.rows * stepOf(tile);
  const fours = Math.ceil(plan.length / 4);
  const { measured } = job;
  const rangeOf = (source: Source, first: number, count: number, long: number): ReturnType<typeof bindRange> =>
    bindRange(
      source.slot,
      source.offset + box.batch * source.batchStride + first * source.stride,
      (box.batches - 1) * source.batchStride + (count - 1) * source.stride + long,
      facts,
    );
  const [longLeft, longRight] = [job.prepared, job.prepared && !measured].map(is =>
    is ? preparedStride(plan.length) : plan.length,
  ) as [number, number];
  const left = rangeOf(job.a, box.row, box.rows, longLeft);
  const right = rangeOf(job.b, box.column, box.columns, longRight);
  const whole = (source: Source, base: number, long: number): boolean =>
    [base, source.stride, source.batchStride, long].every(number => number % 4 === 0);
  const inFours = whole(job.a, left.base, longLeft) && whole(job.b, right.base, longRight);
  const unit = inFours ? 4 : 1;
  const raw = job.expanded && metric.gpu.prepare === undefined;
  const rawRange = (slot: number, rows: PairPlan['a'], first: number, count: number): ReturnType<typeof bindRange> =>
    bindRange(slot, rows.offset + first * rows.stride, (count - 1) * rows.stride + plan.length, facts);
  const rawLeft = raw ? rawRange(0, plan.a, box.row, box.rows) : undefined;
  const rawRight = raw ? rawRange(1, plan.b, box.column, box.columns) : undefined;
  const weights = job.weighted ? bindRange(2, plan.weightsOffset, plan.length, facts) : undefined;
  const numbers =
    measured &&
    bindRange(measured.slot, measured.offset + box.column * MEASURED_WORDS, box.columns * MEASURED_WORDS, facts);
  const out = outRange(job, box, sinkWords);
  const rowTiles = Math.ceil(box.rows / tileRows);
  const shape: TileShape = {
    ...tile,
    fold: fours > BLOCK,
    guarded: metric.gpu.guarded === true || job.expanded,
    expanded: job.expanded,
    measured: measured !== undefined,
    matrix: keepsAll(plan.sink),
  };
  const units = box.batches * rowTiles * box.strips;
  const group = tile.memory === 'workgroup' ? SIDE * SIDE : Math.min(32, facts.maxInvocations);
  return {
    kernel: tileKernel(job, shape, {
      inFours,
      tail: plan.length % 4 !== 0,
      raw,
      group,
      mirrored: isMirrored(job, box),
    }),
    groups: tile.memory === 'workgroup' ? units : Math.ceil(units / group),
    params: Uint32Array.from([
      units,
      rowTiles,
      box.strips,
      launch.stripTiles,
      box.rows,
      box.columns,
      plan.length,
      fours,
      left.base / unit,
      job.a.stride / unit,
      job.a.batchStride / unit,
      right.base / unit,
      job.b.stride / unit,
      job.b.batchStride / unit,
      rawLeft?.base ?? 0,
      plan.a.stride,
      rawRight?.base ?? 0,
      plan.b.stride,
      weights?.base ?? 0,
      out.base,
      keepsAll(plan.sink) ? plan.m : launch.partials * sinkWords,
      plan.n * plan.m,
      box.row,
      box.column,
      plan.n,
      words.float(plan.settings.size),
      words.float(plan.settings.power),
      words.float(plan.settings.zeroVector),
      words.float(plan.sink.kind === 'countBelow' ? plan.sink.threshold : 0),
      words.nan,
      words.infinity,
      (numbers?.base ?? 0) / MEASURED_WORDS,
    ]),
    buffers: [left, right, weights, rawLeft, rawRight, numbers, out]
      .filter(range => range !== undefined)
      .map(range => range.binding),
    work: box.batches * box.rows * box.columns * (fours * 2 * COSTS[metric.gpu.cost ?? 'middle'] + 4),
  };
}

/** Where a box's results lie. The base of condensed results may be "negative": unsigned arithmetic wraps round. */
function outRange(job: Job, box: PairBox, sinkWords: number): ReturnType<typeof bindRange> {
  const { plan, launch, facts } = job;
  if (!keepsAll(plan.sink)) {
    const step = launch.partials * sinkWords;
    const first = box.row * step + box.strip * sinkWords;
    return bindRange(job.partials, first, box.rows * step - box.strip * sinkWords, facts);
  }
  if (plan.sink.kind === 'condensed') {
    const last = box.row + box.rows - 1;
    const from = condensedIndex(plan.n, box.row, Math.max(box.column, box.row + 1));
    const to = condensedIndex(plan.n, Math.min(last, plan.n - 2), Math.min(plan.n, box.column + box.columns) - 1);
    const range = bindRange(job.result, plan.outOffset + from, Math.max(1, to - from + 1), facts);
    return { binding: range.binding, base: (range.base - from) >>> 0 };
  }
  const first = box.batch * plan.n * plan.m + box.row * plan.m + box.column;
  const count = (box.batches - 1) * plan.n * plan.m + (box.rows - 1) * plan.m + box.columns;
  return bindRange(job.result, plan.outOffset + first, count, facts);
}

function tileKernel(
  job: Job,
  shape: TileShape,
  how: { inFours: boolean; tail: boolean; raw: boolean; group: number; mirrored: boolean },
): Kernel {
  const { metric, plan } = job;
  const element = metric.element === 'bits' ? 'u32' : 'f32';
  const sources = ['a: array<Source>', 'b: array<Source>'];
  if (job.weighted) sources.push('weights: array<f32>');
  if (how.raw) sources.push('raw_a: array<f32>', 'raw_b: array<f32>');
  if (job.measured) sources.push('numbers: array<vec4f>');
  const lines = [...sources, 'result: array<u32>'].map(
    (line, binding) =>
      `@group(0) @binding(${binding}) var<storage, ${binding === sources.length ? 'read_write' : 'read'}> ${line};`,
  );
  const { rows, columns, memory } = shape;
  const switches = `${rows}×${columns} ${memory}${shape.fold ? ' fold' : ''}${shape.guarded ? ' guarded' : ''}${shape.expanded ? ' expanded' : ''}${shape.measured ? ' measured' : ''}${shape.matrix ? '' : ' reduced'}`;
  return {
    name: `pairs/${metric.name}`,
    wgsl: [
      gridWgsl,
      numericWgsl,
      paramsWgsl,
      how.inFours ? loadFoursWgsl : loadSinglesWgsl,
      job.weighted ? weightsWgsl : weightsNoneWgsl,
      job.measured ? valuesMeasuredWgsl : job.prepared ? valuesWgsl : valuesNoneWgsl,
      job.facts.software ? productsDotWgsl : productsFusedWgsl,
      ...metric.gpu.wgsl,
      ...(shape.guarded
        ? [guardedWgsl, how.raw ? nearRawWgsl : job.measured ? nearMeasuredWgsl : nearSameWgsl]
        : [plainWgsl]),
      ...(shape.expanded ? [expandedWgsl] : []),
      ...sinkFiles(plan.sink),
      {
        id: `pairs/main (${switches}; ${sources.length} sources)`,
        text: `${lines.join('\n')}\n${tileText(shape)}`,
      },
    ],
    constants: {
      ...metric.gpu.constants,
      ...sinkConstants(plan.sink),
      ...(shape.matrix ? { MIRRORED: how.mirrored } : {}),
      GROUP: how.group,
      BLOCK,
      TAIL: how.tail && !how.inFours,
      ...(job.measured && changesOf(job.measured.how)),
    },
    aliases: { Element: element, Four: `vec4<${element}>`, Source: how.inFours ? `vec4<${element}>` : element },
    bindings: lines.map((_, binding) => (binding === sources.length ? 'write' : 'read')),
  };
}

/** Merges the partial results of every row, in runs of rows that fit a binding. */
function mergePasses(
  job: Pick<Job, 'plan' | 'facts' | 'result' | 'partials'> & { readonly strips: number },
  sinkWords: number,
): Pass[] {
  const { plan, facts } = job;
  const step = job.strips * sinkWords;
  const room = Math.floor((facts.maxBindingBytes - facts.bindingAlignment) / 4) - 4;
  const atOnce = Math.max(1, Math.floor(room / Math.max(1, step)));
  const group = Math.min(64, facts.maxInvocations);
  const passes: Pass[] = [];
  for (let row = 0; row < plan.n; row += atOnce) {
    const rows = Math.min(atOnce, plan.n - row);
    const from = bindRange(job.partials, row * step, rows * step, facts);
    const into = bindRange(job.result, plan.outOffset + row, rows, facts);
    passes.push({
      kernel: {
        name: `pairs/merge/${plan.sink.kind}`,
        wgsl: [gridWgsl, numericWgsl, ...sinkFiles(plan.sink, true), mergeWgsl],
        constants: { GROUP: group, ...sinkConstants(plan.sink) },
        aliases: { Element: 'f32' },
        bindings: ['read', 'write'],
      },
      groups: Math.ceil(rows / group),
      params: Uint32Array.from([rows, job.strips, from.base, step, into.base, 0]),
      buffers: [from.binding, into.binding],
      work: rows * step * 4,
    });
  }
  return passes;
}
