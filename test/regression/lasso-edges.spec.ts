/** What is at the edge of what `lasso` and `elasticNet` are for: strange columns, few rows, extreme penalties, wrong options. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  DeviceMismatchError,
  DisposedError,
  elasticNet,
  lasso,
  NonFiniteError,
  openDevice,
  OptionError,
  ridge,
  ShapeError,
  tensor,
  type Device,
} from '../../src/index.ts';
import { objective, violation } from '../oracle/regression.ts';
import { expectClose, expectRejects, Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { givenX, lineOf, problem } from '../support/regression.ts';
import { coefficient, equations, missed, TIGHT, type Precision } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const precision = (): Precision => (device.kind === 'cpu' ? 'double' : 'single');

const rows = problem(30, 5, { seed: 4, offset: 1 });
const tight = { tol: TIGHT, maxIterations: 10000 } as const;

/** The columns of the problem with others put among them, in front. */
function beside(...columns: readonly ((i: number) => number)[]) {
  const p = columns.length + rows.p;
  const data = Float64Array.from({ length: rows.n * p }, (_, at) => {
    const [i, j] = [Math.floor(at / p), at % p];
    return columns[j]?.(i) ?? rows.x[i * rows.p + j - columns.length] ?? NaN;
  });
  return { shape: [rows.n, p], data };
}

const solvers = ['descent', 'gram'] as const;

describe('columns', () => {
  it('without spread get 0 and change nothing', async () => {
    const findings = new Findings();
    const plain = await lineOf(await lasso(givenX(rows), rows.y, { alpha: 0.1, device, ...tight }));
    const x = beside(
      () => 0,
      () => 0.1,
      () => 1e8 + 0.1,
    );
    for (const solver of solvers)
      for (const standardize of [false, true]) {
        const model = await lasso(x, rows.y, { alpha: 0.1, solver, standardize, device, ...tight });
        const { coef, intercept } = await lineOf(model);
        findings.exact(coef.slice(0, 3), [0, 0, 0], `${solver}: columns without spread`);
        if (standardize) continue;
        const bound = coefficient(precision(), 4);
        findings.close([...coef.slice(3), intercept], [...plain.coef, plain.intercept], bound, solver);
      }
    const ridged = await lineOf(await ridge(x, rows.y, { alpha: 0, device }));
    findings.exact(ridged.coef.slice(0, 3), [0, 0, 0], 'ridge');
    findings.end();
  });

  it('of zeros count where there is no intercept, constant ones then do not', async () => {
    const x = beside(
      () => 0,
      () => 2,
    );
    const model = await lasso(x, rows.y, { alpha: 0.01, fitIntercept: false, device, ...tight });
    const { coef, intercept } = await lineOf(model);
    expect(coef[0]).toBe(0);
    expect(coef[1]).not.toBe(0);
    expect(intercept).toBe(0);
  });

  it('that are there twice share what one has', async () => {
    const findings = new Findings();
    const alone = await lineOf(await lasso(givenX(rows), rows.y, { alpha: 0.1, device, ...tight }));
    const x = beside(i => rows.x[i * rows.p] ?? NaN);
    const posed = { alpha: 0.1, l1Ratio: 1, fitIntercept: true };
    for (const solver of solvers) {
      const { coef, intercept } = await lineOf(await lasso(x, rows.y, { alpha: 0.1, solver, device, ...tight }));
      const together = [(coef[0] ?? NaN) + (coef[1] ?? NaN), ...coef.slice(2)];
      findings.close([...together, intercept], [...alone.coef, alone.intercept], coefficient(precision(), 8), solver);
      const off = violation({ n: rows.n, p: 6, x: x.data, y: rows.y }, posed, { coef, intercept });
      findings.check(off <= missed(precision(), TIGHT, 6), `${solver}: conditions are missed by ${off}`);
    }
    const net = await lineOf(await elasticNet(x, rows.y, { alpha: 0.1, device, ...tight }));
    findings.close([net.coef[0] ?? NaN], [net.coef[1] ?? NaN], coefficient(precision(), 1), 'elasticNet');
    findings.end();
  });

  it('as large as 1e8 and as small as 1e-8', async () => {
    const findings = new Findings();
    const scales = [1e8, 1, 1e-8, 1e4, 1e-4];
    const data = rows.x.map((value, at) => (value - 1) * (scales[at % 5] ?? NaN));
    const shifted = rows.x.map(value => value - 1);
    const options = { standardize: true, alpha: 0.1, device, ...tight } as const;
    const plain = await lineOf(await lasso({ shape: [30, 5], data: shifted }, rows.y, options));
    for (const solver of solvers) {
      const model = await lasso({ shape: [30, 5], data }, rows.y, { ...options, solver });
      const { coef } = await lineOf(model);
      const own = coef.map((w, j) => w * (scales[j] ?? NaN));
      findings.close(own, plain.coef, coefficient(precision(), 4), solver);
      findings.check(model.converged, `${solver} converges`);
    }
    // Without standardising, the least column is too small for the penalty, and the largest hardly feels it.
    const { coef } = await lineOf(await lasso({ shape: [30, 5], data }, rows.y, { alpha: 0.1, device, ...tight }));
    findings.exact([coef[2] ?? NaN], [0], 'the least column');
    findings.check((coef[0] ?? 0) !== 0, 'the largest column');
    findings.end();
  });

  it('whose squares leave the range of doubles are refused, and do not pass for constant ones', async () => {
    const huge = rows.x.map((value, at) => (at % 5 === 1 ? 1e200 * value : value));
    for (const fit of [lasso, ridge]) {
      await expectRejects(
        fit({ shape: [30, 5], data: huge }, rows.y, { device }),
        OptionError,
        fit.name,
        'x',
        'Divide',
      );
      const y = Array.from(rows.y, value => value * 1e200);
      await expectRejects(fit(givenX(rows), y, { device }), OptionError, fit.name, 'y', 'Divide');
    }
  });

  it('more than rows', async () => {
    const wide = problem(10, 60, { seed: 3 });
    const model = await lasso(givenX(wide), wide.y, { alpha: 0.01, device, ...tight });
    expect(model.converged).toBe(true);
    expect(model.active.length).toBeLessThan(10);
    const off = violation(wide, { alpha: 0.01, l1Ratio: 1, fitIntercept: true }, await lineOf(model));
    expect(off).toBeLessThanOrEqual(missed(precision(), TIGHT, 60));
  });
});

describe('rows', () => {
  it('one alone is fitted by the intercept, or by the best column', async () => {
    const alone = await lasso([[1, 2, 3]], [5], { alpha: 0.1, device });
    expect(await alone.coef.toArray()).toEqual([0, 0, 0]);
    expect(await alone.intercept.item()).toBe(5);
    expect([alone.dualGap, alone.converged, alone.active.length]).toEqual([0, true, 0]);
    // min ½·(5 − 3w)² + 0.1·|w|: w = (15 − 0.1) / 9
    const bare = await lasso([[1, 2, 3]], [5], { alpha: 0.1, fitIntercept: false, device, ...tight });
    expectClose(await bare.coef.data(), [0, 0, 14.9 / 9], coefficient(precision(), 2), 'one row');
  });

  it('of equal targets give zeros', async () => {
    const y = new Float64Array(30).fill(0.1);
    for (const solver of solvers) {
      const model = await lasso(givenX(rows), y, { alpha: 1e-6, solver, device });
      expect([...(await model.coef.data())]).toEqual([0, 0, 0, 0, 0]);
      expect(await model.intercept.item()).toBeCloseTo(0.1);
      expect([model.converged, model.dualGap]).toEqual([true, 0]);
    }
  });

  it('of weight 0 might as well not be there, and all weights may be scaled', async () => {
    const weights = Float64Array.from({ length: 30 }, (_, i) => (i < 10 ? 0 : 3));
    const some = { shape: [20, 5], data: rows.x.slice(50) };
    const options = { alpha: 0.1, device, ...tight } as const;
    const weighted = await lineOf(await lasso(givenX(rows), rows.y, { ...options, sampleWeight: weights }));
    // Weights are relative to the mean of all rows, so that 1/n counts them all.
    const fewer = await lineOf(await lasso(some, rows.y.slice(10), options));
    const bound = coefficient(precision(), 4);
    expectClose([...weighted.coef, weighted.intercept], [...fewer.coef, fewer.intercept], bound, 'weights of 0');
    const more = { ...options, sampleWeight: weights.map(one => 7 * one) };
    const scaled = await lineOf(await lasso(givenX(rows), rows.y, more));
    expectClose(scaled.coef, weighted.coef, bound, 'scaled weights');
  });
});

describe('penalties', () => {
  it('of 0 are least squares', async () => {
    const findings = new Findings();
    const squares = await lineOf(await ridge(givenX(rows), rows.y, { alpha: 0, device }));
    for (const fit of [lasso, elasticNet]) {
      const model = await fit(givenX(rows), rows.y, { alpha: 0, device });
      const found = await lineOf(model);
      findings.close(
        [...found.coef, found.intercept],
        [...squares.coef, squares.intercept],
        equations(precision(), 4),
        fit.name,
      );
      const off = violation(rows, { alpha: 0, l1Ratio: 1, fitIntercept: true }, found);
      findings.check(off <= missed(precision(), 0, 5), `${fit.name}: missed by ${off}`);
      findings.check(
        model.converged && model.solver === 'cholesky' && model.dualGap < TIGHT,
        `${fit.name}: ${model.solver}`,
      );
    }
    // Of many solutions, the shortest.
    const wide = await lasso([[3, 4, 0]], [5], { alpha: 0, fitIntercept: false, device });
    findings.close(await wide.coef.data(), [0.6, 0.8, 0], equations(precision(), 1), 'one row');
    findings.check(wide.solver === 'svd', `one row: ${wide.solver}`);
    findings.end();
  });

  it('with l1Ratio 0 are those of ridge', async () => {
    const net = await lineOf(await elasticNet(givenX(rows), rows.y, { alpha: 0.2, l1Ratio: 0, device }));
    const ridged = await lineOf(await ridge(givenX(rows), rows.y, { alpha: 0.2 * 30, device }));
    const bound = equations(precision(), 4);
    expectClose([...net.coef, net.intercept], [...ridged.coef, ridged.intercept], bound, 'l1Ratio 0');
    const options = { alpha: 0.2, l1Ratio: 0, positive: true, device, ...tight } as const;
    const positive = await elasticNet(givenX(rows), rows.y, options);
    const posed = { ...options, fitIntercept: true };
    expect(positive.converged).toBe(true);
    expect(violation(rows, posed, await lineOf(positive))).toBeLessThanOrEqual(missed(precision(), TIGHT, 5));
  });

  it('of α_max and more make everything 0, a little less does not', async () => {
    const mean = rows.y.reduce((sum, value) => sum + value, 0) / 30;
    const products = Array.from({ length: 5 }, (_, j) =>
      Math.abs(rows.y.reduce((sum, value, i) => sum + (value - mean) * (rows.x[i * 5 + j] ?? NaN), 0) / 30),
    );
    const most = Math.max(...products);
    for (const solver of solvers) {
      const none = await lasso(givenX(rows), rows.y, { alpha: most * (1 + 1e-9), solver, device });
      expect([...(await none.coef.data())]).toEqual([0, 0, 0, 0, 0]);
      expect([none.active.length, none.converged]).toEqual([0, true]);
      expect(none.dualGap).toBeLessThan(1e-6);
      const one = await lasso(givenX(rows), rows.y, { alpha: most * (1 - 1e-6), solver, device, ...tight });
      expect([...one.active]).toEqual([products.indexOf(most)]);
    }
  });

  it('that take more sweeps than allowed say so', async () => {
    const alike = problem(40, 20, { rho: 0.95, seed: 2 });
    const options = { alpha: 0.01, tol: 1e-10, maxIterations: 2, device } as const;
    for (const solver of solvers) {
      const model = await lasso(givenX(alike), alike.y, { ...options, solver });
      expect([model.converged, model.iterations]).toEqual([false, 2]);
      const found = await lineOf(model);
      const posed = { alpha: 0.01, l1Ratio: 1, fitIntercept: true };
      const best = await lineOf(await lasso(givenX(alike), alike.y, { alpha: 0.01, device, ...tight }));
      const above = objective(alike, posed, found) - objective(alike, posed, best);
      expect(above).toBeGreaterThan(0);
      expect(model.dualGap).toBeGreaterThan(above / 2);
    }
  });
});

describe('errors', () => {
  const x = givenX(rows);
  const reject = (promise: Promise<unknown>, type: typeof OptionError, ...mentions: string[]): Promise<unknown> =>
    expectRejects(promise, type, 'lasso', ...mentions);

  it('are of options', async () => {
    await reject(lasso(x, rows.y, { alpha: -1, device }), OptionError, 'alpha is -1');
    await reject(lasso(x, rows.y, { alpha: NaN, device }), OptionError, 'alpha is NaN');
    await reject(lasso(x, rows.y, { alpha: 0, positive: true, device }), OptionError, 'alpha is 0 with positive');
    await reject(lasso(x, rows.y, { tol: -1, device }), OptionError, 'tol is -1');
    await reject(lasso(x, rows.y, { maxIterations: 0, device }), OptionError, 'maxIterations is 0');
    await reject(lasso(x, rows.y, { solver: 'lars' as 'gram', device }), OptionError, "'lars'", "'descent'");
    await reject(lasso(x, rows.y, { fitIntercept: 1 as never, device }), OptionError, 'fitIntercept is 1');
    await reject(lasso(x, rows.y, { lambda: 1 } as never), OptionError, "no option 'lambda'");
    await reject(lasso(x, rows.y, { warmStart: [1, NaN, 1, 1, 1], device }), OptionError, 'warmStart');
    await expectRejects(elasticNet(x, rows.y, { l1Ratio: 2, device }), OptionError, 'elasticNet', 'l1Ratio is 2');
    const weights = new Float64Array(30);
    await reject(lasso(x, rows.y, { sampleWeight: weights, device }), OptionError, 'all of sampleWeight is 0');
    weights[3] = -2;
    await reject(lasso(x, rows.y, { sampleWeight: weights, device }), OptionError, '-2 at row 3');
  });

  it('are of shapes, and of models that are gone', async () => {
    await reject(lasso(rows.x, rows.y, { device }), ShapeError, '[150]', '[n, p]');
    await reject(lasso(x, rows.y.slice(1), { device }), ShapeError, '[29]', '30 rows');
    await reject(lasso({ shape: [0, 3], data: [] }, [], { device }), ShapeError, '[0, 3]');
    await reject(lasso({ shape: [3, 0], data: [] }, [1, 2, 3], { device }), ShapeError, '[3, 0]');
    await reject(lasso(x, { shape: [30, 0], data: [] }, { device }), ShapeError, '[30, 0]');
    await reject(lasso(x, rows.y, { sampleWeight: [1, 2], device }), ShapeError, 'sampleWeight', '[2]');
    await reject(lasso(x, rows.y, { warmStart: [1, 2], device }), ShapeError, 'warmStart', '[2]');
    const model = await lasso(x, rows.y, { device });
    expect(() => model.predict([[1, 2]])).toThrow(ShapeError);
    model.dispose();
    expect(() => model.predict(x)).toThrow(DisposedError);
  });

  it('are of numbers', async () => {
    const bad = rows.x.slice();
    bad[7] = NaN;
    await reject(lasso({ shape: [30, 5], data: bad }, rows.y, { device }), NonFiniteError, 'row 1, column 2');
    const y = rows.y.slice();
    y[3] = Infinity;
    await reject(lasso(x, y, { device }), NonFiniteError, 'y of shape [30]', 'position 3');
    await reject(lasso(tensor(bad, [30, 5], { device, dtype: 'float32' }), rows.y), NonFiniteError, 'NaN');
  });

  it('are of devices and signals', async () => {
    const other = await openDevice({ device: 'cpu' });
    const one = tensor(rows.x, [30, 5], { device, dtype: 'float32' });
    const two = tensor(rows.y, [30], { device: other });
    await reject(lasso(one, two), DeviceMismatchError);
    other.close();
    const reason = new Error('enough');
    await expect(lasso(x, rows.y, { signal: AbortSignal.abort(reason), device })).rejects.toBe(reason);
  });
});
