/** The admit primitive on a wasm device: pieces of rows, cut so that their distances and bits fit. */
import { words, type BufferRange, type LoweredToWasm, type WasmFacts } from '../../device/index.ts';
import { boxOffset, spanOf, splitBoxes } from '../../tensor/index.ts';
import kernels from './admit.as';
import type { AdmitPlan } from './admit.ts';

/** Distances of a piece of a row, and of a chunk. */
const PIECE = 2 ** 15;
const CHUNK = 2 ** 16;

export function lowerAdmitToWasm(plan: AdmitPlan, facts: WasmFacts): LoweredToWasm | undefined {
  const { rows, columns, radius, firstBit } = plan;
  if (plan.dtype === 'float64') return undefined;
  const room = Math.floor(facts.maxRangeBytes / 4);
  // Pieces begin at whole words of the mask, as far from its first bit.
  const piece = Math.min(PIECE, columns, Math.floor((room - 1) / 32) * 32 || room);
  if (piece < Math.min(columns, 32)) return undefined;
  const masked = firstBit !== undefined;
  const distances = { strides: [columns, piece], extra: piece - 1, limit: room };
  const bits = { strides: [0, piece / 32], extra: Math.ceil(piece / 32), limit: room };
  const boxes = splitBoxes([rows, Math.ceil(columns / piece)], masked ? [distances, bits] : [distances]);
  const share = Math.max(1, Math.floor(CHUNK / piece));
  const passes = boxes?.map(box => {
    const [count = 1, pieces = 1] = box.shape;
    const first = (box.start[1] ?? 0) * piece;
    const here = Math.min(columns - first, pieces * piece);
    const range: BufferRange = {
      slot: masked ? 1 : 0,
      byteOffset: boxOffset(box, distances.strides) * 4,
      bytes: (spanOf([count], [columns]) + here - 1) * 4,
    };
    const bit = (firstBit ?? 0) + first;
    const mask: BufferRange = {
      slot: 0,
      byteOffset: (bit >>> 5) * 4,
      bytes: (((bit & 31) + here + 31) >>> 5) * 4,
    };
    return {
      module: kernels,
      kernel: 'admit',
      chunks: Math.ceil((count * pieces) / share),
      params: Uint32Array.from([
        Number(masked),
        bit & 31,
        words.float(radius),
        columns,
        here,
        piece,
        pieces,
        count * pieces,
        share,
      ]),
      buffers: [range, masked ? mask : range],
    };
  });
  return passes && { scratch: [], passes };
}
