/**
 * The engine above the backends: results that are on their way, errors that travel from inputs to outputs, reads of one
 * tick in one trip.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCpuBackend, Engine, type LostInfo } from '../../src/device/index.ts';
import { add, concat, DeviceLostError, IndexError, norm, openDevice, take, type Device } from '../../src/index.ts';
import { Device as DeviceClass } from '../../src/tensor/index.ts';
import { openLaneDevice } from '../support/lane.ts';

let device: Device;
let cpu: Device;
beforeAll(async () => {
  device = await openLaneDevice();
  cpu = await openDevice({ device: 'cpu' });
});
afterAll(() => {
  device.close();
  cpu.close();
});

describe('results on their way', () => {
  it('let later operations queue behind them', async () => {
    const moved = cpu.tensor([3, 4]).to(device);
    const both = concat([add(moved, 0), moved]);
    expect(await norm(both).item()).toBeCloseTo(Math.sqrt(50), 6);
    expect(await norm(both.slice(0, 2)).item()).toBe(5);
  });

  it('survive that their inputs are disposed', async () => {
    const source = cpu.tensor([3, 4]);
    const moved = source.to(device);
    source.dispose();
    const sum = add(moved, 1);
    moved.dispose();
    expect([...(await sum.data())]).toEqual([4, 5]);
  });

  it('hand their error to all that waits for them', async () => {
    const away = await openDevice({ device: 'cpu' });
    const moved = away.tensor([3, 4]).to(device);
    const length = norm(add(moved, 1));
    away.close();
    await expect(length.item()).rejects.toThrow(/closed/);
    await expect(moved.data()).rejects.toThrow(/closed/);
  });
});

describe('errors that only the data tell', () => {
  it('reject the read, and the read of everything derived', async () => {
    const x = device.tensor([10, 20, 30]);
    const good = take(x, device.tensor(new Uint32Array([2, 0])));
    const bad = take(x, device.tensor(new Uint32Array([2, 7])));
    expect([...(await good.data())]).toEqual([30, 10]);
    await expect(bad.data()).rejects.toThrow(IndexError);
    await expect(bad.data()).rejects.toThrow(/^take: index 7 is out of range for axis 0 of \[3\]/);
    const derived = norm(add(bad, good));
    bad.dispose();
    await expect(derived.item()).rejects.toThrow(IndexError);
    expect(await norm(good).item()).toBeCloseTo(Math.sqrt(1000), 4);
  });

  it('see every index that is no index, the largest of all too', async () => {
    const x = device.tensor([10, 20, 30]);
    for (const indices of [[0xffffffff], [7, 0xffffffff], [0xffffffff, 0]])
      await expect(take(x, device.tensor(Uint32Array.from(indices))).data()).rejects.toThrow(IndexError);
  });

  it('are let go once all is well, along chains of any length', async () => {
    const own = await openLaneDevice();
    const indices = own.tensor(new Uint32Array([1, 0]));
    let x = own.tensor([1, 2]);
    for (let i = 0; i < 100; i++) {
      const next = take(x, indices);
      x.dispose();
      x = next;
    }
    expect([...(await x.data())]).toEqual([1, 2]);
    const settled = own.memory().live;
    x.dispose();
    indices.dispose();
    expect(settled).toBeLessThanOrEqual(2048);
    expect(own.memory().live).toBe(0);
    own.close();
  });

  it('leave no memory behind', async () => {
    const own = await openLaneDevice();
    const x = own.tensor([1, 2]);
    const before = own.memory().live;
    const bad = take(x, own.tensor(new Uint32Array([9])));
    const derived = add(bad, 1);
    await expect(derived.data()).rejects.toThrow(IndexError);
    expect(() => add(x, [1, 2, 3])).toThrow(/broadcast/);
    derived.dispose();
    bad.dispose();
    // The indices were never disposed: their one buffer stays.
    expect(own.memory().live - before).toBeLessThanOrEqual(256);
    own.close();
  });
});

describe('reads', () => {
  it('of one tick travel together', async () => {
    const backend = createCpuBackend('cpu', true);
    const trips: number[] = [];
    const counted = new DeviceClass(
      new Engine({
        ...backend,
        read: ranges => {
          trips.push(ranges.length);
          return backend.read(ranges);
        },
      }),
    );
    const tensors = [1, 2, 3].map(value => counted.tensor([value]));
    expect(await Promise.all(tensors.map(tensor => tensor.item()))).toEqual([1, 2, 3]);
    expect(trips).toEqual([3]);
    counted.close();
  });

  it.for([
    ['shortly', 'OperationError', 30],
    ['by an abort, a good while', 'AbortError', 400],
  ] as const)('that fail %s before a loss is announced are told of the loss', async ([, name, late]) => {
    let lose: (info: LostInfo) => void = () => {};
    const failing = new DeviceClass(
      new Engine({
        ...createCpuBackend('cpu', false),
        lost: new Promise(resolve => (lose = resolve)),
        read: ranges => {
          setTimeout(() => lose({ reason: 'unknown', message: 'the cable was pulled' }), late);
          return ranges.map(() => Promise.reject(new DOMException('mapping failed', name)));
        },
      }),
    );
    await expect(failing.tensor([1]).data()).rejects.toThrow(DeviceLostError);
    await expect(failing.tensor([1]).data()).rejects.toThrow(/the cable was pulled/);
  });

  it('of a tensor that is disposed meanwhile still come', async () => {
    const x = device.tensor([1, 2, 3]);
    const data = x.data();
    x.dispose();
    expect([...(await data)]).toEqual([1, 2, 3]);
  });
});
