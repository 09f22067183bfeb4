/**
 * cdist of seeded random rows against the textbook loops: all metrics at sizes on both sides of what tiles, blocks and
 * packed words may be, with operands of every layout.
 */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { cdist, cosineSimilarity, gram, inner, transpose, type Device, type Tensor } from '../../src/index.ts';
import { BOOLEAN_METRICS, cdist as oracle, isOneOf, METRICS, type MetricName } from '../oracle/distance.ts';
import { map } from '../oracle/elementwise.ts';
import { grid, type Grid } from '../oracle/grid.ts';
import { slice, transpose as transposed } from '../oracle/shape.ts';
import { boundOf, isWeighted, optionsFor, rowsFor, widthFor } from '../support/distances.ts';
import { openLaneDevice } from '../support/lane.ts';
import { callOptions, compareDistances, compareRows } from '../support/pairs.ts';
import { Random } from '../support/random.ts';
import { Batch, floatsOf, tensorOf } from '../support/tensors.ts';
import { distance, type Precision, type Tolerance } from '../tolerance.ts';

const ROWS = [1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 70];
const WIDTHS = [1, 2, 3, 4, 5, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 129];

/** Every other width, with numbers of rows that change from one to the next and from seed to seed. */
function* sizes(seed: number): Generator<readonly [n: number, m: number, d: number]> {
  const random = new Random(seed);
  const pick = (): number => ROWS[random.ints(1, 0, ROWS.length)[0] ?? 0] ?? 1;
  for (const [k, d] of WIDTHS.entries()) if ((k + seed) % 2 === 0) yield [pick(), pick(), d];
}

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

describe('random rows at the edges of tiles', () => {
  for (const [number, metric] of METRICS.entries())
    it(metric, async () => {
      const batch = new Batch();
      let turn = 0;
      for (const [n, m, width] of sizes(number)) {
        const d = widthFor(metric, width);
        const random = new Random(1000 * number + width);
        const rows = [rowsFor(metric, [n, d], random), rowsFor(metric, [m, d], random)] as const;
        // Every other width with weights; the float dtypes in turn, since products of all cases are many.
        const options = optionsFor(metric, d, turn % 2 === 1, random);
        const dtypes = floatsOf(device);
        compareRows(batch, device, [dtypes[(turn >> 1) % dtypes.length] ?? 'float32'], rows, metric, options);
        turn++;
      }
      await batch.end();
    });
});

describe('rows against themselves and in one tall or wide matrix', () => {
  it('all metrics, 40 rows', async () => {
    const batch = new Batch();
    for (const metric of METRICS) {
      const d = widthFor(metric, 33);
      const x = rowsFor(metric, [40, d], new Random(7));
      const options = optionsFor(metric, d, false, new Random(8));
      const tensor = tensorOf(device, x);
      compareDistances(batch, tensor, tensor, x, x, metric, options, 'itself ');
      tensor.dispose();
    }
    await batch.end();
  });

  it('one row against many, and many against one', async () => {
    const batch = new Batch();
    for (const metric of METRICS) {
      const d = widthFor(metric, 17);
      const random = new Random(9);
      const [one, many] = [rowsFor(metric, [1, d], random), rowsFor(metric, [150, d], random)];
      const options = optionsFor(metric, d, false, random);
      compareRows(batch, device, ['float32'], [one, many], metric, options);
      compareRows(batch, device, ['float32'], [many, one], metric, options);
    }
    await batch.end();
  });

  it('the default variances and covariance are those of all rows together', async () => {
    const batch = new Batch();
    for (const metric of ['seuclidean', 'mahalanobis'] as const)
      for (const [n, m, d] of [
        [5, 6, 3],
        [40, 33, 17],
        [20, 70, 5],
      ] as const) {
        const random = new Random(n);
        compareRows(
          batch,
          device,
          floatsOf(device),
          [rowsFor(metric, [n, d], random), rowsFor(metric, [m, d], random)],
          metric,
        );
      }
    await batch.end();
  });
});

describe('layouts', () => {
  const SOME: readonly MetricName[] = [
    'euclidean',
    'cosine',
    'cityblock',
    'jensenshannon',
    'dice',
    'hamming',
    'mahalanobis',
  ];

  it('rows that are a part of a matrix', async () => {
    const batch = new Batch();
    for (const metric of SOME) {
      const random = new Random(21);
      const [x, y] = [rowsFor(metric, [40, 33], random), rowsFor(metric, [37, 33], random)];
      const [a, b] = [tensorOf(device, x), tensorOf(device, y)];
      for (const [from, to] of [
        [1, 20],
        [3, 40],
        [17, 18],
      ] as const) {
        const options = optionsFor(metric, 33, false, random);
        const [part, whole] = [slice(x, from, to), slice(y, 5, 37)];
        compareDistances(batch, a.slice(from, to), b.slice(5, 37), part, whole, metric, options, 'slice ');
      }
    }
    await batch.end();
  });

  it('columns of a matrix: rows further apart than they are long', async () => {
    const batch = new Batch();
    for (const metric of SOME) {
      const random = new Random(22);
      const [x, y] = [rowsFor(metric, [19, 70], random), rowsFor(metric, [33, 50], random)];
      const [a, b] = [tensorOf(device, x), tensorOf(device, y)];
      for (const [from, to] of [
        [1, 34],
        [3, 35],
        [0, 31],
      ] as const) {
        const options = optionsFor(metric, to - from, false, random);
        compareDistances(
          batch,
          a.slice(from, to, { axis: 1 }),
          b.slice(from + 2, to + 2, { axis: 1 }),
          slice(x, from, to, 1),
          slice(y, from + 2, to + 2, 1),
          metric,
          options,
          'columns ',
        );
      }
    }
    await batch.end();
  });

  it('transposed views', async () => {
    const batch = new Batch();
    for (const metric of SOME) {
      const random = new Random(23);
      const [x, y] = [rowsFor(metric, [33, 20], random), rowsFor(metric, [33, 18], random)];
      const [a, b] = [tensorOf(device, x), tensorOf(device, y)];
      const options = optionsFor(metric, 33, false, random);
      const turned = [transposed(x), transposed(y)] as const;
      compareDistances(batch, transpose(a), transpose(b), ...turned, metric, options, 'transposed ');
      const straight = tensorOf(device, turned[1]);
      compareDistances(batch, transpose(a), straight, ...turned, metric, options, 'transposed a ');
    }
    await batch.end();
  });

  it('weights that are a view', async () => {
    const batch = new Batch();
    const random = new Random(24);
    const [x, y] = [rowsFor('euclidean', [9, 17], random), rowsFor('euclidean', [11, 17], random)];
    const w = grid([17, 4], random.uniform(68));
    const [a, b, all] = [tensorOf(device, x), tensorOf(device, y), tensorOf(device, w)];
    const column = Array.from({ length: 17 }, (_, k) => w.data[4 * k + 2] ?? NaN);
    for (const metric of ['euclidean', 'cityblock', 'hamming', 'correlation'] as const)
      batch.expect(
        `${metric} with a column of weights`,
        () => cdist(a, b, { metric, w: all.slice(2, 3, { axis: 1 }).reshape([17]) }),
        oracle(x, y, metric, { w: column }),
        boundOf(metric, x, y, { w: column }),
      );
    await batch.end();
  });
});

describe('other dtypes', () => {
  const bits = (x: Grid): Tensor => device.tensor(Float64Array.from(x.data), x.shape, { dtype: 'bool' });

  it('booleans, with widths on both sides of a word', async () => {
    const batch = new Batch();
    for (const metric of [...BOOLEAN_METRICS, 'hamming', 'jaccard', 'matching', 'cosine', 'cityblock'] as const)
      for (const d of [1, 31, 32, 33, 64, 65, 129]) {
        const random = new Random(d);
        const [x, y] = [rowsFor('dice', [17, d], random), rowsFor('dice', [9, d], random)];
        const [a, b] = [bits(x), bits(y)];
        compareDistances(batch, a, b, x, y, metric, {}, 'bits ');
        if (isWeighted(metric) && d > 31)
          compareDistances(batch, a, b, x, y, metric, optionsFor('euclidean', d, true, random), 'bits ');
        compareDistances(batch, a.slice(3, 17), b.slice(1, 8), slice(x, 3, 17), slice(y, 1, 8), metric, {}, 'bits ');
      }
    await batch.end();
  });

  it('whole numbers', async () => {
    const batch = new Batch();
    for (const metric of METRICS) {
      const d = widthFor(metric, 33);
      const random = new Random(31);
      // Truth values; latitudes within a right angle.
      const most = isOneOf([...BOOLEAN_METRICS, 'haversine'], metric) ? 2 : 7;
      const least = ['kl', 'hellinger', 'jensenshannon'].includes(metric) ? 1 : 0;
      const [x, y] = [grid([9, d], random.ints(9 * d, least, most)), grid([16, d], random.ints(16 * d, least, most))];
      const options = optionsFor(metric, d, false, random);
      const words = (one: Grid): Tensor => device.tensor(Uint32Array.from(one.data), one.shape);
      compareDistances(batch, words(x), words(y), x, y, metric, options, 'uint32 ');
    }
    await batch.end();
  });
});

describe('products and similarities', () => {
  const SHAPES = [
    [1, 1, 1],
    [17, 33, 5],
    [64, 65, 32],
    [33, 70, 129],
    [70, 9, 100],
  ] as const;

  it('inner and gram are the products of all rows', async () => {
    const batch = new Batch();
    for (const dtype of floatsOf(device))
      for (const [n, m, d] of SHAPES) {
        const random = new Random(n + d);
        const [x, y] = [rowsFor('dot', [n, d], random), rowsFor('dot', [m, d], random)];
        const [a, b] = [tensorOf(device, x, dtype), tensorOf(device, y, dtype)];
        const products = (p: Grid, q: Grid): Grid => map(value => -value, oracle(p, q, 'dot'));
        batch.expect(`inner of ${n}, ${m}, ${d}`, () => inner(a, b), products(x, y), boundOf('dot', x, y));
        batch.expect(`gram of ${n}, ${d}`, () => gram(a), products(x, x), boundOf('dot', x, x));
        batch.expect(
          `inner of a transposed view, ${n}, ${d}`,
          () => inner(transpose(transpose(a)), b),
          products(x, y),
          boundOf('dot', x, y),
        );
      }
    await batch.end();
  });

  it('cosineSimilarity is one minus the distance', async () => {
    const batch = new Batch();
    for (const dtype of floatsOf(device))
      for (const [n, m, d] of SHAPES) {
        const random = new Random(n + m);
        const [x, y] = [rowsFor('cosine', [n, d], random), rowsFor('cosine', [m, d], random)];
        const [a, b] = [tensorOf(device, x, dtype), tensorOf(device, y, dtype)];
        const bound = (precision: Precision): Tolerance => distance('cosine', d, precision);
        const similar = (p: Grid, q: Grid): Grid => map(value => 1 - value, oracle(p, q, 'cosine'));
        batch.expect(`${n}, ${m}, ${d}`, () => cosineSimilarity(a, b), similar(x, y), bound);
        batch.expect(`${n}, ${d} alone`, () => cosineSimilarity(a), similar(x, x), bound);
        const { w } = optionsFor('cosine', d, true, random);
        batch.expect(
          `${n}, ${m}, ${d} with weights`,
          () => cosineSimilarity(a, b, { w: Array.from(w ?? []) }),
          map(value => 1 - value, oracle(x, y, 'cosine', { w })),
          bound,
        );
      }
    await batch.end();
  });

  it('zeroVector stands where a row has no direction', async () => {
    const batch = new Batch();
    const x = grid([3, 4], [0, 0, 0, 0, 2, 2, 2, 2, 1, 2, 3, 5]);
    const a = tensorOf(device, x);
    for (const metric of ['cosine', 'correlation'] as const)
      for (const zeroVector of [0, 1, 0.5, Infinity])
        batch.expect(
          `${metric}, zeroVector ${zeroVector}`,
          () => cdist(a, a, callOptions(metric, { zeroVector })),
          oracle(x, x, metric, { zeroVector }),
          boundOf(metric, x, x),
        );
    batch.expect(
      'cosineSimilarity',
      () => cosineSimilarity(a, a, { zeroVector: 1 }),
      map(value => 1 - value, oracle(x, x, 'cosine', { zeroVector: 1 })),
      boundOf('cosine', x, x),
    );
    await batch.end();
  });
});
