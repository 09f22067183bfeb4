/** norm with bad input: a typed error at the call, which begins with the operation and names the culprit; nothing leaks. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  DeviceClosedError,
  DeviceMismatchError,
  DisposedError,
  norm,
  normalize,
  normSummary,
  openDevice,
  OptionError,
  ShapeError,
  UnitballError,
  type Device,
} from '../../src/index.ts';
import { expectThrows } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const of = (shape: readonly number[]) =>
  device.tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1), shape);
type Options = NonNullable<Parameters<typeof norm>[1]>;

describe('norm refuses', () => {
  it('orders that no vector norm has', () => {
    for (const ord of ['fro', 'nuc'] as const) {
      expectThrows(() => norm(of([3]), { ord }), OptionError, 'norm', ord);
      expectThrows(() => norm(of([2, 3]), { ord, axis: 1 }), OptionError, 'norm', ord);
      expectThrows(() => norm(of([2, 3, 4]), { ord, axis: -1 }), OptionError, 'norm', ord);
    }
  });

  it('orders that no matrix norm has', () => {
    for (const ord of [0, 3, -3, 0.5]) {
      expectThrows(() => norm(of([2, 3]), { ord }), OptionError, 'norm', String(ord));
      expectThrows(() => norm(of([2, 3, 4]), { ord, axis: [0, 2] }), OptionError, 'norm', String(ord));
    }
  });

  it('orders that nothing has, and lists what there is', () => {
    for (const ord of ['max', 'l2', '', '2'])
      expectThrows(() => norm(of([3]), { ord: ord as 'inf' }), OptionError, 'norm', `'${ord}'`, 'inf', 'fro');
    expectThrows(() => norm(of([3]), { ord: NaN }), OptionError, 'norm', 'NaN');
    for (const ord of [true, [2], {}, 2n])
      expectThrows(() => norm(of([3]), { ord: ord as unknown as number }), OptionError, 'norm');
  });

  it('an order without axes where there are neither one nor two', () => {
    for (const shape of [[2, 3, 4], [2, 3, 4, 5], []])
      for (const ord of [1, 2, Infinity, 'fro', 0] as const)
        expectThrows(() => norm(of(shape), { ord }), ShapeError, 'norm', `[${shape.join(', ')}]`, 'axis');
  });

  it('axes out of range, and names the range', () => {
    for (const axis of [2, -3, 17, [0, 2], [-3, 1]])
      expectThrows(() => norm(of([2, 3]), { axis }), OptionError, 'norm', /2|-3|17/);
    expectThrows(() => norm(of([]), { axis: 0 }), OptionError, 'norm', '0');
  });

  it('axes that are no whole numbers', () => {
    for (const axis of [0.5, NaN, [0, 0.5]])
      expectThrows(() => norm(of([2, 3]), { axis }), OptionError, 'norm', 'axis', /0\.5|NaN/);
    for (const axis of ['1', true, {}, ['0', '1'], [null]])
      expectThrows(() => norm(of([2, 3]), { axis } as unknown as Options), OptionError, 'norm', 'axis');
  });

  it('an axis named twice', () => {
    for (const axis of [
      [0, 0],
      [1, -1],
      [-2, 0],
    ])
      expectThrows(() => norm(of([2, 3]), { axis }), OptionError, 'norm', 'twice');
  });

  it('no axis, and more than two', () => {
    for (const axis of [[], [0, 1, 2]]) {
      expectThrows(() => norm(of([2, 3, 4]), { axis }), UnitballError, 'norm', 'ax');
      expectThrows(() => norm(of([2, 3, 4]), { ord: 1, axis }), UnitballError, 'norm', 'ax');
    }
  });

  it('the largest and the smallest of nothing', () => {
    for (const ord of [Infinity, -Infinity, 'inf', '-inf'] as const) {
      expectThrows(() => norm(of([0]), { ord }), ShapeError, 'norm', '[0]');
      expectThrows(() => norm(of([3, 0]), { ord, axis: 1 }), ShapeError, 'norm', '[3, 0]');
      expectThrows(() => norm(of([2, 0, 3]), { ord, axis: 1 }), ShapeError, 'norm', '[2, 0, 3]');
    }
    for (const ord of [1, -1] as const) expectThrows(() => norm(of([3, 0]), { ord }), ShapeError, 'norm', '[3, 0]');
    for (const ord of [Infinity, -Infinity] as const)
      expectThrows(() => norm(of([0, 3]), { ord }), ShapeError, 'norm', '[0, 3]');
  });

  it('ragged, textual and missing data', () => {
    expectThrows(() => norm([[1, 2], [3]]), ShapeError, 'norm', 'ragged');
    expectThrows(() => norm([[1, 2], 3]), ShapeError, 'norm', 'ragged');
    expectThrows(
      () =>
        norm([
          [1, 2],
          [[3], [4]],
        ]),
      ShapeError,
      'norm',
      'ragged',
    );
    const nothings: readonly unknown[] = [
      '12',
      null,
      undefined,
      {},
      ['1', '2'],
      [1, null],
      [1, undefined],
      new Map(),
      1n,
      [1n],
      new DataView(new ArrayBuffer(4)),
      new BigInt64Array(2),
    ];
    for (const data of nothings) expectThrows(() => norm(data as number[]), OptionError, 'norm');
    expectThrows(() => norm({ data: [1, 2, 3], shape: [2, 2] }), ShapeError, 'norm', '3', '[2, 2]');
    expectThrows(() => norm({ data: [1, 2], shape: [-2, -1] }), ShapeError, 'norm', '-2');
    expectThrows(() => norm({ data: [1, 2], shape: [1.5, 2] }), ShapeError, 'norm', '1.5');
  });

  it('flat data with holes or text in them', () => {
    for (const data of [[1, undefined], [1, null], ['1', '2'], new Array(2)] as unknown as number[][])
      expectThrows(() => norm({ data, shape: [2] }), OptionError, 'norm');
    expectThrows(() => norm(new Array(3)), OptionError, 'norm');
  });

  it('disposed tensors', () => {
    const x = of([2, 3]);
    x.dispose();
    expectThrows(() => norm(x), DisposedError, 'norm', '[2, 3]');
    expectThrows(() => normalize(x), DisposedError, 'normalize', '[2, 3]');
    expectThrows(() => normSummary(x), DisposedError, 'normSummary', '[2, 3]');
  });

  it('a tensor of one device where the option names another', async () => {
    const other = await openDevice({ device: 'cpu' });
    expectThrows(() => norm(of([3]), { device: other }), DeviceMismatchError, 'norm', 't.to(device)');
    other.close();
  });

  it('tensors of closed devices', async () => {
    const closed = await openLaneDevice();
    const x = closed.tensor([1, 2, 3]);
    closed.close();
    expectThrows(() => norm(x), DeviceClosedError, 'norm', 'openDevice');
    expectThrows(() => norm([1, 2], { device: closed }), DeviceClosedError, 'norm', 'openDevice');
  });
});

describe('what is refused', () => {
  it('leaves no memory behind', () => {
    const x = of([4, 5]);
    const before = device.memory().live;
    const attempts: (() => unknown)[] = [
      () => norm(x, { ord: 'max' as 'inf' }),
      () => norm(x, { axis: 5 }),
      () => norm(x, { ord: 'nuc', axis: 0 }),
      () => norm([[1, 2], [3]], { device }),
      () =>
        norm(
          [
            [1, 2],
            [3, 4],
          ],
          { device, axis: 7 },
        ),
      () =>
        norm(
          [
            [1, 2],
            [3, 4],
          ],
          { device, ord: 'nuc', axis: 0 },
        ),
      () => normalize([[1, 2]], { device, ord: 5 }),
      () => normSummary([[1, 2]], { device, axis: 9 }),
    ];
    for (const attempt of attempts) expect(attempt).toThrow(UnitballError);
    expect(device.memory().live).toBe(before);
  });

  it('leaves the device working', async () => {
    expect(() => norm(of([3]), { ord: 'fro' })).toThrow(UnitballError);
    expect(await norm(device.tensor([3, 4]), { ord: Infinity }).item()).toBe(4);
  });
});
