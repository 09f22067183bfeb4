/** `ridge` by all of its solvers: beside scikit-learn's and normal equations, small systems and such as go to the device. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDevice, OptionError, ridge, svdvals, type Device, type RidgeOptions } from '../../src/index.ts';
import { ridgeOracle, type Line, type Rows } from '../oracle/regression.ts';
import { expectClose, expectRejects, Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { checkModel, givenX, goldenCases, lineOf, problem, seedCases } from '../support/regression.ts';
import { equations, HOST, prediction, type Precision } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const precision = (): Precision => (device.kind === 'cpu' ? 'double' : 'single');
const solvers = ['cholesky', 'dual', 'svd'] as const;

/** ‖Xᵀ·r − α·w‖ / ‖Xᵀy‖, of centred columns: what is left of the normal equations. */
function left({ n, p, x, y }: Rows, alpha: number, { coef, intercept }: Line): number {
  const at = (values: ArrayLike<number>, k: number): number => values[k] ?? NaN;
  let [rest, whole] = [0, 0];
  const mean = Array.from({ length: n }, (_, i) => at(y, i)).reduce((sum, value) => sum + value, 0) / n;
  const residual = Array.from({ length: n }, (_, i) => {
    let sum = at(y, i) - intercept;
    for (let j = 0; j < p; j++) sum -= at(x, i * p + j) * at(coef, j);
    return sum;
  });
  for (let j = 0; j < p; j++) {
    let [a, b] = [-alpha * at(coef, j), 0];
    for (let i = 0; i < n; i++) {
      a += at(x, i * p + j) * at(residual, i);
      b += at(x, i * p + j) * (at(y, i) - mean);
    }
    rest += a * a;
    whole += b * b;
  }
  return Math.sqrt(rest / whole);
}

describe('ridge', () => {
  it("is scikit-learn's, by any solver", async () => {
    const findings = new Findings();
    for (const one of [...seedCases('ridge'), ...goldenCases('ridge')])
      for (const solver of solvers) {
        if (solver === 'dual' && one.options['alpha'] === 0) continue;
        const options = { ...one.options, sampleWeight: one.weights, solver, device };
        const model = await ridge(one.x, one.y, options);
        const label = `${one.label}, ${solver}`;
        await checkModel(findings, model, one, precision(), label);
        findings.check(model.solver === solver, `${label}: by ${model.solver}`);
        findings.check(model.converged && model.dualGap < 1e-12 * Math.max(1, ...one.y.data.map(v => v * v)), label);
        model.dispose();
      }
    findings.end();
  });

  it('solves the normal equations', async () => {
    const findings = new Findings();
    for (const [n, p] of [
      [20, 5],
      [8, 8],
      [6, 15],
      [200, 3],
    ] as const)
      for (const alpha of [0.01, 10])
        for (const solver of solvers) {
          const rows = problem(n, p, { rho: 0.8, seed: n * p });
          const found = await lineOf(await ridge(givenX(rows), rows.y, { alpha, solver, device }));
          const expected = ridgeOracle(rows, alpha, true);
          const bound = equations(precision(), 10);
          findings.close(
            [...found.coef, found.intercept],
            [...expected.coef, expected.intercept],
            bound,
            `${n} × ${p}, α ${alpha}, ${solver}`,
          );
        }
    findings.end();
  });

  it('in doubles also where the device factors the system', async () => {
    const findings = new Findings();
    // Orders and lengths beyond those that the host takes.
    for (const [n, p, solver] of [
      [1000, 129, 'cholesky'],
      [129, 1000, 'dual'],
    ] as const) {
      const rows = problem(n, p, { rho: 0.9, seed: 5 });
      const scales = [1, 1e6, 1e-6];
      const x = rows.x.map((value, at) => value * (solver === 'dual' ? 1 : (scales[(at % p) % 3] ?? NaN)));
      const model = await ridge({ shape: [n, p], data: x }, rows.y, { alpha: 1, solver, device });
      findings.check(model.solver === solver, `${solver}: by ${model.solver}`);
      const size = rows.y.reduce((sum, value) => sum + value * value, 0);
      findings.check(model.dualGap < 1e-13 * size, `${solver}: gap ${model.dualGap} of ${size}`);
      if (precision() === 'double') {
        const rest = left({ n, p, x, y: rows.y }, 1, await lineOf(model));
        findings.check(rest < 1e-11, `${solver}: ${rest} of the equations is left`);
      }
    }
    findings.end();
  });

  it('in doubles where a factor in float32 leaves more than a thousandth, by conjugate gradients', async () => {
    const rows = problem(1000, 129, { rho: 0.9999, seed: 3 });
    const model = await ridge(givenX(rows), rows.y, { alpha: 0.01, solver: 'cholesky', device });
    const size = rows.y.reduce((sum, value) => sum + value * value, 0);
    expect(model.solver).toBe('cholesky');
    expect(model.dualGap).toBeLessThan(1e-13 * size);
    // Of a factor in doubles one or two steps are enough.
    expect(model.iterations > 3).toBe(precision() === 'single');
  });

  it('of singular systems finds the shortest solution', async () => {
    const findings = new Findings();
    const rows = problem(10, 3, { seed: 8 });
    const twice = {
      shape: [10, 4],
      data: Float64Array.from({ length: 40 }, (_, at) => rows.x[(at >> 2) * 3 + Math.min(at & 3, 2)] ?? NaN),
    };
    const single = await lineOf(await ridge(givenX(rows), rows.y, { alpha: 0, device }));
    const halves = [...single.coef.slice(0, 2), (single.coef[2] ?? NaN) / 2, (single.coef[2] ?? NaN) / 2];
    for (const solver of ['auto', 'cholesky', 'svd'] as const) {
      const model = await ridge(twice, rows.y, { alpha: 0, solver, device });
      findings.close(await model.coef.data(), halves, equations(precision(), 10), solver);
      findings.check(model.solver === 'svd', `${solver}: by ${model.solver}`);
      findings.check(model.dualGap < 1e-20, `${solver}: gap ${model.dualGap}`);
    }
    const wide = problem(4, 9, { seed: 8 });
    const model = await ridge(givenX(wide), wide.y, { alpha: 0, device });
    findings.close(
      await model.predict(givenX(wide)).data(),
      wide.y,
      prediction(precision(), 9, 10),
      'more columns than rows',
    );
    findings.end();
  });

  it('tells what it shrinks by', async () => {
    const findings = new Findings();
    const host = await openDevice({ device: 'cpu' });
    for (const [n, p] of [
      [12, 5],
      [5, 9],
    ] as const) {
      const rows = problem(n, p, { seed: 7 });
      const options: RidgeOptions = { alpha: 3, shrinkFactors: true, fitIntercept: false, device };
      const { shrinkFactors } = await ridge(givenX(rows), rows.y, options);
      const values = await (await svdvals({ shape: [n, p], data: rows.x }, { device: host })).data();
      const expected = Float64Array.from(values, sigma => sigma ** 2 / (sigma ** 2 + 3));
      findings.close(shrinkFactors ?? [], expected, equations('double', 1), `${n} × ${p}`);
      const plain = await ridge(givenX(rows), rows.y, { ...options, shrinkFactors: false });
      findings.check(plain.shrinkFactors === undefined, 'not asked for');
    }
    const constant = await ridge(
      [
        [1, 0],
        [1, 1],
        [1, 2],
      ],
      [1, 2, 3],
      { alpha: 0, shrinkFactors: true, device },
    );
    host.close();
    findings.exact(constant.shrinkFactors ?? [], [1, 0], 'a column without spread');
    findings.end();
  });

  it('takes weights as they are: one of 2 is as two rows', async () => {
    const rows = problem(15, 4, { seed: 3 });
    const sampleWeight = Float64Array.from({ length: 15 }, (_, i) => (i < 5 ? 2 : 1));
    const repeated = {
      shape: [20, 4],
      data: Float64Array.from({ length: 80 }, (_, at) => rows.x[at < 60 ? at : at - 60] ?? NaN),
    };
    const y = Float64Array.from({ length: 20 }, (_, i) => rows.y[i % 15] ?? NaN);
    const weighted = await lineOf(await ridge(givenX(rows), rows.y, { alpha: 2, sampleWeight, device }));
    const plain = await lineOf(await ridge(repeated, y, { alpha: 2, device }));
    expectClose(
      [...weighted.coef, weighted.intercept],
      [...plain.coef, plain.intercept],
      equations(precision(), 5),
      'weights',
    );
    const expected = ridgeOracle({ ...rows, weights: sampleWeight }, 2, true);
    expectClose(weighted.coef, expected.coef, equations(precision(), 5), 'the oracle');
  });

  it('chooses by shape, and rejects what is wrong', async () => {
    const rows = problem(6, 4);
    expect((await ridge(givenX(rows), rows.y, { device })).solver).toBe('cholesky');
    const wide = problem(4, 6);
    expect((await ridge(givenX(wide), wide.y, { device })).solver).toBe('dual');
    const reject = (options: RidgeOptions, ...mentions: string[]): Promise<unknown> =>
      expectRejects(ridge(givenX(rows), rows.y, { device, ...options }), OptionError, 'ridge', ...mentions);
    await reject({ alpha: -2 }, 'alpha is -2');
    await reject({ alpha: 0, solver: 'dual' }, 'alpha is 0');
    await reject({ solver: 'qr' as 'svd' }, "'qr'", "'cholesky'");
    await reject({ shrinkFactors: 'yes' as never }, 'shrinkFactors');
    const single = await ridge([[2]], [3], { device });
    expect([await single.coef.toArray(), await single.intercept.item(), single.dualGap]).toEqual([[0], 3, 0]);
  });

  it('runs the example of its documentation', async () => {
    const model = await ridge([[0], [1], [2], [3]], [1, 3, 5, 7], { alpha: 5, device });
    expect([await model.coef.toArray(), await model.intercept.item()]).toEqual([[1], 2.5]);
    expectClose([model.dualGap], [0], { ...HOST, absolute: 1e-25 }, 'gap');
  });
});
