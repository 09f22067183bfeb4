/** data, item, toArray and to: how numbers come back, in which arrays, and in which order. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  add,
  DisposedError,
  mul,
  norm,
  openDevice,
  OptionError,
  ShapeError,
  sum,
  transpose,
  type Device,
} from '../../src/index.ts';
import { expectRejects, expectThrows } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

describe('data', () => {
  it('comes in the array of its dtype', async () => {
    expect(await device.tensor(new Float32Array([1.5])).data()).toBeInstanceOf(Float32Array);
    expect(await device.tensor(new Uint32Array([7])).data()).toBeInstanceOf(Uint32Array);
    expect(await device.tensor([true, false]).data()).toBeInstanceOf(Uint8Array);
    const own = await device.tensor([1.5]).data();
    expect(own).toBeInstanceOf(device.kind === 'cpu' ? Float64Array : Float32Array);
  });

  it('is row-major, whatever the view', async () => {
    const x = device.tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect([...(await x.data())]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...(await transpose(x).data())]).toEqual([1, 4, 2, 5, 3, 6]);
    expect([...(await x.slice(1, 3, { axis: 1 }).data())]).toEqual([2, 3, 5, 6]);
  });

  it('is a copy: changing it changes nothing', async () => {
    const x = device.tensor([1, 2, 3]);
    const first = await x.data();
    first.fill(9);
    expect([...(await x.data())]).toEqual([1, 2, 3]);
  });

  it('holds no more than the elements', async () => {
    const x = device.tensor(new Float32Array(100));
    const part = await x.slice(10, 13).data();
    expect(part.length).toBe(3);
    expect(part.buffer.byteLength).toBe(12);
  });

  it('can be asked for many times at once, in any order', async () => {
    const x = device.tensor(new Float32Array([1, 2, 3, 4]));
    const results = Array.from({ length: 50 }, (_, i) => add(x, i));
    const read = await Promise.all(results.toReversed().map(result => result.data()));
    read.reverse().forEach((data, i) => expect([...data]).toEqual([1 + i, 2 + i, 3 + i, 4 + i]));
  });

  it('sees the work that was enqueued before', async () => {
    let x = device.tensor(new Float32Array([1, 1, 1]));
    for (let i = 0; i < 20; i++) x = mul(x, 2);
    expect([...(await x.data())]).toEqual([2 ** 20, 2 ** 20, 2 ** 20]);
  });
});

describe('item', () => {
  it('is the one number', async () => {
    expect(await device.tensor(5).item()).toBe(5);
    expect(await device.tensor([[7]]).item()).toBe(7);
    expect(await device.tensor([true]).item()).toBe(1);
    expect(await device.tensor(new Uint32Array([4_000_000_000])).item()).toBe(4_000_000_000);
    expect(await device.tensor([NaN]).item()).toBeNaN();
    expect(await device.tensor([1, 2, 3]).row(1).item()).toBe(2);
  });

  it('refuses several, and none', async () => {
    await expectRejects(device.tensor([1, 2]).item(), ShapeError, 'item', '[2]', '2');
    await expectRejects(device.tensor([]).item(), ShapeError, 'item', '[0]', '0');
  });
});

describe('toArray', () => {
  it('nests as deep as the shape', async () => {
    expect(
      await device
        .tensor([
          [1, 2],
          [3, 4],
        ])
        .toArray(),
    ).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(await device.tensor(new Float32Array(8), [2, 2, 2]).toArray()).toEqual([
      [
        [0, 0],
        [0, 0],
      ],
      [
        [0, 0],
        [0, 0],
      ],
    ]);
    expect(await device.tensor([1, 2]).toArray()).toEqual([1, 2]);
    expect(await device.tensor(3).toArray()).toBe(3);
    expect(await device.tensor([[], []]).toArray()).toEqual([[], []]);
    expect(await device.tensor([]).toArray()).toEqual([]);
  });

  it('gives booleans for bools', async () => {
    expect(
      await device
        .tensor([
          [true, false],
          [false, true],
        ])
        .toArray(),
    ).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it('gives plain arrays, which JSON can write', async () => {
    expect(
      JSON.stringify(
        await norm(device.tensor(new Float32Array([3, 4, 6, 8]), [2, 2]), { ord: Infinity, axis: 1 }).toArray(),
      ),
    ).toBe('[4,8]');
  });
});

describe('to', () => {
  it('brings numbers to another device and back', async () => {
    const other = await openDevice({ device: 'cpu' });
    const x = device.tensor(new Float32Array([1.5, -2, NaN]), [3, 1]);
    const there = x.to(other);
    expect(there.device).toBe(other);
    expect([...there.shape]).toEqual([3, 1]);
    expect([...(await there.data())]).toEqual([1.5, -2, NaN]);
    const back = mul(there, 2).to(device);
    expect(back.device).toBe(device);
    expect([...(await back.data())]).toEqual([3, -4, NaN]);
    other.close();
  });

  it('rounds doubles where there are none, and keeps the other dtypes', async () => {
    const other = await openDevice({ device: 'cpu' });
    const moved = other.tensor([0.1]).to(device);
    expect(moved.dtype).toBe(device.kind === 'cpu' ? 'float64' : 'float32');
    expect(await moved.item()).toBe(device.kind === 'cpu' ? 0.1 : Math.fround(0.1));
    expect(other.tensor(new Uint32Array([1])).to(device).dtype).toBe('uint32');
    const bools = other.tensor([[true, false, true]]).to(device);
    expect(bools.dtype).toBe('bool');
    expect(await bools.toArray()).toEqual([[true, false, true]]);
    other.close();
  });

  it('takes views, and does not wait: later work queues behind the copy', async () => {
    const other = await openDevice({ device: 'cpu' });
    const x = device.tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const total = sum(mul(transpose(x).slice(1, 3).to(other), 10));
    x.dispose();
    expect(await total.item()).toBe(160);
    other.close();
  });

  it('the same device is a handle of its own', async () => {
    const x = device.tensor([1, 2]);
    const y = x.to(device);
    x.dispose();
    expect([...(await y.data())]).toEqual([1, 2]);
  });
});

describe('what is refused', () => {
  it('arithmetic on handles', () => {
    const x = device.tensor([1, 2]);
    expectThrows(() => Number(x), OptionError, 'tensor', 'await t.item()');
    expectThrows(() => (x as unknown as number) * 2, OptionError, 'tensor', 'await t.item()');
    expectThrows(() => `${x as unknown as string}`, OptionError, 'tensor', 'await t.item()');
  });

  it('reading what was disposed', async () => {
    const x = device.tensor([1, 2]);
    x.dispose();
    await expectRejects(x.data(), DisposedError, 'data', '[2]');
    await expectRejects(x.toArray(), DisposedError, 'data', '[2]');
    const one = device.tensor(5);
    one.dispose();
    await expectRejects(one.item(), DisposedError, 'data', '[]');
  });
});
