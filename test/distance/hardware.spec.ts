/**
 * The kernels that software adapters do not get by themselves – squares found from products, lanes that share a row, tiles
 * in workgroup memory – run there all the same when a device assumes to be hardware. Slow, so sizes are few and picked.
 */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { cdist, gram, pairwiseReduce, pdist, type Device } from '../../src/index.ts';
import { cdist as oracle, METRICS, pdist as condensed, type MetricName } from '../oracle/distance.ts';
import { map } from '../oracle/elementwise.ts';
import { grid, type Grid } from '../oracle/grid.ts';
import { reduce } from '../oracle/reduce.ts';
import { concat } from '../oracle/shape.ts';
import { boundOf, optionsFor, rowsFor, widthFor } from '../support/distances.ts';
import { openLaneDevice } from '../support/lane.ts';
import { callOptions, compareRows } from '../support/pairs.ts';
import { Random } from '../support/random.ts';
import { Batch, gridOf, tensorOf } from '../support/tensors.ts';
import { exact, nearDuplicates } from '../tolerance.ts';

const EXPANDING = [
  'euclidean',
  'sqeuclidean',
  'cosine',
  'correlation',
  'hellinger',
  'seuclidean',
] as const satisfies readonly MetricName[];

/** Normal numbers around an offset, rounded to float32. */
const near = (n: number, d: number, offset: number, deviation: number, seed: number): Grid =>
  gridOf(
    [n, d],
    Array.from(new Random(seed).normal(n * d, deviation), x => x + offset),
  );

for (const [name, assume] of [
  ['tiles in registers', { software: false, sharedTiles: false }],
  ['tiles in workgroup memory', { software: false, sharedTiles: true }],
] as const)
  describe(name, () => {
    let device: Device;
    beforeAll(async () => {
      device = await openLaneDevice({ assume });
    });
    afterAll(() => device.close());

    it('every metric, with weights', async () => {
      const batch = new Batch();
      for (const metric of METRICS) {
        const d = widthFor(metric, 33);
        const random = new Random(1);
        const rows = [rowsFor(metric, [33, d], random), rowsFor(metric, [35, d], random)] as const;
        compareRows(batch, device, ['float32'], rows, metric, optionsFor(metric, d, true, random));
      }
      await batch.end();
    });

    it('the edges of large tiles', async () => {
      const batch = new Batch();
      for (const [n, m, d] of [
        [127, 128, 20],
        [129, 33, 65],
        [32, 64, 17],
      ] as const)
        for (const metric of ['euclidean', 'cityblock'] as const) {
          const random = new Random(n);
          compareRows(
            batch,
            device,
            ['float32'],
            [rowsFor(metric, [n, d], random), rowsFor(metric, [m, d], random)],
            metric,
          );
        }
      await batch.end();
    });

    it('rows of a length that is folded', async () => {
      const batch = new Batch();
      for (const metric of EXPANDING) {
        const random = new Random(3);
        const rows = [rowsFor(metric, [33, 259], random), rowsFor(metric, [40, 259], random)] as const;
        compareRows(batch, device, ['float32'], rows, metric, optionsFor(metric, 259, false, random));
      }
      await batch.end();
    });

    for (const offset of [0, 10, 1000])
      it(`near-duplicates around ${offset}`, async () => {
        const batch = new Batch();
        const [x, y] = [near(40, 64, offset, 1e-3, 4), near(33, 64, offset, 1e-3, 5)];
        for (const metric of ['euclidean', 'sqeuclidean'] as const) {
          const [a, b] = [tensorOf(device, x), tensorOf(device, y)];
          batch.expect(metric, () => cdist(a, b, metric), oracle(x, y, metric), nearDuplicates);
          batch.expect(`${metric}, itself`, () => cdist(a, a, metric), oracle(x, x, metric), nearDuplicates);
          batch.expect(`${metric}, pdist`, () => pdist(a, metric), condensed(x, metric), nearDuplicates);
        }
        compareRows(batch, device, ['float32'], [x, y], 'cosine');
        compareRows(batch, device, ['float32'], [x, y], 'correlation');
        await batch.end();
      });

    it('tight clusters far from each other', async () => {
      const batch = new Batch();
      const x = concat([near(20, 64, 1000, 1e-3, 6), near(20, 64, -1000, 1e-3, 7), near(1, 64, 1e5, 1, 8)]);
      const a = tensorOf(device, x);
      for (const metric of ['euclidean', 'sqeuclidean'] as const)
        batch.expect(metric, () => cdist(a, a, metric), oracle(x, x, metric), nearDuplicates);
      await batch.end();
    });

    it('huge, tiny, tied, zero and NaN rows', async () => {
      const batch = new Batch();
      const random = new Random(9);
      const made = (count: number, scale: number): Grid => gridOf([count, 33], random.normal(count * 33, scale));
      const x = concat([
        made(8, 1e25),
        made(8, 1e-30),
        made(8, 1),
        gridOf([8, 33], random.ints(8 * 33, -1, 2)),
        grid([2, 33], new Float64Array(66)),
        grid([2, 33], new Float64Array(66).fill(0.1)),
        map(
          (value, at) => (at === 0 ? NaN : value),
          made(2, 1),
          grid(
            [2, 33],
            Array.from({ length: 66 }, (_, k) => k % 33),
          ),
        ),
        map(
          (value, at) => (at === 5 ? Infinity : value),
          made(1, 1),
          grid(
            [1, 33],
            Array.from({ length: 33 }, (_, k) => k),
          ),
        ),
      ]);
      for (const metric of ['euclidean', 'sqeuclidean', 'cityblock'] as const)
        compareRows(batch, device, ['float32'], [x, x], metric);
      // A row with an infinite number has no direction that all would agree on.
      const finite = grid([38, 33], Array.from(x.data).slice(0, 38 * 33));
      for (const metric of ['cosine', 'correlation'] as const)
        compareRows(batch, device, ['float32'], [finite, finite], metric);
      await batch.end();
    });

    it('pdist, gram and reductions', async () => {
      const batch = new Batch();
      const x = rowsFor('euclidean', [130, 20], new Random(10));
      const y = rowsFor('euclidean', [70, 20], new Random(11));
      const [a, b] = [tensorOf(device, x), tensorOf(device, y)];
      for (const metric of ['euclidean', 'cosine', 'cityblock'] as const) {
        batch.expect(`pdist, ${metric}`, () => pdist(a, metric), condensed(x, metric), boundOf(metric, x, undefined));
        const distances = oracle(x, y, metric);
        const bounds = boundOf(metric, x, y);
        batch.expect(
          `min, ${metric}`,
          () => pairwiseReduce(a, b, { ...callOptions(metric, {}), reduce: 'min' }),
          reduce('min', distances, { axis: 1 }),
          precision => bounds(precision)(0),
        );
        batch.expect(
          `argmin, ${metric}`,
          () => pairwiseReduce(a, b, { ...callOptions(metric, {}), reduce: 'argmin' }),
          reduce('argmin', distances, { axis: 1 }),
          exact,
        );
      }
      batch.expect(
        'gram',
        () => gram(a),
        map(value => -value, oracle(x, x, 'dot')),
        boundOf('dot', x, x),
      );
      await batch.end();
    });
  });
