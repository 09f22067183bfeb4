/** Products beyond numpy's golden ones: sizes around the tiles, views of every kind, stacks, dtypes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cast, contiguous, matmul, ShapeError, transpose, type Device, type Tensor } from '../../src/index.ts';
import type { Grid } from '../oracle/grid.ts';
import { matmul as oracle } from '../oracle/linalg.ts';
import { expectThrows } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { Batch, floatsOf, gridOf, tensorOf } from '../support/tensors.ts';
import { exact, matrixProduct } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const normal = (shape: readonly number[]): Grid => {
  const size = shape.reduce((product, length) => product * length, 1);
  return gridOf(shape, new Random(size + shape.length).normal(size));
};

/** Enqueues `run()` beside the oracle's product of the same numbers. */
function compare(batch: Batch, label: string, a: Grid, b: Grid, run: () => Tensor): void {
  const { product, magnitudes } = oracle(a, b);
  const k = a.shape.at(-1) ?? 0;
  batch.expect(label, run, product, precision => index => matrixProduct(k, precision, magnitudes.data[index] ?? 0));
}

describe('matmul', () => {
  it('of sizes on both sides of powers of two', async () => {
    const batch = new Batch();
    for (const [n, k, m] of [
      [1, 1, 1],
      [1, 300, 1],
      [7, 1, 9],
      [15, 16, 17],
      [31, 33, 32],
      [63, 64, 65],
      [65, 63, 64],
      [129, 5, 3],
      [2, 1025, 130],
    ] as const) {
      const [a, b] = [normal([n, k]), normal([k, m])];
      for (const dtype of floatsOf(device))
        compare(batch, `${n} × ${k} × ${m}`, a, b, () =>
          matmul(tensorOf(device, a, dtype), tensorOf(device, b, dtype)),
        );
    }
    await batch.end();
  });

  it('of views: transposed, sliced, rows of a stack', async () => {
    const batch = new Batch();
    const [a, b] = [normal([12, 9]), normal([9, 10])];
    const turned = (x: Grid): Tensor => transpose(tensorOf(device, flipped(x)));
    compare(batch, 'both transposed', a, b, () => matmul(turned(a), turned(b)));
    compare(batch, 'left transposed', a, b, () => matmul(turned(a), tensorOf(device, b)));
    compare(batch, 'right transposed', a, b, () => matmul(tensorOf(device, a), turned(b)));
    const wide = normal([12, 15]);
    const inside = gridOf(
      [12, 9],
      Array.from({ length: 108 }, (_, at) => wide.data[Math.floor(at / 9) * 15 + 3 + (at % 9)] ?? NaN),
    );
    compare(batch, 'sliced columns', inside, b, () =>
      matmul(tensorOf(device, wide).slice(3, 12, { axis: 1 }), tensorOf(device, b)),
    );
    const stack = normal([3, 12, 9]);
    const second = gridOf([12, 9], Array.from(stack.data).slice(108, 216));
    compare(batch, 'a row of a stack', second, b, () => matmul(tensorOf(device, stack).row(1), tensorOf(device, b)));
    await batch.end();
  });

  it('of transposes, by the options as by views', async () => {
    const batch = new Batch();
    for (const [left, right] of [
      [
        [12, 9],
        [9, 10],
      ],
      [
        [2, 3, 4, 5],
        [3, 5, 6],
      ],
      [[5], [5, 6]],
      [[4, 5], [5]],
    ] as const) {
      const [a, b] = [normal(left), normal(right)];
      const [x, y] = [tensorOf(device, a), tensorOf(device, b)];
      const turned = (t: Tensor): Tensor => {
        if (t.ndim < 2) return t;
        const axes = [...t.shape.keys()];
        return contiguous(transpose(t, [...axes.slice(0, -2), t.ndim - 1, t.ndim - 2]));
      };
      const label = `[${left.join()}] × [${right.join()}]`;
      compare(batch, `${label}, left`, a, b, () => matmul(turned(x), y, { transposeA: true }));
      compare(batch, `${label}, right`, a, b, () => matmul(x, turned(y), { transposeB: true }));
      compare(batch, `${label}, both`, a, b, () =>
        matmul(turned(x), turned(y), { transposeA: true, transposeB: true }),
      );
    }
    const flags = device.tensor([
      [true, false],
      [true, true],
    ]);
    batch.expect('bools', () => matmul(flags, flags, { transposeA: true }), gridOf([2, 2], [2, 1, 1, 1]), exact);
    await batch.end();
  });

  it('of a matrix and its own transpose, of which half is found, the bits of both found apart', async () => {
    for (const [n, k] of [
      [1, 3],
      [7, 8],
      [33, 20],
      [70, 300],
    ] as const) {
      const x = tensorOf(device, normal([n, k]));
      const across = contiguous(transpose(x));
      const apart = matmul(x, x.slice(0, n), { transposeB: true });
      for (const own of [matmul(x, x, { transposeB: true }), matmul(across, across, { transposeA: true })])
        expect(await own.data(), `${n} × ${k}`).toEqual(await apart.data());
    }
  });

  it('of stacks whose axes do not merge to one', async () => {
    const batch = new Batch();
    for (const [left, right] of [
      [
        [2, 3, 4, 5],
        [2, 3, 5, 6],
      ],
      [
        [2, 1, 4, 5],
        [3, 5, 6],
      ],
      [
        [1, 3, 4, 5],
        [2, 1, 5, 6],
      ],
      [
        [4, 5],
        [2, 3, 5, 6],
      ],
      [
        [2, 3, 4, 5],
        [5, 6],
      ],
      [
        [3, 1, 5],
        [3, 5, 1],
      ],
      [
        [2, 2, 2, 3, 4],
        [2, 1, 2, 4, 3],
      ],
    ] as const) {
      const [a, b] = [normal(left), normal(right)];
      compare(batch, `[${left.join()}] × [${right.join()}]`, a, b, () =>
        matmul(tensorOf(device, a), tensorOf(device, b)),
      );
    }
    // A stack whose axes were exchanged: a view without one stride.
    const a = normal([3, 2, 4, 5]);
    const b = normal([2, 3, 5, 2]);
    const exchanged = transpose(tensorOf(device, exchange(a)), [1, 0, 2, 3]);
    compare(batch, 'axes exchanged', a, exchange(b), () =>
      matmul(exchanged, transpose(tensorOf(device, b), [1, 0, 2, 3])),
    );
    await batch.end();
  });

  it('multiplies whole numbers and bools as floats, and doubles with singles as doubles', async () => {
    const counts = device.tensor(new Uint32Array([1, 2, 3, 4]), [2, 2]);
    const flags = device.tensor([
      [true, false],
      [true, true],
    ]);
    const product = matmul(counts, flags);
    expect(product.dtype).toBe(device.kind === 'cpu' ? 'float64' : 'float32');
    expect(await product.toArray()).toEqual([
      [3, 2],
      [7, 4],
    ]);
    const mixed = matmul(cast(counts, 'float32'), [[0.5], [0.25]], {});
    expect(mixed.dtype).toBe(device.kind === 'cpu' ? 'float64' : 'float32');
    expect(await mixed.toArray()).toEqual([[1], [2.5]]);
  });

  it('leaves its operands alone, and nothing behind', async () => {
    const a = tensorOf(device, normal([5, 4]));
    const before = await a.toArray();
    await matmul(a, transpose(a)).data();
    expect(await a.toArray()).toEqual(before);
    const { live } = device.memory();
    const product = matmul(a, transpose(a));
    await product.data();
    product.dispose();
    a.dispose();
    expect(device.memory().live).toBeLessThanOrEqual(live);
  });

  it('says which shapes do not fit, and what would', () => {
    const of = (shape: readonly number[]): Tensor => tensorOf(device, normal(shape));
    expectThrows(() => matmul(of([2, 3]), of([2, 3])), ShapeError, 'matmul', '[2, 3] and [2, 3]', 'transposeB: true');
    expectThrows(
      () => matmul(of([2, 3]), of([4, 5])),
      ShapeError,
      'matmul',
      '[2, 3] and [4, 5]',
      '3 against columns of 4',
    );
    expectThrows(
      () => matmul(of([2, 3]), of([2, 4]), { transposeA: true, transposeB: true }),
      ShapeError,
      'matmul',
      '[2, 3] (transposed) and [2, 4] (transposed)',
      'rows of 2 against columns of 4',
      'transposeB: false',
    );
    expectThrows(() => matmul(of([2, 2, 3]), of([3, 3, 5])), ShapeError, 'matmul', '[2, 2, 3] and [3, 3, 5]', 'stacks');
    expectThrows(() => matmul(of([]), of([3])), ShapeError, 'matmul', 'mul(a, b)');
  });
});

const flipped = ({ shape: [n = 0, m = 0], data }: Grid): Grid =>
  gridOf(
    [m, n],
    Array.from({ length: n * m }, (_, at) => data[(at % n) * m + Math.floor(at / n)] ?? NaN),
  );

/** The first two axes exchanged, dense. */
function exchange({ shape, data }: Grid): Grid {
  const [p = 1, q = 1, ...rest] = shape;
  const size = rest.reduce((product, length) => product * length, 1);
  const parts = Array.from({ length: p * q }, (_, at) => {
    const from = (at % p) * q + Math.floor(at / p);
    return Array.from(data).slice(from * size, (from + 1) * size);
  });
  return gridOf([q, p, ...rest], parts.flat());
}
