/** `ridgeCV` beside scikit-learn's, every error of every fold and row; generalised cross-validation beside its definition. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { ridgeCV, type Device, type Folds, type Tensor } from '../../src/index.ts';
import golden from '../golden/regression-cv.json';
import seed from '../golden/seed/regression.json';
import type { Grid } from '../oracle/grid.ts';
import { ridgeOracle } from '../oracle/regression.ts';
import { Findings } from '../support/expect.ts';
import { goldenGrid, namedInput, type GoldenArray } from '../support/golden.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { floatsOf, tensorOf } from '../support/tensors.ts';
import { fitted, foldError, HOST, leftOut, precisionOf } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

interface RidgeCase {
  readonly kind: 'path' | 'ridge';
  readonly x: string;
  readonly y: string;
  readonly weights?: string;
  /** Without, one row after the other. */
  readonly folds?: Folds;
  readonly alphas: readonly number[];
  readonly fitIntercept: boolean;
  readonly errors: GoldenArray;
  readonly alpha: number;
  readonly coef: GoldenArray;
}

const cases = (golden.cases as unknown as readonly RidgeCase[]).filter(one => one.kind === 'ridge');
const inputs: Readonly<Record<string, GoldenArray>> = golden.inputs;
const precision = () => precisionOf({ dtype: device.kind === 'cpu' ? 'float64' : 'float32', device });

/** Rows of a table from the last to the first: errors come for descending penalties. */
const descending = ({ shape: [rows = 0, columns = 0], data }: Grid): number[] =>
  Array.from({ length: rows }, (_, k) => Array.from(data).slice((rows - 1 - k) * columns, (rows - k) * columns)).flat();

async function expectCase(findings: Findings, one: RidgeCase, label: string): Promise<void> {
  const given = [one.x, one.y].map(name => namedInput(inputs, name)) as [Grid, Grid];
  const [x, y] = given.map(grid => tensorOf(device, grid, floatsOf(device)[0])) as [Tensor, Tensor];
  const { alphas, fitIntercept } = one;
  const weights = one.weights && { sampleWeight: Float64Array.from(namedInput(inputs, one.weights).data) };
  const found = await ridgeCV(x, y, { alphas, fitIntercept, folds: one.folds ?? 'loo', ...weights });
  const bound = one.folds
    ? foldError(precision())
    : leftOut(precision(), Math.max(...Array.from(goldenGrid(one.errors).data)));
  findings.close(found.foldErrors, descending(goldenGrid(one.errors)), bound, `${label}: errors`);
  findings.exact([found.alpha], [one.alpha], `${label}: alpha`);
  findings.close(await found.coef.data(), goldenGrid(one.coef).data, fitted(precision()), `${label}: coef`);
  findings.check((found.gcv === undefined) === (one.folds !== undefined), `${label}: gcv`);
  for (const tensor of [x, y, found]) tensor.dispose();
}

describe("scikit-learn's ridge by cross-validation", () => {
  it('has the errors of folds', async () => {
    const findings = new Findings();
    for (const [k, one] of cases.entries()) if (one.folds) await expectCase(findings, one, `case ${k} (${one.x})`);
    findings.end();
  });

  it('has the errors of leaving out one row', async () => {
    const findings = new Findings();
    for (const [k, one] of cases.entries()) if (!one.folds) await expectCase(findings, one, `case ${k} (${one.x})`);
    findings.end();
  });
});

describe('the worked cases', () => {
  for (const [id, folds] of [
    ['ridge-cv', 5],
    ['ridge-loo', 'loo'],
  ] as const)
    it(id, async () => {
      const worked = seed.cases as unknown as readonly { readonly id: string }[];
      interface Worked {
        readonly inputs: { readonly X: GoldenArray; readonly y: GoldenArray };
        readonly options: { readonly alphas: GoldenArray };
        readonly expected: { readonly alpha: number };
      }
      const [data, own] = ['lasso-cv', id].map(name => worked.find(one => one.id === name)) as unknown as [
        Worked,
        Worked,
      ];
      const [x, y] = [data.inputs.X, data.inputs.y].map(array => tensorOf(device, goldenGrid(array))) as [
        Tensor,
        Tensor,
      ];
      const found = await ridgeCV(x, y, { folds, alphas: goldenGrid(own.options.alphas).data });
      const findings = new Findings();
      findings.close([found.alpha], [own.expected.alpha], HOST, 'alpha');
      findings.end();
      for (const tensor of [x, y, found]) tensor.dispose();
    });
});

describe('generalised cross-validation', () => {
  it('is Σe²/n over (1 − tr H/n)²', async () => {
    const [n, p] = [14, 3];
    const random = new Random(5);
    const [x, y] = [random.normal(n * p), random.normal(n)];
    const alphas = [3, 0.2];
    const findings = new Findings();
    for (const fitIntercept of [true, false]) {
      const found = await ridgeCV(device.tensor(x, [n, p]), y, { alphas, fitIntercept });
      const expected = alphas.map(alpha => {
        const predicted = (right: ArrayLike<number>): number[] => {
          const { coef, intercept } = ridgeOracle({ n, p, x, y: right }, alpha, fitIntercept);
          return Array.from({ length: n }, (_, i) =>
            coef.reduce((sum, w, j) => sum + w * (x[i * p + j] ?? NaN), intercept),
          );
        };
        const errors = predicted(y).map((fit, i) => (y[i] ?? NaN) - fit);
        // H·eᵢ is the prediction of a y that is 1 in row i alone.
        const unit = (i: number): number[] => Array.from({ length: n }, (_, k) => Number(k === i));
        const trace = unit(0).reduce((sum, _, i) => sum + (predicted(unit(i))[i] ?? NaN), 0);
        return errors.reduce((sum, error) => sum + error * error, 0) / n / (1 - trace / n) ** 2;
      });
      findings.close(found.gcv ?? [], expected, foldError(precision()), fitIntercept ? 'centred' : 'through 0');
      found.dispose();
    }
    findings.end();
  });
});
