/**
 * The pairwise primitive in plain TypeScript: the metric's loop for every pair, in blocks of rows of b that stay in a
 * processor's cache. Everything is summed in doubles, with the textbook formula, so that it can be every kernel's oracle.
 *
 * Rows of float32 are made doubles block by block: loops that only ever see one kind of array run faster.
 */
import { viewOf, type WordArray } from '../tensor/index.ts';
import type { MeasurePlan } from './measure.ts';
import { defaultSettings, type PairLoop, type PairMetric } from './metric.ts';
import type { PairPlan, Rows } from './pairwise.ts';
import type { PairSums } from './sums.ts';

/** Bytes of rows of b that are walked together. */
const BLOCK_BYTES = 2 ** 17;
/** Rows longer than this are walked where they lie. */
const LONG = 2 ** 16;

/** One of the two sets of rows of a walk. */
interface Side extends Rows {
  readonly values: WordArray;
  readonly count: number;
  /** What each row has by itself, where it was found before. */
  readonly numbers?: Float64Array | undefined;
}

/** What a walk needs beside its rows. */
interface Walk {
  readonly loop: PairLoop;
  readonly plan: PairPlan;
  readonly weights: WordArray | undefined;
  readonly take: Take;
}

export function runPairsOnCpu(
  metric: PairMetric,
  plan: PairPlan,
  reads: readonly Uint8Array[],
  writes: readonly Uint8Array[],
): void {
  const x = viewOf(reads[0] as Uint8Array, plan.dtype);
  const y = viewOf(reads[1] as Uint8Array, plan.dtype);
  const given = plan.weighted
    ? viewOf(reads[2] as Uint8Array, plan.floats).subarray(plan.weightsOffset, plan.weightsOffset + plan.length)
    : undefined;
  const packs = metric.element === 'float' && plan.length <= LONG;
  const weights = packs && given ? Float64Array.from(given) : given;
  const counts = plan.sink.kind === 'argmin' || plan.sink.kind === 'countBelow';
  const out = viewOf(writes[0] as Uint8Array, counts ? 'uint32' : plan.floats).subarray(plan.outOffset);
  const numbers =
    plan.numbersOffset === undefined
      ? undefined
      : numbersOfLoops(reads[2 + Number(plan.weighted)] as Uint8Array, plan.numbersOffset, plan.m);
  const { sums } = metric.cpu;
  for (let batch = 0; batch < plan.batches; batch++) {
    const sideOf = (values: WordArray, rows: Rows, count: number): Side => ({
      ...rows,
      values,
      count,
      offset: rows.offset + batch * rows.batchStride,
    });
    const a = sideOf(x, plan.a, plan.n);
    const b = { ...sideOf(y, plan.b, plan.m), numbers };
    const walk = { loop: metric.cpu, plan, weights, take: sinkOf(plan, out.subarray(batch * plan.n * plan.m)) };
    // To lay rows of b side by side costs more than one row of a has of it.
    if (sums && packs && !weights && a.count > 1) walkEights(walk, sums, a, b);
    else walkPairs(walk, a, b, packs);
  }
}

/** Room for rows as doubles, where they are to be packed. It is taken once a walk: in a browser, to take it is dear. */
const roomFor = (rows: number, length: number, packs: boolean): Float64Array | undefined =>
  packs ? new Float64Array(rows * length) : undefined;

/** Some rows as doubles in the room; where they are doubles already (or there is no room) where they lie. */
function someRows(side: Side, first: number, count: number, length: number, room: Float64Array | undefined): Side {
  const offset = side.offset + first * side.stride;
  if (!room || side.values instanceof Float64Array) return { ...side, offset, count };
  for (let row = 0; row < count; row++) {
    const from = offset + row * side.stride;
    room.set(side.values.subarray(from, from + length), row * length);
  }
  return { values: room, count, offset: 0, stride: length, batchStride: 0 };
}

/** The number that each row has by itself. */
function rowNumbers({ loop, plan, weights }: Walk, side: Side, packs: boolean): Float64Array | undefined {
  const { row } = loop;
  if (!row) return undefined;
  if (side.numbers) return side.numbers;
  const room = roomFor(1, plan.length, packs);
  return Float64Array.from({ length: side.count }, (_, i) => {
    const { values, offset } = someRows(side, i, 1, plan.length, room);
    return row(values, offset, plan.length, weights, plan.settings);
  });
}

/** Stands behind a number that the loops here wrote: in its place kernels write what is never negative. */
const OF_LOOPS = -1;

/** Writes the number of each row, two doubles to a row, for walks to come. */
export function measureOnCpu(
  { cpu: { row } }: PairMetric,
  { dtype, rows, count, length, outOffset }: MeasurePlan,
  reads: readonly Uint8Array[],
  writes: readonly Uint8Array[],
): void {
  const x = viewOf(reads[0] as Uint8Array, dtype);
  const out = viewOf(writes[0] as Uint8Array, 'float64').subarray(outOffset / 2);
  const settings = defaultSettings(length);
  for (let i = 0; i < count; i++) {
    out[2 * i] = row ? row(x, rows.offset + i * rows.stride, length, undefined, settings) : 0;
    out[2 * i + 1] = OF_LOOPS;
  }
}

/** The numbers of rows as `measureOnCpu` wrote them; undefined where another kernel did, whose numbers are others. */
function numbersOfLoops(bytes: Uint8Array, offset: number, count: number): Float64Array | undefined {
  const all = viewOf(bytes, 'float64').subarray(offset / 2);
  const found = Float64Array.from({ length: count }, (_, i) => all[2 * i] as number);
  return found.every((_, i) => all[2 * i + 1] === OF_LOOPS) ? found : undefined;
}

/** Pair by pair. */
function walkPairs(walk: Walk, a: Side, b: Side, packs: boolean): void {
  const { plan, weights, take } = walk;
  const { length, settings } = plan;
  const { pair } = walk.loop;
  const left = rowNumbers(walk, a, packs);
  const right = rowNumbers(walk, b, packs);
  const block = Math.min(Math.max(1, b.count), Math.max(1, Math.floor(BLOCK_BYTES / (Math.max(1, length) * 8))));
  const [roomOfX, roomOfY] = [roomFor(1, length, packs), roomFor(block, length, packs)];
  for (let first = 0; first < b.count; first += block) {
    const end = Math.min(b.count, first + block);
    const y = someRows(b, first, end - first, length, roomOfY);
    const last = plan.sink.kind === 'condensed' ? Math.min(a.count, end - 1) : a.count;
    for (let i = 0; i < last; i++) {
      const x = someRows(a, i, 1, length, roomOfX);
      const own = left?.[i] ?? 0;
      for (let j = plan.sink.kind === 'condensed' ? Math.max(first, i + 1) : first; j < end; j++) {
        const yAt = y.offset + (j - first) * y.stride;
        take(i, j, pair(x.values, x.offset, y.values, yAt, length, weights, settings, own, right?.[j] ?? 0));
      }
    }
  }
}

/** Eight pairs at a time, for metrics that follow from a sum; those that do not, pair by pair. */
function walkEights(walk: Walk, sums: PairSums, a: Side, b: Side): void {
  const { loop, plan, take } = walk;
  const { length, settings } = plan;
  const { eight, isSure, finish } = sums;
  const left = rowNumbers(walk, a, true);
  const right = rowNumbers(walk, b, true);
  const fours = Math.max(1, Math.floor(BLOCK_BYTES / (Math.max(1, length) * 32)));
  const x = new Float64Array(2 * length);
  const y = new Float64Array(Math.min(fours, Math.ceil(b.count / 4)) * 4 * length);
  const rowOfY = new Float64Array(length);
  const found = new Float64Array(8);
  const condensed = plan.sink.kind === 'condensed';
  for (let first = 0; first < b.count; first += fours * 4) {
    const rows = Math.min(fours * 4, b.count - first);
    interleave(b, first, rows, length, y);
    const last = condensed ? Math.min(a.count, first + rows - 1) : a.count;
    for (let i = 0; i < last; i += 2) {
      const two = Math.min(2, a.count - i);
      for (let r = 0; r < two; r++) {
        const from = a.offset + (i + r) * a.stride;
        x.set(a.values.subarray(from, from + length), r * length);
      }
      for (let four = condensed ? Math.max(0, (i + 1 - first) >> 2) * 4 : 0; four < rows; four += 4) {
        eight(x, y, four * length, length, found);
        for (let r = 0; r < two; r++)
          for (let q = 0; q < 4 && four + q < rows; q++) {
            const j = first + four + q;
            if (condensed && j <= i + r) continue;
            const own = left ? (left[i + r] as number) : 0;
            const other = right ? (right[j] as number) : 0;
            const sum = found[4 * r + q] as number;
            if (isSure(sum, own, other)) {
              take(i + r, j, finish(sum, settings, own, other));
              continue;
            }
            for (let k = 0; k < length; k++) rowOfY[k] = y[four * length + 4 * k + q] as number;
            take(i + r, j, loop.pair(x, r * length, rowOfY, 0, length, undefined, settings, own, other));
          }
      }
    }
  }
}

/** Rows of b in fours, the elements of four rows side by side. Places of rows that do not exist keep what they held. */
function interleave(b: Side, first: number, rows: number, length: number, into: Float64Array): void {
  for (let row = 0; row < rows; row++) {
    const from = b.offset + (first + row) * b.stride;
    const to = (row - (row % 4)) * length + (row % 4);
    for (let k = 0; k < length; k++) into[to + 4 * k] = b.values[from + k] as number;
  }
}

type Take = (i: number, j: number, value: number) => void;

/** Takes the number of pair (i, j). For each i, the js come in ascending order. */
function sinkOf({ sink, n, m }: PairPlan, out: WordArray): Take {
  switch (sink.kind) {
    case 'matrix':
      return (i, j, value) => void (out[i * m + j] = value);
    case 'condensed': {
      const starts = Float64Array.from({ length: n }, (_, i) => i * n - (i * (i + 1)) / 2 - i - 1);
      return (i, j, value) => void (out[(starts[i] as number) + j] = value);
    }
    case 'min':
    case 'argmin': {
      const best = new Float64Array(n).fill(Infinity);
      const where = new Uint32Array(n);
      return (i, j, value) => {
        const held = best[i] as number;
        // NaN comes before every number and the first one stays, as in `min` and `argmin`.
        if (held !== held || (j > 0 && !(value < held) && value === value)) return;
        best[i] = value;
        where[i] = j;
        out[i] = sink.kind === 'min' ? value : j;
      };
    }
    case 'sum': {
      const sums = new Float64Array(n);
      out.fill(0, 0, n);
      return (i, _, value) => void (out[i] = sums[i] = (sums[i] as number) + value);
    }
    case 'countBelow':
      out.fill(0, 0, n);
      return (i, _, value) => {
        if (value < sink.threshold) out[i] = (out[i] as number) + 1;
      };
    default:
      throw sink satisfies never;
  }
}
