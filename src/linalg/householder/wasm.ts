/**
 * The Householder primitive on a wasm device. A matrix alone is cut by its columns, pass by pass; of a stack each thread takes
 * matrices, from beginning to end.
 */
import type { BufferRange, LoweredToWasm, WasmFacts, WasmPass } from '../../device/index.ts';
import kernels from './householder.as';
import type { HouseholderPlan } from './householder.ts';

/** As householder.as has them. */
const BLOCK = 32;
const PREPARED = 16;
const UPDATED = 8;
const FINISHED = 64;
/** So many matrices keep all threads busy. */
const MANY = 4;
/** Scratch memory that a stack may take, where one matrix takes less. */
const SCRATCH_MOST = 2 ** 26;

const eights = (count: number): number => Math.ceil(count / 8) * 8;

/** Floats from column to column: an odd number of cache lines, so that neighbours do not push each other out. */
function pitchOf(rows: number): number {
  const lines = Math.ceil(rows / 16);
  return 16 * (lines % 2 === 0 ? lines + 1 : lines);
}

/** Undefined for doubles, and where a matrix is larger than a range. */
export function lowerHouseholderToWasm(plan: HouseholderPlan, facts: WasmFacts): LoweredToWasm | undefined {
  const { rows, columns, heightR, widthQ, from, to } = plan;
  if (plan.dtype === 'float64') return undefined;
  const reflections = Math.min(rows, columns);
  const [pitch, wideA, wideQ] = [pitchOf(rows), eights(columns), eights(widthQ)];
  const stride = (wideA + wideQ) * pitch + wideA + Math.ceil(reflections / BLOCK) * 3 * BLOCK ** 2;
  const span = (rows - 1) * plan.rowStride + (columns - 1) * plan.columnStride + 1;
  const room = Math.floor(facts.maxRangeBytes / 4);
  const atOnce = Math.min(
    to - from,
    Math.floor(Math.min(room, Math.max(SCRATCH_MOST / 4, stride)) / stride),
    Math.floor(room / Math.max(heightR * columns, rows * widthQ)),
    1 + Math.floor((room - span) / Math.max(1, plan.batchStride)),
  );
  if (atOnce < 1) return undefined;
  const shape = [rows, columns, reflections, pitch, stride, wideA, wideQ];
  const strides = [plan.batchStride, plan.rowStride, plan.columnStride, heightR, widthQ];
  const passes: WasmPass[] = [];
  for (let batch = from; batch < to; batch += atOnce) {
    const count = Math.min(atOnce, to - batch);
    const range = (slot: number, first: number, length: number): BufferRange => ({
      slot,
      byteOffset: first * 4,
      bytes: length * 4,
    });
    const r = range(1, batch * heightR * columns, count * heightR * columns);
    const buffers = [
      range(0, plan.offset + batch * plan.batchStride, (count - 1) * plan.batchStride + span),
      range(widthQ > 0 ? 3 : 2, 0, count * stride),
      r,
      widthQ > 0 ? range(2, batch * rows * widthQ, count * rows * widthQ) : r,
    ];
    const pass = (kernel: string, chunks: number, first = 0, forQ = false): WasmPass => ({
      module: kernels,
      kernel,
      chunks: chunks * count,
      params: Uint32Array.from([...shape, ...strides, first, Number(forQ), chunks]),
      buffers,
    });
    if (count >= MANY) {
      passes.push(pass('whole', 1));
      continue;
    }
    const firsts = Array.from({ length: Math.ceil(reflections / BLOCK) }, (_, panel) => panel * BLOCK);
    passes.push(pass('prepare', Math.ceil((wideA + wideQ) / PREPARED)));
    for (const first of firsts) {
      passes.push(pass('panel', 1, first));
      passes.push(pass('update', Math.max(0, (wideA - first - BLOCK) / UPDATED), first));
    }
    if (widthQ > 0)
      for (const first of firsts.toReversed()) passes.push(pass('update', (wideQ - first) / UPDATED, first, true));
    passes.push(pass('finish', Math.ceil(rows / FINISHED)));
  }
  return { scratch: [atOnce * stride * 4], passes: passes.filter(({ chunks }) => chunks > 0) };
}
