/** `lassoCV` and `elasticNetCV` beside scikit-learn's, every error of every fold; and the worked cases. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import {
  elasticNetCV,
  lassoCV,
  type CrossValidatedModel,
  type Device,
  type Folds,
  type Tensor,
} from '../../src/index.ts';
import golden from '../golden/regression-cv.json';
import seed from '../golden/seed/regression.json';
import type { Grid } from '../oracle/grid.ts';
import { Findings } from '../support/expect.ts';
import { goldenGrid, namedInput, type GoldenArray } from '../support/golden.ts';
import { openLaneDevice } from '../support/lane.ts';
import { floatsOf, tensorOf } from '../support/tensors.ts';
import { fitted, foldError, LOOSE_FOLD_ERROR, precisionOf, ROUNDING } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

interface PathCase {
  readonly kind: 'path' | 'ridge';
  readonly x: string;
  readonly y: string;
  readonly weights?: string;
  readonly folds: Folds;
  readonly ratios: readonly number[];
  readonly options: { readonly alphas?: readonly number[]; readonly [name: string]: unknown };
  readonly errors: GoldenArray;
  readonly alphas: GoldenArray;
  readonly alpha: number;
  readonly l1Ratio: number;
  readonly alpha1se: number;
  readonly coef: GoldenArray;
  readonly intercept: number;
}

/** Numbers that are found in doubles on all devices, by few steps. */
const SAME = { relative: 64 * ROUNDING.float64, absolute: 0 };

const cases = (golden.cases as unknown as readonly PathCase[]).filter(one => one.kind === 'path');
const inputs: Readonly<Record<string, GoldenArray>> = golden.inputs;

interface SeedCase {
  readonly id: string;
  readonly inputs: { readonly X: GoldenArray | string; readonly y: GoldenArray | string };
  readonly options: { readonly alphas?: GoldenArray | string; readonly l1Ratio?: readonly number[] };
  readonly expected: Readonly<Record<string, number>>;
}
const worked = seed.cases as unknown as readonly SeedCase[];
function workedCase(id: string): SeedCase {
  const one = worked.find(own => own.id === id);
  if (!one) throw new Error(`there is no case '${id}'`);
  return one;
}

const precision = () => precisionOf({ dtype: device.kind === 'cpu' ? 'float64' : 'float32', device });

async function expectCase(findings: Findings, one: PathCase, label: string, solver: 'auto' | 'descent'): Promise<void> {
  const [x, y] = [one.x, one.y].map(name => namedInput(inputs, name)) as [Grid, Grid];
  const weights =
    one.weights === undefined ? {} : { sampleWeight: Float64Array.from(namedInput(inputs, one.weights).data) };
  const options = {
    count: 12,
    eps: 0.01,
    folds: one.folds,
    tol: 1e-10,
    maxIterations: 20_000,
    solver,
    device,
    ...weights,
    ...one.options,
  };
  const [n = 0, p = 0] = x.shape;
  const [rows, right] = [x, y].map(grid => tensorOf(device, grid, floatsOf(device)[0])) as [Tensor, Tensor];
  const found: CrossValidatedModel =
    one.ratios.length === 1 && one.ratios[0] === 1
      ? await lassoCV(rows, right, options)
      : await elasticNetCV(rows, right, { ...options, l1Ratio: one.ratios });
  const own = solver === 'descent' ? 'double' : precision();
  findings.close(found.alphas, goldenGrid(one.alphas).data, SAME, `${label}: alphas`);
  findings.close(found.foldErrors, goldenGrid(one.errors).data, foldError(own), `${label}: errors of folds`);
  findings.close(
    [found.alpha, found.alpha1se, found.l1Ratio],
    [one.alpha, one.alpha1se, one.l1Ratio],
    SAME,
    `${label}: what was chosen`,
  );
  const sizes = Array.from({ length: p }, (_, j) =>
    Math.hypot(...Array.from({ length: n }, (_row, i) => (x.data[i * p + j] ?? NaN) / Math.sqrt(n))),
  );
  const sized = (coef: ArrayLike<number>) => sizes.map((size, j) => size * (coef[j] ?? NaN));
  findings.close(
    sized(await found.coef.data()),
    sized(goldenGrid(one.coef).data),
    fitted(precision()),
    `${label}: coef`,
  );
  // The means times what the coefficients are off by.
  const { relative, absolute } = fitted(precision());
  const centre = sizes.reduce((sum, size) => sum + size, 1);
  findings.close(
    [await found.intercept.item()],
    [one.intercept],
    { relative, absolute: absolute * centre },
    `${label}: intercept`,
  );
  findings.check(found.converged, `${label} converges`);
  findings.check(
    found.foldSolver === (solver === 'auto' ? 'batch' : 'descent'),
    `${label}: solved by ${found.foldSolver}`,
  );
  found.dispose();
  rows.dispose();
  right.dispose();
}

describe("scikit-learn's LassoCV and ElasticNetCV", () => {
  for (const solver of ['auto', 'descent'] as const)
    it(`have the errors of ${solver === 'auto' ? 'one batch' : 'paths on the host'}`, async () => {
      const findings = new Findings();
      for (const [k, one] of cases.entries())
        await expectCase(findings, one, `case ${k} (${one.x}, ${solver})`, solver);
      findings.end();
    });
});

describe('the worked cases', () => {
  const { inputs: given, options } = workedCase('lasso-cv');
  const [x, y, alphas] = [given.X, given.y, options.alphas].map(one => goldenGrid(one as GoldenArray)) as [
    Grid,
    Grid,
    Grid,
  ];

  it('lasso-cv', async () => {
    const { expected } = workedCase('lasso-cv');
    const findings = new Findings();
    const found = await lassoCV(tensorOf(device, x), tensorOf(device, y), { folds: 5, alphas: alphas.data });
    const best = found.alphas.indexOf(found.alpha);
    findings.close(
      [found.alpha, found.alpha1se],
      [expected['alpha'] ?? NaN, expected['alpha1se'] ?? NaN],
      SAME,
      'alpha',
    );
    findings.close([found.meanErrors[best] ?? NaN], [expected['mse'] ?? NaN], LOOSE_FOLD_ERROR, 'its error');
    findings.close(
      [found.standardErrors[best] ?? NaN],
      [expected['se'] ?? NaN],
      LOOSE_FOLD_ERROR,
      'its standard error',
    );
    findings.exact([found.active.length], [expected['nonzeros'] ?? NaN], 'coefficients');
    findings.check(found.converged, 'it converges');
    found.dispose();
    findings.end();
  });

  it('elasticnet-cv', async () => {
    const { expected, options: own } = workedCase('elasticnet-cv');
    const findings = new Findings();
    const found = await elasticNetCV(tensorOf(device, x), tensorOf(device, y), {
      folds: 5,
      alphas: alphas.data,
      l1Ratio: own.l1Ratio,
    });
    findings.close(
      [found.alpha, found.l1Ratio],
      [expected['alpha'] ?? NaN, expected['l1Ratio'] ?? NaN],
      SAME,
      'what was chosen',
    );
    found.dispose();
    findings.end();
  });
});
