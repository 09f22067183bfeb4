/** `lassoIC` beside scikit-learn's, and the exact path behind it beside a descent. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lasso, lassoIC, OptionError, ShapeError, type Device, type LassoICOptions } from '../../src/index.ts';
import { expectClose, expectRejects, Findings } from '../support/expect.ts';
import { goldenGrid, type GoldenArray } from '../support/golden.ts';
import { openLaneDevice } from '../support/lane.ts';
import { checkModel, givenX, goldenCases, lineOf, problem, seedCases } from '../support/regression.ts';
import { coefficient, HOST, TIGHT, type Precision } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const precision = (): Precision => (device.kind === 'cpu' ? 'double' : 'single');

describe('lassoIC', () => {
  it("is scikit-learn's", async () => {
    const findings = new Findings();
    for (const one of goldenCases('lassoIC')) {
      const model = await lassoIC(one.x, one.y, { ...one.options, device });
      const listed = (name: string): ArrayLike<number> => goldenGrid(one.raw[name] as GoldenArray).data;
      findings.close([model.alpha], [Number(one.raw['alpha'])], HOST, `${one.label}, α`);
      findings.close([model.noiseVariance], [Number(one.raw['noiseVariance'])], HOST, `${one.label}, σ²`);
      findings.close(model.criteria, listed('criteria'), HOST, `${one.label}, criteria`);
      const near = { ...HOST, absolute: HOST.relative * (model.alphas[0] ?? NaN) };
      findings.close(model.alphas, listed('alphas'), near, `${one.label}, kinks`);
      findings.check(model.criterion === Math.min(...model.criteria), `${one.label}: the least`);
      await checkModel(findings, model, one, precision(), one.label);
      model.dispose();
    }
    findings.end();
  });

  it('has the choice of the worked cases', async () => {
    for (const one of seedCases('lassoIC')) {
      const model = await lassoIC(one.x, one.y, { ...one.options, device });
      const { alpha, criterion, nonzeros } = one.raw as { alpha: number; criterion: number; nonzeros: number };
      expectClose([model.alpha, model.criterion], [alpha, criterion], HOST, one.label);
      expect(model.active.length).toBe(nonzeros);
      expect([model.solver, model.converged]).toEqual(['lars', true]);
      expect(model.dualGap).toBeLessThan(1e-12);
    }
  });

  it('goes along the lasso, also where columns leave again', async () => {
    const findings = new Findings();
    let left = 0;
    for (const positive of [false, true])
      for (const seed of [1, 2, 3]) {
        const rows = problem(15, 25, { rho: 0.8, seed });
        const options = { noiseVariance: 0.1, positive, standardize: true, device } as const;
        const model = await lassoIC(givenX(rows), rows.y, options);
        left += model.degrees.filter((count, k) => count < (model.degrees[k - 1] ?? 0)).length;
        const { noiseVariance: _, ...rest } = options;
        const same = await lasso(givenX(rows), rows.y, {
          ...rest,
          alpha: Math.max(model.alpha, TIGHT),
          tol: TIGHT,
          maxIterations: 100000,
        });
        const found = await lineOf(model);
        const expected = await lineOf(same);
        const bound = coefficient(precision(), 10);
        findings.close([...found.coef, found.intercept], [...expected.coef, expected.intercept], bound, `seed ${seed}`);
        const falls = model.alphas.every((alpha, k) => k === 0 || alpha < (model.alphas[k - 1] ?? 0));
        findings.check(falls && model.alphas.at(-1) === 0, `seed ${seed}: kinks descend to 0`);
      }
    findings.check(left > 0, 'some column left some path');
    findings.end();
  });

  it('leaves out what depends on others, and what has no spread', async () => {
    const rows = problem(20, 3, { seed: 4 });
    const data = Float64Array.from({ length: 100 }, (_, at) => {
      const [i, j] = [Math.floor(at / 5), at % 5];
      return j === 3 ? 7 : (rows.x[i * 3 + (j === 4 ? 0 : j)] ?? NaN);
    });
    const options = { noiseVariance: 0.25, criterion: 'bic', device } as const;
    const plain = await lassoIC(givenX(rows), rows.y, options);
    const more = await lassoIC({ shape: [20, 5], data }, rows.y, options);
    expectClose([more.alpha, more.criterion], [plain.alpha, plain.criterion], HOST, 'choice');
    const coef = Array.from(await more.coef.data());
    expect(coef[3]).toBe(0);
    expect(coef.filter(w => w !== 0)).toHaveLength(plain.active.length);
  });

  it('rejects what is wrong', async () => {
    const rows = problem(10, 4);
    const reject = (options: LassoICOptions, ...mentions: string[]): Promise<unknown> =>
      expectRejects(lassoIC(givenX(rows), rows.y, { device, ...options }), OptionError, 'lassoIC', ...mentions);
    await reject({ criterion: 'cp' as 'aic' }, "'cp'");
    await reject({ noiseVariance: 0 }, 'noiseVariance is 0');
    await reject({ maxIterations: 2 }, '2 steps');
    const wide = problem(6, 5);
    await expectRejects(lassoIC(givenX(wide), wide.y, { device }), OptionError, 'lassoIC', '6 rows', 'noiseVariance');
    const bare = await lassoIC(givenX(wide), wide.y, { fitIntercept: false, device });
    expect(bare.converged).toBe(true);
    const flat = new Float64Array(10).fill(2);
    await expectRejects(lassoIC(givenX(rows), flat, { device }), OptionError, 'lassoIC', 'no noise');
    const nothing = await lassoIC(givenX(rows), flat, { noiseVariance: 1, device });
    expect([nothing.alpha, nothing.active.length, await nothing.intercept.item()]).toEqual([0, 0, 2]);
    const two = { shape: [10, 2], data: new Float64Array(20) };
    await expectRejects(lassoIC(givenX(rows), two, { device }), ShapeError, 'lassoIC', '[10, 2]');
    const short = await lassoIC(givenX(rows), rows.y, { noiseVariance: 1, maxIterations: 2, device });
    expect([short.converged, short.alphas.length]).toEqual([false, 3]);
  });
});
