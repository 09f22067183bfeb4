/** Robust and stable principal components: numpy's answers, the minimum and what proves it, the marks of the papers in small. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { robustPca, stablePca, transpose, type Device, type Separation } from '../../src/index.ts';
import golden from '../golden/robust-pca.json';
import { singularValues } from '../oracle/eigen.ts';
import type { Grid } from '../oracle/grid.ts';
import { pursuit } from '../oracle/robust-pca.ts';
import { Findings } from '../support/expect.ts';
import { goldenGrid, namedInput, type GoldenArray } from '../support/golden.ts';
import { few, isGpuLane, openLaneDevice } from '../support/lane.ts';
import { mixed, relativeError } from '../support/separations.ts';
import { floatsOf, given, gridOf, tensorOf } from '../support/tensors.ts';
import { inputRounding, precisionOf, SEPARATED, separated } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

/** What an iteration is asked to end at. */
const tol = (): number => (device.kind === 'cpu' ? 1e-7 : isGpuLane ? 1e-4 : 2e-6);

const read = async ({ lowRank, sparse }: Separation): Promise<{ lowRank: Grid; sparse: Grid }> => {
  const [low, rest] = await Promise.all([lowRank.data(), sparse.data()]);
  return {
    lowRank: { shape: lowRank.shape, data: Float64Array.from(low) },
    sparse: { shape: sparse.shape, data: Float64Array.from(rest) },
  };
};

/** L is what is expected, and S all that is not L, but for noise. */
async function compare(
  findings: Findings,
  found: Separation,
  expected: ArrayLike<number>,
  d: Grid,
  end: number,
  label: string,
  noise = 0,
  slack = 0,
): Promise<void> {
  const { lowRank, sparse } = await read(found);
  const off = relativeError(lowRank.data, expected);
  const bound = separated(end, precisionOf(found.lowRank));
  findings.check(found.converged, `${label}: no end after ${found.iterations} iterations`);
  findings.check(off <= bound, `${label}: off by ${off}, allowed ${bound}`);
  const size = Math.hypot(...Array.from(d.data));
  const rest = Math.hypot(
    ...Array.from(d.data, (value, at) => value - (lowRank.data[at] ?? NaN) - (sparse.data[at] ?? NaN)),
  );
  const allowed = end + 4 * inputRounding(precisionOf(found.lowRank)).relative;
  findings.check(Math.abs(rest - noise) <= allowed * size + slack, `${label}: the rest is ${rest}, of ${size}`);
}

describe("numpy's answers", () => {
  interface Case {
    readonly method: 'alm' | 'admm' | 'stable';
    readonly d: string;
    readonly tol?: number;
    readonly lambda?: number;
    readonly deviation?: number;
    readonly bound?: number;
    readonly noise?: number;
    readonly iterations?: number;
    readonly expected: { readonly lowRank: GoldenArray; readonly rank: number };
  }
  const cases = golden.cases as readonly Case[];

  it.for(['alm', 'admm', 'stable'] as const)('by %s', async wanted => {
    const findings = new Findings();
    for (const one of few(cases.filter(({ method }) => method === wanted)))
      for (const dtype of floatsOf(device)) {
        const { lambda, deviation, bound, expected, noise } = one;
        const d = namedInput(golden.inputs, one.d);
        const x = tensorOf(device, d, dtype);
        const end = one.tol ?? tol();
        const options = { tol: end, ...given({ lambda }) };
        const found =
          wanted === 'stable'
            ? await stablePca(x, { ...options, ...given({ deviation, bound }) })
            : await robustPca(x, { ...options, method: wanted });
        const { lowRank, rank } = expected;
        const label = `${one.d}, ${JSON.stringify(given({ lambda, deviation, bound }))}, ${dtype}`;
        await compare(
          findings,
          found,
          goldenGrid(lowRank).data,
          d,
          end,
          label,
          noise,
          bound === undefined ? 0 : Math.sqrt(end) * bound,
        );
        if (wanted !== 'alm') findings.check(found.rank === rank, `${label}: rank ${found.rank}, where it is ${rank}`);
        else
          findings.check(
            Math.abs(found.iterations - (one.iterations ?? NaN)) <= 1,
            `${label}: ${found.iterations} iterations, where numpy has ${String(one.iterations)}`,
          );
      }
    findings.end();
  });
});

describe('the minimum', () => {
  it('is what slow steps in doubles come to, with noise and without', async () => {
    const findings = new Findings();
    for (const [m, n, nu, lambda] of few([
      [9, 7, 0, 0.4],
      [6, 11, 0, undefined],
      [8, 8, 0.5, 0.3],
    ] as const)) {
      const { d } = mixed({ m, n, rank: 2, share: 0.1, size: 8, noise: 0.05, seed: m });
      const expected = pursuit(d, lambda ?? 1 / Math.sqrt(Math.max(m, n)), nu);
      for (const dtype of floatsOf(device)) {
        const options = { tol: tol(), ...given({ lambda }) };
        const x = tensorOf(device, d, dtype);
        const found =
          nu === 0
            ? await robustPca(x, { ...options, method: 'admm' })
            : await stablePca(x, { ...options, deviation: nu / Math.sqrt(2 * Math.max(m, n)) });
        const label = `[${m}, ${n}], ν = ${nu}, ${dtype}`;
        findings.check(found.converged, `${label}: no end`);
        const off = relativeError((await read(found)).lowRank.data, expected.lowRank.data);
        const bound = separated(options.tol, precisionOf(found.lowRank));
        findings.check(off <= bound, `${label}: off by ${off}, allowed ${bound}`);
        const last = found.history.at(-1)?.objective ?? NaN;
        findings.close([last], [expected.objective], { relative: bound, absolute: 0 }, `${label}: objective`);
      }
    }
    findings.end();
  });

  it('is proved by the multiplier: no split costs less than ⟨Y, D⟩', async () => {
    const { d } = mixed({ m: 18, n: 13, rank: 1, share: 0.05, size: 5, seed: 5 });
    const x = tensorOf(device, d, device.kind === 'cpu' ? 'float64' : 'float32');
    const found = await robustPca(x, { method: 'admm', returnState: true, tol: tol() });
    const y = await (found.state?.multiplier ?? x).data();
    const lambda = 1 / Math.sqrt(18);
    const bound = separated(tol(), precisionOf(x));
    // ‖Y‖₂ ≤ 1 and |Y| ≤ λ make ⟨Y, L + S⟩ ≤ ‖L‖_* + λ‖S‖₁ for every L and S; here both sides are equal.
    expect(singularValues(gridOf([18, 13], y))[0]).toBeLessThanOrEqual(1 + bound);
    expect(Math.max(...Array.from(y, value => Math.abs(Number(value))))).toBeLessThanOrEqual(lambda + bound);
    const least = Array.from(y, Number).reduce((sum, value, at) => sum + value * (d.data[at] ?? NaN), 0);
    const cost = found.history.at(-1)?.objective ?? NaN;
    expect(Math.abs(cost - least)).toBeLessThanOrEqual(bound * cost);
  });
});

describe('the marks', () => {
  it('gross errors are found, the rank is exact, and few singular value decompositions do', async () => {
    const findings = new Findings();
    for (const [m, n, rank, share] of few([
      [80, 64, 2, 0.05],
      [60, 110, 3, 0.03],
    ] as const)) {
      const { d, lowRank, sparse } = mixed({ m, n, rank, share });
      for (const dtype of floatsOf(device)) {
        const x = tensorOf(device, d, dtype);
        // Doubles end at as small a share of the error as they do in matrices of the paper's size.
        const found = await robustPca(x, device.kind === 'cpu' ? { tol: 1e-8 } : {});
        const label = `[${m}, ${n}], ${dtype}`;
        const own = await read(found);
        const bound = SEPARATED[precisionOf(x)];
        const errors = [relativeError(own.lowRank.data, lowRank.data), relativeError(own.sparse.data, sparse.data)];
        findings.check(found.rank === rank, `${label}: rank ${found.rank}`);
        findings.check(found.converged && found.iterations <= 26, `${label}: ${found.iterations} iterations`);
        findings.check(Math.max(...errors) <= bound, `${label}: off by ${String(errors)}, allowed ${bound}`);
        findings.check(
          found.history.length === found.iterations && found.history.every(({ noise }) => noise === 0),
          `${label}: an entry an iteration`,
        );
      }
    }
    findings.end();
  });

  it('a rank that is higher than expected is followed', async () => {
    const { d, lowRank } = mixed({ m: 110, n: 100, rank: 12, share: 0.02 });
    const found = await robustPca(tensorOf(device, d), device.kind === 'cpu' ? { tol: 1e-8 } : {});
    const off = relativeError((await read(found)).lowRank.data, lowRank.data);
    expect([found.rank, found.converged]).toEqual([12, true]);
    expect(off).toBeLessThanOrEqual(SEPARATED[precisionOf(found.lowRank)]);
  });

  it('noise is told from gross errors, and is as large as was said', async () => {
    const { d, lowRank } = mixed({ m: 40, n: 30, rank: 2, share: 0.05, size: 50, noise: 0.1, seed: 3 });
    const size = 0.1 * Math.sqrt(1200);
    const length = Math.hypot(...Array.from(lowRank.data));
    for (const options of few([{ deviation: 0.1 }, { bound: size }])) {
      const found = await stablePca(tensorOf(device, d), { ...options, tol: 1e-4 });
      const off = relativeError((await read(found)).lowRank.data, lowRank.data);
      expect(found.converged).toBe(true);
      // As Zhou and others have it: the error is a small multiple of the noise.
      expect(off * length).toBeLessThan(2 * size);
      expect(Math.abs(found.noise / size - 1)).toBeLessThan('bound' in options ? 0.01 : 0.2);
    }
  });
});

describe('the same split', () => {
  it('comes of a transposed view, of any unit, of whole numbers and of doubles rounded', async () => {
    const findings = new Findings();
    const { d } = mixed({ m: 16, n: 12, rank: 2, share: 0.06, size: 20, seed: 9 });
    const plain = await robustPca(tensorOf(device, d), { tol: tol() });
    const expected = (await read(plain)).lowRank.data;
    const turned = await robustPca(transpose(tensorOf(device, d)), { tol: tol() });
    const bound = separated(tol(), precisionOf(plain.lowRank));
    const off = relativeError(await transpose(turned.lowRank).data(), expected);
    findings.check(off <= bound, `transposed: off by ${off}`);
    for (const power of few([-80, 80])) {
      const scaled = gridOf(
        d.shape,
        Array.from(d.data, value => value * 2 ** power),
      );
      const found = await robustPca(tensorOf(device, scaled), { tol: tol() });
      const back = Array.from(await found.lowRank.data(), value => Number(value) * 2 ** -power);
      findings.check(relativeError(back, expected) <= bound, `times 2^${power}`);
      const [one, other] = [found, plain].map(({ history }) => history.at(-1)?.objective ?? NaN);
      findings.close([(one ?? NaN) * 2 ** -power], [other ?? NaN], { relative: bound, absolute: 0 }, 'objective');
    }
    const whole = await robustPca(device.tensor(new Uint32Array(12).fill(7), [4, 3]), { method: 'admm' });
    findings.check(whole.rank === 1 && whole.lowRank.dtype !== 'uint32', 'whole numbers');
    findings.close(await whole.lowRank.data(), Array(12).fill(7), { relative: bound, absolute: 0 }, 'whole numbers');
    findings.end();
  });

  it('of nothing is nothing', async () => {
    for (const shape of [
      [0, 3],
      [3, 0],
      [2, 3],
    ] as const) {
      const x = device.tensor(new Float32Array(shape[0] * shape[1]), shape);
      for (const found of [await robustPca(x), await stablePca(x, { bound: 1 })]) {
        expect([found.rank, found.iterations, found.converged, found.history]).toEqual([0, 0, true, []]);
        expect([...found.lowRank.shape, ...found.sparse.shape]).toEqual([...shape, ...shape]);
        expect([...(await found.lowRank.data()), ...(await found.sparse.data())]).toEqual(Array(2 * x.size).fill(0));
      }
    }
  });

  it('of a row, a column and one number is theirs, and all may be noise', async () => {
    for (const shape of few([
      [1, 1],
      [1, 5],
      [5, 1],
    ] as const)) {
      const data = Float32Array.from({ length: shape[0] * shape[1] }, (_, k) => k + 1);
      const found = await robustPca(device.tensor(data, shape));
      const { lowRank, sparse } = await read(found);
      expect(found.converged).toBe(true);
      const sums = Array.from(lowRank.data, (value, at) => value + (sparse.data[at] ?? NaN));
      expect(relativeError(sums, data)).toBeLessThanOrEqual(1e-5);
    }
    const all = await stablePca(device.tensor(Float32Array.of(1, 2, 3, 4), [2, 2]), { bound: 100 });
    expect([all.rank, all.converged, ...(await all.sparse.data())]).toEqual([0, true, 0, 0, 0, 0]);
    expect(all.noise).toBeCloseTo(Math.sqrt(30), 3);
  });
});
