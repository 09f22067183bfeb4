/** `nearest` against sorting all distances: every metric, kinds of points, k from 1 to n, masks, layouts and odd numbers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cdist, nearest, type Device, type NearestOptions, type TensorLike } from '../../src/index.ts';
import { METRICS, type MetricName, type PairOptions } from '../oracle/distance.ts';
import { grid, type Grid } from '../oracle/grid.ts';
import { slice } from '../oracle/shape.ts';
import { precisionOf } from '../tolerance.ts';
import { optionsFor, rowsFor, widthFor } from '../support/distances.ts';
import { Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { callOptions } from '../support/pairs.ts';
import { Random } from '../support/random.ts';
import { compareHits, everyNth, POINT_KINDS, pointsOf, truthOf, type Truth } from '../support/searches.ts';
import { floatsOf, tensorOf } from '../support/tensors.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

/** Runs a search and compares what it found for every query. */
async function compare(
  findings: Findings,
  [queries, points]: readonly [TensorLike, TensorLike],
  truth: Truth,
  options: NearestOptions,
  label: string,
  allowed?: (row: number) => boolean,
): Promise<void> {
  const { indices, distances } = await nearest(queries, points, { device: undefined, ...options });
  const { k } = options;
  const [rows, numbers] = await Promise.all([indices.data(), distances.data()]);
  findings.shape(indices.shape, [truth.queries.shape[0] ?? 0, k], label);
  for (let query = 0; query < (truth.queries.shape[0] ?? 0); query++) {
    const own = rows.slice(query * k, (query + 1) * k);
    const end = own.indexOf(0xffffffff);
    const count = end < 0 ? k : end;
    const near = numbers.slice(query * k, (query + 1) * k);
    findings.check(
      own.subarray(count).every(row => row === 0xffffffff) && near.subarray(count).every(x => x === Infinity),
      `${label}: places without a hit`,
    );
    compareHits(
      findings,
      truth,
      query,
      { rows: own.subarray(0, count), distances: near.subarray(0, count) },
      { k, precision: precisionOf(distances), allowed, radius: options.radius },
      `${label}, query ${query}`,
    );
  }
  indices.dispose();
  distances.dispose();
}

describe('the nearest rows', () => {
  it('by every metric', async () => {
    const findings = new Findings();
    for (const metric of METRICS) {
      const d = widthFor(metric, 9);
      const random = new Random(metric.length);
      const [x, y] = [rowsFor(metric, [3, d], random), rowsFor(metric, [50, d], random)];
      const options = optionsFor(metric, d, false, random);
      const tensors = [tensorOf(device, x), tensorOf(device, y)] as const;
      await compare(
        findings,
        tensors,
        truthOf(x, y, metric, options),
        { k: 7, ...callOptions(metric, options) },
        metric,
      );
    }
    findings.end();
  });

  for (const kind of POINT_KINDS)
    it(`of ${kind} points`, async () => {
      const findings = new Findings();
      const random = new Random(kind.length);
      for (const [n, d, k] of [
        [1, 1, 1],
        [65, 2, 64],
        [300, 3, 10],
        [1100, 16, 65],
        [500, 63, 1],
        [700, 64, 10],
      ] as const) {
        const y = pointsOf(kind, n, d, random);
        const x = grid([2, d], Float64Array.from([...Array.from(y.data).slice(0, d), ...random.normal(d)]));
        for (const dtype of floatsOf(device))
          await compare(
            findings,
            [tensorOf(device, x, dtype), tensorOf(device, y, dtype)],
            truthOf(x, y, 'euclidean'),
            { k },
            `${n}×${d}, k ${k}, ${dtype}`,
          );
      }
      findings.end();
    });

  it('all of them, in order', async () => {
    const findings = new Findings();
    const random = new Random(5);
    for (const n of [2, 63, 600]) {
      const [x, y] = [pointsOf('random', 3, 5, random), pointsOf('duplicates', n, 5, random)];
      const tensors = [tensorOf(device, x), tensorOf(device, y)] as const;
      await compare(findings, tensors, truthOf(x, y, 'sqeuclidean'), { k: n, metric: 'sqeuclidean' }, `all ${n}`);
    }
    findings.end();
  });

  it('of equally distant rows the lower one comes first', async () => {
    const points = device.tensor(new Float32Array(200 * 4).fill(1), [200, 4]);
    const { indices, distances } = await nearest(points.slice(0, 2), points, { k: 5 });
    expect(await indices.toArray()).toEqual([
      [0, 1, 2, 3, 4],
      [0, 1, 2, 3, 4],
    ]);
    expect(await distances.toArray()).toEqual([
      [0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0],
    ]);
  });

  it('a row is its own nearest, however near the next ones are', async () => {
    const y = pointsOf('near-duplicates', 400, 48, new Random(3));
    const points = tensorOf(device, y);
    const { indices, distances } = await nearest(points, points, { k: 1 });
    expect(Array.from(await indices.data())).toEqual(Array.from({ length: 400 }, (_, i) => i));
    expect((await distances.data()).every(x => x === 0)).toBe(true);
  });

  it('has the distances of cdist', async () => {
    const random = new Random(8);
    const [a, b] = [
      tensorOf(device, pointsOf('random', 4, 20, random)),
      tensorOf(device, pointsOf('random', 90, 20, random)),
    ];
    const { indices, distances } = await nearest(a, b, { k: 90, metric: 'cosine' });
    const [rows, found, all] = await Promise.all([indices.data(), distances.data(), cdist(a, b, 'cosine').data()]);
    expect(Array.from(found)).toEqual(Array.from(rows, (row, at) => all[Math.floor(at / 90) * 90 + row]));
  });
});

describe('what may be found', () => {
  it('by a mask', async () => {
    const findings = new Findings();
    const random = new Random(11);
    for (const [n, step, k] of [
      [70, 2, 10],
      [500, 7, 80],
      [500, 400, 3],
      [33, 32, 33],
    ] as const) {
      const [x, y] = [pointsOf('random', 5, 6, random), pointsOf('random', n, 6, random)];
      const { allowed, mask } = everyNth(device, n, step);
      const tensors = [tensorOf(device, x), tensorOf(device, y)] as const;
      const truth = truthOf(x, y, 'cityblock');
      await compare(
        findings,
        tensors,
        truth,
        { k, metric: 'cityblock', filter: mask },
        `1 of ${step} of ${n}`,
        allowed,
      );
    }
    findings.end();
  });

  it('by a radius, and by both', async () => {
    const findings = new Findings();
    const random = new Random(12);
    const [x, y] = [pointsOf('random', 6, 3, random), pointsOf('random', 200, 3, random)];
    const { allowed, mask } = everyNth(device, 200, 3);
    const tensors = [tensorOf(device, x), tensorOf(device, y)] as const;
    const truth = truthOf(x, y, 'euclidean');
    for (const radius of [0.5, 1, 2, 100, Infinity, 0, -1]) {
      await compare(findings, tensors, truth, { k: 20, radius }, `radius ${radius}`);
      await compare(findings, tensors, truth, { k: 20, radius, filter: mask }, `masked, radius ${radius}`, allowed);
    }
    findings.end();
  });

  it('a distance as large as the radius is within it', async () => {
    const points = [[0], [3], [4], [5]];
    const { indices } = await nearest([0], points, { k: 4, radius: 4, device });
    expect(await indices.toArray()).toEqual([0, 1, 2, 0xffffffff]);
  });

  it('nothing whose distance is NaN', async () => {
    const points = [
      [0, NaN],
      [1, 1],
      [NaN, NaN],
      [2, 2],
    ];
    const { indices, distances } = await nearest(
      [
        [0, 0],
        [NaN, 0],
      ],
      points,
      { k: 3, device },
    );
    expect(await indices.toArray()).toEqual([
      [1, 3, 0xffffffff],
      [0xffffffff, 0xffffffff, 0xffffffff],
    ]);
    expect((await distances.data()).slice(2).every(x => x === Infinity)).toBe(true);
  });

  it('an infinite distance is one', async () => {
    const { indices, distances } = await nearest([[0]], [[Infinity], [1], [-Infinity]], { k: 3, device });
    expect(await indices.toArray()).toEqual([[1, 0, 2]]);
    expect(await distances.toArray()).toEqual([[1, Infinity, Infinity]]);
  });
});

describe('operands', () => {
  it('views: some rows, and columns of a wider matrix', async () => {
    const findings = new Findings();
    const random = new Random(14);
    const whole = pointsOf('random', 80, 12, random);
    const x = pointsOf('random', 9, 12, random);
    const [b, a] = [tensorOf(device, whole), tensorOf(device, x)];
    const some = [a.slice(2, 7), b.slice(10, 70)] as const;
    await compare(findings, some, truthOf(slice(x, 2, 7), slice(whole, 10, 70), 'euclidean'), { k: 6 }, 'rows');
    const columns = (y: Grid): Grid => slice(y, 3, 8, 1);
    const narrow = [a.slice(3, 8, { axis: 1 }), b.slice(3, 8, { axis: 1 })] as const;
    await compare(
      findings,
      narrow,
      truthOf(columns(x), columns(whole), 'cosine'),
      { k: 6, metric: 'cosine' },
      'columns',
    );
    findings.end();
  });

  it('one vector gives vectors', async () => {
    const { indices, distances } = await nearest(
      [0, 1],
      [
        [0, 0],
        [1, 0],
        [0, 3],
      ],
      { k: 2, device },
    );
    expect(indices.shape).toEqual([2]);
    expect(await indices.toArray()).toEqual([0, 1]);
    expect(distances.shape).toEqual([2]);
  });

  it('no queries', async () => {
    const { indices, distances } = await nearest(device.tensor([], [0, 3]), device.tensor([[1, 2, 3]]), { k: 1 });
    expect([indices.shape, distances.shape]).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });

  it('bools on packed bits, numbers as truth values, and both mixed', async () => {
    const findings = new Findings();
    const random = new Random(15);
    const [x, y] = [pointsOf('duplicates', 4, 70, random), pointsOf('duplicates', 90, 70, random)];
    const bools = (z: Grid): TensorLike => device.tensor(z.data as Float64Array, z.shape, { dtype: 'bool' });
    for (const metric of ['hamming', 'jaccard', 'dice', 'euclidean'] as const satisfies readonly MetricName[]) {
      const truth = truthOf(x, y, metric);
      await compare(findings, [bools(x), bools(y)], truth, { k: 12, metric }, `${metric} of bools`);
      await compare(findings, [bools(x), tensorOf(device, y)], truth, { k: 12, metric }, `${metric}, mixed`);
    }
    findings.end();
  });

  it('with weights, variances and covariances, given or learnt', async () => {
    const findings = new Findings();
    const random = new Random(16);
    const [x, y] = [pointsOf('random', 5, 4, random), pointsOf('random', 60, 4, random)];
    const tensors = [tensorOf(device, x), tensorOf(device, y)] as const;
    for (const metric of ['minkowski', 'seuclidean', 'mahalanobis', 'cosine'] as const) {
      const steers: PairOptions[] = [optionsFor(metric, 4, true, random)];
      if (metric === 'seuclidean' || metric === 'mahalanobis') steers.push({});
      for (const options of steers) {
        const call = { k: 8, ...callOptions(metric, options) };
        await compare(
          findings,
          tensors,
          truthOf(x, y, metric, options),
          call,
          `${metric} ${Object.keys(options).join()}`,
        );
      }
    }
    findings.end();
  });

  it('belong to the caller, who may dispose them at once', async () => {
    const [a, b] = [
      device.tensor([[0, 0]]),
      device.tensor([
        [3, 4],
        [0, 1],
      ]),
    ];
    const search = nearest(a, b, { k: 2 });
    a.dispose();
    b.dispose();
    expect(await (await search).distances.toArray()).toEqual([[1, 5]]);
  });
});
