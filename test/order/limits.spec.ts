/** Adapters that can do little: tiny bindings, few groups, small workgroups. What cannot be cut is refused by name. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { argsort, LimitError, sort, topk, type Device } from '../../src/index.ts';
import { firstOf } from '../oracle/order.ts';
import { slice } from '../oracle/shape.ts';
import { expectThrows } from '../support/expect.ts';
import { isGpuLane, openLaneDevice } from '../support/lane.ts';
import { compareTopk, rowsOf } from '../support/orders.ts';
import { Batch, tensorOf } from '../support/tensors.ts';
import { exact } from '../tolerance.ts';

for (const [name, assume] of [
  ['8 workgroups in a dimension, of 8 invocations', { maxGroups: 8, maxInvocations: 8 }],
  ['bindings of 4,096 bytes', { maxBindingBytes: 4096 }],
  [
    'bindings of 4,096 bytes, workgroups of 32, and the strategies of hardware',
    { maxBindingBytes: 4096, maxInvocations: 32, software: false },
  ],
] as const)
  describe(`with ${name}`, () => {
    let device: Device;
    beforeAll(async () => {
      device = await openLaneDevice({ assume });
    });
    afterAll(() => device.close());

    it('rows, long and many', async () => {
      const batch = new Batch();
      for (const [shape, k] of [
        [[3000], 1],
        [[3001], 100],
        [[70, 50], 50],
        [[400, 9], 3],
        [[9, 700], 120],
        [[2, 5000], 12],
      ] as const) {
        const x = rowsOf('duplicates', shape);
        compareTopk(batch, tensorOf(device, x), x, { k });
        const view = tensorOf(device, x).slice(1);
        compareTopk(batch, view, slice(x, 1, shape[0]), { k: Math.min(k, view.shape.at(-1) ?? 0) }, 'a view: ');
      }
      await batch.end();
    });

    it('other axes', async () => {
      const batch = new Batch();
      const x = rowsOf('random', [5, 40, 12]);
      const t = tensorOf(device, x);
      for (const axis of [0, 1, 2]) compareTopk(batch, t, x, { k: 5, axis });
      const wanted = firstOf(x, 40, false, 1);
      batch.expect('argsort', () => argsort(t, { axis: 1 }), wanted.indices, exact);
      batch.expect('sort', () => sort(t, { axis: 1 }), wanted.values, exact);
      const tall = rowsOf('random', [3, 500]);
      compareTopk(batch, tensorOf(device, tall), tall, { k: 3, axis: 0 });
      await batch.end();
    });
  });

describe('where little fits', () => {
  it('filtered rows go one by one', async () => {
    const device = await openLaneDevice({ assume: { maxBindingBytes: 2 ** 18 + 2 ** 12 } });
    const batch = new Batch();
    const x = rowsOf('duplicates', [3, 2 ** 15]);
    compareTopk(batch, tensorOf(device, x), x, { k: 100 });
    await batch.end();
    device.close();
  });

  it('rows too long to be filtered are sorted from runs', async () => {
    const device = await openLaneDevice({ assume: { maxBindingBytes: 2 ** 17 } });
    const batch = new Batch();
    const x = rowsOf('random', [2 ** 15]);
    for (const k of [40, 600]) compareTopk(batch, tensorOf(device, x), x, { k });
    await batch.end();
    device.close();
  });

  it('lists that no binding spans are refused by their size', async () => {
    for (const software of [true, false]) {
      const device = await openLaneDevice({ assume: { maxBindingBytes: 4096, software } });
      const t = tensorOf(device, rowsOf('random', [2000]));
      if (isGpuLane) {
        expectThrows(() => topk(t, 1000), LimitError, 'topk', '1000 out of 2000', '4096 bytes');
        expectThrows(() => argsort(t), LimitError, 'argsort', '2000 out of 2000', 'cpu');
      } else await argsort(t).data();
      device.close();
    }
  });
});
