/** reshape, row and slice: windows into the same storage, at any offset, of each other, and what they refuse. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { add, contiguous, OptionError, ShapeError, sum, transpose, type Device, type Tensor } from '../../src/index.ts';
import { grid, sizeOf } from '../oracle/grid.ts';
import * as oracle from '../oracle/shape.ts';
import { expectThrows } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Batch } from '../support/tensors.ts';
import { exact } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const counting = (shape: readonly number[]) =>
  grid(
    shape,
    Float64Array.from({ length: sizeOf(shape) }, (_, i) => i + 1),
  );
const of = (shape: readonly number[]): Tensor => device.tensor(Float32Array.from(counting(shape).data), shape);
const contents = async (t: Tensor) => ({ shape: [...t.shape], data: [...(await t.data())] });

describe('reshape', () => {
  it('keeps the elements in order', async () => {
    const x = of([2, 6]);
    for (const shape of [[12], [3, 4], [4, 3], [1, 12, 1], [2, 3, 2], [12, 1]])
      expect(await contents(x.reshape(shape))).toEqual({ shape, data: Array.from(counting([12]).data) });
  });

  it('finds one length by itself', () => {
    expect(of([2, 6]).reshape([-1]).shape).toEqual([12]);
    expect(of([2, 6]).reshape([3, -1]).shape).toEqual([3, 4]);
    expect(of([2, 6]).reshape([-1, 2, 2]).shape).toEqual([3, 2, 2]);
    expect(of([1]).reshape([]).shape).toEqual([]);
    expect(device.tensor(5).reshape([1, 1]).shape).toEqual([1, 1]);
    expect(of([0, 3]).reshape([3, 0]).shape).toEqual([3, 0]);
  });

  it('refuses other numbers of elements', () => {
    expectThrows(() => of([2, 6]).reshape([5]), ShapeError, 'reshape', '[2, 6]', '[5]');
    expectThrows(() => of([2, 6]).reshape([5, -1]), ShapeError, 'reshape', '[2, 6]', '[5, -1]');
    expectThrows(() => of([2, 6]).reshape([-1, -1]), ShapeError, 'reshape', '[-1, -1]');
    expectThrows(() => of([2, 6]).reshape([-2, -6]), ShapeError, 'reshape', '[-2, -6]');
    expectThrows(() => of([2, 6]).reshape([2.5, 4.8]), ShapeError, 'reshape');
    expectThrows(() => of([2, 6]).reshape([0, -1]), ShapeError, 'reshape');
    expectThrows(() => of([2, 6]).reshape([]), ShapeError, 'reshape', '[]');
    expectThrows(() => of([2, 6]).reshape(12 as unknown as number[]), ShapeError, 'reshape');
  });
});

describe('row', () => {
  it('is one entry of the first axis, from either end', async () => {
    const x = of([3, 4]);
    expect(await contents(x.row(0))).toEqual({ shape: [4], data: [1, 2, 3, 4] });
    expect(await contents(x.row(2))).toEqual({ shape: [4], data: [9, 10, 11, 12] });
    expect(await contents(x.row(-1))).toEqual({ shape: [4], data: [9, 10, 11, 12] });
    expect(await contents(x.row(-3))).toEqual({ shape: [4], data: [1, 2, 3, 4] });
    expect(await contents(of([3]).row(1))).toEqual({ shape: [], data: [2] });
    expect(await contents(of([2, 2, 2]).row(1).row(0))).toEqual({ shape: [2], data: [5, 6] });
    expect(await of([5]).row(3).item()).toBe(4);
  });

  it('refuses what is not there', () => {
    for (const i of [3, -4, 100]) expectThrows(() => of([3, 4]).row(i), OptionError, 'row', String(i), '3');
    for (const i of [0.5, NaN]) expectThrows(() => of([3, 4]).row(i), OptionError, 'row', String(i));
    expectThrows(() => of([0, 4]).row(0), OptionError, 'row', '0');
    expectThrows(() => device.tensor(5).row(0), ShapeError, 'row', 'scalar');
  });
});

describe('slice', () => {
  it('counts as arrays do', async () => {
    const x = of([5]);
    const list = [1, 2, 3, 4, 5];
    for (const [start, end] of [
      [0, 5],
      [1, 3],
      [2, undefined],
      [-2, undefined],
      [0, -1],
      [-3, -1],
      [3, 2],
      [5, 9],
      [-9, 2],
      [0, 99],
      [0, 0],
    ] as const)
      expect(await contents(end === undefined ? x.slice(start) : x.slice(start, end)), `${start}:${end}`).toEqual({
        shape: [list.slice(start, end).length],
        data: list.slice(start, end),
      });
    expect(x.slice().shape).toEqual([5]);
  });

  it('along every axis, and of slices', async () => {
    const batch = new Batch();
    const x = of([4, 5, 6]);
    const grid_ = counting([4, 5, 6]);
    for (const axis of [0, 1, 2, -1, -2, -3])
      batch.expect(`axis ${axis}`, () => x.slice(1, 4, { axis }), oracle.slice(grid_, 1, 4, axis), exact);
    batch.expect(
      'of a slice',
      () => x.slice(1, 4, { axis: 1 }).slice(2, 5, { axis: 2 }).slice(1, 3),
      oracle.slice(oracle.slice(oracle.slice(grid_, 1, 4, 1), 2, 5, 2), 1, 3, 0),
      exact,
    );
    batch.expect(
      'reshaped',
      () => x.slice(2, 4, { axis: 2 }).reshape([40]),
      grid([40], oracle.slice(grid_, 2, 4, 2).data),
      exact,
    );
    batch.expect(
      'a row of it',
      () => x.slice(2, 4, { axis: 2 }).row(3),
      grid([5, 2], oracle.slice(oracle.slice(grid_, 2, 4, 2), 3, 4).data),
      exact,
    );
    batch.expect(
      'turned',
      () => transpose(x.slice(2, 4, { axis: 1 })),
      oracle.transpose(oracle.slice(grid_, 2, 4, 1)),
      exact,
    );
    batch.expect('made dense', () => contiguous(x.slice(2, 4, { axis: 1 })), oracle.slice(grid_, 2, 4, 1), exact);
    await batch.end();
  });

  it('refuses bounds that are no whole numbers, and axes that are not there', () => {
    expectThrows(() => of([3]).slice(0.5), OptionError, 'slice', '0.5');
    expectThrows(() => of([3]).slice(0, NaN), OptionError, 'slice', 'NaN');
    expectThrows(() => of([3]).slice(0, 1, { axis: 1 }), OptionError, 'slice', '1');
    expectThrows(() => of([3]).slice(0, 1, { axis: -2 }), OptionError, 'slice', '-2');
    expectThrows(() => device.tensor(5).slice(0, 1), ShapeError, 'slice', 'scalar');
  });
});

describe('views', () => {
  it('take no memory of their own', () => {
    const x = of([64, 64]);
    const before = device.memory().live;
    const views = [x.reshape([4096]), x.row(3), x.slice(2, 5), x.slice(1, 7, { axis: 1 }), transpose(x)];
    expect(device.memory().live).toBe(before);
    for (const view of views) view.dispose();
    expect(device.memory().live).toBe(before);
  });

  it('can be used in place of tensors at every offset', async () => {
    const x = of([70]);
    for (let start = 0; start < 9; start++) expect(await sum(x.slice(start, start + 3)).item()).toBe(3 * start + 6);
    expect([...(await add(x.slice(1, 4), x.slice(60, 63)).data())]).toEqual([63, 65, 67]);
  });

  it('may be empty and lie at the very end', async () => {
    for (const n of [64, 128, 65]) {
      const x = of([n]);
      const neighbour = sum(x);
      expect(await Promise.all([sum(x.slice(n)).item(), neighbour.item()])).toEqual([0, (n * (n + 1)) / 2]);
      expect([...(await add(x.slice(n), 1).data())]).toEqual([]);
      expect([...(await sum(of([4, n]).slice(4), { axis: 0 }).data())]).toEqual(Array(n).fill(0));
    }
  });

  it('have their base’s dtype and device', () => {
    const x = device.tensor(new Uint32Array([1, 2, 3, 4]));
    for (const view of [x.reshape([2, 2]), x.slice(1, 3), x.reshape([2, 2]).row(0)]) {
      expect(view.dtype).toBe('uint32');
      expect(view.device).toBe(device);
    }
  });

  it('of bools keep whole rows', async () => {
    const x = device.tensor(
      Array.from({ length: 80 }, (_, i) => i % 3 === 0),
      [2, 40],
    );
    expect(await contents(x.row(1))).toEqual({
      shape: [40],
      data: Array.from({ length: 40 }, (_, i) => ((i + 40) % 3 === 0 ? 1 : 0)),
    });
    expect((await contents(x.slice(1, 2))).shape).toEqual([1, 40]);
    expect((await contents(x.reshape([1, 2, 40]))).shape).toEqual([1, 2, 40]);
  });
});
