/** What is not ordinary, on wasm as in doubles: NaN, infinities, sizes that leave float32, rows without direction, near rows. */
import { describe, it } from 'vitest';
import {
  braycurtis,
  canberra,
  chebyshev,
  cityblock,
  dot,
  euclidean,
  minkowski,
  sqeuclidean,
} from '../../src/distance/metrics/arithmetic.ts';
import { hamming, jaccard } from '../../src/distance/metrics/boolean.ts';
import { correlation, cosine, cosineSimilarity } from '../../src/distance/metrics/directions.ts';
import { hellinger } from '../../src/distance/metrics/probability.ts';
import { product } from '../../src/linalg/product.ts';
import type { PairMetric } from '../../src/pairwise/index.ts';
import { Findings } from '../support/expect.ts';
import type { Random } from '../support/random.ts';
import { comparePairs, inDoubles, onWasm, operandsOf, type PairCase } from '../support/wasm-pairs.ts';
import { nearDuplicates } from '../tolerance.ts';

const PLAIN = [
  product,
  dot,
  euclidean,
  sqeuclidean,
  cityblock,
  chebyshev,
  canberra,
  braycurtis,
  hamming.floats,
  jaccard.floats,
];
const DIRECTIONS = [cosine, cosineSimilarity, correlation];
const POWERS = [3, 0.5, 2.5, 0.1];

/** Widths of packed rows, and (the last) of rows that two rows of a are compared with as they lie. */
const WIDTHS = [1, 3, 4, 7, 40];

/** Each case for rows of a that are few and not, without and with weights; of powers for several p. */
async function compareAll(metrics: readonly PairMetric[], cases: readonly PairCase[]): Promise<void> {
  const findings = new Findings();
  for (const metric of metrics)
    for (const one of cases)
      for (const n of [2, 5])
        for (const weights of [undefined, Float32Array.from({ length: one.d }, (_, k) => ((k + 1) % 4) / 2)])
          for (const power of metric === minkowski ? POWERS : [0])
            await comparePairs(findings, metric, {
              ...one,
              n,
              power,
              ranges: [2 ** 31],
              ...(weights && metric !== hellinger && { weights }),
            });
  findings.end();
}

/** Values at some places of both sides. */
const at =
  (d: number, values: readonly number[]): NonNullable<PairCase['place']> =>
  (x, y) => {
    values.forEach((value, k) => {
      x[(k * (d + 1)) % x.length] = value;
      y[(k * (d + 2) + d) % y.length] = value;
    });
  };

const scaled =
  (factor: number): NonNullable<PairCase['make']> =>
  (count, random) =>
    random.normal(count).map(value => value * factor);

// What x86 makes of ∞ − ∞ has the sign bit set.
const negativeNan = new Float32Array(Uint32Array.of(0xffc00001).buffer)[0] ?? NaN;

describe('NaN and infinities', () => {
  const lists = [[NaN], [negativeNan], [Infinity], [-Infinity], [Infinity, -Infinity, NaN], [0, -0, Infinity]];
  const cases = WIDTHS.flatMap(d => lists.map(list => ({ n: 0, m: 9, d, place: at(d, list) })));

  for (const metric of [...PLAIN, minkowski, ...DIRECTIONS])
    it(metric.name, async () => {
      await compareAll([metric], cases);
    });

  it('everywhere', async () => {
    const everywhere = [NaN, Infinity, -Infinity, 0, -0].map(value => ({
      n: 0,
      m: 9,
      d: 5,
      make: (count: number) => new Float32Array(count).fill(value),
    }));
    await compareAll([...PLAIN, minkowski, ...DIRECTIONS], everywhere);
  });
});

describe('sizes', () => {
  const factors = [1e25, 1e30, 1e38, 1e-13, 1e-20, 1e-30, 1e-38, 2 ** -147];
  const cases = WIDTHS.flatMap(d => factors.map(factor => ({ n: 0, m: 9, d, make: scaled(factor) })));

  for (const metric of [...PLAIN, minkowski, ...DIRECTIONS])
    it(metric.name, async () => {
      // Of both signs, sums beyond float32 could be anything: see the products below.
      const signed = metric !== product && metric !== dot;
      await compareAll(
        [metric],
        signed ? cases : cases.map(one => ({ ...one, make: (count, random) => one.make(count, random).map(Math.abs) })),
      );
    });

  it('large next to small', async () => {
    const mixed = (count: number, random: Random): Float32Array =>
      random.normal(count).map((value, k) => value * ([1e30, 1, 1e-30, 0][k % 4 ? (k >> 2) % 4 : 1] ?? 0));
    await compareAll(
      [euclidean, sqeuclidean, cityblock, chebyshev, canberra, minkowski, cosine],
      WIDTHS.map(d => ({ n: 0, m: 9, d, make: mixed })),
    );
  });

  it('products that overflow on the way', async () => {
    const findings = new Findings();
    for (const n of [2, 5])
      await comparePairs(findings, product, {
        n,
        m: 9,
        d: 64,
        // The second half takes away what the first half came to, but for the last product.
        place: (x, y) => {
          x.forEach((_, k) => (x[k] = k % 64 < 32 ? 1e30 : k % 64 === 63 ? 0 : -1e30));
          y.forEach((_, k) => (y[k] = k % 64 === 31 ? 0 : 1e30));
        },
      });
    findings.end();
  });
});

describe('directions', () => {
  it('of rows without one, beside NaN and infinities', async () => {
    const findings = new Findings();
    for (const metric of DIRECTIONS)
      for (const zeroVector of [NaN, 1, 0.25])
        for (const [n, d] of [
          [2, 40],
          [6, 5],
        ] as const)
          await comparePairs(findings, metric, {
            n,
            m: 9,
            d,
            zeroVector,
            place: (x, y) => {
              const fill = (rows: Float32Array, row: number, value: number): void =>
                void rows.fill(value, row * d, row * d + d);
              fill(x, 1, 0);
              fill(x, 3, metric === correlation ? 7.3 : 0);
              fill(y, 2, 0);
              fill(y, 4, NaN);
              y[5 * d + 1] = Infinity;
              y[6 * d] = NaN;
            },
          });
    findings.end();
  });

  it('of rows that are multiples of each other, and nearly', async () => {
    const findings = new Findings();
    const place: PairCase['place'] = (x, y) => {
      y.forEach((_, k) => (y[k] = Math.fround((x[k % 40] ?? 0) * ([1, 2, -1, 3, 1e20][Math.floor(k / 40) % 5] ?? 1))));
      y.forEach((value, k) => k >= 200 && (y[k] = value + (k % 40 === Math.floor(k / 40) ? 2 ** -12 : 0)));
    };
    for (const metric of DIRECTIONS)
      for (const n of [2, 5]) await comparePairs(findings, metric, { n, m: 20, d: 40, place });
    findings.end();
  });

  it('of shares that are none', async () => {
    const cases = [1, 3, 7].map(d => ({
      n: 0,
      m: 9,
      d,
      make: (count: number, random: Random) => random.uniform(count, 0.1, 1),
      place: (x: Float32Array, y: Float32Array) => {
        x.fill(0, 0, d);
        y.fill(0, d, 2 * d);
        y[2 * d] = -1;
        y[3 * d] = NaN;
        y[4 * d] = Infinity;
      },
    }));
    await compareAll([hellinger], cases);
  });
});

describe('near rows', () => {
  it('keep their digits far from the origin', async () => {
    const findings = new Findings();
    for (const metric of [euclidean, sqeuclidean])
      for (const [n, d] of [
        [5, 129],
        [2, 64],
      ] as const) {
        const operands = operandsOf(metric, {
          n,
          m: 33,
          d,
          make: (count, random) => random.normal(count, 1e-3).map(value => value + 1000),
        });
        const found = await onWasm(findings, metric, operands, metric.name);
        findings.close(found, inDoubles(metric, operands), nearDuplicates, `${metric.name} of rows of ${d}`);
      }
    findings.end();
  });

  it('are exactly 0 apart where they are equal', async () => {
    const findings = new Findings();
    for (const metric of [
      euclidean,
      sqeuclidean,
      cityblock,
      chebyshev,
      canberra,
      minkowski,
      cosine,
      correlation,
      hellinger,
    ])
      for (const d of [3, 40, 300])
        for (const n of [2, 5]) {
          const given = {
            n,
            m: 9,
            d,
            power: 2.5,
            make: (count: number, random: Random) => random.uniform(count, 0.1, 1),
            place: (x: Float32Array, y: Float32Array) => y.forEach((_, k) => (y[k] = x[k % d] ?? NaN)),
          };
          const found = await onWasm(findings, metric, operandsOf(metric, given), metric.name);
          findings.exact(found.subarray(0, 9), new Float32Array(9), `${metric.name} of ${n} rows of ${d}`);
        }
    findings.end();
  });
});
