/** Ordering with bad input: a typed error that begins with the operation, names shape and value, and says what to do. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import {
  argsort,
  DeviceClosedError,
  DeviceMismatchError,
  DisposedError,
  openDevice,
  OptionError,
  sort,
  topk,
  type Device,
} from '../../src/index.ts';
import { expectThrows } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

/** What types would not let through. */
const loose = (value: unknown): never => value as never;

describe('k', () => {
  it('is a whole number within the axis', () => {
    const x = device.tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expectThrows(() => topk(x, 4), OptionError, 'topk', 'k is 4', 'axis 1', '[2, 3]', 'from 0 to 3');
    expectThrows(() => topk(x, 3, { axis: 0 }), OptionError, 'topk', 'axis 0', '2 elements', 'from 0 to 2');
    for (const k of [-1, 1.5, NaN, Infinity, '2', undefined, null])
      expectThrows(() => topk(x, loose(k)), OptionError, 'topk', 'from 0 to 3');
    expectThrows(() => topk(device.tensor(new Float32Array(0)), 1), OptionError, 'topk', '0 elements');
  });
});

const OPS = {
  topk: (x: unknown, options: unknown) => topk(loose(x), 1, loose(options)),
  argsort: (x: unknown, options: unknown) => argsort(loose(x), loose(options)),
  sort: (x: unknown, options: unknown) => sort(loose(x), loose(options)),
} as const;

for (const [op, run] of Object.entries(OPS))
  describe(op, () => {
    it('wants an axis that exists', () => {
      const x = device.tensor([[1, 2]]);
      for (const axis of [2, -3, 0.5, '1', [0]]) expectThrows(() => run(x, { axis }), OptionError, op, 'axis');
      expectThrows(() => run(device.tensor(1), {}), OptionError, op, 'scalar');
    });

    it('wants options that it knows', () => {
      expectThrows(() => run([1], { axes: 0 }), OptionError, op, "'axes'", 'axis');
      expectThrows(() => run([1], 3), OptionError, op);
      const flag = op === 'topk' ? 'largest' : 'descending';
      for (const value of [1, 'yes', null]) expectThrows(() => run([1], { [flag]: value }), OptionError, op, flag);
    });

    it('wants tensors that live on one open device', async () => {
      const other = await openDevice({ device: 'cpu' });
      const x = other.tensor([1, 2]);
      expectThrows(() => run(x, { device }), DeviceMismatchError, op);
      expectThrows(() => run([1], { device: 'cpu' }), OptionError, op);
      x.dispose();
      expectThrows(() => run(x, {}), DisposedError, op);
      const y = other.tensor([1, 2]);
      other.close();
      expectThrows(() => run(y, {}), DeviceClosedError, op);
    });
  });
