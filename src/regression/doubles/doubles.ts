/**
 * Two primitives in float64, on columns [p, n] of a design: *residuals*, Y − X·W of many lists of weights, and *correlations*, Xᵀ·R of
 * many vectors. They are what gaps are proved from. No GPU has doubles, so that they run on wasm and cpu devices alone: columns.ts
 * asks before. No device but cpu has tensors of doubles, either: storages are those of words, two a number.
 */
import type { Primitive } from '../../device/index.ts';
import { viewOf } from '../../tensor/index.ts';
import { correlate, takeFits } from '../dots.ts';

/** Residuals read columns [p, n], y [n] and weights [count, p], and write [count, n]; correlations read columns and vectors [count, n], and write [count, p]. */
export interface DoublesPlan {
  readonly n: number;
  readonly p: number;
  readonly count: number;
}

function noDoubles(): never {
  throw new Error('broken invariant: WGSL has no doubles');
}

const doublesOf = (bytes: Uint8Array | undefined): Float64Array =>
  viewOf(bytes as Uint8Array, 'float64') as Float64Array;

/** All of it at once: a call is as much as is done between two pauses. */
function finish(work: Generator<number, void>): void {
  while (!work.next().done);
}

export const residualsPrimitive: Primitive<DoublesPlan> = {
  name: 'residuals',
  cpu({ n, p, count }, reads, writes) {
    const [columns, y, weights] = reads.map(doublesOf) as [Float64Array, Float64Array, Float64Array];
    const out = doublesOf(writes[0]).subarray(0, count * n);
    for (let k = 0; k < count; k++) out.set(y.subarray(0, n), k * n);
    finish(takeFits(columns, n, weights.subarray(0, count * p), count, out));
  },
  webgpu: noDoubles,
  wasm: () => import('./wasm.ts').then(room => room.lowerResidualsToWasm),
};

export const correlationsPrimitive: Primitive<DoublesPlan> = {
  name: 'correlations',
  cpu({ n, p, count }, reads, writes) {
    const [columns, vectors] = reads.map(doublesOf) as [Float64Array, Float64Array];
    finish(correlate(columns, n, vectors, count, doublesOf(writes[0]).subarray(0, count * p)));
  },
  webgpu: noDoubles,
  wasm: () => import('./wasm.ts').then(room => room.lowerCorrelationsToWasm),
};
