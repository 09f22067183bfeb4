/** How numbers become tensors: plain, nested and typed arrays, flat data with a shape; what is copied, what is refused. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  DeviceClosedError,
  DtypeError,
  norm,
  openDevice,
  OptionError,
  ShapeError,
  tensor,
  Tensor,
  type Device,
} from '../../src/index.ts';
import { expectThrows } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const contents = async (t: Tensor) => ({ shape: [...t.shape], data: [...(await t.data())] });

describe('device.tensor', () => {
  it('takes numbers and nested arrays of any depth', async () => {
    expect(await contents(device.tensor(5))).toEqual({ shape: [], data: [5] });
    expect(await contents(device.tensor([1, 2, 3]))).toEqual({ shape: [3], data: [1, 2, 3] });
    expect(
      await contents(
        device.tensor([
          [1, 2],
          [3, 4],
          [5, 6],
        ]),
      ),
    ).toEqual({ shape: [3, 2], data: [1, 2, 3, 4, 5, 6] });
    expect(
      await contents(
        device.tensor([
          [[1], [2]],
          [[3], [4]],
        ]),
      ),
    ).toEqual({ shape: [2, 2, 1], data: [1, 2, 3, 4] });
    expect(
      await contents(device.tensor([new Float32Array([1, 2]), new Float32Array([3, 4])] as unknown as number[][])),
    ).toEqual({ shape: [2, 2], data: [1, 2, 3, 4] });
  });

  it('takes empty arrays of every shape', async () => {
    expect(await contents(device.tensor([]))).toEqual({ shape: [0], data: [] });
    expect(await contents(device.tensor([[], []]))).toEqual({ shape: [2, 0], data: [] });
    expect(await contents(device.tensor([], [0, 3]))).toEqual({ shape: [0, 3], data: [] });
    expect(await contents(device.tensor(new Float32Array(0), [2, 0, 4]))).toEqual({ shape: [2, 0, 4], data: [] });
  });

  it('takes every numeric typed array', async () => {
    const list = [0, 1, 100];
    for (const Type of [
      Float32Array,
      Float64Array,
      Int8Array,
      Uint8Array,
      Uint8ClampedArray,
      Int16Array,
      Uint16Array,
      Int32Array,
      Uint32Array,
    ]) {
      const t = device.tensor(new Type(list));
      expect({ type: Type.name, ...(await contents(t)) }).toEqual({ type: Type.name, shape: [3], data: list });
    }
    expect(await contents(device.tensor(new Int8Array([-1, -128])))).toEqual({ shape: [2], data: [-1, -128] });
  });

  it('takes a part of a buffer, and nothing beside it', async () => {
    const whole = new Float32Array([9, 1, 2, 3, 9]);
    expect(await contents(device.tensor(whole.subarray(1, 4)))).toEqual({ shape: [3], data: [1, 2, 3] });
    expect(await contents(device.tensor(new Uint8Array(whole.buffer, 0, 4).subarray(0, 0)))).toEqual({
      shape: [0],
      data: [],
    });
  });

  it('takes flat data with a shape, either way', async () => {
    const expected = { shape: [2, 3], data: [1, 2, 3, 4, 5, 6] };
    expect(await contents(device.tensor([1, 2, 3, 4, 5, 6], [2, 3]))).toEqual(expected);
    expect(await contents(device.tensor({ data: [1, 2, 3, 4, 5, 6], shape: [2, 3] }))).toEqual(expected);
    expect(await contents(device.tensor({ data: new Float32Array([1, 2, 3, 4, 5, 6]), shape: [2, 3] }))).toEqual(
      expected,
    );
    expect(
      await contents(
        device.tensor(
          [
            [1, 2],
            [3, 4],
            [5, 6],
          ],
          [2, 3],
        ),
      ),
    ).toEqual(expected);
    expect(await contents(device.tensor(7, [1, 1]))).toEqual({ shape: [1, 1], data: [7] });
  });

  it('copies at the call: what happens to the source later does not matter', async () => {
    const source = new Float32Array([1, 2, 3]);
    const shape = [3];
    const t = device.tensor(source, shape);
    source.fill(9);
    shape[0] = 7;
    expect(await contents(t)).toEqual({ shape: [3], data: [1, 2, 3] });
  });

  it('leaves its shape unchangeable', () => {
    const t = device.tensor([1, 2]);
    expect(() => ((t.shape as number[])[0] = 5)).toThrow(TypeError);
    expect(t.shape).toEqual([2]);
  });

  it('knows its size, dimensions, device', () => {
    const t = device.tensor(new Float32Array(24), [2, 3, 4]);
    expect(t).toBeInstanceOf(Tensor);
    expect([t.size, t.ndim, t.device, t.disposed]).toEqual([24, 3, device, false]);
    expect(device.tensor(1).size).toBe(1);
    expect(device.tensor([[]]).size).toBe(0);
  });

  it('keeps special numbers', async () => {
    const list = [NaN, Infinity, -Infinity, -0, 3.4028234663852886e38, 1.1754943508222875e-38];
    expect([...(await device.tensor(list).data())]).toEqual(list);
  });

  it('can be large', async () => {
    const source = Float32Array.from({ length: 300_001 }, (_, i) => i);
    const back = await device.tensor(source).data();
    expect(back.length).toBe(source.length);
    expect(back.every((x, i) => x === i)).toBe(true);
  });
});

describe('dtypes that data take', () => {
  it('by themselves', () => {
    const float = device.kind === 'cpu' ? 'float64' : 'float32';
    expect(device.tensor([1]).dtype).toBe(float);
    expect(device.tensor(1).dtype).toBe(float);
    expect(device.tensor([]).dtype).toBe(float);
    expect(device.tensor(new Float64Array(1)).dtype).toBe(float);
    expect(device.tensor(new Int16Array(1)).dtype).toBe(float);
    expect(device.tensor(new Float32Array(1)).dtype).toBe('float32');
    expect(device.tensor(new Uint32Array(1)).dtype).toBe('uint32');
    expect(device.tensor([true, false]).dtype).toBe('bool');
    expect(device.tensor(true).dtype).toBe('bool');
  });

  it('as asked', async () => {
    expect(device.tensor([1.1], undefined, { dtype: 'float32' }).dtype).toBe('float32');
    expect([...(await device.tensor([1.1], undefined, { dtype: 'float32' }).data())]).toEqual([Math.fround(1.1)]);
    expect([...(await device.tensor([0, 2, NaN, -0], [4], { dtype: 'bool' }).data())]).toEqual([0, 1, 1, 0]);
    expect([...(await device.tensor([0, 4294967295], [2], { dtype: 'uint32' }).data())]).toEqual([0, 4294967295]);
    expect([...(await device.tensor(new Uint32Array([3]), [1], { dtype: 'float32' }).data())]).toEqual([3]);
  });
});

describe('what is refused', () => {
  it('ragged arrays', () => {
    for (const data of [
      [[1, 2], [3]],
      [[1], [2, 3]],
      [1, [2]],
      [[1], 2],
      [[[1]], [2]],
      [[1], [[2]]],
      [[], [1]],
    ])
      expectThrows(() => device.tensor(data), ShapeError, 'tensor', 'ragged');
  });

  it('data that do not fill their shape', () => {
    expectThrows(() => device.tensor([1, 2, 3], [2, 2]), ShapeError, 'tensor', '3', '[2, 2]', '4');
    expectThrows(() => device.tensor([1, 2, 3], []), ShapeError, 'tensor', '3', '[]');
    expectThrows(() => device.tensor({ data: new Float32Array(5), shape: [6] }), ShapeError, 'tensor', '5', '[6]');
  });

  it('shapes that are none', () => {
    for (const shape of [[-1], [2, -3], [0.5], [NaN], [Infinity]])
      expectThrows(() => device.tensor([1], shape), ShapeError, 'tensor', `[${shape.join(', ')}]`);
    expectThrows(() => device.tensor([1], 1 as unknown as number[]), ShapeError, 'tensor');
    expectThrows(() => device.tensor({ data: [1], shape: 1 as unknown as number[] }), ShapeError, 'tensor');
  });

  it('what holds no numbers', () => {
    for (const data of [
      '1',
      null,
      undefined,
      {},
      [null],
      ['1'],
      [undefined],
      [{}],
      new Date(),
      () => 1,
      5n,
      [5n],
      Symbol('x'),
      new BigUint64Array(1),
      new DataView(new ArrayBuffer(8)),
      { data: 'x', shape: [1] },
    ])
      expectThrows(() => device.tensor(data as unknown as number[]), OptionError, 'tensor');
  });

  it('holes and text in flat data', () => {
    for (const data of [
      [1, undefined],
      [null, 1],
      ['1', 2],
      new Array(2),
      [[1], [2]],
      [{}, 1],
    ] as unknown as number[][])
      expectThrows(() => device.tensor({ data, shape: [2] }), OptionError, 'tensor');
  });

  it('numbers that are no uint32', () => {
    for (const value of [-1, 0.5, 2 ** 32, NaN, Infinity])
      expectThrows(() => device.tensor([0, value], [2], { dtype: 'uint32' }), OptionError, 'tensor', String(value));
  });

  it('dtypes that nobody knows, and doubles off the cpu', async () => {
    expectThrows(
      () => device.tensor([1], [1], { dtype: 'int8' as 'bool' }),
      DtypeError,
      'tensor',
      'int8',
      'float32',
      'float64',
      'uint32',
      'bool',
    );
    // The cpu device takes doubles; a wasm device has none, on every lane.
    const off = device.kind === 'cpu' ? await openDevice({ device: 'wasm' }) : device;
    expectThrows(() => off.tensor([1], [1], { dtype: 'float64' }), DtypeError, 'tensor', 'float64', 'float32');
    if (off !== device) off.close();
  });

  it('anything on a closed device', async () => {
    const closed = await openLaneDevice();
    closed.close();
    expectThrows(() => closed.tensor([1]), DeviceClosedError, 'tensor', 'openDevice');
  });
});

describe('plain data where a tensor is welcome', () => {
  it('of every kind', async () => {
    for (const data of [
      [3, 4],
      new Float32Array([3, 4]),
      new Int8Array([3, -4]),
      { data: [3, 4], shape: [2] },
      { data: new Float64Array([3, 4]), shape: [2, 1] },
      [[3, 4]],
    ])
      expect(await norm(data, { device }).item()).toBeCloseTo(5, 5);
  });

  it('and tensor() with a device', async () => {
    const t = tensor([1, 2], [2, 1], { device });
    expect(t.device).toBe(device);
    expect(await contents(t)).toEqual({ shape: [2, 1], data: [1, 2] });
    expect(tensor([1], [1], { device, dtype: 'uint32' }).dtype).toBe('uint32');
  });
});
