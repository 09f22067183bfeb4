/** The wasm kernels of pairs beside their loops in doubles: all metrics, lengths, shapes and layouts. */
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
import * as boolean from '../../src/distance/metrics/boolean.ts';
import { correlation, cosine, cosineSimilarity } from '../../src/distance/metrics/directions.ts';
import { haversine } from '../../src/distance/metrics/geography.ts';
import { hellinger, jensenshannon, kl } from '../../src/distance/metrics/probability.ts';
import { product } from '../../src/linalg/product.ts';
import { pairPrimitive, type PairMetric } from '../../src/pairwise/index.ts';
import { Findings } from '../support/expect.ts';
import { Random } from '../support/random.ts';
import { comparePairs, operandsOf, type PairCase } from '../support/wasm-pairs.ts';

const FLOATS = [
  product,
  dot,
  euclidean,
  sqeuclidean,
  cityblock,
  chebyshev,
  canberra,
  braycurtis,
  cosine,
  cosineSimilarity,
  correlation,
  boolean.hamming.floats,
  boolean.jaccard.floats,
];

const BITS = Object.values(boolean).flatMap(one => ('bits' in one ? [one.bits] : []));

/** On both sides of vectors, of chains of 32, and of pieces of 256, which are carried on in doubles. */
const LENGTHS = [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 32, 33, 64, 65, 255, 256, 257, 300];
const LONG = [511, 513, 4100];

const POWERS = [3, 4, 0.5, 1.5, 2.5, 0.75, 7, 0.1, 60];

/** Compares cases of some metrics, all of which are reported. */
async function compareAll(metrics: readonly PairMetric[], cases: readonly PairCase[]): Promise<void> {
  const findings = new Findings();
  for (const metric of metrics) for (const one of cases) await comparePairs(findings, metric, one);
  findings.end();
}

/** Weights of all sizes, some of them 0. */
const weightsOf = (d: number): Float32Array =>
  new Random(d + 5).uniform(d, 0.1, 2).map((value, k) => (k % 5 === 3 ? 0 : value));

const positive = (count: number, random: Random): Float32Array => random.uniform(count, 0.01, 1);

describe('every length of rows', () => {
  for (const metric of FLOATS)
    it(metric.name, async () => {
      await compareAll(
        [metric],
        [...LENGTHS, ...LONG].flatMap(d =>
          (d > 300
            ? [[3, 5]]
            : [
                [5, 9],
                [3, 21],
              ]
          ).flatMap(([n = 0, m = 0]) => [
            { n, m, d },
            { n, m, d, weights: weightsOf(d) },
          ]),
        ),
      );
    });

  it('whose terms all round the same way', async () => {
    const constants = (count: number, random: Random): Float32Array => {
      const value = random.uniform(1, 1, 2)[0] ?? 1;
      return new Float32Array(count).fill(value);
    };
    const cases = Array.from({ length: 12 }, (_, k) => k + 1).flatMap(m =>
      [64, 256, 1024, 2049].flatMap(d => [2, 5].map(n => ({ n, m: 40 + m, d, make: constants, ranges: [2 ** 31] }))),
    );
    await compareAll([product, cityblock], cases);
  });

  it('minkowski', async () => {
    const cases = [1, 3, 4, 65, 300].flatMap(d =>
      POWERS.flatMap(power => [
        { n: 3, m: 9, d, power },
        { n: 3, m: 9, d, power, weights: weightsOf(d) },
      ]),
    );
    await compareAll([minkowski], cases);
  });

  it('hellinger', async () => {
    await compareAll(
      [hellinger],
      LENGTHS.filter(d => d > 0).map(d => ({ n: 5, m: 9, d, make: positive })),
    );
  });

  it('bits', async () => {
    await compareAll(
      BITS,
      [1, 7, 31, 32, 33, 63, 64, 65, 96, 100, 128, 500].map(d => ({ n: 5, m: 13, d })),
    );
  });
});

describe('every shape', () => {
  const sizes = [1, 2, 3, 4, 5, 7, 8, 9, 63, 64, 65, 130];

  for (const metric of [product, euclidean, cityblock, cosine, braycurtis])
    it(metric.name, async () => {
      await compareAll(
        [metric],
        sizes.flatMap(n => [1, 4, 5, 8, 9, 129].map(m => ({ n, m, d: 18, ranges: [2 ** 31] }))),
      );
    });

  it('of bits', async () => {
    await compareAll(
      [boolean.jaccard.bits],
      sizes.flatMap(n => [1, 4, 5, 129].map(m => ({ n, m, d: 70 }))),
    );
  });

  it('of more blocks than one, and in ranges that hold few rows', async () => {
    const metrics = [product, euclidean, chebyshev, correlation, canberra];
    await compareAll(metrics, [
      { n: 150, m: 700, d: 24, ranges: [2 ** 31, 2 ** 16, 6000] },
      { n: 700, m: 150, d: 24, ranges: [2 ** 31, 6000] },
    ]);
  });

  it('of few rows beside many', async () => {
    for (const d of [15, 16, 19, 384])
      await compareAll(
        [product, dot, euclidean, sqeuclidean, cityblock],
        [1, 2, 3, 4].flatMap(few => [
          { n: few, m: 301, d, ranges: [2 ** 31, 2 ** 14] },
          { n: 301, m: few, d, ranges: [2 ** 31, 2 ** 14] },
        ]),
      );
  });

  it('of rows with gaps, from an offset', async () => {
    const layout = { offset: 7, gap: 3 };
    await compareAll(
      [product, euclidean, cityblock, cosine, boolean.dice.bits],
      [
        { n: 9, m: 11, d: 33, ...layout },
        { n: 2, m: 11, d: 33, ...layout },
        { n: 11, m: 2, d: 33, ...layout },
        { n: 70, m: 70, d: 9, oneSet: true, ...layout },
        { n: 70, m: 70, d: 9, oneSet: true, sink: { kind: 'condensed' }, ...layout },
      ],
    );
  });

  it('of stacks', async () => {
    const cases = [
      [4, 4, 4],
      [1, 9, 33],
      [9, 1, 33],
      [70, 20, 5],
    ].map(([n = 0, m = 0, d = 0]) => ({ n, m, d, batches: 5, ranges: [2 ** 31, 4096] }));
    await compareAll([product], [...cases, ...cases.map(one => ({ ...one, gap: 2 }))]);
  });
});

describe('what falls through to cpu', () => {
  const facts = { maxRangeBytes: 2 ** 31 };

  it('metrics that have no kernel', () => {
    const findings = new Findings();
    for (const metric of [jensenshannon, kl, haversine, boolean.dice.floats])
      findings.check(pairPrimitive(metric).wasm === undefined, metric.name);
    findings.end();
  });

  it('plans that have none: doubles, rows that fit no range, powers that are no float32', async () => {
    const findings = new Findings();
    const { plan } = operandsOf(euclidean, { n: 2, m: 2, d: 100 });
    const lower = await pairPrimitive(euclidean).wasm?.();
    const lowerPower = await pairPrimitive(minkowski).wasm?.();
    findings.check(lower?.({ ...plan, dtype: 'float64', floats: 'float64' }, facts) === undefined, 'doubles');
    findings.check(lower?.(plan, { maxRangeBytes: 399 }) === undefined, 'a row of 400 bytes');
    findings.check(lower?.(plan, { maxRangeBytes: 400 }) !== undefined, 'a row that just fits');
    for (const power of [1e300, 1e-300])
      findings.check(lowerPower?.({ ...plan, settings: { ...plan.settings, power } }, facts) === undefined, `${power}`);
    findings.end();
  });
});
