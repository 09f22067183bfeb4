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
import { condensedIndex, type PairPlan } from './pairwise.ts';
import type { PairMetric, PairOfCounts, PairOfSums, PairSum, Preparation } from './metric.ts';
import { boxesOf, type PairShape, type WasmBox } from './wasm-plan.ts';

/** The numbers of steps.as. Of powers, three and four, and a half and one and a half, are sums of their own. */
const SUMS: Record<PairSum, number> = {
  products: 0,
  squares: 1,
  absolutes: 2,
  largest: 3,
  powers: 4,
  relatives: 7,
  together: 8,
  unequal: 9,
  either: 10,
  all: 11,
};
const THIRDS = 5;
const HALVES = 6;
const NONE = -1;

/** The numbers of params.as. */
const PREPARATIONS: Partial<Record<Preparation, number>> = { unit: 1, 'centred-unit': 2, 'root-shares': 3 };
const SINKS = { matrix: 0, condensed: 3, min: 4, argmin: 4, sum: 5, countBelow: 6 } as const;
const MIRRORED = 1;
const TRANSPOSED = 2;
const SQUARE_ROOT = 1;
const POWER_ROOT = 2;

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

const SAFE_LEAST = 0x17800000; // 2⁻⁸⁰
const ALL_BITS = 0xffffffff;

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
  /** Slots of the numbers of rows, of the result and of partial results. */
  readonly numbers: readonly [number, number];
  readonly result: number;
  readonly partials: number;
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
  const result = plan.weighted ? 3 : 2;
  if (plan.batches * n === 0) return { scratch: [], passes: [] };

  const keeps = plan.sink.kind === 'matrix' || plan.sink.kind === 'condensed';
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
  let numbers: [number, number] = [0, 0];
  if (preparation > 0) {
    const measured = (slot: number, rows: PairPlan['a'], count: number): number => {
      const into = slotOfScratch(Math.max(1, count) * 16);
      passes.push(...measurePasses(plan, facts, preparation, slot, rows, count, into));
      return into;
    };
    const left = measured(0, plan.a, n);
    const right = plan.oneSet ? left : measured(1, plan.b, m);
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
      preparation > 0 ? range(job.numbers[0], row * 4, rows * 4) : left,
      preparation > 0 ? range(job.numbers[1], column * 4, columns * 4) : left,
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

/** A power as two float32: its first 12 bits, and the rest. */
function halvesOf(power: number): [number, number] {
  const unit = 2 ** (Math.floor(Math.log2(power)) - 11);
  const high = Math.floor(power / unit) * unit;
  return [words.float(high), words.float(power - high)];
}

/** The number of a sum, of powers by the exponent. */
function numberOf(sum: PairSum, power: number): number {
  if (sum !== 'powers') return SUMS[sum];
  return power === 3 || power === 4 ? THIRDS : power === 0.5 || power === 1.5 ? HALVES : SUMS.powers;
}

/** The words of SumParams: emptyIsZero, sum, over, isStreamed, … none. */
function sumWords(wasm: PairOfSums, plan: PairPlan, preparation: number, streamed: boolean): number[] {
  const { power, zeroVector } = plan.settings;
  const { sum, scale = 1, shift = 0, over } = wasm;
  const isPower = sum === 'powers';
  // Where all weigh 1, it is known what all weigh.
  const isKnown = over === 'all' && !plan.weighted;
  return [
    wasm.orZero ? ALL_BITS : 0,
    numberOf(sum, power),
    over === undefined || isKnown ? NONE : SUMS[over],
    Number(streamed),
    preparation,
    power === 4 || power === 0.5 ? ALL_BITS : 0,
    ...halvesOf(isPower ? power : 1),
    ...halvesOf(isPower ? 1 / power : 1),
    ...sureBits(wasm, plan.weighted),
    // No two unit rows are further apart, whatever rounding says.
    preparation === 1 || preparation === 2 ? words.float(4) : words.infinity,
    words.float(isKnown ? plan.length : 1 / scale),
    words.float(shift),
    !wasm.root ? 0 : isPower ? POWER_ROOT : SQUARE_ROOT,
    words.float(shift + Math.sign(scale) * zeroVector),
  ];
}

/** The bits of sums that are trusted: the first, and how many. Largest differences and counts are as they are. */
function sureBits({ sum, over }: PairOfSums, weighted: boolean): [number, number] {
  switch (sum) {
    case 'squares':
    case 'powers':
      return [SAFE_LEAST, words.infinity - SAFE_LEAST];
    case 'products':
    case 'relatives':
      return [0, words.infinity];
    case 'absolutes':
      // Weights make small terms smaller, which a quotient shows, and large ones less; else an infinite sum is infinite.
      if (over) return weighted ? [SAFE_LEAST, words.infinity - SAFE_LEAST] : [0, words.infinity];
      return [0, weighted ? words.infinity : ALL_BITS];
    default:
      return [0, ALL_BITS];
  }
}

/** The words of CountParams: emptyIsZero, size, top, bottom, isYule. */
const countWords = ({ top, bottom, yule = false, orZero = false }: PairOfCounts, plan: PairPlan): number[] => [
  orZero ? ALL_BITS : 0,
  plan.settings.size,
  ...top,
  ...bottom,
  Number(yule),
];

/** Finds the shift and the scale of each row, in runs of rows that fit. */
function measurePasses(
  plan: PairPlan,
  facts: WasmFacts,
  preparation: number,
  slot: number,
  rows: PairPlan['a'],
  count: number,
  into: number,
): WasmPass[] {
  const { length } = plan;
  const room = Math.floor(facts.maxRangeBytes / 4);
  const fits = (count - 1) * rows.stride + length <= room ? count : Math.floor((room - length) / rows.stride) + 1;
  const atOnce = Math.min(fits, Math.floor(room / 4));
  const passes: WasmPass[] = [];
  for (let row = 0; row < count; row += atOnce) {
    const own = Math.min(atOnce, count - row);
    const input = range(slot, rows.offset + row * rows.stride, (own - 1) * rows.stride + length);
    passes.push({
      module: pairsModule,
      kernel: 'measure',
      chunks: Math.ceil(own / MEASURED),
      params: Uint32Array.of(own, length, rows.stride * 4, plan.weighted ? 4 : 0, preparation),
      buffers: [input, plan.weighted ? range(2, plan.weightsOffset, length) : input, range(into, row * 4, own * 4)],
    });
  }
  return passes;
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
