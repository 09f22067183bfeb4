/** The strategies of hardware on whatever adapter there is, for long lists: runs of 1,024 that are merged, and filters. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { argsort, type Device } from '../../src/index.ts';
import { orderOf } from '../oracle/order.ts';
import { expectExact } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { compareTopk, rowsOf } from '../support/orders.ts';
import { Batch, tensorOf } from '../support/tensors.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice({ assume: { software: false } });
});
afterAll(() => device.close());

describe('with the strategies of hardware', () => {
  it('lists of all lengths', async () => {
    const batch = new Batch();
    for (const kind of ['reversed', 'specials'] as const)
      for (const [n, k] of [
        [5000, 129],
        [3000, 257],
        [9000, 512],
        [513, 513],
        [1024, 1024],
        [1025, 513],
        [1025, 1025],
        [5000, 1500],
      ] as const) {
        const x = rowsOf(kind, [n]);
        compareTopk(batch, tensorOf(device, x), x, { k }, `${kind}: `);
      }
    await batch.end();
  });

  it('long rows, filtered first', async () => {
    const batch = new Batch();
    for (const kind of ['constant', 'waves', 'specials'] as const) {
      const x = rowsOf(kind, [2 ** 14]);
      for (const k of [513, 2048]) compareTopk(batch, tensorOf(device, x), x, { k }, `${kind}: `);
    }
    const x = rowsOf('duplicates', [2, 2 ** 14]);
    for (const k of [600, 2049]) compareTopk(batch, tensorOf(device, x), x, { k, largest: false });
    await batch.end();
  });

  it('50,000 numbers, all of them', async () => {
    const x = rowsOf('duplicates', [50_000]).data;
    const indices = argsort(device.tensor(Float32Array.from(x)));
    expectExact(await indices.data(), orderOf(x, false), 'argsort');
  });
});
