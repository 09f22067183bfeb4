/** The jacobi primitive on a wasm device: a pass a round, a chunk of it a meeting; and one more a sweep, which judges it. */
import { words, type LoweredToWasm, type WasmFacts, type WasmPass } from '../../device/index.ts';
import {
  blocksOf,
  endsSweep,
  meetingsOf,
  roundsOf,
  runsOf,
  stateLength,
  toleranceOf,
  type JacobiPlan,
} from './plan.ts';
import kernels from './rotate.as';

export function lowerJacobiToWasm(plan: JacobiPlan, facts: WasmFacts): LoweredToWasm | undefined {
  const { rows, stride, batches } = plan;
  const matrices = Math.floor(facts.maxRangeBytes / 4 / Math.max(rows * stride, stateLength(rows)));
  if (plan.dtype === 'float64' || matrices < 1) return undefined;
  const meetings = meetingsOf(rows);
  const passes: WasmPass[] = [];
  for (let count = plan.first; count < plan.first + plan.rounds; count++) {
    const round = count % roundsOf(rows);
    for (const { from, to } of runsOf(plan, matrices, Infinity)) {
      const first = Math.floor(from / meetings);
      const some = { first, count: Math.ceil(to / meetings) - first };
      passes.push(passOf('meet', plan, some, round, from - first * meetings, to - from));
    }
    if (endsSweep(plan, count))
      for (let first = 0; first < batches; first += matrices)
        passes.push(passOf('judge', plan, { first, count: Math.min(matrices, batches - first) }, round, 0, 1));
  }
  return { scratch: [], passes };
}

/** Matrices of a pass: from the first on, so many. */
interface Some {
  readonly first: number;
  readonly count: number;
}

function passOf(
  kernel: 'meet' | 'judge',
  { dtype, rows, length, stride, nothing }: JacobiPlan,
  { first, count }: Some,
  round: number,
  from: number,
  chunks: number,
): WasmPass {
  const matrix = rows * stride * 4;
  const state = stateLength(rows) * 4;
  return {
    module: kernels,
    kernel,
    chunks,
    params: Uint32Array.from([
      count,
      rows,
      length,
      stride,
      blocksOf(rows),
      round,
      from,
      stateLength(rows),
      words.float(toleranceOf(dtype, length)),
      words.float(nothing),
    ]),
    buffers: [
      { slot: 0, byteOffset: first * matrix, bytes: count * matrix },
      { slot: 1, byteOffset: first * state, bytes: count * state },
    ],
  };
}
