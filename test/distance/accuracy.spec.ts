/**
 * The stated bounds on data that are made to break formulas: near-duplicates far from the origin, clusters far from each
 * other, huge, tiny, tied and zero rows, long rows of equal terms; and what must hold exactly.
 */
import { afterAll, beforeAll, describe, it } from 'vitest';
import {
  cdist,
  cosineSimilarity,
  gram,
  pdist,
  squareform,
  transpose,
  type Device,
  type Tensor,
} from '../../src/index.ts';
import {
  BOOLEAN_METRICS,
  cdist as oracle,
  isOneOf,
  METRICS,
  pdist as condensedOracle,
  rowsOf,
  type MetricName,
} from '../oracle/distance.ts';
import { map } from '../oracle/elementwise.ts';
import type { Grid } from '../oracle/grid.ts';
import { concat } from '../oracle/shape.ts';
import { boundOf, optionsFor, rowsFor, widthFor } from '../support/distances.ts';
import { openLaneDevice } from '../support/lane.ts';
import { callOptions, compareRows } from '../support/pairs.ts';
import { Random } from '../support/random.ts';
import { Batch, floatsOf, gridOf, tensorOf } from '../support/tensors.ts';
import { distance, exact, nearDuplicates, SELF_SIMILARITY } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

/** Normal numbers of a small deviation around an offset, rounded to float32. */
const near = (shape: readonly [number, number], offset: number, deviation: number, seed: number): Grid =>
  gridOf(
    shape,
    Array.from(new Random(seed).normal(shape[0] * shape[1], deviation), x => x + offset),
  );

/** Enqueues the promise for near-duplicates beside the stated bound. */
function compareNear(batch: Batch, x: Grid, y: Grid, metric: MetricName, note: string): void {
  const expected = oracle(x, y, metric);
  for (const dtype of floatsOf(device)) {
    const [a, b] = [tensorOf(device, x, dtype), tensorOf(device, y, dtype)];
    batch.expect(`${note} ${metric} is near`, () => cdist(a, b, metric), expected, nearDuplicates);
    batch.expect(`${note} ${metric}`, () => cdist(a, b, metric), expected, boundOf(metric, x, y));
    a.dispose();
    b.dispose();
  }
}

describe('near-duplicates', () => {
  for (const offset of [0, 10, 1000])
    it(`around ${offset}`, async () => {
      const batch = new Batch();
      for (const [n, m, d] of [
        [40, 33, 64],
        [17, 64, 5],
        [33, 33, 129],
      ] as const)
        for (const metric of ['euclidean', 'sqeuclidean'] as const) {
          const x = near([n, d], offset, 1e-3, n + d);
          compareNear(batch, x, near([m, d], offset, 1e-3, m), metric, `${n}, ${m}, ${d}`);
          compareNear(batch, x, x, metric, `${n}, ${d} with itself`);
        }
      await batch.end();
    });

  it('in two tight clusters far from each other, and from a point that is further', async () => {
    const batch = new Batch();
    const d = 64;
    const clusters = concat([near([20, d], 1000, 1e-3, 1), near([20, d], -1000, 1e-3, 2), near([1, d], 1e5, 1, 3)]);
    for (const metric of ['euclidean', 'sqeuclidean'] as const) {
      compareNear(batch, clusters, clusters, metric, 'two clusters');
      compareNear(batch, clusters, near([9, d], -1000, 1e-3, 4), metric, 'two clusters and one');
    }
    await batch.end();
  });

  it('that differ in one column of many', async () => {
    const batch = new Batch();
    const row = Array.from(new Random(5).normal(100));
    const rows = Array.from({ length: 30 }, (_, i) => row.map((x, k) => (k === i ? x + 2 ** -12 * (i + 1) : x)));
    const x = gridOf([30, 100], rows.flat());
    for (const metric of ['euclidean', 'sqeuclidean'] as const) compareNear(batch, x, x, metric, 'one column');
    await batch.end();
  });

  it('with weights, and with variances', async () => {
    const batch = new Batch();
    const [x, y] = [near([30, 64], 100, 1e-3, 6), near([20, 64], 100, 1e-3, 7)];
    for (const metric of ['euclidean', 'sqeuclidean', 'seuclidean'] as const) {
      const options = optionsFor(metric, 64, true, new Random(8));
      const expected = oracle(x, y, metric, options);
      for (const dtype of floatsOf(device)) {
        const [a, b] = [tensorOf(device, x, dtype), tensorOf(device, y, dtype)];
        batch.expect(metric, () => cdist(a, b, callOptions(metric, options)), expected, nearDuplicates);
      }
    }
    await batch.end();
  });
});

const isShares = (metric: MetricName): boolean => ['jensenshannon', 'kl', 'hellinger'].includes(metric);

/** Turns numbers into what a metric is about. */
function suited(metric: MetricName, x: Grid): Grid {
  if (isOneOf(BOOLEAN_METRICS, metric)) return map(value => (value > 0 ? 1 : 0), x);
  // Of both signs, sums beyond float32 could be anything.
  return isShares(metric) || metric === 'dot' ? map(Math.abs, x) : x;
}

interface Kind {
  readonly name: string;
  readonly make: (shape: readonly [number, number], random: Random) => Grid;
  /** Metrics that have no meaning there. */
  readonly but?: readonly MetricName[];
}

const KINDS: readonly Kind[] = [
  { name: 'random', make: ([n, d], random) => gridOf([n, d], random.normal(n * d)) },
  { name: 'tied', make: ([n, d], random) => gridOf([n, d], random.ints(n * d, -1, 2)) },
  {
    name: 'zero',
    make: ([n, d], random) =>
      gridOf(
        [n, d],
        random.normal(n * d).map((x, at) => (Math.floor(at / d) % 3 === 0 ? 0 : x)),
      ),
  },
  // Radians of a size that float32 has no fractions for.
  { name: 'huge', make: ([n, d], random) => gridOf([n, d], random.normal(n * d, 1e25)), but: ['haversine'] },
  { name: 'tiny', make: ([n, d], random) => gridOf([n, d], random.normal(n * d, 1e-30)) },
  {
    name: 'near-duplicate',
    make: ([n, d], random) =>
      gridOf(
        [n, d],
        Array.from(random.normal(n * d, 1e-3), x => x + 1),
      ),
  },
];

describe('every metric within its bound', () => {
  for (const { name, make, but = [] } of KINDS)
    it(`on ${name} rows`, async () => {
      const batch = new Batch();
      for (const metric of METRICS) {
        if (isOneOf(but, metric)) continue;
        const d = widthFor(metric, 33);
        const random = new Random(d + name.length);
        const rows = [suited(metric, make([12, d], random)), suited(metric, make([9, d], random))] as const;
        compareRows(batch, device, floatsOf(device), rows, metric, optionsFor(metric, d, false, random), `${name} `);
        compareRows(batch, device, ['float32'], rows, metric, optionsFor(metric, d, true, random), `${name} `);
      }
      await batch.end();
    });

  it('on long rows whose terms round all the same way', async () => {
    const batch = new Batch();
    for (const d of [2049])
      for (const metric of METRICS) {
        if (metric === 'haversine' || metric === 'mahalanobis') continue;
        const [x, y] = [0.7, 1.9].map(value => gridOf([2, d], new Float32Array(2 * d).fill(value)));
        if (!x || !y) continue;
        const rows = [suited(metric, x), suited(metric, y)] as const;
        compareRows(batch, device, ['float32'], rows, metric, optionsFor(metric, d, false, new Random(1)), 'long ');
      }
    await batch.end();
  });
});

const TRUE_METRICS = [
  'euclidean',
  'sqeuclidean',
  'seuclidean',
  'mahalanobis',
  'cityblock',
  'chebyshev',
  'minkowski',
  'canberra',
  'braycurtis',
  'hamming',
  'matching',
  'jaccard',
  'dice',
  'rogerstanimoto',
  'sokalmichener',
  'sokalsneath',
  'jensenshannon',
  'hellinger',
  'haversine',
] as const satisfies readonly MetricName[];

describe('a row and itself', () => {
  /** Enqueues: what stands at `places` of a result must be 0. */
  const zeroAt = (batch: Batch, label: string, result: Tensor, places: readonly number[]): Promise<void> =>
    result.data().then(values => {
      const found = places.map(at => values[at]);
      batch.check(
        found.every(value => value === 0),
        `${label}: ${found.join(', ')}`,
      );
      result.dispose();
    });

  it('are exactly 0 apart in every true metric', async () => {
    const batch = new Batch();
    const reads: Promise<void>[] = [];
    for (const metric of TRUE_METRICS)
      for (const [n, width, offset] of [
        [33, 64, 0],
        [20, 17, 1000],
      ] as const) {
        const d = widthFor(metric, width);
        const made = rowsFor(metric, [n, d], new Random(n));
        const plain = offset === 0 || isOneOf(BOOLEAN_METRICS, metric) || metric === 'haversine';
        const x = plain
          ? made
          : gridOf(
              made.shape,
              Array.from(made.data, value => value + offset),
            );
        const [a, copy, twice] = [tensorOf(device, x), tensorOf(device, x), tensorOf(device, concat([x, x]))];
        const given = callOptions(metric, optionsFor(metric, d, false, new Random(2)));
        const rows = Array.from({ length: n }, (_, i) => i);
        const label = `${metric} of ${n} rows of ${d} around ${offset}`;
        const diagonal = rows.map(i => i * (n + 1));
        reads.push(
          zeroAt(batch, `${label} and itself`, cdist(a, a, given), diagonal),
          zeroAt(batch, `${label} and its copy`, cdist(a, copy, given), diagonal),
          zeroAt(
            batch,
            `pdist, ${label}, twice`,
            squareform(pdist(twice, given)),
            rows.map(i => i * 2 * n + n + i),
          ),
        );
        for (const one of [a, copy, twice]) one.dispose();
      }
    await Promise.all(reads);
    await batch.end();
  });

  it('have a cosine of 1, or a little less', async () => {
    const batch = new Batch();
    for (const d of [1, 2, 3, 16, 33, 64, 129, 768])
      for (const scale of [1, 1e25, 1e-30, 1 / 3]) {
        const x = gridOf([33, d], new Random(d).normal(33 * d, scale));
        const [a, copy] = [tensorOf(device, x), tensorOf(device, x)];
        for (const [note, result] of [
          ['itself', cosineSimilarity(a)],
          ['its copy', cosineSimilarity(a, copy)],
        ] as const) {
          const values = Array.from(await result.data());
          const own = values.filter((_, at) => at % 34 === 0);
          batch.check(
            own.every(value => value <= 1 && value >= 1 - SELF_SIMILARITY),
            `rows of ${d}, scale ${scale} and ${note}: ${Math.min(...own)} to ${Math.max(...own)}`,
          );
          batch.check(
            values.every(value => value <= 1 && value >= -1 - SELF_SIMILARITY),
            `all pairs of rows of ${d}: ${Math.min(...values)} to ${Math.max(...values)}`,
          );
        }
      }
    await batch.end();
  });

  it('that point the same way have a cosine of about 1, never above', async () => {
    const batch = new Batch();
    const x = gridOf([20, 64], new Random(3).normal(20 * 64));
    const scaled = gridOf(
      [20, 64],
      rowsOf(x).flatMap((row, i) => row.map(value => value * (0.1 + i))),
    );
    const values = await cosineSimilarity(tensorOf(device, x), tensorOf(device, scaled)).data();
    const own = Array.from(values).filter((_, at) => at % 21 === 0);
    const { absolute } = distance('cosine', 64, 'single');
    batch.check(
      own.every(value => value <= 1 && value >= 1 - absolute),
      `${Math.min(...own)} to ${Math.max(...own)}`,
    );
    await batch.end();
  });
});

describe('symmetry', () => {
  it('of gram, exactly', async () => {
    const batch = new Batch();
    for (const [n, d] of [
      [33, 64],
      [70, 17],
      [65, 129],
    ] as const) {
      const product = gram(tensorOf(device, gridOf([n, d], new Random(n).normal(n * d))));
      const turned = await transpose(product).data();
      batch.expect(`gram of ${n}, ${d}`, () => product, gridOf([n, n], turned), exact);
    }
    await batch.end();
  });

  it('of pdist: one number for both orders, and those of cdist', async () => {
    const batch = new Batch();
    for (const metric of METRICS) {
      const d = widthFor(metric, 33);
      const x = rowsFor(metric, [40, d], new Random(4));
      const options = optionsFor(metric, d, false, new Random(5));
      for (const dtype of floatsOf(device)) {
        const a = tensorOf(device, x, dtype);
        batch.expect(
          `pdist, ${metric}`,
          () => pdist(a, callOptions(metric, options)),
          condensedOracle(x, metric, options),
          boundOf(metric, x, undefined, options),
        );
        a.dispose();
      }
    }
    await batch.end();
  });
});
