/**
 * topk against sorting everything: every kind of row, lengths and lists on both sides of what the strategies of this lane's
 * device have for boundaries. hardware.spec.ts does the same with the strategies of hardware.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { topk, type Device } from '../../src/index.ts';
import { openLaneDevice } from '../support/lane.ts';
import { compareTopk, ROW_KINDS, rowsOf } from '../support/orders.ts';
import { Batch, floatsOf, tensorOf } from '../support/tensors.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

describe('the first k of a row', () => {
  for (const kind of ROW_KINDS)
    it(`of ${kind} numbers`, async () => {
      const batch = new Batch();
      for (const n of [1, 2, 3, 4, 5, 17, 64, 255, 256, 1000])
        for (const k of new Set([0, 1, 2, 10, 16, 17, 64, 65, n - 1, n].filter(one => one >= 0 && one <= n))) {
          const x = rowsOf(kind, [n]);
          for (const dtype of floatsOf(device)) {
            const t = tensorOf(device, x, dtype);
            compareTopk(batch, t, x, { k, largest: (n + k) % 2 === 0 }, `${kind}: `);
            t.dispose();
          }
        }
      await batch.end();
    });

  it('both ways', async () => {
    const batch = new Batch();
    for (const kind of ROW_KINDS) {
      const x = rowsOf(kind, [333]);
      for (const largest of [true, false]) compareTopk(batch, tensorOf(device, x), x, { k: 20, largest }, `${kind}: `);
    }
    await batch.end();
  });

  it('where one heap becomes runs that are merged', async () => {
    const batch = new Batch();
    for (const kind of ['random', 'duplicates', 'specials'] as const)
      for (const [n, k] of [
        [512, 512],
        [513, 512],
        [513, 513],
        [1024, 513],
        [1025, 1024],
        [4096, 600],
        [4097, 10],
        [5000, 512],
        [5000, 513],
        [9000, 8999],
      ] as const) {
        const x = rowsOf(kind, [n]);
        compareTopk(batch, tensorOf(device, x), x, { k, largest: false }, `${kind}: `);
      }
    await batch.end();
  });

  it('of many rows', async () => {
    const batch = new Batch();
    for (const [rows, n, k] of [
      [1000, 33, 5],
      [300, 20, 20],
      [64, 1000, 10],
      [7, 4500, 70],
      [3, 700, 650],
      [2, 2 ** 15, 40],
    ] as const) {
      const x = rowsOf('duplicates', [rows, n]);
      compareTopk(batch, tensorOf(device, x), x, { k });
    }
    await batch.end();
  });

  it('is the same every time, and on every device', async () => {
    const x = rowsOf('duplicates', [20_000]);
    const t = tensorOf(device, x);
    const [first, ...others] = await Promise.all([0, 1, 2].map(() => topk(t, 700).indices.data()));
    for (const other of others) expect(other).toEqual(first);
  });

  it('a zero comes back as 0, a NaN as NaN', async () => {
    const { values, indices } = topk(device.tensor([-0, NaN, -1, -0, 0]), 5);
    expect(Array.from(await values.data())).toEqual([0, 0, 0, -1, NaN]);
    expect(Array.from(await values.data()).some(value => Object.is(value, -0))).toBe(false);
    expect(Array.from(await indices.data())).toEqual([0, 3, 4, 2, 1]);
  });
});
