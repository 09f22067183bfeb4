/** Votes, means and graphs of neighbours: against the oracle, against values by hand, ties, zero distances and bad input. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  knnClassify,
  knnGraph,
  knnRegress,
  nearest,
  OptionError,
  ShapeError,
  type Device,
  type KnnOptions,
} from '../../src/index.ts';
import { cdist } from '../oracle/distance.ts';
import { grid } from '../oracle/grid.ts';
import { nearestOf, voteOf, weightsOf } from '../oracle/search.ts';
import { distance, plus, precisionOf, reduction } from '../tolerance.ts';
import { expectRejects, Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { pointsOf } from '../support/searches.ts';
import { tensorOf } from '../support/tensors.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

/** Seeded queries and rows, and for each query its neighbours in doubles. */
function problem(seed: number, n: number, d: number, k: number) {
  const random = new Random(seed);
  const [x, y] = [pointsOf('random', 12, d, random), pointsOf('random', n, d, random)];
  // Some queries lie on a row.
  const queries = grid(
    x.shape,
    Float64Array.from(x.data, (value, at) => (at < 3 * d ? (y.data[at] ?? 0) : value)),
  );
  const all = cdist(queries, y, 'euclidean');
  const neighbours = Array.from({ length: 12 }, (_, i) => nearestOf(Array.from(all.data).slice(i * n, (i + 1) * n), k));
  return { random, queries, y, neighbours };
}

describe('knnClassify', () => {
  it('elects as the oracle does', async () => {
    for (const weights of ['uniform', 'distance'] as const)
      for (const k of [1, 5, 30]) {
        const { random, queries, y, neighbours } = problem(k, 60, 3, k);
        const labels = Array.from(random.ints(60, -2, 3));
        const found = await knnClassify(tensorOf(device, queries), tensorOf(device, y), labels, { k, weights });
        const expected = neighbours.map(({ rows, distances }) =>
          voteOf(
            rows.map(row => labels[row] ?? NaN),
            weightsOf(distances, weights),
          ),
        );
        expect(found).toEqual(expected);
      }
  });

  it('of equally many votes the smallest label wins, whatever is nearer', async () => {
    const train = [[0], [1], [2], [3]];
    const call = { k: 4, device } as const;
    expect(await knnClassify([[0]], train, [9, 9, -1, -1], call)).toEqual([-1]);
    expect(await knnClassify([[0]], train, ['b', 'b', 'a', 'a'], call)).toEqual(['a']);
    expect(await knnClassify([[0]], train, ['b', 'B', 'c', 'd'], call)).toEqual(['B']);
    expect(await knnClassify([[0]], train, Float64Array.of(10, 9, 10, 9), call)).toEqual([9]);
  });

  it('with distances, the nearer ones win, and rows that are 0 away alone', async () => {
    const train = [[1], [3], [4], [8]];
    const call = { k: 3, weights: 'distance', device } as const;
    expect(await knnClassify([[2], [0]], train, ['b', 'a', 'a', 'c'], call)).toEqual(['a', 'b']);
    expect(await knnClassify([[1]], train, ['z', 'a', 'a', 'a'], call)).toEqual(['z']);
    expect(await knnClassify([0], train, [5, 6, 7, 8], { k: 1, device })).toEqual([5]);
  });
});

describe('knnRegress', () => {
  it('averages as the oracle does, one target or several', async () => {
    const findings = new Findings();
    for (const weights of ['uniform', 'distance'] as const)
      for (const width of [1, 3]) {
        const k = 7;
        const { random, queries, y, neighbours } = problem(width + 40, 50, 4, k);
        const targets = random.normal(50 * width);
        const shape = width === 1 ? [50] : [50, width];
        const found = await knnRegress(tensorOf(device, queries), tensorOf(device, y), device.tensor(targets, shape), {
          k,
          weights,
        });
        const expected = neighbours.flatMap(({ rows, distances }) => {
          const counts = weightsOf(distances, weights);
          const total = counts.reduce((sum, one) => sum + one, 0);
          return Array.from(
            { length: width },
            (_, t) => rows.reduce((sum, row, i) => sum + (counts[i] ?? 0) * (targets[row * width + t] ?? 0), 0) / total,
          );
        });
        const precision = precisionOf(found);
        const largest = Math.max(...targets.map(Math.abs));
        // Weights are off as far as distances are, twice: in the sum and in the total.
        const apart = distance('euclidean', 4, precisionOf(tensorOf(device, y)));
        const bound = plus(reduction(k, precision, largest), { relative: 0, absolute: 2 * apart.relative * largest });
        findings.shape(found.shape, [12, ...shape.slice(1)], 'shape');
        findings.close(await found.data(), expected, bound, `${weights}, ${width} targets`);
      }
    findings.end();
  });

  it('one query gives a number, or a row of them', async () => {
    const train = [[0], [1], [2]];
    const call = { k: 2, device };
    const one = await knnRegress([0], train, [10, 20, 40], call);
    expect([one.shape, await one.item()]).toEqual([[], 15]);
    const row = await knnRegress(
      [0],
      train,
      [
        [10, 1],
        [20, 2],
        [40, 4],
      ],
      call,
    );
    expect([row.shape, await row.toArray()]).toEqual([[2], [15, 1.5]]);
  });
});

describe('knnGraph', () => {
  it('has the neighbours of every point but itself', async () => {
    const y = pointsOf('clustered', 90, 3, new Random(4));
    const points = tensorOf(device, y);
    const { offsets, indices, distances } = await knnGraph(points, { k: 6, metric: 'cityblock' });
    expect(Array.from(offsets)).toEqual(Array.from({ length: 91 }, (_, i) => 6 * i));
    const wanted = await nearest(points, points, { k: 7, metric: 'cityblock' });
    const [rows, near] = await Promise.all([wanted.indices.data(), wanted.distances.data()]);
    const others = Array.from(rows.keys()).filter(at => rows[at] !== Math.floor(at / 7));
    expect(Array.from(indices)).toEqual(others.map(at => rows[at]));
    expect(Array.from(distances)).toEqual(others.map(at => near[at]));
  });

  it('duplicates are neighbours, a point itself is one only where asked for', async () => {
    const points = device.tensor([[0], [0], [0], [5]]);
    const { indices, distances } = await knnGraph(points, { k: 1 });
    expect([Array.from(indices), Array.from(distances)]).toEqual([
      [1, 0, 0, 0],
      [0, 0, 0, 5],
    ]);
    const own = await knnGraph(points, { k: 2, includeSelf: true });
    expect(Array.from(own.indices)).toEqual([0, 1, 0, 1, 0, 1, 3, 0]);
  });

  it('points without distances have no neighbours', async () => {
    const { offsets, indices } = await knnGraph([[0], [NaN], [1]], { k: 2, device });
    expect([Array.from(offsets), Array.from(indices)]).toEqual([
      [0, 1, 1, 2],
      [2, 0],
    ]);
  });
});

describe('bad input rejects', () => {
  const rows = [
    [0, 0],
    [1, 1],
    [2, 2],
  ];
  const loose = (options: object): KnnOptions => options as KnnOptions;

  it('k, weights, metric, signal', async () => {
    for (const k of [0, 4, 1.5, NaN, '1', undefined])
      await expectRejects(knnClassify(rows, rows, [1, 2, 3], loose({ k, device })), OptionError, 'knnClassify', 'k is');
    await expectRejects(knnGraph(rows, { k: 3, device }), OptionError, 'knnGraph', '2 other points');
    await expectRejects(
      knnRegress(rows, rows, [1, 2, 3], loose({ k: 1, weights: 'near', device })),
      OptionError,
      'knnRegress',
      "'near'",
    );
    await expectRejects(
      knnClassify(rows, rows, [1, 2, 3], { k: 1, metric: 'dot', weights: 'distance', device }),
      OptionError,
      'knnClassify',
      "'dot'",
    );
    await expectRejects(
      knnClassify(rows, rows, [1, 2, 3], loose({ k: 1, device, signal: 1 })),
      OptionError,
      'knnClassify',
      'signal',
    );
    await expectRejects(knnGraph(rows, loose({ k: 1, self: true })), OptionError, 'knnGraph', "'self'");
    await expectRejects(knnGraph(rows, undefined as never), OptionError, 'knnGraph', 'options', 'k:');
  });

  it('labels and targets', async () => {
    const call = { k: 1, device };
    await expectRejects(knnClassify(rows, rows, [1, 2], call), ShapeError, 'knnClassify', '2 labels', '3 rows');
    await expectRejects(knnClassify(rows, rows, [1, 'a', 2], call), OptionError, 'knnClassify', "'a'");
    await expectRejects(knnClassify(rows, rows, [1, NaN, 2], call), OptionError, 'knnClassify', 'label 1');
    await expectRejects(knnClassify(rows, rows, 5 as never, call), ShapeError, 'knnClassify', 'labels');
    await expectRejects(knnRegress(rows, rows, [1, 2], call), ShapeError, 'knnRegress', '[2]', '3 rows');
  });

  it('a query that is near nothing', async () => {
    const call = { k: 1, device };
    await expectRejects(knnClassify([[NaN, 0]], rows, [1, 2, 3], call), OptionError, 'knnClassify', 'query 0');
    await expectRejects(
      knnRegress(
        [
          [1, 0],
          [NaN, 0],
        ],
        rows,
        [1, 2, 3],
        call,
      ),
      OptionError,
      'knnRegress',
      'query 1',
    );
  });
});
