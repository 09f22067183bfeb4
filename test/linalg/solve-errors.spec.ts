/** What `solve` and `inv` make of nothing, of NaN and of singular matrices; what they leave behind; and the shapes they take. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  add,
  det,
  inv,
  matmul,
  ShapeError,
  SingularMatrixError,
  slogdet,
  solve,
  solveTriangular,
  sum,
  transpose,
  type Device,
  type Tensor,
} from '../../src/index.ts';
import { expectRejects, expectThrows, Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { definite } from '../support/linalg.ts';
import { checkNumbers, identity, matrixOf, normal, stackOf } from '../support/solve.ts';
import { gridOf, tensorOf } from '../support/tensors.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

describe('solve', () => {
  it('takes whole numbers and bools, and nothing at all', async () => {
    const counts = device.tensor(new Uint32Array([2, 0, 0, 4]), [2, 2]);
    const flags = device.tensor([
      [true, false],
      [true, true],
    ]);
    const x = solve(counts, flags);
    expect(x.dtype).toBe(device.kind === 'cpu' ? 'float64' : 'float32');
    expect(await x.toArray()).toEqual([
      [0.5, 0],
      [0.25, 0.25],
    ]);
    for (const [left, right, shape] of [
      [[0, 0], [0], [0]],
      [
        [0, 0],
        [0, 2],
        [0, 2],
      ],
      [
        [3, 3],
        [3, 0],
        [3, 0],
      ],
      [
        [0, 3, 3],
        [1, 3, 2],
        [0, 3, 2],
      ],
      [
        [2, 0, 0],
        [2, 0],
        [2, 0],
      ],
    ] as const) {
      const empty = solve(tensorOf(device, normal(left)), tensorOf(device, normal(right)));
      expect(empty.shape).toEqual(shape);
      expect(await empty.data()).toHaveLength(0);
    }
    expect(inv(tensorOf(device, normal([2, 0, 0]))).shape).toEqual([2, 0, 0]);
  });

  it('lets NaN spread, and keeps it within its matrix', async () => {
    const a = stackOf(normal([35, 35], 1), normal([35, 35], 2));
    const spoilt = Float64Array.from(a.data);
    spoilt[20 * 35 + 3] = NaN;
    const b = normal([2, 35]);
    const found = await solve(device.tensor(spoilt, [2, 35, 35], { dtype: 'float32' }), tensorOf(device, b)).data();
    expect(Array.from(found.slice(0, 35)).every(value => Number.isNaN(value))).toBe(true);
    const findings = new Findings();
    checkNumbers(
      findings,
      Array.from(found.slice(35), Number),
      normal([35, 35], 2),
      gridOf([35], Array.from(b.data).slice(35)),
      {
        label: 'the other matrix',
        precision: 'single',
      },
    );
    findings.end();
    // Nothing else in its column: still no pivot of 0.
    const alone = solve(
      [
        [0, 1],
        [NaN, 2],
      ],
      [1, 1],
      { device },
    );
    expect(Array.from(await alone.data(), Number)).toEqual([NaN, NaN]);
  });

  it('says which pivot is 0, in which matrix of a stack', async () => {
    for (const at of [0, 1, 31, 32, 33, 69]) {
      // Column `at` is the sum of those before it (for the first one, nothing) in whole numbers, so that nothing is rounded.
      const a = matrixOf(70, 70, (i, j) => (j === at ? Number(i < at) : Number(i === j)));
      const failed = solve(tensorOf(device, a), tensorOf(device, normal([70, 2])));
      await expectRejects(failed.data(), SingularMatrixError, 'solve', '[70, 70]', `pivot ${at} `, 'lstsq');
    }
    const zero = matrixOf(3, 3, () => 0);
    const stack = tensorOf(device, stackOf(identity(3), zero, identity(3), zero));
    await expectRejects(inv(stack).data(), SingularMatrixError, 'inv', 'matrix 1 of shape [4, 3, 3]', 'pinv');
    const pairs = stack.reshape([2, 2, 1, 3, 3]).slice(1, 2, { axis: 1 }).reshape([2, 1, 3, 3]);
    const wide = solve(pairs, tensorOf(device, normal([2, 4, 3, 1])));
    await expectRejects(wide.data(), SingularMatrixError, 'solve', 'matrix 0 of shape [2, 1, 3, 3]', 'pivot 0 ');
  });

  it('and whatever is computed from it fails as it does', async () => {
    const failed = inv(
      device.tensor([
        [1, 2],
        [2, 4],
      ]),
    );
    for (const derived of [add(failed, 1), sum(failed), transpose(failed), matmul(failed, failed), failed.row(0)])
      await expectRejects(derived.data(), SingularMatrixError, 'inv', 'pivot 1');
    expect(await inv(device.tensor([[4]])).toArray()).toEqual([[0.25]]);
  });

  it('leaves its operands alone, and nothing behind', async () => {
    const [a, b] = [tensorOf(device, definite(40)), tensorOf(device, normal([40, 2]))];
    const before = await a.toArray();
    const { live } = device.memory();
    const { sign, logabsdet } = slogdet(a);
    const results = [
      solve(a, b),
      solve(a, b, { assume: 'pos' }),
      inv(a),
      det(a),
      sign,
      logabsdet,
      solveTriangular(a, b),
    ];
    await Promise.all(results.map(result => result.data()));
    for (const result of results) result.dispose();
    expect(device.memory().live).toBeLessThanOrEqual(live);
    expect(await a.toArray()).toEqual(before);
  });

  it('says what shapes it takes', () => {
    const of = (shape: readonly number[]): Tensor => tensorOf(device, normal(shape));
    expectThrows(() => solve(of([3]), of([3])), ShapeError, 'solve', '[3]', '[n, n]');
    expectThrows(() => solve(of([2, 3]), of([2])), ShapeError, 'solve', '[2, 3]');
    expectThrows(() => solve(of([3, 3]), of([2])), ShapeError, 'solve', '[3, 3] and [2]', 'a has 3 rows');
    expectThrows(() => solve(of([3, 3]), of([2, 3])), ShapeError, 'solve', '[3, 3] and [2, 3]');
    expectThrows(() => solve(of([2, 3, 3]), of([3])), ShapeError, 'solve', '[2, 3, 3] and [3]');
    expectThrows(() => solve(of([2, 3, 3]), of([3, 3, 1])), ShapeError, 'solve', 'stacks');
    expectThrows(() => solve(of([3, 3]), of([])), ShapeError, 'solve', '[3, 3] and []');
    expectThrows(() => inv(of([3])), ShapeError, 'inv', '[3]');
  });
});
