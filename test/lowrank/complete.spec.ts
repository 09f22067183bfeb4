/** Completed matrices: the worked case, textbook loops, truths that are found again, and awkward inputs. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  completeMatrix,
  matmul,
  transpose,
  type CompleteMatrixOptions,
  type CompletionMethod,
  type Device,
} from '../../src/index.ts';
import seed from '../golden/seed/lowrank.json';
import { effects, imputed, svtCompletion } from '../oracle/completion.ts';
import { farFrom, lengthOf, puzzle, type Puzzle } from '../support/completion.ts';
import { Findings } from '../support/expect.ts';
import { goldenGrid, type GoldenArray } from '../support/golden.ts';
import { few, openLaneDevice } from '../support/lane.ts';
import { floatsOf, tensorOf } from '../support/tensors.ts';
import { completed, FOLLOWED, precisionOf, RECOVERED } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const worked = seed.cases.find(one => one.function === 'completeMatrix') as unknown as {
  readonly inputs: { readonly observed: GoldenArray; readonly mask: GoldenArray; readonly truth: GoldenArray };
  readonly expected: { readonly iterations: number; readonly x: GoldenArray };
};
const case20: Puzzle = {
  ...puzzle(1, 1, 1, 1),
  m: 20,
  n: 15,
  truth: goldenGrid(worked.inputs.truth),
  mask: goldenGrid(worked.inputs.mask),
};

/** Completes a puzzle and reads X. */
async function complete(p: Puzzle, options: CompleteMatrixOptions) {
  const [dtype] = floatsOf(device);
  const found = await completeMatrix(tensorOf(device, p.truth, dtype), tensorOf(device, p.mask), options);
  return { found, x: await found.approximation().data(), precision: precisionOf(found.u) };
}

describe('the worked case', () => {
  it("'proximal' takes numpy's steps to numpy's matrix", async () => {
    const findings = new Findings();
    // The first of numpy's 146 steps, and all of them where that takes no time.
    const [tau, step] = [0.5, 1.5];
    const ways = [
      { maxIterations: 200, iterations: worked.expected.iterations, x: goldenGrid(worked.expected.x) },
      { maxIterations: 12, iterations: 12, x: imputed(case20.truth, case20.mask, { lambda: tau / step }, 12, step) },
    ];
    for (const { maxIterations, iterations, x: expected } of few(ways)) {
      const { found, x, precision } = await complete(case20, { method: 'proximal', tau, step, maxIterations });
      const late = precision === 'single' ? 1 : 0;
      findings.check(Math.abs(found.iterations - iterations) <= late, `${found.iterations} iterations`);
      findings.close(x, expected.data, completed(precision, lengthOf(expected.data)), 'x');
      findings.exact([found.lambda ?? NaN], [tau / step], 'lambda');
      findings.check(farFrom(x, case20.truth) > 0.05, 'the nuclear norm alone does not find the truth');
    }
    findings.end();
  });

  it("'svt' follows whole decompositions, and fits what is seen without finding the rest", async () => {
    const findings = new Findings();
    const options = { tau: 20, delta: 1.9, iterations: 20, tolerance: 0 };
    const expected = svtCompletion(case20.truth, case20.mask, options);
    const { found, x } = await complete(case20, { method: 'svt', tau: 20, delta: 1.9, maxIterations: 20 });
    const off = farFrom(x, expected.x);
    findings.check(off <= FOLLOWED, `off by ${off}`);
    findings.check(found.residual < 0.05 && farFrom(x, case20.truth) > 0.2, `residual ${found.residual}`);
    findings.end();
  });

  it('least squares find the truth, and so does polishing what any other method came to', async () => {
    const findings = new Findings();
    for (const options of few<CompleteMatrixOptions>([
      { rank: 3 },
      { method: 'soft-impute', lambda: 1, maxRank: 3, maxIterations: 20, polish: true },
      { method: 'proximal', tau: 1, maxRank: 3, maxIterations: 20, polish: true },
      { method: 'hard-impute', rank: 3, maxIterations: 20, polish: true },
    ])) {
      const { found, x } = await complete(case20, options);
      const off = farFrom(x, case20.truth);
      const label = `${JSON.stringify(options)}: rank ${found.rank}, off by ${off}`;
      findings.check(found.rank === 3 && off <= RECOVERED, label);
    }
    findings.end();
  });

  it("'hard-impute' comes nearer to the truth about as fast as with whole decompositions", async () => {
    const maxIterations = 40;
    const { x } = await complete(case20, { method: 'hard-impute', rank: 3, maxIterations });
    const expected = imputed(case20.truth, case20.mask, { rank: 3 }, maxIterations);
    expect(farFrom(x, case20.truth)).toBeLessThanOrEqual(1.5 * farFrom(expected.data, case20.truth));
  });
});

describe('textbook loops', () => {
  const p = puzzle(12, 10, 2, 0.6, 3);

  it("'svt', step by step", async () => {
    const findings = new Findings();
    for (const [tau, delta, iterations] of [
      [8, 1.3, 9],
      [20, 1.9, 5],
    ] as const) {
      const expected = svtCompletion(p.truth, p.mask, { tau, delta, iterations, tolerance: 0 });
      const { found, x, precision } = await complete(p, { method: 'svt', tau, delta, maxIterations: iterations });
      findings.check(!found.converged && found.iterations === iterations, 'ends where it was told');
      findings.close(x, expected.x.data, completed(precision, lengthOf(expected.x.data)), `tau ${tau}`);
    }
    findings.end();
  });

  it("'svt' shortens steps that lead nowhere, and 'soft-impute' ends at the minimum, with momentum and without", async () => {
    const findings = new Findings();
    const { found } = await complete(p, { method: 'svt', tau: 8, maxIterations: 60, tolerance: 0.1 });
    findings.check(found.converged && found.residual <= 0.1, `svt: ${found.residual} after ${found.iterations}`);
    const expected = imputed(p.truth, p.mask, { lambda: 10 }, 100);
    for (const accelerated of few([false, true])) {
      const options = { method: 'soft-impute', lambda: 10, accelerated, tolerance: 1e-6 } as const;
      const { x } = await complete(p, options);
      // What is left of the way is some steps of the last one's length.
      findings.close(x, expected.data, completed('single', lengthOf(expected.data)), `soft-impute ${accelerated}`);
    }
    findings.end();
  });

  it("'proximal' and 'hard-impute', step by step", async () => {
    const findings = new Findings();
    for (const [options, by] of [
      [{ method: 'proximal', tau: 0.7 }, { lambda: 0.7 }],
      [{ method: 'hard-impute', rank: 2 }, { rank: 2 }],
    ] as const) {
      const expected = imputed(p.truth, p.mask, by, 6);
      const { x, precision } = await complete(p, { ...options, maxIterations: 6, tolerance: 0 });
      findings.close(x, expected.data, completed(precision, lengthOf(expected.data)), options.method);
    }
    findings.end();
  });

  it('means of rows and columns', async () => {
    const { found, x, precision } = await complete(p, { method: 'soft-impute', lambda: 1e6, center: 'both' });
    const { mean, rows, columns } = effects(p.truth, p.mask);
    const findings = new Findings();
    const bound = completed('double', lengthOf(p.truth.data));
    findings.close(found.center.rows, rows, bound, 'rows');
    findings.close(found.center.columns, columns, bound, 'columns');
    findings.check(found.rank === 0, 'so large a lambda leaves the means alone');
    findings.close([found.residual], [1], completed(precision, 1), 'residual');
    const sums = Array.from(x, (_, at) => mean + (rows[Math.floor(at / p.n)] ?? 0) + (columns[at % p.n] ?? 0));
    findings.close(x, sums, completed(precision, lengthOf(sums)), 'x');
    for (const center of ['mean', 'rows', 'columns'] as const) {
      const alone = await complete(p, { method: 'soft-impute', lambda: 1e6, center });
      const values = p.values.reduce((total, value) => total + value, 0) / p.values.length;
      findings.close([alone.found.center.mean], [values], bound, center);
      findings.check(alone.found.center.rows.some(Boolean) === (center === 'rows'), `${center}: rows`);
      findings.check(alone.found.center.columns.some(Boolean) === (center === 'columns'), `${center}: columns`);
    }
    findings.end();
  });
});

describe('what is found again', () => {
  it('the rank by a gap or by what is held out, and all of the truth', async () => {
    const findings = new Findings();
    const p = puzzle(18, 15, 1, 0.6, 5);
    for (const [rank, tolerance, far] of few([
      ['gap', 1e-5, 2 * RECOVERED],
      // Two ranks are tried, which is why this one may end early.
      ['hold-out', 1e-2, 0.1],
    ] as const)) {
      const { found, x } = await complete(p, { rank, maxRank: 2, tolerance });
      const off = farFrom(x, p.truth);
      findings.check(found.rank === 1 && off <= far, `${rank}: rank ${found.rank}, off by ${off}`);
    }
    const noisy = puzzle(12, 10, 1, 0.8, 6, 0.5);
    const clean = puzzle(12, 10, 1, 0.8, 6).truth;
    const weight = await complete(noisy, { method: 'soft-impute', tolerance: 2e-2 });
    const best = farFrom(weight.x, clean);
    for (const factor of few([1 / 8, 8])) {
      const lambda = (weight.found.lambda ?? NaN) * factor;
      const other = await complete(noisy, { method: 'soft-impute', lambda, tolerance: 2e-2 });
      findings.check(best < farFrom(other.x, clean), `a lambda ${factor} times that which was found`);
    }
    findings.end();
  });

  it('coordinates in any order are the same entries as a mask, to the bit; NaN is what is missing', async () => {
    const p = puzzle(25, 18, 2, 0.6, 7);
    const settings = { method: 'hard-impute', rank: 2, maxIterations: 2 } as const;
    const { x } = await complete(p, settings);
    const back = { rows: p.rows.toReversed(), columns: p.columns.toReversed(), shape: [25, 18] };
    const listed = await completeMatrix(p.values.toReversed(), back, { ...settings, device });
    const holes = Array.from(p.truth.data, (value, at) => (p.mask.data[at] ? value : NaN));
    const unmasked = await completeMatrix(device.tensor(holes, [25, 18]), undefined, settings);
    const view = transpose(transpose(tensorOf(device, p.truth)));
    const flags = Array.from({ length: 25 }, (_, i) =>
      Array.from({ length: 18 }, (__, j) => p.mask.data[i * 18 + j] === 1),
    );
    const masked = await completeMatrix(view, flags, settings);
    const findings = new Findings();
    for (const one of [listed, unmasked, masked]) findings.exact(await one.approximation().data(), x, 'x');
    const [rows, columns] = [
      [24, 0, 3],
      [17, 0, 2],
    ];
    const wanted = rows.map((row, k) => x[row * 18 + (columns[k] ?? 0)] ?? NaN);
    const bound = completed(precisionOf(listed.u), lengthOf(x));
    findings.close(await listed.predict(rows, Uint32Array.from(columns)).data(), wanted, bound, 'predict');
    findings.end();
  });
});

describe('awkward inputs', () => {
  it('all observed, zeros, one row, one number, any magnitude', async () => {
    const findings = new Findings();
    const whole = puzzle(9, 7, 2, 1, 8);
    for (const [method, own] of few<readonly [CompletionMethod, CompleteMatrixOptions]>([
      ['als', { rank: 2 }],
      ['svt', { tau: 0.01, tolerance: 1e-6 }],
      ['proximal', { tau: 0 }],
      ['hard-impute', { rank: 2 }],
    ])) {
      const { found, x } = await complete(whole, { ...own, method });
      findings.check(found.converged && farFrom(x, whole.truth) <= RECOVERED, `all observed, by ${method}`);
    }
    for (const factor of few([2 ** 70, 2 ** -70])) {
      const data = Float64Array.from(whole.truth.data, value => value * factor);
      const found = await completeMatrix(device.tensor(data, [9, 7]), undefined, { rank: 2 });
      const x = Array.from(await found.approximation().data(), value => value / factor);
      findings.check(farFrom(x, whole.truth) <= RECOVERED, `times ${factor}`);
    }
    const zero = await completeMatrix([[0, NaN, 0]], undefined, { device });
    findings.check(zero.rank === 0 && zero.converged && zero.residual === 0, 'zeros');
    findings.exact(await zero.approximation().data(), [0, 0, 0], 'zeros');
    findings.exact(await zero.predict([0], [1]).data(), [0], 'zeros, predicted');
    const row = await completeMatrix([[-2, NaN, 4]], undefined, { device });
    findings.close(await row.approximation().data(), [-2, 0, 4], completed(precisionOf(row.u), 1), 'a row');
    const less = await completeMatrix(
      [
        [4, 2],
        [0, 0],
      ],
      undefined,
      { device, rank: 2 },
    );
    const [dots, bounds] = [
      await matmul(less.u, less.u, { transposeA: true }).data(),
      completed(precisionOf(less.u), 1),
    ];
    findings.close(dots, [1, 0, 0, 1], bounds, 'UᵀU of a rank above that of the matrix');
    const one = await completeMatrix([[-3]], undefined, { device, method: 'svt', tau: 0.5 });
    findings.close(await one.approximation().data(), [-3], { relative: 2e-4, absolute: 0 }, 'one number');
    findings.end();
  });

  it('rows and columns of which nothing is known stay at the means, in every method', async () => {
    const p = puzzle(14, 11, 2, 0.7, 9);
    const mask = Array.from(p.mask.data, (value, at) => (Math.floor(at / 11) === 4 || at % 11 === 10 ? 0 : value));
    const findings = new Findings();
    for (const options of [
      { rank: 2, maxIterations: 2 },
      { method: 'svt', tau: 10, maxIterations: 4 },
      { method: 'soft-impute', lambda: 1, maxIterations: 4 },
      { method: 'hard-impute', rank: 2, maxIterations: 4 },
      { method: 'proximal', tau: 1, maxIterations: 2 },
      { method: 'proximal', tau: 1, maxIterations: 2, scale: 'both' },
    ] as const) {
      const found = await completeMatrix(tensorOf(device, p.truth), device.tensor(mask, [14, 11]), {
        ...options,
        center: 'mean',
      });
      expect(found.unobserved).toEqual({ rows: [4], columns: [10] });
      const x = await found.approximation().data();
      const lost = Array.from(x).filter((_, at) => Math.floor(at / 11) === 4 || at % 11 === 10);
      const mean = Math.fround(found.center.mean);
      const bound = { relative: 0, absolute: 0 };
      findings.close(
        lost.map(Math.fround),
        lost.map(() => mean),
        bound,
        JSON.stringify(options),
      );
    }
    findings.end();
  });

  it('several values for one place', async () => {
    const at = { rows: [0, 1, 0, 1, 0], columns: [0, 0, 1, 1, 0], shape: [2, 2] };
    const findings = new Findings();
    for (const [duplicates, value] of [
      ['mean', 3],
      ['last', 5],
    ] as const) {
      const found = await completeMatrix([1, 2, 3, 4, 5], at, { duplicates, rank: 2, device });
      findings.close(await found.predict([0], [0]).data(), [value], completed(precisionOf(found.u), 8), duplicates);
    }
    const same = await completeMatrix([5, 2, 3, 4, 5], at, { rank: 2, device });
    findings.close(await same.predict([0], [0]).data(), [5], completed(precisionOf(same.u), 8), 'equal ones');
    findings.end();
  });
});
