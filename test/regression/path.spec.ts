/** `lassoPath` and `elasticNetPath`: grids and coefficients beside scikit-learn's, one call beside many. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  elasticNet,
  elasticNetPath,
  lasso,
  lassoPath,
  openDevice,
  OptionError,
  type Device,
  type ElasticNetPathOptions,
  type Progress,
} from '../../src/index.ts';
import { expectClose, expectRejects, Findings } from '../support/expect.ts';
import { goldenGrid, type GoldenArray } from '../support/golden.ts';
import { openLaneDevice } from '../support/lane.ts';
import { givenX, goldenCases, problem, seedCases, spreads } from '../support/regression.ts';
import { coefficient, HOST, TIGHT, type Precision } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const precision = (): Precision => (device.kind === 'cpu' ? 'double' : 'single');
const tight = { tol: TIGHT, maxIterations: 100000 } as const;
const rows = problem(40, 12, { seed: 6, rho: 0.5, offset: 3 });

describe('elasticNetPath', () => {
  it("is scikit-learn's, its grid too", async () => {
    const findings = new Findings();
    const all = goldenCases('elasticNetPath');
    expect(all).toHaveLength(4);
    for (const one of all)
      for (const solver of ['descent', 'gram'] as const) {
        const path = await elasticNetPath(one.x, one.y, { ...one.options, ...tight, solver, device });
        const label = `${one.label}, ${solver}`;
        const alphas = goldenGrid(one.raw['alphas'] as GoldenArray).data;
        const coefs = goldenGrid(one.raw['coefs'] as GoldenArray).data;
        findings.close(path.alphas, alphas, HOST, `${label}, alphas`);
        const sizes = spreads(one.x);
        const scaled = (values: ArrayLike<number>): Float64Array =>
          Float64Array.from(values, (value, at) => value * (sizes[at % sizes.length] ?? NaN));
        const expected = scaled(coefs);
        const largest = Math.max(...expected.map(Math.abs));
        findings.close(scaled(await path.coefs.data()), expected, coefficient(precision(), largest), label);
        findings.check(path.converged && path.solver === solver, `${label}: converged`);
        path.dispose();
      }
    findings.end();
  });

  it('has the coefficients of the worked case', async () => {
    const [one] = seedCases('elasticNetPath');
    if (!one) throw new Error('there is a worked case');
    const path = await elasticNetPath(one.x, one.y, { ...one.options, ...tight, device });
    const found = await path.coefs.toArray<number[][]>();
    const rising = found.toReversed();
    const { nonzeros, l1 } = one.raw as { nonzeros: number[]; l1: number[] };
    expect(rising.map(w => w.filter(value => value !== 0).length)).toEqual(nonzeros);
    expect(path.active.map(columns => columns.length).toReversed()).toEqual(nonzeros);
    const sums = rising.map(w => w.reduce((sum, value) => sum + Math.abs(value), 0));
    expectClose(sums, l1, coefficient(precision(), 10), 'sums');
  });

  it('is what single models are', async () => {
    const findings = new Findings();
    const y = { shape: [40, 2], data: Float64Array.from({ length: 80 }, (_, at) => rows.y[at >> 1] ?? NaN) };
    y.data.forEach((value, at) => (y.data[at] = at % 2 === 0 ? value : -value / 2 + (rows.x[at] ?? NaN)));
    const sampleWeight = Float64Array.from({ length: 40 }, (_, i) => 1 + (i % 3));
    const options = { l1Ratio: 0.8, standardize: true, sampleWeight, device, ...tight } as const;
    const path = await elasticNetPath(givenX(rows), y, { ...options, alphas: [0.01, 0.5, 0.1] });
    expect([...path.alphas]).toEqual([0.5, 0.1, 0.01]);
    expect([path.coefs.shape, path.intercepts.shape]).toEqual([
      [2, 3, 12],
      [2, 3],
    ]);
    const coefs = await path.coefs.toArray<number[][][]>();
    const intercepts = await path.intercepts.toArray<number[][]>();
    for (const [k, alpha] of path.alphas.entries()) {
      const model = await elasticNet(givenX(rows), y, { ...options, alpha });
      const bound = coefficient(precision(), 10);
      findings.close(
        await model.coef.data(),
        coefs.flatMap(one => one[k] ?? []),
        bound,
        `α ${alpha}`,
      );
      findings.close(
        await model.intercept.data(),
        intercepts.map(one => one[k] ?? NaN),
        bound,
        `α ${alpha}, intercepts`,
      );
      findings.exact(path.active[k] ?? [], model.active, `α ${alpha}, active`);
      findings.check((path.dualGaps[k] ?? NaN) < 1e-9, `α ${alpha}: gap ${path.dualGaps[k]}`);
    }
    findings.end();
  });

  it('of large designs goes down the device, and ends where doubles do', async () => {
    const findings = new Findings();
    const large = problem(520, 180, { rho: 0.5, seed: 7, offset: 1 });
    const two = Float64Array.from({ length: 2 * 520 }, (_, at) => {
      const y = large.y[at >> 1] ?? NaN;
      return at % 2 === 0 ? y : 3 - y / 2 + (large.x[(at >> 1) * 180 + 9] ?? NaN);
    });
    // A device of doubles has no use for it: there all is the host's. What float32 can tell is enough for the first tolerance.
    const host = await openDevice({ device: 'cpu' });
    for (const tol of [1e-4, 1e-9]) {
      const options = { count: 20, eps: 0.05, tol, l1Ratio: 0.9, positive: tol < 1e-4, device } as const;
      const y = { shape: [520, 2], data: two };
      const first = await elasticNetPath(givenX(large), y, { ...options, solver: 'descent' });
      const second = await elasticNetPath(givenX(large), y, { ...options, solver: 'gram', tol: 1e-10, device: host });
      const size = large.y.reduce((sum, value) => sum + value * value, 0) / 520;
      findings.check(
        first.converged && Math.max(...first.dualGaps) <= tol * size,
        `tol ${tol}: ${first.dualGaps.join()}`,
      );
      findings.check(first.active[0]?.length === 0, `tol ${tol}: nothing at first`);
      const bound = tol < 1e-4 ? coefficient(precision(), 10) : { relative: 0, absolute: Math.sqrt(2 * tol * size) };
      findings.close(await first.coefs.data(), await second.coefs.data(), bound, `tol ${tol}`);
      for (const one of [first, second]) one.dispose();
    }
    host.close();
    findings.end();
  });

  it('gets few sweeps when it may have few, and says where the gap is left', async () => {
    const alike = problem(40, 20, { rho: 0.95, seed: 2 });
    const path = await lassoPath(givenX(alike), alike.y, { count: 20, tol: 1e-9, maxIterations: 3, device });
    expect(path.converged).toBe(false);
    expect(Math.max(...path.iterations)).toBe(3);
    expect(path.iterations[0]).toBe(0);
    const size = alike.y.reduce((sum, value) => sum + value * value, 0) / 40;
    expect(path.dualGaps.some(gap => gap > 1e-9 * size)).toBe(true);
  });

  it('tells how far it is, and is ended by a signal', async () => {
    const seen: Progress[] = [];
    await lassoPath(givenX(rows), rows.y, { count: 5, device, onProgress: step => seen.push(step) });
    expect(seen).toEqual([1, 2, 3, 4, 5].map(done => ({ stage: 'path', done, total: 5 })));
    const reason = new Error('enough');
    const ended = lassoPath(givenX(rows), rows.y, { device, signal: AbortSignal.abort(reason) });
    await expect(ended).rejects.toBe(reason);
  });

  it('takes α = 0 last, and grids of targets that never change', async () => {
    const path = await lassoPath(givenX(rows), rows.y, { alphas: [0, 1], device, ...tight });
    const least = await lasso(givenX(rows), rows.y, { alpha: 0, device });
    const coefs = await path.coefs.toArray<number[][]>();
    expect(coefs[1]).toEqual(await least.coef.toArray());
    const flat = await lassoPath(givenX(rows), new Float64Array(40).fill(3), { count: 4, device });
    expect([...flat.alphas]).toEqual([1e-15, 1e-15, 1e-15, 1e-15]);
    expect(flat.active.map(columns => columns.length)).toEqual([0, 0, 0, 0]);
    expect([...(await flat.intercepts.data())]).toEqual([3, 3, 3, 3]);
  });

  it('rejects wrong grids', async () => {
    const reject = (options: ElasticNetPathOptions, ...mentions: string[]): Promise<unknown> =>
      expectRejects(
        elasticNetPath(givenX(rows), rows.y, { device, ...options }),
        OptionError,
        'elasticNetPath',
        ...mentions,
      );
    await reject({ alphas: [] }, 'alphas');
    await reject({ alphas: 3 as never }, 'alphas is 3');
    await reject({ alphas: [1, -1] }, 'one of alphas is -1');
    await reject({ l1Ratio: 0 }, 'l1Ratio is 0', 'Give alphas');
    await reject({ count: 0 }, 'count is 0');
    await reject({ eps: 1 }, 'eps is 1');
    await reject({ alphas: [1, 0], positive: true }, 'alpha is 0 with positive');
    const ridged = await elasticNetPath(givenX(rows), rows.y, { l1Ratio: 0, alphas: [1], device });
    expect([ridged.solver, ridged.active[0]?.length]).toEqual(['cholesky', 12]);
  });
});
