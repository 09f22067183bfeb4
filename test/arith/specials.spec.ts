/** IEEE's special numbers through element-wise functions: WGSL may assume that there are none, numpy and we do not. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  abs,
  add,
  clip,
  concat,
  div,
  exp,
  log,
  mean,
  mul,
  neg,
  norm,
  sqrt,
  square,
  sub,
  sum,
  take,
  transpose,
  where,
  type Device,
  type Tensor,
} from '../../src/index.ts';
import { BINARY, map, UNARY } from '../oracle/elementwise.ts';
import { grid, type Grid } from '../oracle/grid.ts';
import { reduce } from '../oracle/reduce.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Batch, floatsOf, gridOf, tensorOf } from '../support/tensors.ts';
import { elementwise, exact, reduction } from '../tolerance.ts';

const SPECIAL = [NaN, Infinity, -Infinity, 0, 1, -1, 2.5, 1e30, -1e30, 1e-30];

/** All pairs of special numbers, as a column and a row. */
const column = gridOf([SPECIAL.length, 1], SPECIAL);
const row = gridOf([1, SPECIAL.length], SPECIAL);

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

/** The part of float32's range where its results are ordinary; what leaves it is left out of a comparison. */
function ordinary(expected: Grid): Grid {
  return grid(
    expected.shape,
    Array.from(expected.data, x => (Math.abs(x) > 3.4e38 ? Math.sign(x) * Infinity : x)),
  );
}

const onFloat32 = (tensor: Tensor, expected: Grid): Grid =>
  tensor.dtype === 'float32' ? ordinary(expected) : expected;

describe('every pair of special numbers', () => {
  for (const [op, run] of Object.entries({ add, sub, mul, div })) {
    it(op, async () => {
      const batch = new Batch();
      for (const dtype of floatsOf(device)) {
        const [x, y] = [tensorOf(device, column, dtype), tensorOf(device, row, dtype)];
        const name = op as keyof typeof BINARY;
        // 1e-30 · 1e-30 and 1e-30 / 1e30 are zero in float32: the absolute part of the bound covers them.
        batch.expect(
          op,
          () => run(x, y),
          onFloat32(x, map(BINARY[name], column, row)),
          precision => elementwise(name, precision),
        );
      }
      await batch.end();
    });
  }
});

describe('one special number', () => {
  it('signs, roots, squares', async () => {
    const batch = new Batch();
    const x = gridOf([SPECIAL.length], SPECIAL);
    for (const dtype of floatsOf(device)) {
      const tensor = tensorOf(device, x, dtype);
      for (const [op, run] of Object.entries({ neg, abs, sqrt, square })) {
        const name = op as 'neg' | 'abs' | 'sqrt' | 'square';
        batch.expect(
          op,
          () => run(tensor),
          onFloat32(tensor, map(UNARY[name], x)),
          precision => elementwise(name, precision),
        );
      }
    }
    await batch.end();
  });

  it('exp saturates at 0 and ∞', async () => {
    const batch = new Batch();
    const x = gridOf([10], [NaN, Infinity, -Infinity, 0, -0, 1000, -1000, 88, -87, 1]);
    for (const dtype of floatsOf(device)) {
      const tensor = tensorOf(device, x, dtype);
      batch.expect(
        'exp',
        () => exp(tensor),
        onFloat32(tensor, map(Math.exp, x)),
        precision => elementwise('exp', precision, 88),
      );
    }
    await batch.end();
  });

  it('log of 0 is −∞, of negative numbers NaN', async () => {
    const batch = new Batch();
    const x = gridOf([10], [NaN, Infinity, -Infinity, 0, -0, -1, -1e-30, 1, 3e38, 1.2e-38]);
    for (const dtype of floatsOf(device))
      batch.expect(
        'log',
        () => log(tensorOf(device, x, dtype)),
        map(Math.log, x),
        precision => elementwise('log', precision),
      );
    await batch.end();
  });

  it('the sign of zero stays: 1/−0 is −∞', async () => {
    const zeros = device.tensor(new Float32Array([0, -0]));
    expect([...(await div(1, zeros).data())]).toEqual([Infinity, -Infinity]);
    expect([...(await div(1, neg(zeros)).data())]).toEqual([-Infinity, Infinity]);
    expect([...(await div(-1, abs(zeros)).data())]).toEqual([-Infinity, -Infinity]);
  });
});

describe('choosing', () => {
  it('where does not let the other branch through', async () => {
    const batch = new Batch();
    const x = gridOf([5], [-1, 0, 4, NaN, Infinity]);
    for (const dtype of floatsOf(device)) {
      const tensor = tensorOf(device, x, dtype);
      batch.expect(
        'safe root',
        () => where(device.tensor([false, true, true, false, true]), sqrt(tensor), 7),
        gridOf([5], [7, 0, 2, 7, Infinity]),
        precision => elementwise('sqrt', precision),
      );
      batch.expect(
        'NaN chosen',
        () => where([0, 1, 0, 1, 1], tensor, NaN),
        gridOf([5], [NaN, 0, NaN, NaN, Infinity]),
        exact,
      );
      batch.expect('NaN is true', () => where(tensor, 1, 2), gridOf([5], [1, 2, 1, 1, 1]), exact);
    }
    await batch.end();
  });

  it('clip holds infinities and keeps NaN', async () => {
    const batch = new Batch();
    const x = gridOf([6], [NaN, Infinity, -Infinity, 0, 5, -5]);
    for (const dtype of floatsOf(device)) {
      const tensor = tensorOf(device, x, dtype);
      batch.expect('both', () => clip(tensor, -2, 3), gridOf([6], [NaN, 3, -2, 0, 3, -2]), exact);
      batch.expect('below', () => clip(tensor, -2, null), gridOf([6], [NaN, Infinity, -2, 0, 5, -2]), exact);
      batch.expect('above', () => clip(tensor, null, 3), gridOf([6], [NaN, 3, -Infinity, 0, 3, -5]), exact);
      batch.expect(
        'NaN bounds',
        () => clip(tensor, [NaN, 0, 0, 0, NaN, 0], 9),
        gridOf([6], [NaN, 9, 0, 0, NaN, 0]),
        exact,
      );
      batch.expect(
        'crossed bounds: the upper one wins',
        () => clip(tensor, 3, -2),
        gridOf([6], [NaN, -2, -2, -2, -2, -2]),
        exact,
      );
    }
    await batch.end();
  });
});

describe('sums', () => {
  it('of NaN and infinities', async () => {
    const batch = new Batch();
    for (const n of [3, 65, 1000, 5000])
      for (const list of [
        [NaN, 1],
        [Infinity, 1],
        [-Infinity, 1],
        [Infinity, -Infinity],
        [NaN, Infinity],
      ]) {
        const data = new Float64Array(n).fill(0.5);
        data[0] = list[0] ?? 0;
        data[n - 1] = list[1] ?? 0;
        const x = gridOf([n], data);
        for (const dtype of floatsOf(device)) {
          const tensor = tensorOf(device, x, dtype);
          batch.expect(`sum of ${n} with ${list}`, () => sum(tensor), reduce('sum', x), exact);
          batch.expect(`mean of ${n} with ${list}`, () => mean(tensor), reduce('mean', x), exact);
        }
      }
    await batch.end();
  });

  it('of numbers that cancel', async () => {
    const batch = new Batch();
    const x = gridOf([4], [1e8, 1, -1e8, 1]);
    for (const dtype of floatsOf(device))
      batch.expect(
        'cancelling',
        () => sum(tensorOf(device, x, dtype)),
        grid([], [2]),
        precision => reduction(4, precision, 2e8),
      );
    await batch.end();
  });
});

describe('numbers only move', () => {
  it('concat, take and transpose keep every bit, NaN and −0 included', async () => {
    const x = device.tensor(new Float32Array(SPECIAL.concat(-0, -0)), [3, 4]);
    const flat = [...SPECIAL, -0, -0].map(Math.fround);
    const read = async (t: Tensor) => [...(await t.data())];
    expect(await read(concat([x, x]))).toEqual([...flat, ...flat]);
    expect(await read(take(x, [2, 0]))).toEqual([...flat.slice(8), ...flat.slice(0, 4)]);
    expect(await read(add(transpose(transpose(x)), -0))).toEqual(flat);
    expect(await read(transpose(x))).toEqual([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11].map(i => flat[i]));
  });
});

describe('norm(sub(a, b))', () => {
  it('is the distance', async () => {
    const batch = new Batch();
    for (const dtype of floatsOf(device)) {
      const a = tensorOf(device, gridOf([2, 3], [1, 2, 3, 4, 5, 6]), dtype);
      const b = tensorOf(device, gridOf([3], [1, 2, 3]), dtype);
      batch.expect(
        'distance',
        () => norm(sub(a, b), { axis: 1 }),
        grid([2], [0, Math.sqrt(27)]),
        precision => elementwise('sqrt', precision),
      );
    }
    await batch.end();
  });
});
