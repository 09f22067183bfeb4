/** What each dtype can hold and what comes back of it, on every device; bools are packed, and nobody may notice. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { add, cast, norm, sum, where, type Device } from '../../src/index.ts';
import { expectClose } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { elementwise, precisionOf } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

describe('float32', () => {
  it('rounds what it is given', async () => {
    const list = [0.1, 1 / 3, 16_777_217, 1e-30, -2.7];
    expect([...(await device.tensor(list, [5], { dtype: 'float32' }).data())]).toEqual(list.map(Math.fround));
    expect([...(await device.tensor(new Float64Array(list), [5], { dtype: 'float32' }).data())]).toEqual(
      list.map(Math.fround),
    );
  });

  it('turns what is too large into infinities', async () => {
    expect([...(await device.tensor([1e39, -1e39], [2], { dtype: 'float32' }).data())]).toEqual([Infinity, -Infinity]);
  });
});

describe('float64', () => {
  it('is kept in full on a cpu device and rounded to float32 elsewhere', async () => {
    const kept = await device.tensor(new Float64Array([0.1, 1e300])).data();
    expect([...kept]).toEqual(device.kind === 'cpu' ? [0.1, 1e300] : [Math.fround(0.1), Infinity]);
  });

  it('carries through arithmetic', async () => {
    const result = add(device.tensor([0.1]), device.tensor([0.2]));
    expect(result.dtype).toBe(device.kind === 'cpu' ? 'float64' : 'float32');
    const expected = device.kind === 'cpu' ? 0.1 + 0.2 : Math.fround(0.1) + Math.fround(0.2);
    expectClose(await result.data(), [expected], elementwise('add', precisionOf(result)), '0.1 + 0.2');
  });
});

describe('uint32', () => {
  it('holds every word', async () => {
    const words = new Uint32Array([0, 1, 2 ** 24 + 1, 2 ** 31, 2 ** 32 - 1, 0x7fc00000, 0x7f800001]);
    expect([...(await device.tensor(words).data())]).toEqual([...words]);
    expect([...(await device.tensor(words).slice(2, 5).data())]).toEqual(Array.from(words.subarray(2, 5)));
  });

  it('has norms', async () => {
    expect(await norm(device.tensor(new Uint32Array([3, 4, 0])), { ord: 1 }).item()).toBe(7);
    expect(await norm(device.tensor(new Uint32Array([3, 4, 0])), { ord: 0 }).item()).toBe(2);
    expect(await norm(device.tensor(new Uint32Array([3, 4, 0])), { ord: Infinity }).item()).toBe(4);
  });
});

describe('bool', () => {
  it('comes back as it was, for rows of every length', async () => {
    for (const length of [1, 2, 31, 32, 33, 63, 64, 65, 100, 257]) {
      const values = new Random(length).ints(3 * length, 0, 2);
      const x = device.tensor(values, [3, length], { dtype: 'bool' });
      expect([...(await x.data())], `rows of ${length}`).toEqual(values);
      expect([...(await x.row(2).data())], `row of ${length}`).toEqual(values.slice(2 * length));
    }
  });

  it('has scalars and empties', async () => {
    expect([...(await device.tensor(true).data())]).toEqual([1]);
    expect(await device.tensor(false).toArray()).toBe(false);
    expect([...(await device.tensor([], [0], { dtype: 'bool' }).data())]).toEqual([]);
    expect([...(await device.tensor([], [3, 0], { dtype: 'bool' }).data())]).toEqual([]);
  });

  it('counts as 0 and 1, and chooses', async () => {
    const x = device.tensor([
      [true, false],
      [true, true],
    ]);
    expect(await sum(x).item()).toBe(3);
    expect(await norm(x, { ord: 0, axis: 1 }).toArray()).toEqual([1, 2]);
    expect(await where(x, 5, -5).toArray()).toEqual([
      [5, -5],
      [5, 5],
    ]);
    expect(await where(x.row(0), [1, 2], [3, 4]).toArray()).toEqual([1, 4]);
    expect(await cast(x, 'uint32').toArray()).toEqual([
      [1, 0],
      [1, 1],
    ]);
  });
});
