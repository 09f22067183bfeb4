/** Cholesky factors: residuals around the panel's width, stacks and views, what a failed pivot does to all that follows. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  add,
  cholesky,
  matmul,
  NotPositiveDefiniteError,
  ShapeError,
  sum,
  transpose,
  type Device,
  type Tensor,
} from '../../src/index.ts';
import { expectClose, expectRejects, expectThrows, Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { checkFactor, definite } from '../support/linalg.ts';
import { floatsOf, gridOf, tensorOf } from '../support/tensors.ts';
import { factored } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

describe('cholesky', () => {
  it('gives A back, on both sides of every panel', async () => {
    const findings = new Findings();
    for (const d of [1, 2, 3, 31, 32, 33, 63, 64, 65, 97, 130])
      for (const dtype of floatsOf(device)) {
        const a = definite(d);
        await checkFactor(findings, cholesky(tensorOf(device, a, dtype)), a, `order ${d}, ${dtype}`);
      }
    findings.end();
  });

  it('whatever the magnitudes of rows and columns', async () => {
    const findings = new Findings();
    const [d, plain] = [40, definite(40)];
    const sizes = Array.from({ length: d }, (_, i) => 2 ** (((i * 17) % 50) - 25));
    const uneven = gridOf(
      [d, d],
      Array.from(plain.data, (value, at) => value * (sizes[Math.floor(at / d)] ?? 1) * (sizes[at % d] ?? 1)),
    );
    for (const a of [definite(40, 3, 2 ** 80), definite(40, 4, 2 ** -80), uneven])
      await checkFactor(findings, cholesky(tensorOf(device, a)), a, 'scaled');
    findings.end();
  });

  it('of stacks and views', async () => {
    const findings = new Findings();
    const stack = (...seeds: number[]): number[] => seeds.flatMap(seed => Array.from(definite(35, seed).data));
    const four = gridOf([4, 35, 35], stack(1, 2, 3, 4));
    const dense = tensorOf(device, four);
    await checkFactor(findings, cholesky(dense), four, 'a stack');
    await checkFactor(findings, cholesky(dense.reshape([2, 2, 35, 35])), four, 'a stack of two axes');
    await checkFactor(findings, cholesky(transpose(dense, [0, 2, 1])), four, 'transposed');
    const exchanged = transpose(dense.reshape([2, 2, 35, 35]), [1, 0, 2, 3]);
    await checkFactor(findings, cholesky(exchanged), gridOf([2, 2, 35, 35], stack(1, 3, 2, 4)), 'axes exchanged');
    await checkFactor(findings, cholesky(dense.slice(1, 3)), gridOf([2, 35, 35], stack(2, 3)), 'sliced');
    const corner = dense.row(2).slice(3, 33).slice(3, 33, { axis: 1 });
    const data = Array.from(
      { length: 900 },
      (_, at) => four.data[2 * 1225 + (3 + Math.floor(at / 30)) * 35 + 3 + (at % 30)] ?? NaN,
    );
    await checkFactor(findings, cholesky(corner), gridOf([30, 30], data), 'a corner');
    const empty = cholesky(device.tensor(new Float32Array(0), [0, 3, 3]));
    findings.shape(empty.shape, [0, 3, 3], 'no matrices');
    findings.exact(await empty.data(), [], 'no matrices');
    findings.end();
  });

  it('looks at the lower triangle alone', async () => {
    const d = 40;
    const a = definite(d);
    const half = gridOf(
      [d, d],
      Array.from(a.data, (value, at) => (at % d > Math.floor(at / d) ? NaN : value)),
    );
    const whole = await cholesky(tensorOf(device, a)).data();
    expectClose(
      await cholesky(tensorOf(device, half)).data(),
      whole,
      factored(0, 'double', 0),
      'NaN above the diagonal',
    );
  });

  it('says which pivot failed, in which matrix of a stack', async () => {
    for (const at of [0, 1, 31, 32, 33, 69]) {
      const a = Array.from(definite(70).data);
      a[at * 71] = -1;
      const failed = cholesky(device.tensor(a, [70, 70]));
      await expectRejects(failed.data(), NotPositiveDefiniteError, 'cholesky', '[70, 70]', `pivot ${at} `, 'diagonal');
    }
    const good = Array.from(definite(34).data);
    const bad = [...good];
    bad[33 * 35] = 0;
    bad[20 * 35] = -2;
    const stack = cholesky(device.tensor([...good, ...bad, ...good, ...bad], [4, 34, 34]));
    await expectRejects(stack.data(), NotPositiveDefiniteError, 'cholesky', 'matrix 1', 'pivot 20 ');
  });

  it('refuses NaN, which is no pivot', async () => {
    const a = Array.from(definite(40).data);
    a[35 * 40 + 4] = NaN;
    await expectRejects(
      cholesky(device.tensor(a, [40, 40])).data(),
      NotPositiveDefiniteError,
      'cholesky',
      'NaN',
      'pivot 35',
    );
  });

  it('and whatever is computed from a failed factor fails as it does', async () => {
    const failed = cholesky(
      device.tensor([
        [1, 2],
        [2, 1],
      ]),
    );
    for (const derived of [add(failed, 1), sum(failed), transpose(failed), matmul(failed, failed), failed.row(0)])
      await expectRejects(derived.data(), NotPositiveDefiniteError, 'cholesky', 'pivot 1');
    // Others are none the worse for it.
    expect(await cholesky(device.tensor([[4]])).toArray()).toEqual([[2]]);
  });

  it('says what shapes it takes', () => {
    const of = (shape: readonly number[]): Tensor =>
      device.tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape);
    expectThrows(() => cholesky(of([3])), ShapeError, 'cholesky', '[3]', '[n, n]');
    expectThrows(() => cholesky(of([2, 3])), ShapeError, 'cholesky', '[2, 3]');
    expectThrows(() => cholesky(of([3, 3, 2])), ShapeError, 'cholesky', '[3, 3, 2]');
  });
});
