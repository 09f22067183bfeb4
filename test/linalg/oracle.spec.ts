/** The oracles of linear algebra against numpy and scikit-learn: they must be right before anything is held against them. */
import { describe, it } from 'vitest';
import scores from '../golden/mahalanobis.json';
import { cholesky, covariance, mahalanobis, matmul } from '../oracle/linalg.ts';
import { valueAt } from '../oracle/grid.ts';
import { Findings } from '../support/expect.ts';
import { goldenGrid, isRaised, namedInput, type GoldenArray } from '../support/golden.ts';
import { linalgCases, matricesOf, type ScoreCase } from '../support/linalg.ts';
import { covariance as covarianceBound, factor, mahalanobis as scoreBound, matrixProduct } from '../tolerance.ts';

describe('oracles against numpy', () => {
  it('matmul', () => {
    const findings = new Findings();
    for (const { label, operands, expected } of linalgCases('matmul')) {
      if (isRaised(expected)) continue;
      const [a, b] = operands;
      if (!a || !b) throw new Error('matmul has two operands');
      const { product, magnitudes } = matmul(a, b);
      findings.shape(product.shape, expected.shape, label);
      const bound = (index: number) => matrixProduct(a.shape.at(-1) ?? 0, 'double', magnitudes.data[index] ?? 0);
      findings.close(product.data, goldenGrid(expected).data, bound, label);
    }
    findings.end();
  });

  it('cholesky', () => {
    const findings = new Findings();
    for (const { label, operands, expected } of linalgCases('cholesky')) {
      const [a] = operands;
      if (!a || a.shape.length < 2 || a.shape.at(-1) !== a.shape.at(-2)) continue;
      const factors = matricesOf(a).map(cholesky);
      findings.check(factors.includes(undefined) === isRaised(expected), `${label}: positive definite or not`);
      if (isRaised(expected)) continue;
      const d = a.shape.at(-1) ?? 0;
      matricesOf(goldenGrid(expected)).forEach((wanted, k) =>
        findings.close(factors[k]?.data ?? [], wanted.data, factor(d, 'double', 1000, 1), label),
      );
    }
    findings.end();
  });

  it('covariance', () => {
    const findings = new Findings();
    for (const { label, operands, expected, options } of linalgCases('covariance')) {
      if (isRaised(expected)) continue;
      const [x, weights] = operands;
      if (!x) throw new Error('a covariance has rows');
      const { covariance: actual, magnitudes } = covariance(x, { ...options, weights: weights?.data });
      findings.shape(actual.shape, expected.shape, label);
      // numpy centres once, by a mean that is rounded next to the numbers themselves.
      const [n = 0] = x.shape;
      const largest = Math.max(...Array.from(x.data, Math.abs).filter(Number.isFinite));
      const bound = (index: number) =>
        covarianceBound(n, 'double', (magnitudes.data[index] ?? 0) + largest ** 2 * 2 ** -16);
      findings.close(actual.data, goldenGrid(expected).data, bound, label);
    }
    findings.end();
  });

  it('mahalanobis', () => {
    const findings = new Findings();
    const inputs: Readonly<Record<string, GoldenArray>> = scores.inputs;
    for (const one of scores.cases as unknown as readonly ScoreCase[]) {
      const x = namedInput(inputs, one.x);
      const [n = 0, d = 0] = x.shape;
      const { covariance: own } = covariance(x, { ddof: one.ddof, shrinkage: one.shrinkage });
      const spread = one.covariance === undefined ? own : namedInput(inputs, one.covariance);
      const columns = Array.from({ length: d }, (_, i) => Array.from({ length: n }, (__, k) => valueAt(x, [k, i])));
      const centre =
        one.mean === undefined
          ? columns.map(column => column.reduce((sum, value) => sum + value, 0) / n)
          : Array.from(namedInput(inputs, one.mean).data);
      const actual = Array.from({ length: n }, (_, k) =>
        mahalanobis(
          centre.map((mean, i) => valueAt(x, [k, i]) - mean),
          spread,
        ),
      );
      const expected = goldenGrid(one.scores).data;
      // Offsets of 1000 with a spread of 1e-3 cost numpy, which centres once, six digits.
      const condition = one.condition * (one.x === 'far' ? 1e6 : 1);
      findings.close(
        actual,
        expected,
        scoreBound(d, 'double', condition, Math.max(...Array.from(expected))),
        JSON.stringify(one).slice(0, 80),
      );
    }
    findings.end();
  });
});
