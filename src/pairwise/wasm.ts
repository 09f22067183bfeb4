/**
 * The pairwise primitive on a wasm device: where rows are prepared, one pass finds the shift and the scale of each, then each
 * box of rows and columns is one pass over pairs.as, and where numbers are reduced along rows a last pass merges what the
 * strips came to. Metrics say in sums or counts what they are; those that do not, and users' own, run on `cpu`.
 */
import {
  words,
  type BufferRange,
  type LoweredToWasm,
  type LowerToWasm,
  type WasmFacts,
  type WasmPass,
} from '../device/index.ts';
import pairsModule from './pairs.as';
import type { MeasurePlan } from './measure.ts';
import { condensedIndex, keepsAll, MEASURED_WORDS, type PairPlan } from './pairwise.ts';
import type { PairMetric, PairOfCounts, PairOfSums, PairSum, Preparation } from './metric.ts';
import { boxesOf, type PairShape, type WasmBox } from './wasm/plan.ts';
import { countWords, numberOf, sumWords } from './wasm/words.ts';

/** The numbers of params.as. */
const PREPARATIONS: Partial<Record<Preparation, number>> = { unit: 1, 'centred-unit': 2, 'root-shares': 3 };
const SINKS = { matrix: 0, condensed: 3, min: 4, argmin: 4, sum: 5, countBelow: 6 } as const;
const MIRRORED = 1;
const TRANSPOSED = 2;

/** What a step costs, a product being 1, by the number of the sum; a word of bits has 32 columns. */
const COSTS = [1, 1, 2, 2, 64, 6, 8, 6, 2, 4, 4, 2];
const COST_OF_BITS = 4;

/**
 * Few rows are compared with rows as they lie: packing those would cost more than it gains. How few depends on how long they
 * are. Very long rows want the sums in doubles that packed ones have, and prepared ones must fit a thread's memory (WHOLE).
 */
const FEW = 8;
const FEW_LENGTH = 16;
const STREAMED_MOST = 2 ** 14;
const PREPARED_MOST = 2 ** 11;

/** So few columns fill no panel: a and b change places. */
const NARROW = 4;

/** The sums that have a loop over rows as they lie. */
const STREAMED: readonly PairSum[] = ['products', 'squares', 'absolutes'];

/** Powers whose halves are float32 numbers. */
const POWER_MOST = 2 ** 100;

/** Counts of bits are 32-bit numbers, and twice as many are too. */
const BITS_MOST = 2 ** 30;

/** Rows that one chunk of `measure` and of `merge` takes. */
const MEASURED = 64;
const MERGED = 256;

/** All that the passes of one call share. */
interface Job {
  readonly plan: PairPlan;
  readonly facts: WasmFacts;
  /** The kernel of pairs.as, and the words of its parameters that tell what is summed or counted. */
  readonly kernel: 'pairs' | 'bits';
  readonly own: readonly number[];
  readonly shape: PairShape;
  readonly swapped: boolean;
  readonly preparation: number;
  /** Where the numbers of the rows of a and of b are: the slot, and the first word. Then the slots of results and partial ones. */
  readonly numbers: readonly [NumbersAt, NumbersAt];
  readonly result: number;
  readonly partials: number;
}

interface NumbersAt {
  readonly slot: number;
  readonly first: number;
}

const isCounts = (wasm: PairOfSums | PairOfCounts): wasm is PairOfCounts => 'top' in wasm;

export function lowerPairsToWasm(metric: PairMetric): LowerToWasm<PairPlan> {
  return (plan, facts) => {
    const { wasm } = metric;
    if (!wasm || plan.dtype === 'float64' || plan.floats === 'float64') return undefined;
    return lower(metric, wasm, plan, facts);
  };
}

function lower(
  metric: PairMetric,
  wasm: PairOfSums | PairOfCounts,
  plan: PairPlan,
  facts: WasmFacts,
): LoweredToWasm | undefined {
  const { n, m, length, settings } = plan;
  const counts = isCounts(wasm);
  const preparation = metric.gpu.prepare ? PREPARATIONS[metric.gpu.prepare] : 0;
  const hasPower = !counts && wasm.sum === 'powers';
  if (preparation === undefined || (plan.weighted && length * 4 > facts.maxRangeBytes)) return undefined;
  if (hasPower && !(settings.power < POWER_MOST && settings.power > 1 / POWER_MOST)) return undefined;
  if (counts && settings.size > BITS_MOST) return undefined;
  const { numbersOffset } = plan;
  const result = 2 + Number(plan.weighted) + Number(numbersOffset !== undefined);
  if (plan.batches * n === 0) return { scratch: [], passes: [] };

  const keeps = keepsAll(plan.sink);
  const streams = (rows: number): boolean =>
    !counts &&
    STREAMED.includes(wasm.sum) &&
    wasm.over === undefined &&
    (preparation > 0 ? length <= PREPARED_MOST : !plan.weighted && length <= STREAMED_MOST) &&
    rows <= Math.min(FEW, length / FEW_LENGTH);
  const swapped = plan.sink.kind === 'matrix' && n > m && (m <= NARROW || streams(m));
  const streamed = streams(swapped ? m : n);
  const [a, b] = swapped ? [plan.b, plan.a] : [plan.a, plan.b];
  const shape: PairShape = {
    batches: plan.batches,
    n: swapped ? m : n,
    m: swapped ? n : m,
    length,
    aStride: a.stride,
    bStride: b.stride,
    aBatch: a.batchStride,
    bBatch: b.batchStride,
    keeps,
    outRow: m,
    transposed: swapped,
    packs: !counts && !streamed,
    prepares: preparation > 0,
    cost: counts ? COST_OF_BITS : (COSTS[numberOf(wasm.sum, settings.power)] ?? 1),
  };
  const cut = boxesOf(shape, facts);
  if (!cut) return undefined;

  const scratch: number[] = [];
  const slotOfScratch = (bytes: number): number => result + scratch.push(bytes);
  const passes: WasmPass[] = [];
  let numbers: [NumbersAt, NumbersAt] = [NOWHERE, NOWHERE];
  if (preparation > 0) {
    const measured = (slot: number, rows: PairPlan['a'], count: number): NumbersAt => {
      const into = { slot: slotOfScratch(Math.max(1, count) * MEASURED_WORDS * 4), first: 0 };
      const weights = plan.weighted ? { slot: 2, first: plan.weightsOffset } : undefined;
      passes.push(...measurePasses({ slot, rows, count, length, weights, preparation }, into, facts));
      return into;
    };
    const given = numbersOffset === undefined ? undefined : { slot: result - 1, first: numbersOffset };
    const left = (plan.oneSet ? given : undefined) ?? measured(0, plan.a, n);
    const right = given ?? (plan.oneSet ? left : measured(1, plan.b, m));
    numbers = swapped ? [right, left] : [left, right];
  }
  const partials = keeps ? 0 : slotOfScratch(Math.max(1, n * cut.strips) * 8);
  const job: Job = {
    plan,
    facts,
    kernel: counts ? 'bits' : 'pairs',
    own: counts ? countWords(wasm, plan) : sumWords(wasm, plan, preparation, streamed),
    shape,
    swapped,
    preparation,
    numbers,
    result,
    partials,
  };
  const boxes = cut.boxes.filter(box => plan.sink.kind !== 'condensed' || box.column + box.columns > box.row + 1);
  const mirrored =
    plan.oneSet &&
    plan.sink.kind === 'matrix' &&
    plan.batches === 1 &&
    !metric.gpu.directed &&
    !swapped &&
    boxes.length === 1;
  passes.push(...boxes.map(box => boxPass(job, box, cut.strips, mirrored)));
  if (!keeps) passes.push(...mergePasses(job, cut.strips));
  return { scratch, passes };
}

/** A stretch of a buffer, counted in elements of 4 bytes. */
const range = (slot: number, first: number, count: number): BufferRange => ({
  slot,
  byteOffset: first * 4,
  bytes: count * 4,
});

const NOWHERE: NumbersAt = { slot: 0, first: 0 };

/** The numbers of some rows: two doubles each. */
const numbersRange = ({ slot, first }: NumbersAt, row: number, rows: number): BufferRange =>
  range(slot, first + row * MEASURED_WORDS, rows * MEASURED_WORDS);

/** The words of Params, then those of SumParams or CountParams. */
function boxPass(job: Job, box: WasmBox, strips: number, mirrored: boolean): WasmPass {
  const { plan, shape, swapped, preparation } = job;
  const { n, m, sink, length } = plan;
  const { row, rows, column, columns, batches, chunks } = box;
  const rowBlocks = Math.ceil(rows / chunks.blockRows);
  const [a, b] = swapped ? [plan.b, plan.a] : [plan.a, plan.b];
  const rangeOf = (slot: number, side: PairPlan['a'], first: number, count: number): BufferRange =>
    range(
      slot,
      side.offset + box.batch * side.batchStride + first * side.stride,
      (batches - 1) * side.batchStride + (count - 1) * side.stride + length,
    );
  const left = rangeOf(swapped ? 1 : 0, a, row, rows);
  const right = rangeOf(swapped ? 0 : 1, b, column, columns);
  const { buffer: out, from } = outOf(job, box, strips);
  return {
    module: pairsModule,
    kernel: job.kernel,
    chunks: batches * rowBlocks * chunks.strips,
    params: Uint32Array.from([
      rows,
      columns,
      length,
      ...[shape.aStride, shape.bStride, shape.aBatch, shape.bBatch, n * m].map(elements => elements * 4),
      plan.weighted ? 4 : 0,

      chunks.blockRows,
      chunks.blockColumns,
      rowBlocks,
      chunks.strips,
      chunks.stripBlocks,

      mirrored ? MIRRORED : swapped ? TRANSPOSED : SINKS[sink.kind],
      row,
      column,
      shape.keeps ? m * 4 : strips * 8,
      n,
      from,
      sink.kind === 'countBelow' ? notBelow(sink.threshold) : 0,
      box.strip,
      ...job.own,
    ]),
    buffers: [
      left,
      right,
      plan.weighted ? range(2, plan.weightsOffset, length) : left,
      preparation > 0 ? numbersRange(job.numbers[0], row, rows) : left,
      preparation > 0 ? numbersRange(job.numbers[1], column, columns) : left,
      out,
    ],
  };
}

/** The bits of the smallest float32 that is no less than a threshold: float32 numbers are below both or neither. */
function notBelow(threshold: number): number {
  const near = Math.fround(threshold);
  return words.float(near) + (near >= threshold ? 0 : near < 0 ? -1 : 1);
}

/** Where a box's results lie, and which of condensed ones is the first. */
function outOf(job: Job, box: WasmBox, strips: number): { buffer: BufferRange; from: number } {
  const { plan, shape, result } = job;
  const { n, m } = plan;
  const { row, rows, column, columns } = box;
  if (!shape.keeps) return { buffer: range(job.partials, row * strips * 2, rows * strips * 2), from: 0 };
  if (plan.sink.kind === 'condensed') {
    const from = condensedIndex(n, row, Math.max(column, row + 1));
    const to = condensedIndex(n, Math.min(row + rows - 1, n - 2), Math.min(n, column + columns) - 1);
    return { buffer: range(result, plan.outOffset + from, Math.max(0, to - from + 1)), from };
  }
  const first = job.swapped ? column * m + row : row * m + column;
  const count = job.swapped ? (columns - 1) * m + rows : (rows - 1) * m + columns;
  const start = plan.outOffset + box.batch * n * m + first;
  return { buffer: range(result, start, (box.batches - 1) * n * m + count), from: 0 };
}

/** Rows whose numbers are found. */
interface Measured {
  readonly slot: number;
  readonly rows: PairPlan['a'];
  readonly count: number;
  readonly length: number;
  readonly weights: NumbersAt | undefined;
  readonly preparation: number;
}

/** Finds the shift and the scale of each row, in runs of rows that fit. */
function measurePasses(
  { slot, rows, count, length, weights, preparation }: Measured,
  into: NumbersAt,
  facts: WasmFacts,
): WasmPass[] {
  const room = Math.floor(facts.maxRangeBytes / 4);
  const fits = (count - 1) * rows.stride + length <= room ? count : Math.floor((room - length) / rows.stride) + 1;
  const atOnce = Math.min(fits, Math.floor(room / MEASURED_WORDS));
  const passes: WasmPass[] = [];
  for (let row = 0; row < count; row += atOnce) {
    const own = Math.min(atOnce, count - row);
    const input = range(slot, rows.offset + row * rows.stride, (own - 1) * rows.stride + length);
    passes.push({
      module: pairsModule,
      kernel: 'measure',
      chunks: Math.ceil(own / MEASURED),
      params: Uint32Array.of(own, length, rows.stride * 4, weights ? 4 : 0, preparation),
      buffers: [input, weights ? range(weights.slot, weights.first, length) : input, numbersRange(into, row, own)],
    });
  }
  return passes;
}

/** Rows that do not fit a range are left to whoever compares them: nobody reads what was found of such. */
export function lowerMeasureToWasm(
  { preparation, rows, count, length, outOffset }: MeasurePlan,
  facts: WasmFacts,
): LoweredToWasm | undefined {
  const number = PREPARATIONS[preparation];
  if (number === undefined || length * 4 > facts.maxRangeBytes) return undefined;
  const measured = { slot: 0, rows, count, length, weights: undefined, preparation: number };
  return { scratch: [], passes: measurePasses(measured, { slot: 1, first: outOffset }, facts) };
}

/** Merges the partial results of every row, in runs of rows that fit. Of no strips sums and counts are 0. */
function mergePasses({ plan, facts, result, partials }: Job, strips: number): WasmPass[] {
  const { n, sink } = plan;
  const atOnce = Math.min(n, Math.floor(facts.maxRangeBytes / 8 / Math.max(1, strips)));
  const passes: WasmPass[] = [];
  for (let row = 0; row < n; row += atOnce) {
    const rows = Math.min(atOnce, n - row);
    passes.push({
      module: pairsModule,
      kernel: 'merge',
      chunks: Math.ceil(rows / MERGED),
      params: Uint32Array.of(rows, strips, SINKS[sink.kind], sink.kind === 'argmin' ? 1 : 0),
      buffers: [range(partials, row * strips * 2, rows * strips * 2), range(result, plan.outOffset + row, rows)],
    });
  }
  return passes;
}
