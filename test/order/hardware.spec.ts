/** The strategies of hardware on whatever adapter there is, for short lists: workgroups, and heaps for many short rows. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Device } from '../../src/index.ts';
import { openLaneDevice } from '../support/lane.ts';
import { compareTopk, ROW_KINDS, rowsOf } from '../support/orders.ts';
import { Batch, tensorOf } from '../support/tensors.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice({ assume: { software: false } });
});
afterAll(() => device.close());

describe('with the strategies of hardware', () => {
  it('short lists, by one workgroup or several', async () => {
    const batch = new Batch();
    for (const kind of ROW_KINDS)
      for (const [n, k] of [
        [1, 1],
        [65, 64],
        [1000, 10],
        [3000, 128],
        [8192, 1],
        [8193, 10],
      ] as const) {
        const x = rowsOf(kind, [n]);
        compareTopk(batch, tensorOf(device, x), x, { k, largest: (n + k) % 2 === 0 }, `${kind}: `);
      }
    await batch.end();
  });

  it('many rows, short ones by heaps', async () => {
    const batch = new Batch();
    for (const [rows, n, k] of [
      [2 ** 13, 5, 3],
      [2 ** 13, 64, 16],
      [200, 65, 16],
      [100, 1000, 10],
    ] as const) {
      const x = rowsOf('duplicates', [rows, n]);
      compareTopk(batch, tensorOf(device, x), x, { k });
    }
    await batch.end();
  });
});
