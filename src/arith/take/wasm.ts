/**
 * The take primitive on a wasm device. Any index may point anywhere, so a source that is larger than a range is taken in
 * windows, as on a GPU: each pass sees a run of positions along the axis and copies the picks that fall into it.
 */
import type { BufferRange, LoweredToWasm, WasmFacts, WasmPass } from '../../device/index.ts';
import kernels from './take.as';
import type { TakePlan } from './take.ts';

/** Elements of a unit at most, and of a chunk at least where there are so many. */
const UNIT = 2 ** 16;

/** Slots: the source, the indices, the output, the status word. */
const [SOURCE, INDICES, OUTPUT, STATUS] = [0, 1, 2, 3];

const rangeOf = (slot: number, first: number, count: number): BufferRange => ({
  slot,
  byteOffset: first * 4,
  bytes: count * 4,
});

/** The starts and lengths of `count` things taken `most` at a time. */
const runs = (count: number, most: number): { start: number; count: number }[] =>
  Array.from({ length: Math.ceil(count / most) }, (_, k) => ({
    start: k * most,
    count: Math.min(most, count - k * most),
  }));

/** Undefined where what one index picks is larger than a range. */
export function lowerTake(plan: TakePlan, facts: WasmFacts): LoweredToWasm | undefined {
  const { outer, length, inner, picks } = plan;
  if (plan.dtype === 'float64') return undefined;
  const room = Math.floor(facts.maxRangeBytes / 4);
  const positionsAtOnce = Math.floor(room / Math.max(1, inner));
  if (positionsAtOnce < 1) return undefined;
  const outersAtOnce = Math.max(1, Math.floor(room / Math.max(1, Math.max(length, picks) * inner)));
  const windows = runs(length, positionsAtOnce);
  const batches = runs(picks, positionsAtOnce);
  const passes = runs(outer, outersAtOnce).flatMap(outers =>
    windows.flatMap(window => batches.map(batch => takePass(plan, outers, window, batch))),
  );
  const checks = runs(picks, room).map(({ start, count }): WasmPass => ({
    module: kernels,
    kernel: 'check',
    chunks: 1,
    params: Uint32Array.from([count, length]),
    buffers: [rangeOf(INDICES, plan.indexOffset + start, count), rangeOf(STATUS, 0, 1)],
  }));
  return { scratch: [], passes: [...passes, ...checks] };
}

interface Run {
  readonly start: number;
  readonly count: number;
}

function takePass(plan: TakePlan, outers: Run, window: Run, batch: Run): WasmPass {
  const { length, inner, picks } = plan;
  const segment = Math.max(1, Math.min(inner, UNIT));
  const units = outers.count * batch.count * Math.ceil(inner / segment);
  const share = Math.max(1, Math.floor(UNIT / segment));
  const spanOf = (all: number, { count }: Run): number => ((outers.count - 1) * all + count) * inner;
  return {
    module: kernels,
    kernel: 'take',
    chunks: Math.ceil(units / share),
    params: Uint32Array.from([units, share, inner, segment, length, window.start, window.count, batch.count, picks]),
    buffers: [
      rangeOf(SOURCE, plan.offset + (outers.start * length + window.start) * inner, spanOf(length, window)),
      rangeOf(INDICES, plan.indexOffset + batch.start, batch.count),
      rangeOf(OUTPUT, (outers.start * picks + batch.start) * inner, spanOf(picks, batch)),
    ],
  };
}
