/** Bad input to `nearest`: a typed error that begins with the operation, always as a rejection. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  DeviceClosedError,
  DeviceMismatchError,
  DisposedError,
  DtypeError,
  nearest,
  openDevice,
  OptionError,
  ShapeError,
  type Device,
  type NearestOptions,
} from '../../src/index.ts';
import { expectRejects } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';

let device: Device;
let other: Device;
beforeAll(async () => {
  device = await openLaneDevice();
  other = await openDevice({ device: 'cpu' });
});
afterAll(() => {
  device.close();
  other.close();
});

const points = [
  [0, 0],
  [1, 1],
  [2, 2],
];
const loose = (options: object): NearestOptions => ({ device, ...options }) as NearestOptions;

describe('nearest rejects', () => {
  it('a k that is none, or more than there are points', async () => {
    for (const k of [0, -1, 4, 1.5, NaN, Infinity, '1', null, undefined])
      await expectRejects(nearest(points, points, loose({ k })), OptionError, 'nearest', 'k is', '1 to 3');
    await expectRejects(
      nearest(points, device.tensor([], [0, 2]), loose({ k: 1 })),
      OptionError,
      'nearest',
      '0 points',
    );
    await expectRejects(nearest(points, points, undefined as never), OptionError, 'nearest');
    await expectRejects(nearest(points, points, 3 as never), OptionError, 'nearest', 'options');
  });

  it('shapes that do not fit, with both in the message', async () => {
    await expectRejects(nearest([[1, 2, 3]], points, loose({ k: 1 })), ShapeError, 'nearest', '[1, 3]', '[3, 2]');
    await expectRejects(nearest([1], points, loose({ k: 1 })), ShapeError, 'nearest', '[1]', '[3, 2]');
    await expectRejects(nearest(points, [1, 2], loose({ k: 1 })), ShapeError, 'nearest', '[2]');
    await expectRejects(nearest([[[1, 2]]], points, loose({ k: 1 })), ShapeError, 'nearest', '[1, 1, 2]');
    await expectRejects(nearest(5, points, loose({ k: 1 })), ShapeError, 'nearest');
  });

  it('filters that are none', async () => {
    const search = (filter: unknown): Promise<unknown> => nearest(points, points, loose({ k: 1, filter }));
    await expectRejects(search([true, false]), ShapeError, 'nearest', '[2]', '3 points');
    await expectRejects(search([1, 0, 1]), DtypeError, 'nearest', 'float');
    await expectRejects(search([[true], [true], [true]]), ShapeError, 'nearest', '[3, 1]');
  });

  it('options that are unknown, or no numbers', async () => {
    await expectRejects(
      nearest(points, points, loose({ k: 1, limit: 2 })),
      OptionError,
      'nearest',
      "'limit'",
      'radius',
    );
    for (const radius of [NaN, '1', null])
      await expectRejects(nearest(points, points, loose({ k: 1, radius })), OptionError, 'nearest', 'radius');
    await expectRejects(nearest(points, points, loose({ k: 1, signal: {} })), OptionError, 'nearest', 'signal');
    await expectRejects(nearest(points, points, loose({ k: 1, metric: 'euclid' })), OptionError, 'nearest', 'euclid');
    await expectRejects(nearest(points, points, loose({ k: 1, p: 3 })), OptionError, 'nearest', 'minkowski');
    await expectRejects(nearest(points, points, loose({ k: 1, metric: 'dice' })), OptionError, 'nearest', 'dice');
  });

  it('tensors of two devices, disposed ones, and those of a closed device', async () => {
    const mine = device.tensor(points);
    await expectRejects(nearest(mine, other.tensor(points), { k: 1 }), DeviceMismatchError, 'nearest');
    await expectRejects(nearest(mine, points, { k: 1, device: other }), DeviceMismatchError, 'nearest');
    mine.dispose();
    await expectRejects(nearest(mine, points, { k: 1 }), DisposedError, 'nearest');
    const closed = await openLaneDevice();
    const orphan = closed.tensor(points);
    closed.close();
    await expectRejects(nearest(orphan, points, { k: 1 }), DeviceClosedError, 'nearest');
    await expectRejects(nearest(points, points, { k: 1, device: closed }), DeviceClosedError, 'nearest');
  });

  it('with the reason of its signal', async () => {
    const reason = new Error('enough');
    await expect(nearest(points, points, { k: 1, device, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
