/** Arithmetic with bad input: typed errors that begin with the operation, name shapes or values, and leak nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  abs,
  add,
  argmax,
  argmin,
  cast,
  clip,
  concat,
  DeviceClosedError,
  DeviceMismatchError,
  DisposedError,
  div,
  DtypeError,
  exp,
  IndexError,
  log,
  max,
  mean,
  min,
  mul,
  neg,
  openDevice,
  OptionError,
  ShapeError,
  sqrt,
  square,
  sub,
  sum,
  take,
  transpose,
  UnitballError,
  where,
  type Device,
} from '../../src/index.ts';
import { expectRejects, expectThrows } from '../support/expect.ts';
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

const of = (shape: readonly number[]) =>
  device.tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1), shape);

const BINARY = { add, sub, mul, div };
const UNARY = { neg, abs, sqrt, square, exp, log };
const FOLDS = { sum, mean, min, max };
const PLACES = { argmin, argmax };

describe('shapes that do not fit', () => {
  it('of two operands', () => {
    for (const [name, run] of Object.entries(BINARY))
      for (const [a, b] of [
        [[3], [4]],
        [[2, 3], [2]],
        [
          [2, 3],
          [3, 2],
        ],
        [[0], [2]],
      ] as const)
        expectThrows(() => run(of(a), of(b)), ShapeError, name, `[${a.join(', ')}]`, `[${b.join(', ')}]`);
  });

  it('of three', () => {
    expectThrows(() => where(of([2]), of([3]), 0), ShapeError, 'where', '[2]', '[3]');
    expectThrows(() => clip(of([2, 3]), of([2]), 1), ShapeError, 'clip', '[2, 3]', '[2]');
  });

  it('of lists to join', () => {
    expectThrows(() => concat([]), OptionError, 'concat');
    expectThrows(() => concat([of([2, 3]), of([3])]), ShapeError, 'concat', '[2, 3]', '[3]');
    expectThrows(() => concat([of([2, 3]), of([2, 4])]), ShapeError, 'concat', '[2, 3]', '[2, 4]');
    expectThrows(() => concat([of([]), of([])]), ShapeError, 'concat', 'scalar');
    expectThrows(() => concat([of([2]), of([2])], { axis: 1 }), OptionError, 'concat', '1');
  });
});

describe('axes', () => {
  it('out of range, repeated, or no numbers', () => {
    for (const [name, run] of Object.entries(FOLDS)) {
      expectThrows(() => run(of([2, 3]), { axis: 2 }), OptionError, name, '2', '-2');
      expectThrows(() => run(of([2, 3]), { axis: -3 }), OptionError, name, '-3');
      expectThrows(() => run(of([2, 3]), { axis: [0, 0] }), OptionError, name, 'twice');
      expectThrows(() => run(of([2, 3]), { axis: [1, -1] }), OptionError, name, 'twice');
      expectThrows(() => run(of([2, 3]), { axis: 0.5 }), OptionError, name, '0.5');
      expectThrows(() => run(of([]), { axis: 0 }), OptionError, name, '0');
      expectThrows(() => run(of([2]), { keepdims: 1 as unknown as boolean }), OptionError, name, 'keepdims');
    }
    for (const [name, run] of Object.entries(PLACES)) {
      expectThrows(() => run(of([2, 3]), { axis: 2 }), OptionError, name, '2');
      expectThrows(() => run(of([2, 3]), { axis: [0, 1] as unknown as number }), OptionError, name, '[0, 1]');
    }
    expectThrows(() => take(of([2, 3]), [0], { axis: 2 }), OptionError, 'take', '2');
    expectThrows(() => transpose(of([2, 3]), [0, 2]), OptionError, 'transpose', '2');
    expectThrows(() => transpose(of([2, 3]), [0, 0]), OptionError, 'transpose', 'twice');
    expectThrows(() => transpose(of([2, 3]), [0]), OptionError, 'transpose', '[2, 3]');
  });

  it('with nothing along them have no extremum', () => {
    for (const [name, run] of Object.entries({ min, max, argmin, argmax })) {
      expectThrows(() => run(of([0])), ShapeError, name, '[0]');
      expectThrows(() => run(of([3, 0]), { axis: 1 }), ShapeError, name, '[3, 0]');
      expectThrows(() => run(of([0, 3])), ShapeError, name, '[0, 3]');
    }
  });
});

describe('indices', () => {
  it('out of range throw at the call where they are plain numbers', () => {
    expectThrows(() => take(of([3]), [0, 3]), IndexError, 'take', '3', '[3]');
    expectThrows(() => take(of([3]), [-4]), IndexError, 'take', '-4');
    expectThrows(() => take(of([2, 3]), [2], { axis: 0 }), IndexError, 'take', '2', '[2, 3]');
    expectThrows(() => take(of([0]), [0]), IndexError, 'take', '[0]');
  });

  it('that are no whole numbers throw', () => {
    expectThrows(() => take(of([3]), [0.5]), OptionError, 'take', '0.5');
    expectThrows(() => take(of([3]), [NaN]), OptionError, 'take', 'NaN');
    expectThrows(() => take(of([3]), 'all' as unknown as number[]), OptionError, 'take');
    expectThrows(() => take(of([3]), device.tensor(new Float32Array([0]))), OptionError, 'take', 'uint32');
    expectThrows(() => take(of([]), [0]), ShapeError, 'take', 'scalar');
  });

  it('out of range in a tensor reject when the result, or anything made of it, is read', async () => {
    const picked = take(of([3, 2]), device.tensor(new Uint32Array([0, 7, 1])));
    await expectRejects(picked.data(), IndexError, 'take', '7', '[3, 2]');
    await expectRejects(sum(picked).item(), IndexError, 'take', '7');
    await expectRejects(add(mul(picked, 2), 1).toArray(), IndexError, 'take', '7');
    await expectRejects(picked.row(0).data(), IndexError, 'take', '7');
    const fine = take(of([3, 2]), device.tensor(new Uint32Array([0, 2, 1])));
    expect([...(await fine.data())]).toEqual([1, 1, 1, 1, 1, 1]);
  });
});

describe('operands', () => {
  it('of two devices name the way between', () => {
    const foreign = other.tensor([1, 2]);
    for (const [name, run] of Object.entries(BINARY))
      expectThrows(() => run(of([2]), foreign), DeviceMismatchError, name, 't.to(device)');
    expectThrows(() => concat([of([2]), foreign]), DeviceMismatchError, 'concat', 't.to(device)');
    expectThrows(() => where(foreign, of([2]), 0), DeviceMismatchError, 'where', 't.to(device)');
    expectThrows(() => add(of([2]), 1, { device: other }), DeviceMismatchError, 'add', 't.to(device)');
  });

  it('that were disposed', () => {
    const gone = of([2, 3]);
    gone.dispose();
    for (const [name, run] of Object.entries({ ...UNARY, ...FOLDS, ...PLACES, transpose }))
      expectThrows(() => run(gone), DisposedError, name, '[2, 3]');
    for (const [name, run] of Object.entries(BINARY))
      expectThrows(() => run(of([2, 3]), gone), DisposedError, name, '[2, 3]');
    expectThrows(() => concat([of([2, 3]), gone]), DisposedError, 'concat', '[2, 3]');
    expectThrows(() => take(gone, [0]), DisposedError, 'take', '[2, 3]');
    expectThrows(() => clip(gone, 0, 1), DisposedError, 'clip', '[2, 3]');
    expectThrows(() => cast(gone, 'uint32'), DisposedError, 'cast', '[2, 3]');
  });

  it('of a closed device', async () => {
    const closed = await openLaneDevice();
    const x = closed.tensor([1, 2]);
    closed.close();
    for (const [name, run] of Object.entries({ ...UNARY, ...FOLDS, ...PLACES }))
      expectThrows(() => run(x), DeviceClosedError, name, 'openDevice');
    expectThrows(() => add(x, 1), DeviceClosedError, 'add', 'openDevice');
    expectThrows(() => add([1], [2], { device: closed }), DeviceClosedError, 'add', 'openDevice');
  });

  it('that are no numbers', () => {
    for (const [name, run] of Object.entries(BINARY)) {
      expectThrows(() => run(of([2]), 'x' as unknown as number), OptionError, name);
      expectThrows(() => run(of([2]), undefined as unknown as number), OptionError, name);
      expectThrows(() => run(of([2]), [[1, 2], [3]]), ShapeError, name, 'ragged');
    }
    expectThrows(() => clip(of([2]), null, null), OptionError, 'clip', 'null');
    expectThrows(() => concat([of([2]), 'x' as unknown as number[]]), OptionError, 'concat');
  });
});

describe('dtypes', () => {
  it('that nobody knows, and doubles off the cpu', async () => {
    expectThrows(() => cast(of([2]), 'int8' as 'bool'), DtypeError, 'cast', 'int8', 'float32');
    // The cpu device takes doubles; a wasm device has none, on every lane.
    const off = device.kind === 'cpu' ? await openDevice({ device: 'wasm' }) : device;
    expectThrows(() => cast(off.tensor([2]), 'float64'), DtypeError, 'cast', 'float64');
    if (off !== device) off.close();
  });
});

describe('what is refused', () => {
  it('leaves no memory behind', () => {
    const x = of([4, 5]);
    const closedOver = of([4]);
    const before = device.memory().live;
    const attempts: (() => unknown)[] = [
      () => add(x, closedOver),
      () => add(x, [1, 2, 3]),
      () => where(x, [1, 2], 0),
      () => clip(x, [1, 2], 0),
      () => concat([x, [1, 2]]),
      () => take(x, [9]),
      () => take(x, [0], { axis: 4 }),
      () => sum(x, { axis: 4 }),
      () => sum([[1, 2]], { axis: 4, device }),
      () => argmax([], { device }),
      () => cast([1, 2], 'int8' as 'bool', { device }),
      () => transpose(x, [0, 0]),
      () => x.reshape([3, 7]),
      () => x.slice(0, 1, { axis: 2 }),
      () => x.row(17),
      () => device.tensor([[1], [1, 2]]),
    ];
    for (const attempt of attempts) expect(attempt).toThrow(UnitballError);
    expect(device.memory().live).toBe(before);
  });
});
