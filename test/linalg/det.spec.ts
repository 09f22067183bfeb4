/** Determinants: by Leibniz' sum and by elimination, signs of permutations, beyond the range of floats, singular, NaN and ∞. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { det, ShapeError, slogdet, transpose, type Device, type Tensor } from '../../src/index.ts';
import { grid, type Grid } from '../oracle/grid.ts';
import { eliminate, leibniz } from '../oracle/solve.ts';
import { expectThrows, Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { flipped, matrixOf, normal, permutation, scaled } from '../support/solve.ts';
import { Batch, floatsOf, gridOf, tensorOf } from '../support/tensors.ts';
import { determinant, exact, logDeterminant, precisionOf } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const one = (value: number): Grid => grid([], [value]);

/** Both functions of a matrix whose determinant is known, as sign and logarithm. */
function expectBoth(batch: Batch, label: string, x: Tensor, sign: number, logarithm: number, condition = 100): void {
  const n = x.shape[0] ?? 0;
  batch.expect(
    `det of ${label}`,
    () => det(x),
    one(sign * Math.exp(logarithm)),
    precision => ({
      relative: determinant(n, precision, condition).relative + Math.abs(logarithm) * 2 ** -50,
      absolute: determinant(n, precision, condition).absolute,
    }),
  );
  batch.expect(`the sign of ${label}`, () => slogdet(x).sign, one(sign), exact);
  batch.expect(
    `the logarithm of ${label}`,
    () => slogdet(x).logabsdet,
    one(logarithm),
    precision => logDeterminant(n, precision, condition, Math.abs(logarithm)),
  );
}

describe('det and slogdet', () => {
  it('of random matrices', async () => {
    const batch = new Batch();
    for (const n of [1, 2, 3, 5, 6, 32, 33, 70])
      for (const dtype of floatsOf(device)) {
        const plain = normal([n, n]);
        const a = matrixOf(n, n, (i, j) => (plain.data[i * n + j] ?? NaN) + (i === j ? 3 : 0));
        const found = n <= 6 ? leibniz(a).determinant : eliminate(a, a).determinant;
        expectBoth(
          batch,
          `order ${n}, ${dtype}`,
          tensorOf(device, a, dtype),
          Math.sign(found),
          Math.log(Math.abs(found)),
        );
      }
    await batch.end();
  });

  it('of permutations are their signs', async () => {
    const findings = new Findings();
    for (const n of [3, 8, 40, 65]) {
      const a = permutation(n);
      const expected = eliminate(a, a).determinant;
      findings.exact([await det(tensorOf(device, a)).item()], [expected], `order ${n}`);
      findings.exact([await slogdet(tensorOf(device, a)).sign.item()], [expected], `sign of order ${n}`);
    }
    findings.end();
  });

  it('of stacks and views, one number a matrix', async () => {
    const findings = new Findings();
    const n = 4;
    const matrices = Array.from({ length: 6 }, (_, k) => normal([n, n], k));
    const stack = tensorOf(
      device,
      gridOf(
        [6, n, n],
        matrices.flatMap(({ data }) => Array.from(data)),
      ),
    );
    const expected = matrices.map(a => leibniz(a).determinant);
    const found = det(stack.reshape([2, 3, n, n]));
    findings.shape(found.shape, [2, 3], 'a stack');
    const bound = determinant(n, precisionOf(found), 200);
    findings.close(await found.data(), expected, bound, 'a stack');
    findings.close(await det(transpose(stack, [0, 2, 1])).data(), expected, bound, 'transposed');
    const turned = transpose(stack.reshape([2, 3, n, n]), [1, 0, 2, 3]);
    const order = [0, 3, 1, 4, 2, 5].map(k => expected[k] ?? NaN);
    findings.close(await det(turned).data(), order, bound, 'axes exchanged');
    const [last = NaN] = expected.slice(-1);
    findings.close([await det(stack.row(-1)).item()], [last], bound, 'a row');
    findings.end();
  });

  it('beyond the range of floats, where only the result may leave it', async () => {
    const batch = new Batch();
    const diagonal = (values: readonly number[]): Tensor =>
      tensorOf(
        device,
        matrixOf(values.length, values.length, (i, j) => (i === j ? (values[i] ?? NaN) : 0)),
      );
    const logarithm = (values: readonly number[]): number =>
      values.reduce((sum, value) => sum + Math.log(Math.abs(Math.fround(value))), 0);
    for (const values of [
      [1e30, 1e30, 1e-30, -1e-30],
      [1e-30, 1e-30, 1e30, 1e30],
      Array.from({ length: 40 }, () => 1e20),
      Array.from({ length: 41 }, () => -1e-20),
    ])
      expectBoth(
        batch,
        `a diagonal of ${String(values[0])}`,
        diagonal(values),
        Math.sign(values.reduce((s, v) => s * Math.sign(v), 1)),
        logarithm(values),
        1,
      );
    const plain = normal([20, 20]);
    const { determinant: found } = eliminate(plain, plain);
    const size = Math.log(Math.abs(found)) + 20 * 80 * Math.LN2;
    const large = tensorOf(device, scaled(plain, 2 ** 80));
    batch.expect(
      'a large matrix',
      () => slogdet(large).logabsdet,
      one(size),
      precision => logDeterminant(20, precision, 1000, size),
    );
    await batch.end();
    // The smallest numbers of all are numbers, too.
    const tiny = slogdet(device.tensor(Float32Array.of(2 ** -126, 0, 0, 2 ** -126), [2, 2]));
    expect(await tiny.sign.item()).toBe(1);
    expect(await tiny.logabsdet.item()).toBeCloseTo(-252 * Math.LN2, 3);
  });

  it('of singular matrices are 0 and −∞, and no errors', async () => {
    for (const a of [
      matrixOf(3, 3, () => 0),
      matrixOf(3, 3, () => 1),
      matrixOf(70, 70, (i, j) => (j === 40 ? Number(i < 40) : Number(i === j))),
    ]) {
      const x = tensorOf(device, a);
      expect(await det(x).item()).toBe(0);
      expect(await slogdet(x).sign.item()).toBe(0);
      expect(await slogdet(x).logabsdet.item()).toBe(-Infinity);
    }
  });

  it('of NaN is NaN, of ∞ whatever arithmetic says', async () => {
    const spoilt = Float64Array.from(normal([34, 34]).data);
    spoilt[33 * 34 + 2] = NaN;
    const x = device.tensor(spoilt, [34, 34], { dtype: 'float32' });
    const of = async (t: Tensor): Promise<number[]> => [
      await det(t).item(),
      await slogdet(t).sign.item(),
      await slogdet(t).logabsdet.item(),
    ];
    expect(await of(x)).toEqual([NaN, NaN, NaN]);
    expect(await of(device.tensor([[-Infinity]]))).toEqual([-Infinity, -1, Infinity]);
    expect(
      await of(
        device.tensor([
          [Infinity, 0],
          [0, 0],
        ]),
      ),
    ).toEqual([NaN, NaN, NaN]);
  });

  it('of nothing is 1, of no matrices nothing, and of whole numbers a float', async () => {
    const of = (shape: readonly number[]): Tensor => tensorOf(device, normal(shape));
    expect(await det(of([0, 0])).item()).toBe(1);
    expect(await slogdet(of([2, 0, 0])).sign.toArray()).toEqual([1, 1]);
    expect(await slogdet(of([2, 0, 0])).logabsdet.toArray()).toEqual([0, 0]);
    expect(await det(of([0, 3, 3])).data()).toHaveLength(0);
    const counts = device.tensor(new Uint32Array([1, 2, 3, 4]), [2, 2]);
    expect(det(counts).dtype).toBe(device.kind === 'cpu' ? 'float64' : 'float32');
    expect(await det(counts).item()).toBeCloseTo(-2, 5);
    expect(await det(device.tensor([[true]])).item()).toBe(1);
    expectThrows(() => det(of([3])), ShapeError, 'det', '[3]', '[n, n]');
    expectThrows(() => slogdet(of([2, 3])), ShapeError, 'slogdet', '[2, 3]');
  });

  it('of a transposed matrix are the same', async () => {
    const a = normal([37, 37]);
    const [plain, turned] = [slogdet(tensorOf(device, a)), slogdet(tensorOf(device, flipped(a)))];
    expect(await turned.sign.item()).toBe(await plain.sign.item());
    const findings = new Findings();
    const bound = logDeterminant(37, precisionOf(plain.sign), 500, 100);
    findings.close([await turned.logabsdet.item()], [await plain.logabsdet.item()], bound, 'logarithms');
    findings.end();
  });
});
