/** topk of what is no plain row of floats: any axis, strided views, stacks, nothing at all, uint32, bools, doubles. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { argsort, cast, sort, take, topk, transpose, type Device } from '../../src/index.ts';
import { grid } from '../oracle/grid.ts';
import { firstOf } from '../oracle/order.ts';
import { slice, transpose as transposed } from '../oracle/shape.ts';
import { expectExact } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { compareTopk, rowsOf } from '../support/orders.ts';
import { Random } from '../support/random.ts';
import { Batch, tensorOf } from '../support/tensors.ts';
import { exact } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

describe('axes', () => {
  it('any of up to four', async () => {
    const batch = new Batch();
    for (const shape of [[40], [6, 9], [3, 20, 4], [2, 3, 8, 5]]) {
      const x = rowsOf('duplicates', shape);
      const t = tensorOf(device, x);
      for (let axis = -shape.length; axis < shape.length; axis++)
        for (const k of new Set([0, 1, 3, shape.at(axis) ?? 0].filter(one => one <= (shape.at(axis) ?? 0))))
          compareTopk(batch, t, x, { k, axis });
    }
    await batch.end();
  });

  it('down many columns', async () => {
    const batch = new Batch();
    const x = rowsOf('random', [300, 130]);
    for (const k of [1, 20, 300]) compareTopk(batch, tensorOf(device, x), x, { k, axis: 0, largest: false });
    await batch.end();
  });
});

describe('views', () => {
  it('begin and end anywhere', async () => {
    const batch = new Batch();
    const x = rowsOf('random', [12, 90]);
    const base = tensorOf(device, x);
    for (const [axis, start, end] of [
      [0, 1, 12],
      [0, 5, 6],
      [1, 1, 90],
      [1, 3, 71],
      [1, 89, 90],
    ] as const) {
      const view = base.slice(start, end, { axis });
      const part = slice(x, start, end, axis);
      for (const along of [0, 1])
        compareTopk(batch, view, part, { k: Math.min(5, part.shape[along] ?? 0), axis: along }, `from ${start}: `);
    }
    const row = base.row(7);
    compareTopk(batch, row, grid([90], slice(x, 7, 8).data), { k: 9 }, 'a row: ');
    await batch.end();
  });

  it('transposed, and a column of a matrix', async () => {
    const batch = new Batch();
    const x = rowsOf('duplicates', [7, 50]);
    const t = transpose(tensorOf(device, x));
    for (const axis of [0, 1]) compareTopk(batch, t, transposed(x), { k: 4, axis }, 'transposed: ');
    const columns = rowsOf('random', [60, 3]);
    const column = tensorOf(device, columns).slice(1, 2, { axis: 1 }).reshape([60]);
    compareTopk(batch, column, grid([60], slice(columns, 1, 2, 1).data), { k: 60 }, 'a column: ');
    const [a, b] = [rowsOf('random', [2, 3, 4, 5]), [2, 0, 3, 1]];
    compareTopk(batch, transpose(tensorOf(device, a), b), transposed(a, b), { k: 2, axis: 1 }, 'turned: ');
    await batch.end();
  });

  it('what is empty gives what is empty', async () => {
    for (const [shape, k, expected] of [
      [[0], 0, [0]],
      [[5], 0, [0]],
      [[0, 5], 3, [0, 3]],
      [[4, 0], 0, [4, 0]],
      [[2, 5], 0, [2, 0]],
    ] as const) {
      const { values, indices } = topk(
        device.tensor(new Float32Array(shape.reduce<number>((a, b) => a * b, 1)), shape),
        k,
      );
      expect([values.shape, indices.shape]).toEqual([expected, expected]);
      expect([...(await values.data()), ...(await indices.data())]).toEqual([]);
    }
  });
});

describe('dtypes', () => {
  it('uint32, up to its largest', async () => {
    const batch = new Batch();
    const random = new Random(5);
    for (const n of [10, 700, 40_000]) {
      const numbers = Array.from({ length: n }, (_, i) => (i % 5 === 0 ? 0xffffffff : i % 7 === 0 ? 0 : random.bits()));
      const t = device.tensor(Uint32Array.from(numbers));
      for (const k of [1, 10, n])
        for (const largest of [true, false]) compareTopk(batch, t, grid([n], numbers), { k, largest });
    }
    await batch.end();
    expect(topk(device.tensor(Uint32Array.of(1, 2)), 1).values.dtype).toBe('uint32');
  });

  it('bools count as 0 and 1', async () => {
    const t = cast(device.tensor([[0, 1, 0, 1, 1]]), 'bool');
    const { values, indices } = topk(t, 4);
    expect([values.dtype, indices.dtype]).toEqual(['uint32', 'uint32']);
    expect(await values.toArray()).toEqual([[1, 1, 1, 0]]);
    expect(await indices.toArray()).toEqual([[1, 3, 4, 0]]);
  });

  it('doubles that float32 cannot tell apart, on cpu', async () => {
    const step = 2 ** -40;
    const numbers = [1, 1 + step, 1 - step, 1 + 2 * step, 1];
    const t = device.tensor(Float64Array.from(numbers), [5]);
    const doubles = t.dtype === 'float64';
    expect(doubles).toBe(device.kind === 'cpu');
    expect(await topk(t, 5).indices.toArray()).toEqual(doubles ? [3, 1, 0, 4, 2] : [0, 1, 2, 3, 4]);
  });
});

describe('identities', () => {
  it('taking by argsort sorts, and topk is where a descending sort begins', async () => {
    const x = rowsOf('random', [777]);
    const t = tensorOf(device, x);
    const [taken, sorted, descending, { values }] = [
      take(t, argsort(t)),
      sort(t),
      sort(t, { descending: true }),
      topk(t, 50),
    ];
    expectExact(await taken.data(), await sorted.data(), 'take and sort');
    expectExact(await values.data(), await descending.slice(0, 50).data(), 'topk and sort');
  });

  it('plain numbers are welcome, and land where they are told to', async () => {
    const { values, indices } = topk([[3, 1, 2]], 2, { device });
    const batch = new Batch();
    const wanted = firstOf(grid([1, 3], [3, 1, 2]), 2, true);
    batch.expect('values', () => values, wanted.values, exact);
    batch.expect('indices', () => indices, wanted.indices, exact);
    await batch.end();
    expect(values.device).toBe(device);
  });
});
