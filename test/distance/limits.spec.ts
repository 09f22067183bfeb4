/**
 * Distances on adapters that can do little – eight workgroups to a dimension, bindings of 4,096 bytes as well –, where tiles,
 * prepared rows, partial results and matrices must be cut; and what cannot be held at all, which is told with its size.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  cdist,
  cdistChunks,
  gram,
  LimitError,
  pairwiseReduce,
  pdist,
  squareform,
  transpose,
  type Device,
  type Tensor,
} from '../../src/index.ts';
import { cdist as oracle, METRICS, pdist as condensed, rowsOf, type MetricName } from '../oracle/distance.ts';
import { map } from '../oracle/elementwise.ts';
import { grid, type Grid } from '../oracle/grid.ts';
import { reduce } from '../oracle/reduce.ts';
import { slice, transpose as transposed } from '../oracle/shape.ts';
import { boundOf, optionsFor, rowsFor, widthFor } from '../support/distances.ts';
import { expectThrows } from '../support/expect.ts';
import { isGpuLane, openLaneDevice } from '../support/lane.ts';
import { callOptions, compareDistances, compareRows } from '../support/pairs.ts';
import { Random } from '../support/random.ts';
import { Batch, tensorOf } from '../support/tensors.ts';
import { exact } from '../tolerance.ts';

/** One of each way that a kernel can be: sums, prepared rows, guarded ones, bits. */
const KINDS: readonly MetricName[] = ['cityblock', 'euclidean', 'cosine', 'jensenshannon', 'minkowski', 'dice'];

for (const [name, assume] of [
  ['8 workgroups in a dimension', { maxGroups: 8 }],
  ['8 workgroups and bindings of 4,096 bytes', { maxGroups: 8, maxBindingBytes: 4096 }],
] as const) {
  describe(`with ${name}`, () => {
    let device: Device;
    beforeAll(async () => {
      device = await openLaneDevice({ assume });
    });
    afterAll(() => device.close());

    it('every metric', async () => {
      const batch = new Batch();
      // All of them where both limits bite.
      for (const metric of 'maxBindingBytes' in assume ? METRICS : KINDS) {
        // What whitens rows lies in one binding.
        const d = metric === 'mahalanobis' ? 29 : widthFor(metric, 33);
        const random = new Random(1);
        const rows = [rowsFor(metric, [70, d], random), rowsFor(metric, [65, d], random)] as const;
        compareRows(batch, device, ['float32'], rows, metric, optionsFor(metric, d, true, random));
      }
      await batch.end();
    });

    it('long rows, many rows, and results of many bindings', async () => {
      const batch = new Batch();
      const shapes = [
        [3, 5, 700],
        [300, 2, 9],
        [2, 300, 9],
        [130, 129, 5],
        [1, 1500, 3],
        [1500, 1, 3],
      ] as const;
      // Half of the shapes for each kind, in turn.
      for (const [k, metric] of KINDS.entries())
        for (const [n, m, d] of shapes.filter((_, at) => (at + k) % 2 === 0)) {
          const random = new Random(n + d);
          const rows = [rowsFor(metric, [n, d], random), rowsFor(metric, [m, d], random)] as const;
          compareRows(batch, device, ['float32'], rows, metric, optionsFor(metric, d, n === 3, random));
        }
      await batch.end();
    });

    it('views', async () => {
      const batch = new Batch();
      for (const metric of KINDS) {
        const random = new Random(3);
        const [x, y] = [rowsFor(metric, [60, 70], random), rowsFor(metric, [50, 70], random)];
        const [a, b] = [tensorOf(device, x), tensorOf(device, y)];
        const options = optionsFor(metric, 60, false, random);
        for (const start of [1, 7])
          compareDistances(
            batch,
            a.slice(start, 60).slice(start, start + 60, { axis: 1 }),
            b.slice(start, start + 60, { axis: 1 }),
            slice(slice(x, start, 60), start, start + 60, 1),
            slice(y, start, start + 60, 1),
            metric,
            options,
          );
        const turned = [transposed(slice(x, 0, 60)), transposed(slice(x, 0, 60))] as const;
        compareDistances(batch, transpose(a), transpose(a), ...turned, metric, options, 'transposed ');
      }
      await batch.end();
    });

    it('pdist, squareform and gram', async () => {
      const batch = new Batch();
      for (const n of [33, 90, 130]) {
        const x = rowsFor('euclidean', [n, 9], new Random(n));
        const a = tensorOf(device, x);
        for (const metric of ['euclidean', 'cityblock', 'cosine'] as const)
          batch.expect(
            `pdist of ${n}, ${metric}`,
            () => pdist(a, metric),
            condensed(x, metric),
            boundOf(metric, x, undefined),
          );
        batch.expect(
          `squareform of ${n}`,
          () => squareform(pdist(a)),
          square(condensed(x, 'euclidean'), n),
          boundOf('euclidean', x, x),
        );
        const list = condensed(x, 'chebyshev');
        const rounded = grid(list.shape, Float64Array.from(list.data, Math.fround));
        const there = tensorOf(device, rounded);
        batch.expect(`squareform of ${n}, and back`, () => squareform(squareform(there)), rounded, exact);
        batch.expect(
          `gram of ${n}`,
          () => gram(a),
          map(value => -value, oracle(x, x, 'dot')),
          boundOf('dot', x, x),
        );
      }
      await batch.end();
    });

    it('pairwiseReduce', async () => {
      const batch = new Batch();
      for (const metric of ['euclidean', 'cosine'] as const)
        for (const [n, m, d] of [
          [3, 1500, 9],
          [300, 40, 9],
          [1100, 3, 5],
          [65, 64, 200],
        ] as const) {
          const random = new Random(m);
          const [x, y] = [rowsFor(metric, [n, d], random), rowsFor(metric, [m, d], random)];
          const [a, b] = [tensorOf(device, x), tensorOf(device, y)];
          const distances = oracle(x, y, metric);
          const label = `${metric} of ${n}, ${m}, ${d}`;
          batch.expect(
            `argmin, ${label}`,
            () => pairwiseReduce(a, b, { metric, reduce: 'argmin' }),
            reduce('argmin', distances, { axis: 1 }),
            exact,
          );
          const bounds = boundOf(metric, x, y);
          batch.expect(
            `min, ${label}`,
            () => pairwiseReduce(a, b, { metric, reduce: 'min' }),
            reduce('min', distances, { axis: 1 }),
            precision => bounds(precision)(0),
          );
          // Whole numbers: every sum is exact, and so is every count.
          const [p, q] = [whole(x), whole(y)];
          const [k, l] = [tensorOf(device, p), tensorOf(device, q)];
          const counted = oracle(p, q, 'cityblock');
          batch.expect(
            `sum, ${label}`,
            () => pairwiseReduce(k, l, { metric: 'cityblock', reduce: 'sum' }),
            reduce('sum', counted, { axis: 1 }),
            exact,
          );
          const threshold = d;
          batch.expect(
            `countBelow, ${label}`,
            () => pairwiseReduce(k, l, { metric: 'cityblock', reduce: 'countBelow', threshold }),
            grid(
              [n],
              rowsOf(counted).map(row => row.filter(value => value < threshold).length),
            ),
            exact,
          );
          for (const one of [a, b, k, l]) one.dispose();
        }
      await batch.end();
    });

    it('cdistChunks', async () => {
      const random = new Random(5);
      const [x, y] = [rowsFor('euclidean', [200, 9], random), rowsFor('euclidean', [65, 9], random)];
      const [a, b] = [tensorOf(device, x), tensorOf(device, y)];
      const batch = new Batch();
      const expected = oracle(x, y, 'euclidean');
      for await (const { start, end, distances } of cdistChunks(a, b, { rows: 77 })) {
        const part = slice(expected, start, end);
        batch.expect(
          `rows ${start} to ${end}`,
          () => distances.slice(0, end - start),
          part,
          boundOf('euclidean', slice(x, start, end), y),
        );
        await batch.flush();
      }
      await batch.end();
    });
  });
}

/** Small whole numbers. */
const whole = (x: Grid): Grid => map(value => Math.round(2 * value), x);

function square(list: Grid, n: number): Grid {
  const out = new Float64Array(n * n);
  let at = 0;
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) out[i * n + j] = out[j * n + i] = list.data[at++] ?? NaN;
  return grid([n, n], out);
}

describe('a result that cannot be held', () => {
  let device: Device;
  beforeAll(async () => {
    device = await openLaneDevice();
  });
  afterAll(() => device.close());

  // Rows of no columns take no memory: there can be as many as you like.
  const many = 2 ** 27;

  it('says what size it has and names the ways out, and nothing is allocated', () => {
    const rows = device.tensor(new Float32Array(0), [many, 0]);
    const before = device.memory().live;
    const bytes = String(many ** 2 * 4);
    for (const metric of ['euclidean', 'cosine', 'jensenshannon'] as const)
      expectThrows(
        () => cdist(rows, rows, metric),
        LimitError,
        'cdist',
        `[${many}, ${many}]`,
        bytes,
        'cdistChunks',
        'pairwiseReduce',
      );
    expectThrows(() => pdist(rows), LimitError, 'pdist', String((many * (many - 1)) / 2), 'pairwiseReduce');
    expectThrows(() => gram(rows), LimitError, 'gram', bytes);
    expect(device.memory().live).toBe(before);
  });

  it('of the size of one buffer', async () => {
    const small = await openLaneDevice({ assume: { maxBufferBytes: 2 ** 16 } });
    const rows = small.tensor(new Float32Array(200), [200, 1]);
    const run = (): Tensor => cdist(rows, rows);
    // A cpu device has no such limit.
    const refused = (): unknown =>
      expectThrows(run, LimitError, 'cdist', '[200, 200]', '160000', '65536', 'cdistChunks', 'pairwiseReduce');
    (isGpuLane ? refused : run)();
    let pairs = 0;
    for await (const { distances } of cdistChunks(rows, rows, { memory: 2 ** 15 })) pairs += distances.size;
    expect(pairs).toBe(40_000);
    expect((await pairwiseReduce(rows, rows, { reduce: 'countBelow', threshold: 1 }).data())[0]).toBe(200);
    small.close();
  });

  it('in pieces is there', async () => {
    const random = new Random(6);
    const x = rowsFor('euclidean', [20, 3], random);
    const a = tensorOf(device, x);
    const options = callOptions('minkowski', { p: 3 });
    let next = 0;
    for await (const { start, distances } of cdistChunks(a, a, { ...options, memory: 100 })) {
      expect(distances.size).toBeLessThanOrEqual(25);
      expect(start).toBe(next);
      next += distances.shape[0] ?? 0;
    }
    expect(next).toBe(20);
  });
});
