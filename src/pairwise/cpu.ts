/**
 * The pairwise primitive in plain TypeScript: the metric's loop for every pair, in blocks of rows of b that stay in a
 * processor's cache. Everything is summed in doubles, with the textbook formula, so that it can be every kernel's oracle.
 */
import { viewOf, type WordArray } from '../tensor/index.ts';
import type { PairLoop, PairMetric } from './metric.ts';
import type { PairPlan, Rows } from './pairwise.ts';

/** Bytes of rows of b that are walked together. */
const BLOCK_BYTES = 2 ** 17;

export function runPairsOnCpu(
  metric: PairMetric,
  plan: PairPlan,
  reads: readonly ArrayBuffer[],
  writes: readonly ArrayBuffer[],
): void {
  const x = viewOf(reads[0] as ArrayBuffer, plan.dtype);
  const y = viewOf(reads[1] as ArrayBuffer, plan.dtype);
  const weights = plan.weighted
    ? viewOf(reads[2] as ArrayBuffer, plan.floats).subarray(plan.weightsOffset, plan.weightsOffset + plan.length)
    : undefined;
  const output = writes[0] as ArrayBuffer;
  const counts = plan.sink.kind === 'argmin' || plan.sink.kind === 'countBelow';
  const out = viewOf(output, counts ? 'uint32' : plan.floats).subarray(plan.outOffset);
  for (let batch = 0; batch < plan.batches; batch++) {
    const a = { ...plan.a, offset: plan.a.offset + batch * plan.a.batchStride };
    const b = { ...plan.b, offset: plan.b.offset + batch * plan.b.batchStride };
    const left = rowValues(metric.cpu, plan, x, a, plan.n, weights);
    const right = rowValues(metric.cpu, plan, y, b, plan.m, weights);
    const sink = sinkOf(plan, out.subarray(batch * plan.n * plan.m));
    const block = Math.max(1, Math.floor(BLOCK_BYTES / (Math.max(1, plan.length) * y.BYTES_PER_ELEMENT)));
    const { pair } = metric.cpu;
    for (let first = 0; first < plan.m; first += block) {
      const end = Math.min(plan.m, first + block);
      for (let i = 0; i < plan.n; i++) {
        const xAt = a.offset + i * a.stride;
        const own = left?.[i] ?? 0;
        for (let j = plan.sink.kind === 'condensed' ? Math.max(first, i + 1) : first; j < end; j++)
          sink(
            i,
            j,
            pair(x, xAt, y, b.offset + j * b.stride, plan.length, weights, plan.settings, own, right?.[j] ?? 0),
          );
      }
    }
  }
}

function rowValues(
  loop: PairLoop,
  plan: PairPlan,
  x: WordArray,
  rows: Rows,
  count: number,
  weights: WordArray | undefined,
): Float64Array | undefined {
  const { row } = loop;
  if (!row) return undefined;
  return Float64Array.from({ length: count }, (_, i) =>
    row(x, rows.offset + i * rows.stride, plan.length, weights, plan.settings),
  );
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
