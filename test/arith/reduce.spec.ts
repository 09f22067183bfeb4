/** Sums, means, extrema and their places, against plain loops: on both sides of block sizes, along axes, over views. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { argmax, argmin, max, mean, min, sum, transpose, type Device, type Tensor } from '../../src/index.ts';
import { fibres, axesOf, sizeOf, type Grid } from '../oracle/grid.ts';
import { magnitudes, reduce, type Reduction } from '../oracle/reduce.ts';
import { slice, transpose as transposed } from '../oracle/shape.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { Batch, floatsOf, given, gridOf, tensorOf } from '../support/tensors.ts';
import { exact, reduction } from '../tolerance.ts';

const OPS = { sum, mean, min, max, argmin, argmax };
const NAMES = ['sum', 'mean', 'min', 'max', 'argmin', 'argmax'] as const;
const LENGTHS = [1, 2, 3, 4, 5, 31, 32, 33, 63, 64, 65, 255, 256, 257, 1023, 1024, 1025];
const EDGES = [1, 4, 5, 64, 65, 257, 1025];

const random = (shape: readonly number[], seed = sizeOf(shape)): Grid =>
  gridOf(shape, new Random(seed).normal(sizeOf(shape)));
/** Few different values: nearly every extremum is a tie. */
const ties = (shape: readonly number[]): Grid => gridOf(shape, new Random(sizeOf(shape)).ints(sizeOf(shape), -2, 3));

function check(
  batch: Batch,
  tensor: Tensor,
  x: Grid,
  op: Reduction,
  axis?: number | readonly number[],
  keepdims?: boolean,
  note = '',
): void {
  const sizes = op === 'sum' || op === 'mean' ? magnitudes(x, axis) : [];
  const count = fibres(x, axesOf(axis, x.shape.length)).values[0]?.length ?? 0;
  batch.expect(
    `${note}${op}([${x.shape.join(', ')}], ${JSON.stringify({ axis, keepdims })})`,
    () => OPS[op](tensor, given({ axis: axis as number | undefined, keepdims })),
    reduce(op, x, given({ axis, keepdims })),
    precision =>
      op === 'sum' || op === 'mean'
        ? index => reduction(count, precision, (sizes[index] ?? 0) / (op === 'mean' ? count : 1))
        : exact,
  );
}

function compare(
  batch: Batch,
  device: Device,
  x: Grid,
  ops: readonly Reduction[],
  axes: readonly (number | readonly number[] | undefined)[],
  note = '',
): void {
  for (const dtype of floatsOf(device)) {
    const tensor = tensorOf(device, x, dtype);
    for (const op of ops) for (const axis of axes) check(batch, tensor, x, op, axis, undefined, note);
    tensor.dispose();
  }
}

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

describe('lengths', () => {
  for (const op of NAMES) {
    it(op, async () => {
      const batch = new Batch();
      for (const n of LENGTHS) {
        compare(batch, device, random([n]), [op], [undefined]);
        compare(batch, device, random([3, n]), [op], [1]);
        compare(batch, device, random([n, 5]), [op], [0]);
        compare(batch, device, random([2, n, 3]), [op], [1]);
      }
      for (const n of [5000, 65_537]) compare(batch, device, random([n]), [op], [undefined]);
      await batch.end();
    });
  }
});

describe('ties and NaN', () => {
  it('the lowest place wins a tie', async () => {
    const batch = new Batch();
    for (const n of LENGTHS) {
      compare(batch, device, ties([n]), ['argmin', 'argmax'], [undefined]);
      compare(batch, device, ties([4, n]), ['argmin', 'argmax'], [1, 0, undefined]);
      compare(batch, device, gridOf([n], new Float64Array(n).fill(-1.5)), ['argmin', 'argmax'], [undefined]);
    }
    compare(batch, device, ties([5000]), ['argmin', 'argmax'], [undefined]);
    await batch.end();
  });

  it('the first NaN wins over everything', async () => {
    const batch = new Batch();
    for (const n of LENGTHS)
      for (const places of [[0], [n - 1], [n >> 1, n - 1]]) {
        const data = Float64Array.from(ties([n]).data);
        for (const place of places) data[place] = NaN;
        data[0] = places.includes(0) ? NaN : Infinity;
        compare(batch, device, gridOf([n], data), ['argmin', 'argmax', 'min', 'max'], [undefined]);
      }
    await batch.end();
  });

  it('infinities are the largest and the smallest numbers', async () => {
    const batch = new Batch();
    for (const n of [2, 5, 257, 1025]) {
      const data = Float64Array.from(random([n]).data);
      data[n - 1] = Infinity;
      data[n >> 1] = -Infinity;
      compare(batch, device, gridOf([n], data), ['argmin', 'argmax', 'min', 'max'], [undefined]);
      compare(
        batch,
        device,
        gridOf([n], new Float64Array(n).fill(Infinity)),
        ['argmin', 'argmax', 'min', 'max'],
        [undefined],
      );
      compare(
        batch,
        device,
        gridOf([n], new Float64Array(n).fill(-Infinity)),
        ['argmin', 'argmax', 'min', 'max'],
        [undefined],
      );
    }
    await batch.end();
  });

  it('0 and −0 tie', async () => {
    const batch = new Batch();
    compare(batch, device, gridOf([4], [0, -0, 0, -0]), ['argmin', 'argmax', 'min', 'max'], [undefined]);
    compare(batch, device, gridOf([4], [-0, 0, -0, 0]), ['argmin', 'argmax', 'min', 'max'], [undefined]);
    await batch.end();
  });
});

describe('axes', () => {
  for (const op of NAMES) {
    it(op, async () => {
      const batch = new Batch();
      for (const shape of [
        [4, 70, 3],
        [2, 3, 4, 5],
        [1, 6, 1],
      ]) {
        const x = random(shape);
        for (const dtype of floatsOf(device)) {
          const tensor = tensorOf(device, x, dtype);
          for (const keepdims of [false, true]) {
            check(batch, tensor, x, op, undefined, keepdims);
            for (let axis = -shape.length; axis < shape.length; axis++) check(batch, tensor, x, op, axis, keepdims);
            if (op.startsWith('arg')) continue;
            for (const axes of [[0, 1], [2, 0], [-1, 1], [0, 1, 2], []]) check(batch, tensor, x, op, axes, keepdims);
          }
        }
      }
      await batch.end();
    });
  }
});

describe('views', () => {
  it('slices and transposes', async () => {
    const batch = new Batch();
    const x = random([9, 41, 6]);
    const base = tensorOf(device, x);
    for (const op of NAMES) {
      for (const axis of [undefined, 0, 1, 2]) {
        check(batch, base.slice(2, 9), slice(x, 2, 9), op, axis, false, 'leading: ');
        check(batch, base.slice(3, 40, { axis: 1 }), slice(x, 3, 40, 1), op, axis, false, 'middle: ');
        check(batch, base.slice(1, 4, { axis: 2 }), slice(x, 1, 4, 2), op, axis, false, 'last: ');
        check(batch, transpose(base), transposed(x), op, axis, false, 'transposed: ');
        check(
          batch,
          transpose(base, [1, 0, 2]).slice(5, 30),
          slice(transposed(x, [1, 0, 2]), 5, 30),
          op,
          axis,
          false,
          'part of a transpose: ',
        );
      }
    }
    await batch.end();
  });
});

describe('dtypes', () => {
  it('places are uint32, the rest keeps the float', () => {
    for (const dtype of floatsOf(device)) {
      const x = device.tensor(
        [
          [1, 2],
          [3, 4],
        ],
        undefined,
        { dtype },
      );
      for (const op of ['sum', 'mean', 'min', 'max'] as const) expect(OPS[op](x).dtype).toBe(dtype);
      for (const op of ['argmin', 'argmax'] as const) expect(OPS[op](x).dtype).toBe('uint32');
    }
  });

  it('extrema of uint32 are exact beyond 2²⁴, and its sums are floats', async () => {
    const x = device.tensor(new Uint32Array([2 ** 24 + 3, 2 ** 24 + 1, 2 ** 32 - 1, 2 ** 32 - 2]));
    expect(await max(x).item()).toBe(2 ** 32 - 1);
    expect(await argmax(x).item()).toBe(2);
    expect(await min(x).item()).toBe(2 ** 24 + 1);
    expect(await argmin(x).item()).toBe(1);
    expect(max(x).dtype).toBe('uint32');
    const small = device.tensor(new Uint32Array([1, 2, 4, 6]));
    expect(sum(small).dtype).toMatch(/^float/);
    expect(await sum(small).item()).toBe(13);
    expect(await mean(device.tensor(new Uint32Array([1, 2, 4, 6]))).item()).toBe(3.25);
  });

  it('bools are counted', async () => {
    const x = device.tensor([
      [true, false, true],
      [false, false, true],
    ]);
    expect(await sum(x).item()).toBe(3);
    expect([...(await sum(x, { axis: 0 }).data())]).toEqual([1, 0, 2]);
    expect(await mean(x).item()).toBe(0.5);
    expect([...(await max(x, { axis: 1 }).data())].map(Number)).toEqual([1, 1]);
  });
});

for (const [name, assume] of [
  ['8 workgroups in a dimension', () => ({ maxGroups: 8 })],
  ['bindings of 4,096 bytes', () => ({ maxBindingBytes: 4096 })],
  ["the other family's kernels", () => ({ software: !device.info.isFallback })],
] as const) {
  it(`with ${name}`, async () => {
    const small = await openLaneDevice({ assume: assume() });
    const batch = new Batch();
    for (const n of EDGES) {
      compare(batch, small, random([n]), ['sum', 'argmax'], [undefined]);
      compare(batch, small, random([3, n]), ['sum', 'argmin'], [1]);
      compare(batch, small, random([n, 5]), ['sum', 'argmax'], [0]);
    }
    compare(batch, small, random([20_001]), NAMES, [undefined]);
    compare(batch, small, ties([5003, 3]), ['sum', 'argmin'], [0, 1, undefined]);
    compare(batch, small, random([3, 5003]), ['sum', 'argmax'], [0, 1]);
    compare(batch, small, random([6, 50, 40]), ['mean', 'min'], [1]);
    await batch.end();
    small.close();
  });
}
