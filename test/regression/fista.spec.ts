/** FISTA: the device's products come near the minimum, descent finishes. Few and small problems, since a GPU may be played by a CPU. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { elasticNet, lasso, type Device } from '../../src/index.ts';
import { violation } from '../oracle/regression.ts';
import { Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { checkModel, givenX, lineOf, problem, seedCases } from '../support/regression.ts';
import { coefficient, missed, TIGHT, type Precision } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const precision = (): Precision => (device.kind === 'cpu' ? 'double' : 'single');
const tight = { tol: TIGHT, maxIterations: 1000, solver: 'fista' } as const;

describe('fista', () => {
  it("is scikit-learn's, too", async () => {
    const findings = new Findings();
    const wanted = ['elasticnet-0.3'];
    const some = seedCases('elasticNet').filter(one => wanted.includes(one.label));
    expect(some).toHaveLength(wanted.length);
    for (const one of some) {
      const model = await elasticNet(one.x, one.y, { ...one.options, ...tight, device });
      await checkModel(findings, model, one, precision(), `${one.label}, fista`);
      findings.check(model.converged && model.solver === 'fista', `${one.label}: ${model.solver}`);
    }
    findings.end();
  });

  it('leaves descent little to do, with strange columns among others', async () => {
    const rows = problem(15, 40, { rho: 0.5, seed: 3 });
    // A column of zeros, a large one and a small one.
    const sizes = new Map([
      [6, 0],
      [7, 1e8],
      [8, 1e-8],
    ]);
    const x = { shape: [15, 40], data: rows.x.map((value, at) => value * (sizes.get(at % 40) ?? 1)) };
    const options = { l1Ratio: 0.9, alpha: 0.1, standardize: true, positive: true, device } as const;
    const before = device.memory().live;
    const model = await elasticNet(x, rows.y, { ...options, ...tight });
    const found = await lineOf(model);
    const own = await lineOf(await elasticNet(x, rows.y, { ...options, ...tight, solver: 'descent' }));
    const findings = new Findings();
    const comparable = ({ coef }: { coef: readonly number[] }): number[] => coef.map((w, j) => w * (sizes.get(j) ?? 1));
    findings.close(comparable(found), comparable(own), coefficient(precision(), 4), 'beside descent');
    findings.check(model.converged && found.coef[6] === 0, 'a column of zeros');
    const near = await elasticNet(x, rows.y, { ...options, solver: 'descent', warmStart: model.coef });
    findings.check(near.iterations <= 3, `${near.iterations} sweeps from there`);
    for (const one of [model, near]) one.dispose();
    findings.check(device.memory().live - before < 4096, `${device.memory().live - before} bytes are left`);
    findings.end();
  });

  it('gives zeros where there is nothing to fit, and to large penalties', async () => {
    const rows = problem(10, 4);
    const none = await lasso(givenX(rows), rows.y, { ...tight, alpha: 100, device });
    expect([...(await none.coef.data()), none.active.length]).toEqual([0, 0, 0, 0, 0]);
    const flat = await lasso(givenX(rows), new Float64Array(10).fill(2), { ...tight, alpha: 0.1, device });
    expect([...(await flat.coef.data()), flat.dualGap, flat.iterations]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('that may take few steps says so', async () => {
    const rows = problem(30, 12, { rho: 0.95 });
    const short = await lasso(givenX(rows), rows.y, { ...tight, alpha: 0.01, maxIterations: 1, device });
    expect(short.converged).toBe(false);
    const posed = { alpha: 0.01, l1Ratio: 1, fitIntercept: true };
    expect(violation(rows, posed, await lineOf(short))).toBeGreaterThan(missed(precision(), TIGHT, 12));
  });
});
