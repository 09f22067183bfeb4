/** Products, factors and covariances against numpy's and scikit-learn's own answers, refusals included. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { cholesky, covariance, matmul, UnitballError, type Device, type Tensor } from '../../src/index.ts';
import { covariance as covarianceOracle, matmul as matmulOracle } from '../oracle/linalg.ts';
import { expectRejects } from '../support/expect.ts';
import { goldenGrid, isRaised } from '../support/golden.ts';
import { openLaneDevice } from '../support/lane.ts';
import { linalgCases, type LinalgCase } from '../support/linalg.ts';
import { Batch, floatsOf, tensorOf, type Bound, type FloatDtype } from '../support/tensors.ts';
import { covariance as covarianceBound, factor, matrixProduct } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const OPS = ['matmul', 'cholesky', 'covariance'] as const;

function run(op: (typeof OPS)[number], { operands, options }: LinalgCase, dtype: FloatDtype): Tensor {
  const [a, b] = operands.map(operand => tensorOf(device, operand, dtype)) as [Tensor, Tensor];
  switch (op) {
    case 'matmul':
      return matmul(a, b);
    case 'cholesky':
      return cholesky(a);
    case 'covariance':
      return covariance(a, { ...options, ...(b && { weights: b }) });
    default:
      throw op satisfies never;
  }
}

function boundOf(op: (typeof OPS)[number], { operands, options }: LinalgCase): Bound {
  const [a, b] = operands;
  if (!a) throw new Error(`${op} has an operand`);
  const size = a.shape.at(-1) ?? 0;
  if (op === 'matmul' && b) {
    const { magnitudes } = matmulOracle(a, b);
    return precision => index => matrixProduct(size, precision, magnitudes.data[index] ?? 0);
  }
  // Random matrices with something on the diagonal, of condition 10 to 50.
  if (op === 'cholesky') return precision => factor(size, precision, 50, 2);
  const { magnitudes } = covarianceOracle(a, { ...options, weights: b?.data });
  // numpy's own mean is rounded next to the numbers, which may be far off the origin.
  const largest = Math.max(...Array.from(a.data, Math.abs).filter(Number.isFinite));
  return precision => index =>
    covarianceBound(
      a.shape[0] ?? 0,
      precision,
      (magnitudes.data[index] ?? 0) + (precision === 'double' ? largest ** 2 * 2 ** -16 : 0),
    );
}

describe("numpy's answers", () => {
  for (const op of OPS)
    it(op, async () => {
      const batch = new Batch();
      for (const dtype of floatsOf(device))
        for (const one of linalgCases(op))
          if (!isRaised(one.expected))
            batch.expect(one.label, () => run(op, one, dtype), goldenGrid(one.expected), boundOf(op, one));
      await batch.end();
    });

  it('what numpy refuses is a typed error that names the operation', async () => {
    for (const op of OPS)
      for (const one of linalgCases(op))
        if (isRaised(one.expected))
          await expectRejects(
            // At the call where shapes tell, at the read where only values do.
            Promise.resolve().then(() => run(op, one, 'float32').data()),
            UnitballError,
            op,
          );
  });
});
