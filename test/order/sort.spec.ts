/** argsort and sort against sorting plain arrays: stable, NaN last whichever way, any length. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { argsort, sort, type Device } from '../../src/index.ts';
import { firstOf } from '../oracle/order.ts';
import { openLaneDevice } from '../support/lane.ts';
import { ROW_KINDS, rowsOf } from '../support/orders.ts';
import { Batch, floatsOf, tensorOf } from '../support/tensors.ts';
import { exact } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

describe('argsort and sort', () => {
  for (const kind of ROW_KINDS)
    it(`${kind} numbers`, async () => {
      const batch = new Batch();
      for (const shape of [[1], [2], [7], [100], [600], [1500], [0], [3, 0], [0, 3], [5, 40], [2, 700]])
        for (const descending of [false, true])
          for (const dtype of floatsOf(device)) {
            const x = rowsOf(kind, shape);
            const t = tensorOf(device, x, dtype);
            const wanted = firstOf(x, shape.at(-1) ?? 0, descending);
            const label = `${kind} [${shape.join(', ')}]${descending ? ', descending' : ''}`;
            batch.expect(`argsort ${label}`, () => argsort(t, { descending }), wanted.indices, exact);
            batch.expect(`sort ${label}`, () => sort(t, { descending }), wanted.values, exact);
            t.dispose();
          }
      await batch.end();
    });

  it('along any axis', async () => {
    const batch = new Batch();
    const x = rowsOf('duplicates', [4, 30, 5]);
    for (const axis of [0, 1, 2, -1, -2, -3]) {
      const wanted = firstOf(x, x.shape.at(axis) ?? 0, false, axis);
      batch.expect(`argsort, axis ${axis}`, () => argsort(tensorOf(device, x), { axis }), wanted.indices, exact);
      batch.expect(`sort, axis ${axis}`, () => sort(tensorOf(device, x), { axis }), wanted.values, exact);
    }
    await batch.end();
  });

  it('a descending order is no ascending one reversed: ties stay, and NaN stays last', async () => {
    const x = [2, NaN, 1, 2, NaN, 1];
    expect(await argsort(x, { device }).toArray()).toEqual([2, 5, 0, 3, 1, 4]);
    expect(await argsort(x, { device, descending: true }).toArray()).toEqual([0, 3, 2, 5, 1, 4]);
  });
});
