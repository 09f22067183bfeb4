/** Approximations of low rank: by rank and by error, exact and randomised, against Eckart and Young's theorem. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import {
  lowRank,
  NonFiniteError,
  OptionError,
  ShapeError,
  svdvals,
  type Device,
  type LowRank,
} from '../../src/index.ts';
import { isRandomized } from '../../src/lowrank/low-rank.ts';
import seed from '../golden/seed/lowrank.json';
import { expectRejects, Findings } from '../support/expect.ts';
import type { GoldenArray } from '../support/golden.ts';
import { goldenGrid } from '../support/golden.ts';
import { openLaneDevice } from '../support/lane.ts';
import { apart, readGrid } from '../support/qr.ts';
import { composed, withSpectrum } from '../support/spectra.ts';
import { floatsOf, gridOf, tensorOf } from '../support/tensors.ts';
import { orthogonalFactors, precisionOf, SKETCHED } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const METHODS = ['exact', 'randomized'] as const;

const leastError = (values: readonly number[], k: number): number =>
  Math.hypot(...values.slice(k)) / Math.hypot(...values);

/** The factors multiply to the approximation, whose error is what is said. */
async function checkItself(
  findings: Findings,
  found: LowRank,
  a: ReturnType<typeof gridOf>,
  label: string,
): Promise<void> {
  const bound = orthogonalFactors(Math.max(...a.shape), precisionOf(found.u));
  const near = await readGrid(found.approximation());
  const own = composed(await readGrid(found.u), (await readGrid(found.s)).data, await readGrid(found.vt));
  findings.shape(near.shape, a.shape, label);
  findings.check(apart(near, a) === 0 || apart(near, own) <= bound, `${label}: the factors make the approximation`);
  const error = apart(near, a);
  findings.check(
    Math.abs(error - found.relativeError) <= bound,
    `${label}: the error is ${error}, and it says ${found.relativeError}`,
  );
  const size = Math.hypot(...Array.from(a.data));
  findings.close(
    [found.error],
    [found.relativeError * size],
    { relative: bound, absolute: 0 },
    `${label}: both errors`,
  );
}

describe('lowRank', () => {
  it('the worked cases', async () => {
    const findings = new Findings();
    for (const { id, inputs, options, expected } of seed.cases.filter(one => one.function === 'lowRank.error'))
      for (const dtype of floatsOf(device)) {
        const a = goldenGrid(inputs.x as GoldenArray);
        const { error } = await lowRank(tensorOf(device, a, dtype), options as { rank: number });
        const bound = orthogonalFactors(8, dtype === 'float64' ? 'double' : 'single');
        findings.close([error], [expected as number], { relative: bound, absolute: 0 }, `${id}, ${dtype}`);
      }
    findings.end();
  });

  it('of a rank is as good as any of that rank', async () => {
    const findings = new Findings();
    const values = Array.from({ length: 24 }, (_, i) => 1.5 ** -i);
    for (const [m, n] of [
      [40, 24],
      [24, 30],
    ] as const) {
      const a = withSpectrum(m, n, values);
      for (const method of METHODS)
        for (const rank of [1, 7, 24]) {
          const found = await lowRank(tensorOf(device, a), { rank, method });
          const label = `${method} ${rank} of [${m}, ${n}]`;
          findings.check(found.rank === rank && found.s.shape[0] === rank, `${label}: the rank`);
          const least = leastError(values, rank);
          const bound = least * (method === 'exact' ? 0 : SKETCHED - 1) + orthogonalFactors(40, precisionOf(found.u));
          findings.close([found.relativeError], [least], { relative: 0, absolute: bound }, `${label}: the error`);
          await checkItself(findings, found, a, label);
        }
    }
    findings.end();
  });

  it('of an error takes the least rank that keeps it', async () => {
    const findings = new Findings();
    const values = Array.from({ length: 24 }, (_, i) => 1.5 ** -i);
    const a = withSpectrum(40, 24, values);
    for (const method of METHODS)
      for (const tolerance of [0.9, 0.3, 0.05, 0.002]) {
        const found = await lowRank(tensorOf(device, a), { tolerance, method });
        const expected = values.findIndex((_, k) => leastError(values, k) <= tolerance);
        const label = `${method}, tolerance ${tolerance}`;
        findings.check(found.rank === expected, `${label}: rank ${found.rank} where ${expected} is enough`);
        findings.check(found.relativeError <= tolerance, `${label}: the error is ${found.relativeError}`);
        findings.shape(found.u.shape, [40, expected], label);
        findings.shape(found.vt.shape, [expected, 24], label);
        await checkItself(findings, found, a, label);
      }
    findings.end();
  });

  it('of nothing, of zeros, of any magnitude', async () => {
    const findings = new Findings();
    const zeros = gridOf([5, 4], new Float64Array(20));
    for (const method of METHODS) {
      const none = await lowRank(tensorOf(device, zeros), { tolerance: 0.1, method });
      findings.exact([none.rank, none.error, none.relativeError], [0, 0, 0], `zeros, ${method}`);
      findings.shape(none.u.shape, [5, 0], 'zeros');
      findings.exact((await readGrid(none.approximation())).data, zeros.data, 'zeros');
      const one = await lowRank(tensorOf(device, zeros), { rank: 1, method });
      findings.exact([one.rank, one.error, one.relativeError], [1, 0, 0], `zeros of rank 1, ${method}`);
      const all = await lowRank(tensorOf(device, withSpectrum(6, 5, [2, 1])), { tolerance: 1, method });
      findings.exact([all.rank], [0], `all may be left out, ${method}`);
      for (const factor of [1e20, 1e-20]) {
        const a = withSpectrum(12, 9, [4 * factor, 2 * factor, factor]);
        await checkItself(
          findings,
          await lowRank(tensorOf(device, a), { rank: 2, method }),
          a,
          `times ${factor}, ${method}`,
        );
      }
    }
    const empty = await lowRank(device.tensor(new Float32Array(0), [0, 3]), { tolerance: 0.5 });
    findings.exact([empty.rank, empty.error], [0, 0], 'nothing');
    findings.end();
  });

  it('chooses by the operations that it takes', () => {
    const findings = new Findings();
    for (const [rank, shape, expected] of [
      [5, [100, 100], false],
      [10, [2000, 1000], true],
      [50, [20_000, 1000], true],
      [900, [2000, 1000], false],
      [5, [100_000, 64], false],
    ] as const) {
      findings.check(isRandomized('auto', rank, shape) === expected, `rank ${rank} of [${shape.join()}]`);
      findings.check(isRandomized('randomized', rank, shape), 'asked for');
      findings.check(!isRandomized('exact', rank, shape), 'asked for');
    }
    findings.end();
  });

  it('the values are those of svdvals', async () => {
    const findings = new Findings();
    const a = tensorOf(device, withSpectrum(20, 10, [5, 4, 3, 2, 1]));
    const { s } = await lowRank(a, { rank: 4 });
    const all = await (await svdvals(a)).data();
    const bound = { relative: 0, absolute: 5 * orthogonalFactors(20, precisionOf(s)) };
    findings.close((await readGrid(s)).data, Array.from(all as ArrayLike<number>).slice(0, 4), bound, 'values');
    findings.end();
  });

  it('refuses what it cannot do, as a rejection', async () => {
    const a = tensorOf(device, withSpectrum(6, 4, [2, 1]));
    await expectRejects(lowRank(a, {}), OptionError, 'lowRank', 'neither', 'tolerance');
    await expectRejects(lowRank(a, { rank: 1, tolerance: 0.1 }), OptionError, 'lowRank', 'both');
    for (const rank of [0, 5, 1.5])
      await expectRejects(lowRank(a, { rank }), OptionError, 'lowRank', 'rank', 'from 1 to 4');
    for (const tolerance of [-1, 2, NaN])
      await expectRejects(lowRank(a, { tolerance }), OptionError, 'lowRank', 'tolerance', String(tolerance));
    await expectRejects(
      lowRank(a, { rank: 1, method: 'best' as 'exact' }),
      OptionError,
      'lowRank',
      "'best'",
      "'exact'",
    );
    await expectRejects(lowRank(a.reshape([2, 3, 4]), { rank: 1 }), ShapeError, 'lowRank', '[2, 3, 4]');
    const bad = device.tensor([
      [1, 2],
      [NaN, 3],
    ]);
    for (const method of METHODS)
      await expectRejects(lowRank(bad, { rank: 1, method }), NonFiniteError, 'lowRank', 'row 1 ');
  });
});
