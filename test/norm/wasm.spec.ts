/** The wasm kernels of the norms beside their loops in doubles: layouts, ranges, and what is not ordinary. */
import { describe, it } from 'vitest';
import { l0, l1, l2, largest, power, smallest, summary } from '../../src/norm/reductions.ts';
import { Findings } from '../support/expect.ts';
import { compareReduce, LAYOUTS, loweringOf, type ReduceCase } from '../support/wasm-reduce.ts';
import { norm as normBound } from '../tolerance.ts';

const NORMS: readonly (readonly [typeof l2, number])[] = [
  [l0, 0],
  [l1, 1],
  [l2, 2],
  [largest, Infinity],
  [smallest, -Infinity],
  ...[3, 4, 0.5, 1.5, -1].map(p => [power, p] as const),
];
/** One of every kind of walk; of powers, the one whose sum an element that is 0 would rule. */
const KINDS = NORMS.filter(([, ord]) => [0, 2, -Infinity, -1].includes(ord));

const PLANES = [0, 1, 2, Infinity, -Infinity] as const;

/** Compares all norms and the summary. Sums are in doubles: one rounding is left. */
async function compareAll(cases: readonly ReduceCase[], norms: typeof NORMS = NORMS): Promise<void> {
  const findings = new Findings();
  for (const [primitive, ord] of norms) {
    const lower = await loweringOf(primitive);
    for (const one of cases)
      compareReduce(findings, primitive, lower, { ...one, power: primitive === power ? ord : 0 }, elements =>
        normBound(elements.length, ord, 'rounded'),
      );
  }
  const lower = await loweringOf(summary);
  for (const one of cases)
    compareReduce(findings, summary, lower, { ...one, planes: PLANES.length }, (elements, plane) =>
      normBound(elements.length, PLANES[plane], 'rounded'),
    );
  findings.end();
}

/** Elements at the places of a list; the others as they were. */
const at =
  (places: Readonly<Record<number, number>>, factor = 1): NonNullable<ReduceCase['place']> =>
  x => {
    x.forEach((value, k) => (x[k] = value * factor));
    for (const [place, value] of Object.entries(places)) if (Number(place) < x.length) x[Number(place)] = value;
  };

/** A row of every kind of walk, and columns. */
const PLACES: readonly ReduceCase[] = [
  { shape: [3, 5], axes: [1] },
  { shape: [3, 70], axes: [1] },
  { shape: [20, 6], axes: [0] },
].map(one => ({ ...one, ranges: [2 ** 31] }));

describe('norms on wasm', () => {
  it('every layout', async () => {
    await compareAll(LAYOUTS, KINDS);
  });

  it('NaN and infinities at any place, of either sign', async () => {
    // What x86 makes of ∞ − ∞ has the sign bit set.
    const negativeNan = new Float32Array(Uint32Array.of(0xffc00001).buffer).at(0) ?? NaN;
    const cases = PLACES.flatMap(one =>
      [0, 2, 4, 17].flatMap(place =>
        [NaN, negativeNan, Infinity, -Infinity].map(value => ({ ...one, place: at({ [place]: value }) })),
      ),
    );
    const both = PLACES.map(one => ({ ...one, place: at({ 1: Infinity, 3: NaN, 0: 0 }) }));
    const only = PLACES.flatMap(one =>
      [NaN, Infinity, -Infinity, 0, -0].map(value => ({
        ...one,
        place: (x: Float32Array | Uint32Array) => void x.fill(value),
      })),
    );
    await compareAll([...cases, ...both, ...only]);
  });

  it('magnitudes whose squares leave float32, and subnormal ones', async () => {
    await compareAll(
      PLACES.flatMap(one =>
        [1e25, 1e30, 2 ** 126, 1e-20, 1e-30, 1e-38, 2 ** -147].map(factor => ({ ...one, place: at({}, factor) })),
      ),
    );
  });

  it('nothing', async () => {
    const none = { shape: [3, 0], axes: [1] };
    await compareAll([none, { shape: [0], axes: [0] }]);
  });

  it('other exponents fall through', async () => {
    const findings = new Findings();
    const lower = await loweringOf(power);
    const plan = {
      dtype: 'float32',
      outDtype: 'float32',
      offset: 0,
      outer: 2,
      inner: 1,
      length: 3,
      strideOuter: 3,
      strideAxis: 1,
      strideInner: 0,
      power: 2.5,
    } as const;
    findings.check(lower(plan, { maxRangeBytes: 2 ** 31 }) === undefined, 'p = 2.5 has no kernel');
    findings.check(
      lower({ ...plan, power: 3, dtype: 'float64', outDtype: 'float64' }, { maxRangeBytes: 2 ** 31 }) === undefined,
      'doubles have no kernel',
    );
    findings.end();
  });
});
