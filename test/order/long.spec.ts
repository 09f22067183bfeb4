/** Long rows: filtered by a limit first, sorted from runs, up to 300,000 numbers. Few and large cases, each with ties. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { argsort, sort, type Device } from '../../src/index.ts';
import { strategyTable } from '../../src/order/select/strategy-table.ts';
import { orderOf } from '../oracle/order.ts';
import { expectExact } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { compareTopk, ROW_KINDS, rowsOf } from '../support/orders.ts';
import { Batch, tensorOf } from '../support/tensors.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

describe('long rows', () => {
  it('are filtered first', async () => {
    const batch = new Batch();
    const { filterLength, filterAbove, filterShare } = strategyTable.software;
    for (const kind of ROW_KINDS) {
      const x = rowsOf(kind, [filterLength]);
      for (const k of [filterAbove + 1, 1024]) compareTopk(batch, tensorOf(device, x), x, { k }, `${kind}: `);
    }
    const x = rowsOf('random', [filterLength]);
    const most = filterLength / filterShare;
    for (const k of [filterAbove, most, most + 1]) compareTopk(batch, tensorOf(device, x), x, { k }, 'beside: ');
    const shorter = rowsOf('duplicates', [filterLength - 1]);
    for (const k of [filterAbove + 1, 1024]) compareTopk(batch, tensorOf(device, shorter), shorter, { k }, 'shorter: ');
    await batch.end();
  });

  it('of 300,000 with ties', async () => {
    const batch = new Batch();
    const x = rowsOf('duplicates', [300_000]);
    for (const k of [10, 1000]) compareTopk(batch, tensorOf(device, x), x, { k });
    await batch.end();
  });

  it('of 300,000, all of it in order', async () => {
    const x = rowsOf('specials', [300_000]).data;
    const mixed = Float32Array.from(rowsOf('random', [300_000]).data, (value, i) =>
      i % 3 === 0 ? (x[i] ?? NaN) : value,
    );
    const t = device.tensor(mixed);
    const [indices, values] = await Promise.all([argsort(t).data(), sort(t).data()]);
    const order = orderOf(mixed, false);
    expectExact(indices, order, 'argsort');
    expectExact(
      values,
      order.map(place => mixed[place] ?? NaN),
      'sort',
    );
  });
});
