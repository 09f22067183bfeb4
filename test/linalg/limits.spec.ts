/**
 * Factorisations on adapters that can do little, and with the kernels of hardware on whatever adapter there is. A matrix
 * that no binding spans is refused by name; stacks of matrices are cut.
 */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { cholesky, covariance, LimitError, matmul, NotPositiveDefiniteError, type Device } from '../../src/index.ts';
import { whiten } from '../../src/linalg/index.ts';
import { Scope } from '../../src/tensor/index.ts';
import { covariance as covarianceOracle, mahalanobis as oracle, matmul as product } from '../oracle/linalg.ts';
import { valueAt } from '../oracle/grid.ts';
import { expectRejects, expectThrows, Findings } from '../support/expect.ts';
import { isGpuLane, laneKind, openLaneDevice } from '../support/lane.ts';
import { checkFactor, definite } from '../support/linalg.ts';
import { Random } from '../support/random.ts';
import { Batch, gridOf, tensorOf } from '../support/tensors.ts';
import { covariance as covarianceBound, mahalanobis as bound, matrixProduct } from '../tolerance.ts';

for (const [name, assume] of [
  ['8 workgroups in a dimension', { maxGroups: 8 }],
  ['bindings of 8,192 bytes', { maxBindingBytes: 8192 }],
  ['the kernels of hardware', { software: false }],
  ['the kernels of hardware that shares tiles', { software: false, sharedTiles: true }],
] as const)
  describe(`with ${name}`, () => {
    let device: Device;
    beforeAll(async () => {
      device = await openLaneDevice({ assume });
    });
    afterAll(() => device.close());

    it('cholesky', async () => {
      const findings = new Findings();
      for (const d of [1, 20, 40]) {
        const a = definite(d);
        await checkFactor(findings, cholesky(tensorOf(device, a)), a, `order ${d}`);
      }
      const stack = gridOf(
        [7, 17, 17],
        [1, 2, 3, 4, 5, 6, 7].flatMap(seed => Array.from(definite(17, seed).data)),
      );
      const dense = tensorOf(device, stack);
      await checkFactor(findings, cholesky(dense), stack, 'a stack');
      findings.end();
      const bad = Float64Array.from(stack.data);
      bad[5 * 289 + 3 * 18] = -1;
      const failed = cholesky(device.tensor(bad, [7, 17, 17]));
      await expectRejects(failed.data(), NotPositiveDefiniteError, 'cholesky', 'matrix 5', 'pivot 3 ');
    });

    it('products and covariances', async () => {
      const batch = new Batch();
      const x = gridOf([150, 6], new Random(3).normal(900));
      const turned = gridOf(
        [6, 150],
        Array.from({ length: 900 }, (_, at) => x.data[(at % 150) * 6 + Math.floor(at / 150)] ?? NaN),
      );
      const both = product(turned, x);
      batch.expect(
        'a product',
        () => matmul(tensorOf(device, turned), tensorOf(device, x)),
        both.product,
        precision => at => matrixProduct(150, precision, both.magnitudes.data[at] ?? 0),
      );
      const { covariance: expected, magnitudes } = covarianceOracle(x);
      batch.expect(
        'a covariance',
        () => covariance(tensorOf(device, x)),
        expected,
        precision => at => covarianceBound(150, precision, magnitudes.data[at] ?? 0),
      );
      await batch.end();
    });

    it('whitening', async () => {
      const findings = new Findings();
      const d = 37;
      const own = definite(d);
      const x = gridOf([9, d], new Random(4).normal(9 * d));
      // The inverse of the inverse: distances by `own` as an inverse are those of its own inverse.
      const quadratic = (step: number[]): number =>
        Math.sqrt(
          step.reduce((sum, a, i) => sum + step.reduce((part, b, j) => part + a * b * valueAt(own, [i, j]), 0), 0),
        );
      const spread = gridOf([3, 3], covarianceOracle(gridOf([9, 3], Array.from(x.data).slice(0, 27))).covariance.data);
      for (const [label, source, columns, measure] of [
        ['by an inverse', { inverse: tensorOf(device, own) }, d, quadratic],
        ['by a covariance', { covariance: tensorOf(device, spread) }, 3, (step: number[]) => oracle(step, spread)],
      ] as const) {
        const scope = new Scope();
        const rows = gridOf([9, columns], Array.from(x.data).slice(0, 9 * columns));
        const [white] = whiten([tensorOf(device, rows)], source, 'test', scope);
        const found = await white?.data();
        scope.close();
        const apart = (from: ArrayLike<number>, i: number): number[] =>
          Array.from({ length: columns }, (_, k) => (from[i * columns + k] ?? NaN) - (from[k] ?? NaN));
        const expected = Array.from({ length: 9 }, (_, i) => measure(apart(rows.data, i)));
        const actual = Array.from({ length: 9 }, (_, i) => Math.hypot(...apart(found ?? [], i)));
        findings.close(
          actual,
          expected,
          bound(columns, laneKind === 'cpu' ? 'double' : 'single', 50, Math.max(...expected)),
          label,
        );
      }
      findings.end();
    });
  });

describe('where there is no room', () => {
  it('a matrix that no binding spans is refused by its size', async () => {
    const device = await openLaneDevice({ assume: { maxBindingBytes: 4096 } });
    const a = tensorOf(device, definite(40));
    if (isGpuLane) expectThrows(() => cholesky(a), LimitError, 'cholesky', '40 rows', '6400 bytes', '4096');
    else await cholesky(a).data();
    device.close();
  });

  it('a product that no buffer holds says its size, and how to go on', async () => {
    const device = await openLaneDevice({ assume: { maxBufferBytes: 4096 } });
    const [a, b] = [device.tensor(new Float32Array(80), [40, 2]), device.tensor(new Float32Array(80), [2, 40])];
    if (isGpuLane) expectThrows(() => matmul(a, b), LimitError, 'matmul', '[40, 40]', '6400 bytes', 'a.slice');
    else await matmul(a, b).data();
    device.close();
  });
});
