/** pdist and squareform: the order of the pairs, both ways between list and matrix, the smallest sizes, what is refused. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  OptionError,
  pdist,
  ShapeError,
  squareform,
  tensor,
  transpose,
  type Device,
  type Tensor,
} from '../../src/index.ts';
import { cdist as oracle, METRICS, pdist as condensed, rowsOf } from '../oracle/distance.ts';
import { grid, type Grid } from '../oracle/grid.ts';
import { boundOf, optionsFor, rowsFor, widthFor } from '../support/distances.ts';
import { expectRejects, expectThrows } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { callOptions } from '../support/pairs.ts';
import { Random } from '../support/random.ts';
import { Batch, floatsOf, gridOf, tensorOf } from '../support/tensors.ts';
import { exact } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const normal = (n: number, d: number): Grid => gridOf([n, d], new Random(n).normal(n * d));

/** A list of pairs as a symmetric matrix, by the definition. */
function square(list: Grid, n: number): Grid {
  const out = new Float64Array(n * n);
  let at = 0;
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) out[i * n + j] = out[j * n + i] = list.data[at++] ?? NaN;
  return grid([n, n], out);
}

const SIZES = [2, 3, 4, 8, 9, 16, 17, 31, 33, 64, 65, 90];

describe('pdist', () => {
  it('gives the pairs in order, for every number of rows', async () => {
    const batch = new Batch();
    for (const dtype of floatsOf(device))
      for (const n of SIZES)
        for (const metric of ['euclidean', 'cityblock', 'cosine'] as const) {
          const x = normal(n, 17);
          const a = tensorOf(device, x, dtype);
          batch.expect(
            `${metric} of ${n} rows`,
            () => pdist(a, metric),
            condensed(x, metric),
            boundOf(metric, x, undefined),
          );
          a.dispose();
        }
    await batch.end();
  });

  it('in an order that its numbers show', async () => {
    // Places 0, 1, 3, 7, … on a line: each pair has a distance of its own.
    const x = grid([6, 1], [0, 1, 3, 7, 15, 31]);
    const a = tensorOf(device, x);
    expect(await pdist(a).toArray()).toEqual([1, 3, 7, 15, 31, 2, 6, 14, 30, 4, 12, 28, 8, 24, 16]);
    expect(await pdist(a.slice(2, 5)).toArray()).toEqual([4, 12, 8]);
    expect(await pdist([[0], [3], [1]], { device, metric: 'cityblock' }).toArray()).toEqual([3, 1, 2]);
  });

  it('of every metric, in a matrix as cdist has it', async () => {
    const batch = new Batch();
    for (const metric of METRICS) {
      if (metric === 'kl') continue; // not symmetric
      const d = widthFor(metric, 5);
      const x = rowsFor(metric, [19, d], new Random(3));
      const options = optionsFor(metric, d, true, new Random(4));
      const whole = oracle(x, x, metric, options);
      const pairs = rowsOf(whole).flatMap((row, i) => row.slice(i + 1));
      batch.expect(
        metric,
        () => pdist(tensorOf(device, x), callOptions(metric, options)),
        grid([pairs.length], pairs),
        boundOf(metric, x, undefined, options),
      );
    }
    await batch.end();
  });

  it('of views and of booleans', async () => {
    const batch = new Batch();
    const x = normal(17, 33);
    const turned = grid(
      [33, 17],
      Array.from({ length: 33 * 17 }, (_, at) => x.data[(at % 17) * 33 + Math.floor(at / 17)] ?? NaN),
    );
    batch.expect(
      'transposed',
      () => pdist(transpose(tensorOf(device, x))),
      condensed(turned, 'euclidean'),
      boundOf('euclidean', turned, undefined),
    );
    const bits = rowsFor('dice', [20, 65], new Random(5));
    const packed = device.tensor(Float64Array.from(bits.data), bits.shape, { dtype: 'bool' });
    for (const metric of ['dice', 'yule', 'hamming', 'jaccard'] as const)
      batch.expect(metric, () => pdist(packed, metric), condensed(bits, metric), boundOf(metric, bits, undefined));
    await batch.end();
  });

  it('of no row, one and two', async () => {
    for (const [n, length] of [
      [0, 0],
      [1, 0],
      [2, 1],
    ] as const)
      for (const metric of METRICS) {
        const d = widthFor(metric, 3);
        const given = callOptions(metric, optionsFor(metric, d, false, new Random(1)));
        const result = pdist(tensorOf(device, rowsFor(metric, [n, d], new Random(2))), given);
        expect({ metric, n, shape: result.shape }).toEqual({ metric, n, shape: [length] });
        expect((await result.data()).length).toBe(length);
      }
  });

  it('refuses what is no matrix', () => {
    expectThrows(() => pdist([1, 2, 3], { device }), ShapeError, 'pdist', '[3]', 'reshape([1, 3])');
    expectThrows(() => pdist(device.tensor(new Float32Array(8), [2, 2, 2])), ShapeError, 'pdist', '[2, 2, 2]');
    expectThrows(() => pdist(device.tensor(3)), ShapeError, 'pdist', '[]');
  });
});

describe('squareform', () => {
  it('lays a list out, and back', async () => {
    const batch = new Batch();
    for (const dtype of floatsOf(device))
      for (const n of SIZES) {
        const count = (n * (n - 1)) / 2;
        const list = gridOf([count], new Random(n).uniform(count, 0.1, 9));
        const a = tensorOf(device, list, dtype);
        const b = tensorOf(device, square(list, n), dtype);
        batch.expect(`${count} to [${n}, ${n}]`, () => squareform(a), square(list, n), exact);
        batch.expect(`[${n}, ${n}] to ${count}`, () => squareform(b), list, exact);
        batch.expect(`${count} to a matrix and back`, () => squareform(squareform(a)), list, exact);
        batch.expect(`of a transposed view, ${n}`, () => squareform(transpose(b)), list, exact);
        a.dispose();
        b.dispose();
      }
    await batch.end();
  });

  it('of pdist is cdist of the rows and themselves', async () => {
    const batch = new Batch();
    const x = normal(33, 9);
    const a = tensorOf(device, x);
    for (const metric of ['euclidean', 'cityblock', 'correlation'] as const)
      batch.expect(metric, () => squareform(pdist(a, metric)), square(condensed(x, metric), 33), boundOf(metric, x, x));
    await batch.end();
  });

  it('of parts of larger tensors', async () => {
    const batch = new Batch();
    const list = gridOf([40], new Random(1).uniform(40));
    const matrix = square(gridOf([45], new Random(2).uniform(45)), 10);
    const [a, b] = [tensorOf(device, list), tensorOf(device, matrix)];
    batch.expect(
      'of a list',
      () => squareform(a.slice(3, 18)),
      square(grid([15], Array.from(list.data).slice(3, 18)), 6),
      exact,
    );
    const part = rowsOf(matrix)
      .slice(2, 7)
      .flatMap(row => row.slice(2, 7));
    const expected = rowsOf(grid([5, 5], part)).flatMap((row, i) => row.slice(i + 1));
    batch.expect('of a matrix', () => squareform(b.slice(2, 7).slice(2, 7, { axis: 1 })), grid([10], expected), exact);
    await batch.end();
  });

  it('keeps NaN and infinities, and other dtypes', async () => {
    const batch = new Batch();
    const odd = grid([3], [NaN, Infinity, 2]);
    const a = tensorOf(device, odd);
    batch.expect('to a matrix', () => squareform(a), square(odd, 3), exact);
    batch.expect('and back', () => squareform(squareform(a)), odd, exact);
    await batch.end();
    const counts: Tensor = squareform(device.tensor(new Uint32Array([1, 2, 3])));
    expect(counts.dtype).toBe('uint32');
    expect(await counts.toArray()).toEqual([
      [0, 1, 2],
      [1, 0, 3],
      [2, 3, 0],
    ]);
  });

  it('of the smallest sizes', async () => {
    expect(await squareform([], { device }).toArray()).toEqual([[0]]);
    expect(await squareform([[0]], { device }).toArray()).toEqual([]);
    expect(await squareform([5], { device }).toArray()).toEqual([
      [0, 5],
      [5, 0],
    ]);
    const none = squareform(device.tensor(new Float32Array(0), [0, 0]));
    expect(none.shape).toEqual([0]);
    expect((await none.data()).length).toBe(0);
  });

  it('refuses lists that are no pairs, and what is no square', () => {
    for (const count of [2, 4, 5, 7, 9, 11])
      expectThrows(() => squareform(device.tensor(new Float32Array(count))), ShapeError, 'squareform', String(count));
    expectThrows(() => squareform(device.tensor(new Float32Array(6), [2, 3])), ShapeError, 'squareform', '[2, 3]');
    expectThrows(
      () => squareform(device.tensor(new Float32Array(8), [2, 2, 2])),
      ShapeError,
      'squareform',
      '[2, 2, 2]',
    );
    expectThrows(() => squareform(device.tensor(1)), ShapeError, 'squareform', '[]');
    const none = undefined as unknown as number[];
    expectThrows(() => squareform(none), OptionError, 'squareform', 'undefined');
    expectThrows(() => squareform([1], { checks: 1 as unknown as boolean }), OptionError, 'squareform', 'checks', '1');
  });

  it('tells at the read what is not symmetric, or not 0 on its diagonal', async () => {
    const matrix = square(gridOf([136], new Random(3).uniform(136)), 17);
    const changed = (at: number, value: number): Tensor =>
      tensorOf(
        device,
        grid(
          [17, 17],
          Array.from(matrix.data, (x, k) => (k === at ? value : x)),
        ),
      );
    await expectRejects(
      squareform(changed(3 * 17 + 8, 99)).data(),
      OptionError,
      'squareform',
      'symmetric',
      '[3, 8]',
      'checks',
    );
    await expectRejects(
      squareform(changed(16 * 17 + 15, 99)).data(),
      OptionError,
      'squareform',
      'symmetric',
      '15',
      '16',
    );
    await expectRejects(squareform(changed(5 * 17 + 5, 1e-30)).data(), OptionError, 'squareform', 'diagonal', '[5, 5]');
    await expectRejects(squareform(changed(0, NaN)).data(), OptionError, 'squareform', 'diagonal');
    await expectRejects(squareform(changed(17, NaN)).data(), OptionError, 'squareform', 'symmetric');
    await expectRejects(
      squareform(
        [
          [0, 1],
          [2, 0],
        ],
        { device },
      ).data(),
      OptionError,
      'squareform',
      'symmetric',
    );
    const upper = await squareform(changed(8 * 17 + 3, 99), { checks: false }).data();
    const expected = rowsOf(matrix).flatMap((row, i) => row.slice(i + 1));
    expect([...upper]).toEqual(expected);
  });

  it('of plain numbers lands on the default device', async () => {
    const made = squareform([1, 2, 3]);
    const other = tensor([0]);
    expect(made.device).toBe(other.device);
    expect(await made.toArray()).toEqual([
      [0, 1, 2],
      [1, 0, 3],
      [2, 3, 0],
    ]);
    made.dispose();
    other.dispose();
  });
});
