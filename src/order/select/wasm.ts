/**
 * The select primitive on a wasm device: one pass over select.as that keeps heaps, of whole rows or of segments of long ones, and
 * one that merges what segments came to. Lists that do not fit a thread's bench are left to `cpu`.
 */
import {
  BENCH_BYTES,
  type BufferRange,
  type LoweredToWasm,
  type WasmFacts,
  type WasmPass,
} from '../../device/index.ts';
import { boxOffset, spanOf, splitBoxes, type Box } from '../../tensor/index.ts';
import { pairsOf } from './plan.ts';
import kernels from './select.as';
import type { RowsAt, SelectPlan } from './select.ts';

/** Pairs of the longest list. */
const MOST = BENCH_BYTES / 8;
/** Elements of a segment, and of a chunk: about 20 µs. Each selected pair takes as long as some elements. */
const SEGMENT = 2 ** 16;
const CHUNK = 2 ** 16;
const PAIR = 16;

const SIGN = 0x80000000;
const ALL_BITS = 0xffffffff;

/** Words from row to row and from segment to segment, and how far a segment reaches behind its first word. */
interface Side {
  readonly slot: number;
  readonly offset: number;
  readonly strides: readonly [number, number];
  readonly extra: number;
}

export function lowerSelectToWasm(plan: SelectPlan, facts: WasmFacts): LoweredToWasm | undefined {
  const { rows, length, k, keep } = plan;
  if (rows === 0) return { scratch: [], passes: [] };
  const room = Math.floor(facts.maxRangeBytes / 4);
  const segment = Math.min(length, room, Math.max(SEGMENT, 8 * k));
  if (plan.dtype === 'float64' || k > MOST || k > segment) return undefined;
  const segments = Math.ceil(length / segment);
  const pairs = pairsOf(length, segment, k);
  const lists = 1 + Number(plan.ids !== undefined) + Number(keep.values) + Number(keep.ids);
  const elements = rowSide(0, plan.values, segment, length);
  const ids = plan.ids && rowSide(1, plan.ids, segment, length);
  const results = resultSide(plan);
  const pairSide: Side = { slot: lists, offset: 0, strides: [pairs * 2, k * 2], extra: k * 2 - 1 };
  const out = segments === 1 ? results : pairSide;
  const boxes = boxesOf(plan, [rows, segments], [elements, ids, out], room);
  if (!boxes) return undefined;
  const first = boxes.map(box => selectPass(plan, box, segment, segments, { elements, ids, out }, pairs));
  if (segments === 1) return { scratch: [], passes: first };
  const whole: Side = { slot: lists, offset: 0, strides: [pairs * 2, 0], extra: pairs * 2 - 1 };
  const merged = boxesOf(plan, [rows, 1], [whole, results], room);
  return (
    merged && {
      scratch: [(rows * pairs + k) * 8],
      passes: [...first, ...merged.map(box => mergePass(plan, box, whole, pairs))],
    }
  );
}

const rowSide = (slot: number, { offset, stride }: RowsAt, segment: number, length: number): Side => ({
  slot,
  offset,
  strides: [stride, segment],
  extra: Math.min(segment, length) - 1,
});

/** Where results of rows lie; those of several outputs lie alike. With `inner` > 1 rows are only taken together. */
function resultSide({ ids, k, inner, out = { offset: 0, stride: k * inner } }: SelectPlan): Side {
  return { slot: ids ? 2 : 1, offset: out.offset, strides: [out.stride, 0], extra: k - 1 };
}

/** Boxes of rows and segments whose ranges fit, or undefined where there are none. */
function boxesOf(
  plan: SelectPlan,
  shape: readonly [number, number],
  sides: readonly (Side | undefined)[],
  room: number,
): readonly Box[] | undefined {
  const bounds = sides.filter(side => side !== undefined);
  if (plan.inner === 1)
    return splitBoxes(
      shape,
      bounds.map(({ strides, extra }) => ({ strides, extra, limit: room })),
    );
  const whole = plan.rows * Math.max(plan.length, plan.values.stride);
  return whole <= room ? [{ start: [0, 0], shape: [...shape] }] : undefined;
}

const rangeOf = ({ slot, offset, strides, extra }: Side, box: Box): BufferRange => ({
  slot,
  byteOffset: (offset + boxOffset(box, strides)) * 4,
  bytes: (spanOf(box.shape, strides) + extra) * 4,
});

/** The ranges of both results; what is not wanted has that of what is. */
function resultRanges(plan: SelectPlan, box: Box): readonly [BufferRange, BufferRange] {
  const { keep, inner, k } = plan;
  const side = resultSide(plan);
  const first =
    inner === 1
      ? rangeOf(side, box)
      : {
          slot: side.slot,
          byteOffset: side.offset * 4,
          bytes: ((plan.rows / inner - 1) * side.strides[0] + k * inner) * 4,
        };
  return [first, keep.values && keep.ids ? { ...first, slot: first.slot + 1 } : first];
}

interface Words {
  readonly first: number;
  readonly units: number;
  readonly share: number;
  readonly segments: number;
  readonly segment: number;
  readonly length: number;
  readonly final: boolean;
  readonly outRow: number;
}

function paramsOf(plan: SelectPlan, words: Words): Uint32Array {
  const unsigned = plan.dtype === 'uint32';
  return Uint32Array.from([
    Number(unsigned),
    plan.largest ? (unsigned ? ALL_BITS : SIGN) : 0,
    Number(plan.ids !== undefined),
    words.first,
    words.units,
    words.share,
    words.segments,
    words.segment,
    words.length,
    plan.k,
    plan.values.stride,
    plan.ids?.stride ?? 0,
    Number(words.final),
    words.outRow,
    plan.inner,
    plan.firstId ?? 0,
    Number(plan.keep.values),
    Number(plan.keep.ids),
  ]);
}

/** Units of a chunk. */
const shareOf = (elements: number, k: number): number => Math.max(1, Math.floor(CHUNK / (elements + PAIR * k)));

function selectPass(
  plan: SelectPlan,
  box: Box,
  segment: number,
  segments: number,
  { elements, ids, out }: { elements: Side; ids: Side | undefined; out: Side },
  pairs: number,
): WasmPass {
  const [rows = 1, here = 1] = box.shape;
  const first = (box.start[1] ?? 0) * segment;
  const share = shareOf(Math.min(segment, plan.length), plan.k);
  const final = segments === 1;
  const length = Math.min(plan.length - first, here * segment);
  /** No further than the last row reaches. */
  const elementsOf = (side: Side): BufferRange => ({
    ...rangeOf(side, box),
    bytes: ((rows - 1) * side.strides[0] + length) * 4,
  });
  const source = elementsOf(elements);
  const results = final ? resultRanges(plan, box) : [rangeOf(out, box), rangeOf(out, box)];
  return {
    module: kernels,
    kernel: 'heaps',
    chunks: Math.ceil((rows * here) / share),
    params: paramsOf(plan, {
      first,
      units: rows * here,
      share,
      segments: here,
      segment,
      length,
      final,
      outRow: final ? resultSide(plan).strides[0] : pairs,
    }),
    buffers: [source, ids ? elementsOf(ids) : source, ...results],
  };
}

function mergePass(plan: SelectPlan, box: Box, lists: Side, pairs: number): WasmPass {
  const [rows = 1] = box.shape;
  const share = shareOf(pairs, plan.k);
  const source = rangeOf(lists, box);
  return {
    module: kernels,
    kernel: 'merge',
    chunks: Math.ceil(rows / share),
    params: paramsOf(plan, {
      first: 0,
      units: rows,
      share,
      segments: 1,
      segment: pairs,
      length: pairs,
      final: true,
      outRow: resultSide(plan).strides[0],
    }),
    buffers: [source, source, ...resultRanges(plan, box)],
  };
}
