/** pairwiseReduce: what a reduction of the whole matrix of distances would give, ties and NaN included, without the matrix. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pairwiseReduce, type Device } from '../../src/index.ts';
import {
  BOOLEAN_METRICS,
  cdist as oracle,
  isOneOf,
  magnitudes,
  METRICS,
  rowsOf,
  type MetricName,
  type PairOptions,
} from '../oracle/distance.ts';
import { grid, type Grid } from '../oracle/grid.ts';
import { reduce } from '../oracle/reduce.ts';
import { boundOf, optionsFor, rowsFor, widthFor } from '../support/distances.ts';
import { openLaneDevice } from '../support/lane.ts';
import { callOptions } from '../support/pairs.ts';
import { Random } from '../support/random.ts';
import { Batch, floatsOf, gridOf, tensorOf, type FloatDtype } from '../support/tensors.ts';
import { distance, exact, plus, reduction, type Precision, type Tolerance } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

/** How many distances of each row are below a number. */
const below = (distances: Grid, threshold: number): Grid =>
  grid(
    [distances.shape[0] ?? 0],
    rowsOf(distances).map(row => row.filter(x => x < threshold).length),
  );

/** A number between two neighbours in the middle of all distances, further from both than their bounds. */
function middle(distances: Grid): number {
  const sorted = Array.from(distances.data)
    .filter(Number.isFinite)
    .toSorted((p, q) => p - q);
  const from = Math.floor(sorted.length / 3);
  let best = from;
  for (let k = from; k < 2 * from; k++)
    if ((sorted[k + 1] ?? 0) - (sorted[k] ?? 0) > (sorted[best + 1] ?? 0) - (sorted[best] ?? 0)) best = k;
  return ((sorted[best] ?? 0) + (sorted[best + 1] ?? 1)) / 2;
}

type Kind = Parameters<typeof pairwiseReduce>[2]['reduce'];
const ALL: readonly Kind[] = ['min', 'argmin', 'sum', 'countBelow'];

/** Enqueues reductions of one call. Which row is nearest, and how many are near, must be beyond doubt. */
function compare(
  batch: Batch,
  [x, y]: readonly [Grid, Grid],
  metric: MetricName,
  options: PairOptions,
  dtype: FloatDtype,
  kinds: readonly Kind[] = ALL,
): void {
  const [a, b] = [tensorOf(device, x, dtype), tensorOf(device, y, dtype)];
  const distances = oracle(x, y, metric, options);
  const m = distances.shape[1] ?? 0;
  const each = boundOf(metric, x, y, options);
  const rows = rowsOf(distances);
  const sizes = rowsOf(magnitudes(x, y, metric, options));
  const threshold = middle(distances);
  for (const kind of kinds)
    batch.expect(
      `${kind}, ${metric} of [${x.shape.join(', ')}], [${y.shape.join(', ')}]`,
      () =>
        pairwiseReduce(a, b, {
          ...callOptions(metric, options),
          reduce: kind,
          ...(kind === 'countBelow' ? { threshold } : {}),
        }),
      kind === 'countBelow' ? below(distances, threshold) : reduce(kind, distances, { axis: 1 }),
      precision => i => {
        if (kind === 'min') {
          // Any pair that is close to the nearest may have been taken for it: no further off than the worst of the row.
          const magnitude = Math.max(0, ...(sizes[i] ?? []));
          return distance(metric, x.shape[1] ?? 0, precision, {
            p: options.p,
            weighted: options.w !== undefined,
            magnitude,
          });
        }
        return kind === 'sum' ? ofSum(rows[i] ?? [], precision, j => each(precision)(i * m + j)) : exact;
      },
    );
  a.dispose();
  b.dispose();
}

/** The errors of all terms, and of their sum. */
function ofSum(terms: readonly number[], precision: Precision, each: (j: number) => Tolerance): Tolerance {
  const errors = terms.reduce((sum, value, j) => sum + each(j).absolute + each(j).relative * Math.abs(value), 0);
  const magnitude = terms.reduce((sum, value) => sum + Math.abs(value), 0);
  return plus(reduction(terms.length, precision, magnitude), { relative: 0, absolute: errors });
}

/** Metrics that count have ties; which of two equals comes first depends on roundings there. */
const counts = (metric: MetricName): boolean => isOneOf([...BOOLEAN_METRICS, 'hamming', 'matching', 'jaccard'], metric);

describe('the reductions of all distances', () => {
  it('of every metric', async () => {
    const batch = new Batch();
    // Each metric with two of the four, in turn: kernels are many.
    for (const [k, metric] of METRICS.entries()) {
      const d = widthFor(metric, 33);
      const random = new Random(11);
      const rows = [rowsFor(metric, [19, d], random), rowsFor(metric, [35, d], random)] as const;
      const options = optionsFor(metric, d, k % 3 === 0, random);
      const pair: readonly Kind[] = k % 2 === 0 ? ['argmin', 'sum'] : ['min', 'countBelow'];
      const kinds = counts(metric) ? (['min', 'sum'] as const) : pair;
      for (const dtype of floatsOf(device)) compare(batch, rows, metric, options, dtype, kinds);
    }
    await batch.end();
  });

  it('at the edges of tiles', async () => {
    const batch = new Batch();
    const edges = [1, 2, 7, 9, 16, 17, 33, 64, 65, 129, 257];
    for (const [k, n] of edges.entries()) {
      const m = edges[(4 * k + 3) % edges.length] ?? 1;
      const random = new Random(n);
      const d = 3 + (n % 20);
      const rows = [rowsFor('dot', [n, d], random), rowsFor('dot', [m, d], random)] as const;
      compare(batch, rows, 'cityblock', {}, 'float32');
      compare(batch, rows, 'euclidean', {}, 'float32', ['argmin']);
      compare(batch, rows, 'cosine', {}, 'float32', ['min']);
    }
    await batch.end();
  });

  it('of many rows of b', async () => {
    const batch = new Batch();
    const random = new Random(3);
    const rows = [gridOf([3, 5], random.normal(15)), gridOf([3000, 5], random.normal(15_000))] as const;
    for (const metric of ['euclidean', 'cityblock'] as const)
      compare(batch, rows, metric, {}, 'float32', ['min', 'sum']);
    await batch.end();
  });
});

describe('ties, NaN and what is strict', () => {
  const of = (x: number[][], y: number[][], options: Omit<Parameters<typeof pairwiseReduce>[2], 'device'>) =>
    pairwiseReduce(x, y, { ...options, device }).toArray();

  it('the lowest index wins', async () => {
    const zeros = Array.from({ length: 100 }, () => [0, 0]);
    expect(
      await of(
        [
          [1, 1],
          [0, 0],
        ],
        zeros,
        { reduce: 'argmin' },
      ),
    ).toEqual([0, 0]);
    const some = zeros.map((row, j) => (j === 37 || j === 64 || j === 99 ? [3, 4] : row));
    for (const metric of ['euclidean', 'cityblock', 'chebyshev', 'cosine', 'hamming'] as const)
      expect(
        await of([[3, 4]], some, { metric, reduce: 'argmin', ...(metric === 'cosine' ? { zeroVector: 2 } : {}) }),
      ).toEqual([37]);
    // A distance that comes twice, exactly: 3, 4 and 5 left and right.
    expect(
      await of(
        [[0, 0]],
        [
          [9, 0],
          [0, 5],
          [3, 4],
          [-5, 0],
        ],
        { reduce: 'argmin' },
      ),
    ).toEqual([1]);
  });

  it('NaN wins minima, and is below nothing', async () => {
    const rows = [
      [1, 1],
      [NaN, 0],
      [0, 0],
      [NaN, NaN],
    ];
    for (const metric of ['euclidean', 'cityblock', 'chebyshev', 'sqeuclidean'] as const) {
      expect(await of([[0, 0]], rows, { metric, reduce: 'argmin' })).toEqual([1]);
      expect(await of([[0, 0]], rows, { metric, reduce: 'min' })).toEqual([NaN]);
      expect(await of([[0, 0]], rows, { metric, reduce: 'sum' })).toEqual([NaN]);
      expect(await of([[0, 0]], rows, { metric, reduce: 'countBelow', threshold: Infinity })).toEqual([2]);
      expect(await of([[NaN, 0]], rows, { metric, reduce: 'argmin' })).toEqual([0]);
      expect(await of([[NaN, 0]], rows, { metric, reduce: 'countBelow', threshold: 9 })).toEqual([0]);
    }
    expect(
      await of(
        [[0, 0]],
        [
          [1, 2],
          [3, 4],
        ],
        { metric: 'cosine', reduce: 'argmin' },
      ),
    ).toEqual([0]);
  });

  it('NaN far behind in many rows is found', async () => {
    for (const at of [63, 64, 200, 999]) {
      const rows = Array.from({ length: 1000 }, (_, j) => [j === at ? NaN : j + 1]);
      expect(await of([[0]], rows, { reduce: 'argmin' })).toEqual([at]);
      expect(await of([[0]], rows, { reduce: 'min' })).toEqual([NaN]);
      expect(await of([[0]], rows, { reduce: 'countBelow', threshold: 1e9 })).toEqual([999]);
    }
  });

  it('infinite distances are the largest', async () => {
    const huge = [[3e38], [-3e38]];
    expect(await of([[-3e38]], [[Infinity], ...huge], { metric: 'cityblock', reduce: 'argmin' })).toEqual([2]);
    expect(await of([[1]], [[Infinity]], { metric: 'cityblock', reduce: 'argmin' })).toEqual([0]);
    expect(await of([[1]], [[Infinity]], { metric: 'cityblock', reduce: 'min' })).toEqual([Infinity]);
    expect(await of([[1]], [[Infinity], [2]], { metric: 'cityblock', reduce: 'sum' })).toEqual([Infinity]);
    expect(
      await of([[1]], [[Infinity], [2]], { metric: 'cityblock', reduce: 'countBelow', threshold: Infinity }),
    ).toEqual([1]);
  });

  it('a threshold itself is not below', async () => {
    const rows = [
      [3, 4],
      [0, 5],
      [6, 8],
      [0, 0],
    ];
    for (const [threshold, count] of [
      [5, 1],
      [5.0001, 3],
      [10, 3],
      [10.5, 4],
      [0, 0],
      [-1, 0],
      [Infinity, 4],
      [-Infinity, 0],
    ] as const) {
      const found = await of([[0, 0]], rows, { reduce: 'countBelow', threshold });
      expect({ threshold, found }).toEqual({ threshold, found: [count] });
    }
  });

  it('negative distances, of dot', async () => {
    const rows = [
      [1, 0],
      [5, 0],
      [-7, 0],
    ];
    expect(
      await of(
        [
          [1, 0],
          [-1, 0],
        ],
        rows,
        { metric: 'dot', reduce: 'argmin' },
      ),
    ).toEqual([1, 2]);
    expect(
      await of(
        [
          [1, 0],
          [-1, 0],
        ],
        rows,
        { metric: 'dot', reduce: 'min' },
      ),
    ).toEqual([-5, -7]);
    expect(await of([[1, 0]], rows, { metric: 'dot', reduce: 'countBelow', threshold: -1 })).toEqual([1]);
    expect(await of([[1, 0]], rows, { metric: 'dot', reduce: 'sum' })).toEqual([1]);
  });
});

describe('shapes and dtypes', () => {
  it('one number for each row of a: uint32 where it counts, else a float', () => {
    const [a, b] = [device.tensor(new Float32Array(12), [4, 3]), device.tensor(new Float32Array(6), [2, 3])];
    for (const [reduction_, dtype] of [
      ['argmin', 'uint32'],
      ['countBelow', 'uint32'],
      ['min', 'float32'],
      ['sum', 'float32'],
    ] as const) {
      const result = pairwiseReduce(a, b, {
        reduce: reduction_,
        ...(reduction_ === 'countBelow' ? { threshold: 1 } : {}),
      });
      expect(result.shape).toEqual([4]);
      expect(result.dtype).toBe(dtype);
    }
  });

  it('of no rows', async () => {
    const [none, some] = [device.tensor(new Float32Array(0), [0, 3]), device.tensor(new Float32Array(6), [2, 3])];
    for (const kind of ['argmin', 'min', 'sum'] as const)
      expect(await pairwiseReduce(none, some, { reduce: kind }).toArray()).toEqual([]);
    expect(await pairwiseReduce(some, none, { reduce: 'sum' }).toArray()).toEqual([0, 0]);
    expect(await pairwiseReduce(some, none, { reduce: 'countBelow', threshold: 1 }).toArray()).toEqual([0, 0]);
  });

  it('of booleans', async () => {
    const batch = new Batch();
    const random = new Random(8);
    const [x, y] = [rowsFor('dice', [20, 65], random), rowsFor('dice', [31, 65], random)];
    const bits = (one: Grid) => device.tensor(Float64Array.from(one.data), one.shape, { dtype: 'bool' });
    for (const metric of ['dice', 'hamming', 'jaccard', 'russellrao'] as const) {
      const distances = oracle(x, y, metric);
      batch.expect(
        metric,
        () => pairwiseReduce(bits(x), bits(y), { metric, reduce: 'min' }),
        reduce('min', distances, { axis: 1 }),
        precision => distance(metric, 65, precision),
      );
      const threshold = middle(distances);
      batch.expect(
        `${metric}, counted`,
        () => pairwiseReduce(bits(x), bits(y), { metric, reduce: 'countBelow', threshold }),
        below(distances, threshold),
        exact,
      );
    }
    await batch.end();
  });

  it('keeps no matrix', async () => {
    const quiet = await openLaneDevice();
    const random = new Random(5);
    const [a, b] = [quiet.tensor(random.normal(3000), [1000, 3]), quiet.tensor(random.normal(3000), [1000, 3])];
    const before = quiet.memory().live;
    const result = pairwiseReduce(a, b, { reduce: 'argmin' });
    await result.data();
    expect(quiet.memory().live - before).toBeLessThan(100_000);
    result.dispose();
    expect(quiet.memory().live).toBe(before);
    quiet.close();
  });
});
