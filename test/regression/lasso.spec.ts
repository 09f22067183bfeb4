/** `lasso` and `elasticNet` beside scikit-learn's, and by the conditions that a minimum meets. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { elasticNet, lasso, tensor, transpose, type Device, type LinearModel } from '../../src/index.ts';
import { elasticNetOracle, objective, violation, type LassoProblem } from '../oracle/regression.ts';
import { expectClose, Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { checkModel, givenX, goldenCases, lineOf, problem, seedCases, type ModelCase } from '../support/regression.ts';
import { missed, prediction, TIGHT, type Precision } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const precision = (): Precision => (device.kind === 'cpu' ? 'double' : 'single');

const fit = async (one: ModelCase, more: object = {}): Promise<LinearModel> => {
  const sampleWeight = one.weights;
  const options = { tol: TIGHT, maxIterations: 10000, device, sampleWeight, ...one.options, ...more };
  return one.op === 'lasso' ? lasso(one.x, one.y, options) : elasticNet(one.x, one.y, options);
};

describe('lasso and elasticNet', () => {
  it.each(['lasso', 'elasticNet'])("%s is scikit-learn's", async op => {
    const findings = new Findings();
    for (const one of [...seedCases(op), ...goldenCases(op)])
      for (const solver of ['descent', 'gram'] as const) {
        const model = await fit(one, { solver });
        const label = `${one.label}, ${solver}`;
        await checkModel(findings, model, one, precision(), label);
        findings.check(model.converged && model.solver === solver, `${label}: ${model.solver}, ${model.converged}`);
        model.dispose();
      }
    findings.end();
  });

  it('meets the optimality conditions, and its gap is a bound', async () => {
    const findings = new Findings();
    for (const [n, p] of [
      [30, 8],
      [12, 40],
      [300, 5],
    ] as const)
      for (const rho of [0, 0.95])
        for (const tol of [1e-4, TIGHT]) {
          const rows = problem(n, p, { rho, seed: n + p, offset: 2 });
          const weights = Float64Array.from({ length: n }, (_, i) => (i % 4) / 2);
          const posed: LassoProblem = {
            alpha: 0.2,
            l1Ratio: rho === 0 ? 1 : 0.6,
            fitIntercept: true,
            positive: p === 8,
          };
          const weighted = { ...rows, weights: p === 5 ? weights : undefined };
          const { alpha, l1Ratio, positive = false } = posed;
          const more = { alpha, l1Ratio, positive, tol, maxIterations: 20000, sampleWeight: weighted.weights };
          const model = await elasticNet(givenX(rows), rows.y, { ...more, device });
          const found = await lineOf(model);
          const label = `${n} × ${p}, ρ ${rho}, tol ${tol}`;
          const off = violation(weighted, posed, found);
          const allowed = missed(precision(), tol, p);
          findings.check(off <= allowed, `${label}: conditions are missed by ${off}, allowed are ${allowed}`);
          // Sweeps of a textbook that may not have come to the end, either: whatever it found, the minimum is no higher.
          const best = objective(weighted, posed, elasticNetOracle(weighted, posed, 20));
          const above = objective(weighted, posed, found) - best;
          const rounding = best * missed(precision(), 0, p);
          findings.check(above <= model.dualGap + rounding, `${label}: ${above} above, gap ${model.dualGap}`);
          const active = found.coef.flatMap((w, j) => (w === 0 ? [] : [j]));
          findings.exact(model.active, active, `${label}, active`);
          model.dispose();
        }
    findings.end();
  });

  it('predicts X·coef + intercept', async () => {
    const findings = new Findings();
    const rows = problem(20, 6, { offset: 50 });
    const two = Float64Array.from({ length: 40 }, (_, at) => (rows.y[at >> 1] ?? NaN) * (at % 2 === 0 ? 1 : -2));
    for (const y of [rows.y, { shape: [20, 2], data: two }]) {
      const model = await lasso(givenX(rows), y, { alpha: 0.1, device });
      const t = model.coef.ndim;
      const [coef, intercept] = [await model.coef.data(), await model.intercept.data()];
      const found = model.predict(givenX(rows));
      const expected = Float64Array.from({ length: 20 * t }, (_, at) => {
        const [i, k] = [Math.floor(at / t), at % t];
        let sum = intercept[k] ?? NaN;
        for (let j = 0; j < 6; j++) sum += (coef[k * 6 + j] ?? NaN) * (rows.x[i * 6 + j] ?? NaN);
        return sum;
      });
      const size = 60 * Array.from(coef).reduce((sum, w) => sum + Math.abs(w), 1);
      findings.close(await found.data(), expected, prediction(precision(), 6, size), `${t} targets`);
      findings.check(found.shape.length === t && found.shape[0] === 20, `${t} targets: shape ${String(found.shape)}`);
    }
    findings.end();
  });

  it('fits targets apart from each other', async () => {
    const rows = problem(25, 7);
    const other = problem(25, 7, { seed: 9 });
    const both = Float64Array.from({ length: 50 }, (_, at) => (at % 2 === 0 ? rows : other).y[at >> 1] ?? NaN);
    const options = { alpha: 0.3, device } as const;
    const model = await lasso(givenX(rows), { shape: [25, 2], data: both }, options);
    const one = await lasso(givenX(rows), rows.y, options);
    const two = await lasso(givenX(rows), other.y, options);
    expect(model.coef.shape).toEqual([2, 7]);
    expect(model.intercept.shape).toEqual([2]);
    expect(await model.coef.toArray()).toEqual([await one.coef.toArray(), await two.coef.toArray()]);
    expect(model.iterations).toBe(Math.max(one.iterations, two.iterations));
    expect(model.dualGap).toBe(Math.max(one.dualGap, two.dualGap));
    const narrow = await lasso(givenX(rows), { shape: [25, 1], data: rows.y }, options);
    expect(await narrow.coef.toArray()).toEqual([await one.coef.toArray()]);
  });

  it('goes on from an earlier model', async () => {
    const rows = problem(60, 30, { rho: 0.95 });
    const options = { alpha: 0.05, tol: 1e-6, device } as const;
    const cold = await lasso(givenX(rows), rows.y, options);
    const warm = await lasso(givenX(rows), rows.y, { ...options, warmStart: cold.coef });
    expect(cold.iterations).toBeGreaterThan(3);
    expect(warm.iterations).toBeLessThan(cold.iterations);
    expect(warm.converged).toBe(true);
    const scaled = await lasso(givenX(rows), rows.y, {
      ...options,
      standardize: true,
      positive: true,
      warmStart: cold.coef,
    });
    const fresh = await lasso(givenX(rows), rows.y, { ...options, standardize: true, positive: true });
    expect(scaled.dualGap).toBeLessThan(1e-5);
    expect(Math.min(...(await scaled.coef.data()))).toBeGreaterThanOrEqual(0);
    expect([...scaled.active]).toEqual([...fresh.active]);
  });

  it('takes tensors and views, and leaves their memory as it was', async () => {
    // On a device of its own: what other tests forgot may be collected meanwhile.
    const own = await openLaneDevice();
    const rows = problem(18, 4);
    const options = { alpha: 0.1 } as const;
    const expected = await (await lasso(givenX(rows), rows.y, { ...options, device: own })).coef.toArray();
    const x = tensor(rows.x, [18, 4], { device: own, dtype: 'float32' });
    const turned = transpose(tensor(await transpose(x).data(), [4, 18], { device: own, dtype: 'float32' }));
    const y = tensor(rows.y, [18], { device: own, dtype: 'float32' });
    const before = own.memory().live;
    for (const one of [x, turned]) {
      const model = await lasso(one, y, options);
      expect(await model.coef.toArray()).toEqual(expected);
      const at = model.predict(one);
      at.dispose();
      model.dispose();
    }
    expect(own.memory().live).toBeLessThanOrEqual(before);
    own.close();
  });

  it('runs the examples of its documentation', async () => {
    const model = await lasso(
      [
        [1, 0],
        [2, 1],
        [3, 0],
        [4, 1],
      ],
      [2, 4, 6, 8],
      { alpha: 0.1, device },
    );
    const near = { relative: 0, absolute: missed('single', 1e-4, 2) };
    expectClose(await model.coef.data(), [1.92, 0], near, 'lasso');
    expectClose(await model.predict([[5, 0]]).data(), [9.8], { relative: 0, absolute: 10 * near.absolute }, 'predict');
    const net = await elasticNet(
      [
        [1, 1],
        [2, 2],
        [3, 3],
        [4, 4],
      ],
      [2, 4, 6, 8],
      { alpha: 0.1, device },
    );
    expectClose(await net.coef.data(), [0.97, 0.97], near, 'elasticNet');
  });
});
