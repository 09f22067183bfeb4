/**
 * The reduce primitive on the CPU. Rows are reduced where they lie; strided columns are first gathered, a few at a time,
 * into a block of doubles, so that memory is walked in order.
 */
import { viewOf } from '../../tensor/index.ts';
import type { Reduction, ReducePlan } from './reduce.ts';

/** Columns gathered at once: their doubles stay in the cache for a few thousand rows. */
const COLUMNS = 16;

export function runReduceOnCpu(reduction: Reduction, plan: ReducePlan, reads: readonly ArrayBuffer[], writes: readonly ArrayBuffer[]): void {
  const x = viewOf(reads[0] as ArrayBuffer, plan.dtype);
  const out = viewOf(writes[0] as ArrayBuffer, plan.outDtype);
  const { outer, inner, length } = plan;
  const cells = outer * inner;
  const result = new Float64Array(reduction.planes);
  const store = (cell: number): void => {
    for (let plane = 0; plane < reduction.planes; plane++) out[plane * cells + cell] = result[plane] ?? 0;
  };
  if (plan.strideInner !== 1 || plan.strideAxis === 1 || inner === 1 || length < 2) {
    for (let o = 0; o < outer; o++)
      for (let i = 0; i < inner; i++) {
        reduction.cpu(x, plan.offset + o * plan.strideOuter + i * plan.strideInner, plan.strideAxis, plan, result);
        store(o * inner + i);
      }
    return;
  }
  const block = new Float64Array(COLUMNS * length);
  for (let o = 0; o < outer; o++)
    for (let first = 0; first < inner; first += COLUMNS) {
      const columns = Math.min(COLUMNS, inner - first);
      const base = plan.offset + o * plan.strideOuter + first;
      for (let k = 0; k < length; k++) {
        const row = base + k * plan.strideAxis;
        for (let c = 0; c < columns; c++) block[c * length + k] = x[row + c] ?? 0;
      }
      for (let c = 0; c < columns; c++) {
        reduction.cpu(block, c * length, 1, plan, result);
        store(o * inner + first + c);
      }
    }
}
