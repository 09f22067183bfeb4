/** The wasm kernels of sums and extremes beside the loops of the cpu device in doubles. */
import { describe, it } from 'vitest';
import { extremes, meanPrimitive, sumPrimitive } from '../../src/arith/reductions.ts';
import { Findings } from '../support/expect.ts';
import { compareReduce, LAYOUTS, loweringOf, type ReduceCase } from '../support/wasm-reduce.ts';
import { exact, reduction } from '../tolerance.ts';

const DTYPES = {
  float: { dtype: 'float32', outDtype: 'float32' },
  uint32: { dtype: 'uint32', outDtype: 'uint32' },
} as const;

const NAMES = ['min', 'max', 'argmin', 'argmax'] as const;

/** Σ|x| of a cell, which the error of its sum is measured against. */
const magnitude = (elements: Float64Array): number => elements.reduce((sum, x) => sum + Math.abs(x), 0);

async function compareSums(findings: Findings, cases: readonly ReduceCase[]): Promise<void> {
  const lowerSum = await loweringOf(sumPrimitive);
  const lowerMean = await loweringOf(meanPrimitive);
  for (const one of cases) {
    compareReduce(findings, sumPrimitive, lowerSum, one, elements =>
      reduction(elements.length, 'rounded', magnitude(elements)),
    );
    compareReduce(findings, meanPrimitive, lowerMean, one, elements =>
      reduction(elements.length, 'rounded', magnitude(elements) / elements.length),
    );
  }
}

async function compareExtremes(
  findings: Findings,
  cases: readonly ReduceCase[],
  kind: keyof typeof DTYPES,
): Promise<void> {
  for (const name of NAMES) {
    const primitive = extremes[name][kind];
    const lower = await loweringOf(primitive);
    const dtypes = name.startsWith('arg') ? { ...DTYPES[kind], outDtype: 'uint32' as const } : DTYPES[kind];
    for (const one of cases) compareReduce(findings, primitive, lower, { ...one, dtypes }, () => exact);
  }
}

/** Replaces the elements at some places, as far as there are so many. */
const placed =
  (places: readonly number[], values: readonly number[]): NonNullable<ReduceCase['place']> =>
  x =>
    places.forEach((place, k) => {
      if (place < x.length) x[place] = values[k % values.length] ?? NaN;
    });

const WALKS: readonly ReduceCase[] = [
  { shape: [5, 7], axes: [1] },
  { shape: [3, 70], axes: [1] },
  { shape: [30, 6], axes: [0] },
  { shape: [9001], axes: [0] },
].map(one => ({ ...one, ranges: [2 ** 31, 8192] }));

describe('reductions on wasm', () => {
  it('sums and means of every layout', async () => {
    const findings = new Findings();
    await compareSums(findings, LAYOUTS);
    findings.end();
  });

  it('extremes and where they are, of every layout', async () => {
    const findings = new Findings();
    await compareExtremes(findings, LAYOUTS, 'float');
    findings.end();
  });

  it('extremes of whole numbers', async () => {
    const findings = new Findings();
    const edges = [0, 0xffffffff, 0x80000000, 0x7fffffff];
    const cases = WALKS.flatMap(one => [
      one,
      { ...one, place: placed([0, 3, 5, 68, 5000], edges) },
      { ...one, place: (x: Float32Array | Uint32Array) => void x.fill(0xffffffff) },
      { ...one, place: (x: Float32Array | Uint32Array) => void x.fill(0) },
    ]);
    await compareExtremes(findings, cases, 'uint32');
    findings.end();
  });

  it('NaN wins, the first one; infinities count; the lowest index wins ties', async () => {
    const findings = new Findings();
    const negativeNan = new Float32Array(Uint32Array.of(0xffc00001).buffer).at(0) ?? NaN;
    const cases = WALKS.flatMap(one =>
      [
        placed([2], [NaN]),
        placed([4, 6, 71, 8999], [negativeNan, NaN]),
        placed([3, 6, 69, 8001], [NaN, negativeNan]),
        placed([3, 8001], [NaN, negativeNan]),
        placed([3, 8001], [negativeNan, NaN]),
        placed([1, 9, 16], [Infinity, -Infinity]),
        placed([0, 2, 68], [Infinity, NaN, -Infinity]),
        // Equal ones, also with the other sign of 0.
        placed([1, 5, 11, 65, 8000], [-9, -9]),
        placed([1, 5, 11, 65, 8000], [9, 9]),
        (x: Float32Array | Uint32Array) => x.forEach((_, k) => (x[k] = k % 3 === 1 ? 0 : -0)),
        (x: Float32Array | Uint32Array) => x.forEach((_, k) => (x[k] = k % 3 === 1 ? -0 : 0)),
        ...[Infinity, -Infinity, NaN, 3.4e38, -3.4e38, 1e-45].map(
          value => (x: Float32Array | Uint32Array) => void x.fill(value),
        ),
      ].map(place => ({ ...one, place })),
    );
    await compareExtremes(findings, cases, 'float');
    await compareSums(findings, cases);
    findings.end();
  });

  it('sums of nothing', async () => {
    const findings = new Findings();
    await compareSums(findings, [
      { shape: [4, 0], axes: [1] },
      { shape: [0], axes: [0] },
    ]);
    findings.end();
  });
});
