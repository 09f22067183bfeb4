/**
 * The reduce primitive on the CPU. Rows are reduced where they lie. Columns – cells beside each other, elements far
 * apart – are walked row by row with one sum a column where the reduction can, else gathered a few at a time into a block
 * of doubles, so that memory is walked in order.
 */
import { viewOf, type WordArray } from '../../tensor/index.ts';
import type { Reduction, ReducePlan, RowWalk } from './reduce.ts';

/** Columns gathered at once, and the numbers that a gathered block has at most: it should stay in a cache. */
const COLUMNS = 16;
const BLOCK_NUMBERS = 2 ** 17;

export function runReduceOnCpu(
  reduction: Reduction,
  plan: ReducePlan,
  reads: readonly Uint8Array[],
  writes: readonly Uint8Array[],
): void {
  const x = viewOf(reads[0] as Uint8Array, plan.dtype);
  const out = viewOf(writes[0] as Uint8Array, plan.outDtype);
  const { outer, inner, length } = plan;
  const cells = outer * inner;
  if (inner === 1) {
    const walk = { at: plan.offset, cells: outer, cellStride: plan.strideOuter, length, stride: plan.strideAxis };
    reduction.cpu(x, walk, plan, out, 0, cells);
    return;
  }
  const columns = plan.strideInner === 1 && plan.strideAxis !== 1 && length > 1;
  for (let o = 0; o < outer; o++) {
    const walk = {
      at: plan.offset + o * plan.strideOuter,
      cells: inner,
      cellStride: plan.strideInner,
      length,
      stride: plan.strideAxis,
    };
    const loop = columns ? reduction.cpuColumns : reduction.cpu;
    if (loop) loop(x, walk, plan, out, o * inner, cells);
    else gatherColumns(reduction, x, walk, plan, out, o * inner, cells);
  }
}

function gatherColumns(
  reduction: Reduction,
  x: WordArray,
  walk: RowWalk,
  plan: ReducePlan,
  out: WordArray,
  outAt: number,
  planeStride: number,
): void {
  const { length } = walk;
  const atOnce = Math.min(COLUMNS, walk.cells, Math.max(1, Math.floor(BLOCK_NUMBERS / length)));
  const block = new Float64Array(atOnce * length);
  for (let first = 0; first < walk.cells; first += atOnce) {
    const count = Math.min(atOnce, walk.cells - first);
    for (let k = 0; k < length; k++) {
      const row = walk.at + first + k * walk.stride;
      for (let c = 0; c < count; c++) block[c * length + k] = x[row + c] as number;
    }
    reduction.cpu(
      block,
      { at: 0, cells: count, cellStride: length, length, stride: 1 },
      plan,
      out,
      outAt + first,
      planeStride,
    );
  }
}
