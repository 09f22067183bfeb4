/** Sparse vectors: scikit-learn's and HiGHS's answers, what proves a minimum, the marks of compressed sensing, edges and errors. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  composeOperators,
  haarWavelet,
  matrixOperator,
  NonFiniteError,
  OptionError,
  partialDct,
  partialFourier,
  ShapeError,
  sparseRecover,
  type Device,
  type LinearOperator,
  type RecoveryProgress,
  type SparseRecoverOptions,
  type SparseRecovery,
} from '../../src/index.ts';
import golden from '../golden/recovery.json';
import { dctRows, inner, lassoByDescent, times, transposed } from '../oracle/recovery.ts';
import { expectRejects, Findings } from '../support/expect.ts';
import { goldenGrid, namedInput, type GoldenArray } from '../support/golden.ts';
import { few, isGpuLane, openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { floatsOf, given } from '../support/tensors.ts';
import { precisionOf, RECOVERED_SPARSE, SPIKES } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const length = (x: ArrayLike<number>): number => Math.hypot(...Array.from(x));
const apart = (x: ArrayLike<number>, y: ArrayLike<number>): number =>
  Math.hypot(...Array.from(x, (value, at) => value - (y[at] ?? NaN)));

/** `count` spikes of either sign and sizes from ½ to 1½, at random places. */
function spikes(n: number, count: number, seed: number): Float64Array {
  const random = new Random(seed);
  const x = new Float64Array(n);
  for (const place of placesOf(n, count, random)) x[place] = (random.unit() < 0.5 ? -1 : 1) * (0.5 + random.unit());
  return x.map(Math.fround);
}

function placesOf(n: number, count: number, random: Random): number[] {
  const order = Array.from({ length: n }, (_, at) => ({ at, key: random.unit() })).toSorted((a, b) => a.key - b.key);
  return order.slice(0, count).map(({ at }) => at);
}

const supportOf = (x: ArrayLike<number>): number[] => [...Array.from(x).keys()].filter(at => x[at] !== 0);

async function compare(
  findings: Findings,
  found: SparseRecovery,
  expected: ArrayLike<number>,
  label: string,
  within?: number,
): Promise<void> {
  const x = await found.x.data();
  const bound = (within ?? RECOVERED_SPARSE[precisionOf(found.x)]) * length(expected);
  const off = apart(x, expected);
  findings.check(found.converged, `${label}: no end after ${found.iterations} iterations, ${found.residual} missed`);
  findings.check(off <= bound, `${label}: off by ${off}, allowed ${bound}`);
  findings.exact(found.support, supportOf(x), `${label}: support`);
  findings.check(found.dualGap >= 0, `${label}: a gap of ${found.dualGap}`);
  found.x.dispose();
}

describe("other programs' answers", () => {
  interface Case {
    readonly kind: string;
    readonly y: string;
    readonly lambda?: number;
    readonly noise?: number;
    readonly expected: GoldenArray;
  }

  it.for(['lasso', 'pursuit', 'noisy'])('%s', async wanted => {
    const findings = new Findings();
    const { shape, data } = namedInput(golden.inputs, 'matrix');
    const operator = await matrixOperator(device.tensor(Float64Array.from(data), shape));
    const cases = (golden.cases as readonly object[]).map(one => one as Case).filter(({ kind }) => kind === wanted);
    for (const { kind, y, lambda, noise, expected } of few(cases)) {
      for (const dtype of floatsOf(device)) {
        const target = device.tensor(Float64Array.from(namedInput(golden.inputs, y).data), undefined, { dtype });
        const found = await sparseRecover(target, operator, given({ lambda, noise }));
        const label = `${kind} of ${y}, ${String(lambda ?? noise ?? '')}, ${dtype}`;
        expect(found.x.dtype).toBe(dtype);
        await compare(findings, found, goldenGrid(expected).data, label);
      }
    }
    operator.dispose?.();
    findings.end();
  });
});

describe('lasso', () => {
  const picks = [1, 4, 6, 11, 15, 20, 22, 27, 29];
  const rows = dctRows(1, 32, picks);

  it('is the minimum: coordinate descent comes to it, and slopes prove it', async () => {
    const findings = new Findings();
    const y = new Random(3).normal(picks.length);
    for (const lambda of few([0.02, 0.3])) {
      const found = await sparseRecover(device.tensor(Float64Array.from(y)), partialDct(32, picks), { lambda });
      const expected = lassoByDescent(rows, y, lambda);
      findings.exact(found.support, supportOf(expected), `λ = ${lambda}: support`);
      const x = Float64Array.from(await found.x.data());
      const rest = times(rows, x).map((value, i) => (y[i] ?? NaN) - value);
      const bound = RECOVERED_SPARSE[precisionOf(found.x)] * length(y);
      times(transposed(rows), rest).forEach((slope, j) => {
        const [least, most] = x[j] === 0 ? [-lambda, lambda] : [lambda, lambda].map(own => own * Math.sign(x[j] ?? 0));
        const isAllowed = slope >= (least ?? NaN) - bound && slope <= (most ?? NaN) + bound;
        findings.check(isAllowed, `λ = ${lambda}: slope ${j} is ${slope}`);
      });
      const objective = (z: Float64Array): number => {
        const off = times(rows, z).map((value, i) => value - (y[i] ?? NaN));
        return inner(off, off) / 2 + lambda * z.reduce((sum, value) => sum + Math.abs(value), 0);
      };
      const above = objective(x) - objective(expected);
      findings.check(found.dualGap >= above - bound, `λ = ${lambda}: the gap ${found.dualGap} is no bound of ${above}`);
      findings.check(found.dualGap <= bound * length(y), `λ = ${lambda}: the gap is ${found.dualGap}`);
      await compare(findings, found, expected, `λ = ${lambda}`);
    }
    findings.end();
  });

  it('gives zeros at λ ≥ ‖Aᵀy‖_∞, and one number just below', async () => {
    const y = Float64Array.from({ length: picks.length }, (_, i) => (i === 4 ? 2 : 0));
    const slopes = times(transposed(rows), y);
    const largest = slopes.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
    const operator = partialDct(32, picks);
    const none = await sparseRecover(device.tensor(y), operator, { lambda: largest * (1 + 2 ** -20) });
    expect(Array.from(await none.x.data())).toEqual(Array.from({ length: 32 }, () => 0));
    expect(none).toMatchObject({ iterations: 0, converged: true, residual: 1, history: [] });
    expect(none.support.length).toBe(0);
    const some = await sparseRecover(device.tensor(y), operator, { lambda: largest * 0.999 });
    expect(some.support.length).toBeGreaterThan(0);
    const debiased = await sparseRecover(device.tensor(y), operator, { lambda: 2 * largest, debias: true });
    expect(debiased.support.length).toBe(0);
  });

  it('without weight is least squares', async () => {
    const matrix = [
      [1, 0],
      [1, 1],
      [1, 2],
    ];
    const operator = await matrixOperator(matrix, { device });
    const { x, converged } = await sparseRecover([1, 3, 6], operator, { lambda: 0, device });
    const findings = new Findings();
    const off = apart(await x.data(), [5 / 6, 2.5]);
    findings.check(converged && off <= RECOVERED_SPARSE[precisionOf(x)] * 3, `off by ${off}`);
    findings.end();
  });
});

describe('basis pursuit', () => {
  /** The mark: 1024 numbers out of 256. GPUs that a CPU plays get a quarter of that. */
  const [n, m, count] = isGpuLane ? [256, 96, 12] : [1024, 256, 25];

  it('finds spikes out of a quarter of the samples', async () => {
    const findings = new Findings();
    for (const seed of few([1, 2, 3])) {
      const truth = spikes(n, count, seed);
      const picks = placesOf(n, m, new Random(seed + 10));
      const y = times(dctRows(1, n, picks), truth);
      for (const debias of [false, true]) {
        const found = await sparseRecover(device.tensor(y), partialDct(n, picks), { debias });
        findings.exact(found.support, supportOf(truth), `seed ${seed}: support`);
        await compare(findings, found, truth, `seed ${seed}${debias ? ', debiased' : ''}`, SPIKES);
      }
    }
    findings.end();
  });

  it('does not take the rounding of y for numbers of x', async () => {
    const findings = new Findings();
    const truth = spikes(256, 6, 3);
    const operator = partialDct(256, placesOf(256, 60, new Random(4)));
    const y = operator.apply(device.tensor(Float32Array.from(truth)));
    const found = await sparseRecover(y, operator);
    findings.exact(found.support, supportOf(truth), 'support');
    await compare(findings, found, truth, 'spikes', SPIKES);
    findings.end();
  });

  it('finds few Haar coefficients out of frequencies', async () => {
    const findings = new Findings();
    const side = 16;
    const truth = spikes(side * side, 8, 5);
    const half = Array.from({ length: 128 }, (_, k) => k).filter(k => k === 0 || k % 16 > 0);
    const chosen = [0, ...placesOf(half.length - 1, 60, new Random(6)).map(at => half[at + 1] ?? NaN)];
    const seen = new Set<number>();
    const picks = chosen.filter(k => {
      const mirror = ((side - Math.floor(k / side)) % side) * side + ((side - (k % side)) % side);
      if (seen.has(mirror)) return false;
      seen.add(k);
      return true;
    });
    const operator = composeOperators(partialFourier([side, side], picks), haarWavelet([side, side]));
    const y = operator.apply(device.tensor(truth));
    const found = await sparseRecover(y, operator);
    await compare(findings, found, truth, 'coefficients', SPIKES);
    findings.end();
  });

  it('stays within noise', async () => {
    const findings = new Findings();
    const truth = spikes(n, Math.floor(count / 2), 4);
    const picks = placesOf(n, m, new Random(14));
    const clean = times(dctRows(1, n, picks), truth);
    const error = new Random(15).normal(m, 0.01);
    const y = clean.map((value, i) => value + (error[i] ?? 0));
    const noise = length(error);
    const operator = partialDct(n, picks);
    const plain = await sparseRecover(device.tensor(y), operator, { noise });
    const bound = RECOVERED_SPARSE[precisionOf(plain.x)];
    findings.check(plain.converged, `no end after ${plain.iterations} iterations`);
    findings.close([plain.residual * length(y)], [noise], { relative: bound, absolute: bound }, 'what is missed');
    findings.end();
  });

  it('is closer to the truth when what ‖x‖₁ took is given back', async () => {
    const findings = new Findings();
    const truth = spikes(n, Math.floor(count / 2), 4);
    const picks = placesOf(n, m, new Random(14));
    const rows = dctRows(1, n, picks);
    const error = new Random(15).normal(m, 0.01);
    const y = times(rows, truth).map((value, i) => value + (error[i] ?? 0));
    const [plain, closer] = [
      await sparseRecover(device.tensor(y), partialDct(n, picks), { lambda: 0.1 }),
      await sparseRecover(device.tensor(y), partialDct(n, picks), { lambda: 0.1, debias: true }),
    ];
    const [far, near] = [apart(await plain.x.data(), truth), apart(await closer.x.data(), truth)];
    findings.check(near < far / 2, `debiased, x is off by ${near}, and by ${far} before`);
    findings.exact(closer.support, plain.support, 'support');
    // What least squares over the support leave is orthogonal to the columns there.
    const rest = times(rows, await closer.x.data()).map((value, i) => (y[i] ?? NaN) - value);
    const slopes = times(transposed(rows), rest);
    const bound = RECOVERED_SPARSE[precisionOf(closer.x)] * length(y);
    for (const at of closer.support)
      findings.check(Math.abs(slopes[at] ?? NaN) <= bound, `slope ${at} is ${slopes[at]}`);
    findings.end();
  });

  it('needs nothing where noise is all there is, or y is 0', async () => {
    const operator = partialDct(8, [1, 2, 3]);
    for (const [y, options] of [
      [[3, 0, 4], { noise: 5 }],
      [[0, 0, 0], {}],
      [[0, 0, 0], { lambda: 0 }],
      [[0, 0, 0], { debias: true }],
    ] as const) {
      const { x, ...found } = await sparseRecover(y, operator, { ...options, device });
      expect(Array.from(await x.data())).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
      expect(found).toMatchObject({ converged: true, iterations: 0, dualGap: 0 });
    }
  });

  it('says so where nothing fits', async () => {
    const operator = await matrixOperator(
      [
        [1, 0],
        [1, 0],
      ],
      { device },
    );
    const found = await sparseRecover([1, 2], operator, { device, maxIterations: 100 });
    expect(found.converged).toBe(false);
    expect(found.residual).toBeGreaterThan(0.1);
    const outside = await sparseRecover([1, -1], operator, { device });
    expect(outside).toMatchObject({ converged: false, residual: 1, iterations: 0 });
    const close = await sparseRecover([1, 2], operator, { device, noise: 0.1 });
    expect(close.converged).toBe(false);
  });
});

describe('a run', () => {
  const operator = (): LinearOperator => partialDct(64, [1, 5, 8, 12, 19, 24, 30, 33, 41, 47, 52, 60]);
  const y = (): number[] => Array.from(new Random(8).normal(12));

  it('tells of its steps, goes on from a start, and ends when it is told to', async () => {
    const told: RecoveryProgress[] = [];
    const options: SparseRecoverOptions = { device, lambda: 0.1, onProgress: step => told.push(step) };
    const found = await sparseRecover(y(), operator(), options);
    expect(told.map(({ iteration }) => iteration)).toEqual(found.history.map(({ iteration }) => iteration));
    expect(told.at(-1)).toMatchObject({ stage: 'iterate', done: found.iterations, total: 10_000, lambda: 0.1 });
    expect(found.history.at(-1)?.residual).toBeCloseTo(found.residual);
    const again = await sparseRecover(y(), operator(), { device, lambda: 0.1, start: found.x });
    expect(again.iterations).toBeLessThan(found.iterations);
    const cut = await sparseRecover(y(), operator(), { device, lambda: 0.01, maxIterations: 8 });
    expect(cut).toMatchObject({ converged: false, iterations: 8 });
    const controller = new AbortController();
    const stopped = sparseRecover(y(), operator(), {
      device,
      tol: 1e-30,
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
  });

  it('is the same in other units', async () => {
    const findings = new Findings();
    for (const power of [2 ** 80, 2 ** -80]) {
      const plain = await sparseRecover(y(), operator(), { device, lambda: 0.25 });
      const other = await sparseRecover(
        y().map(value => value * power),
        operator(),
        { device, lambda: 0.25 * power },
      );
      const [x, scaled] = [await plain.x.data(), await other.x.data()];
      findings.exact(
        Float64Array.from(scaled, value => value / power),
        Float64Array.from(x),
        `times ${power}`,
      );
      findings.exact([other.lambda / power, other.residual], [plain.lambda, plain.residual], 'λ and residual');
    }
    findings.end();
  });

  it('keeps nothing but x', async () => {
    const fresh = await openLaneDevice();
    const own = operator();
    const run = async (): Promise<void> => {
      for (const options of [
        { tol: 1e-3 },
        { lambda: 0.1 },
        { noise: 0.5, debias: true },
        { start: Array(64).fill(1) },
      ])
        (await sparseRecover(y(), own, { device: fresh, maxIterations: 40, ...options })).x.dispose();
    };
    await run();
    const before = fresh.memory().live;
    await run();
    expect(fresh.memory().live).toBe(before);
    own.dispose?.();
    expect(fresh.memory().live).toBeLessThan(before);
    fresh.close();
  });

  it('refuses what it cannot take', async () => {
    const [own, op] = [operator(), 'sparseRecover'];
    const wrong = (options: object): Promise<unknown> => sparseRecover(y(), own, { device, ...options });
    await expectRejects(sparseRecover([1, 2], own, { device }), ShapeError, op, '[2]', '12');
    await expectRejects(sparseRecover([[1]], own, { device }), ShapeError, op, '[1, 1]');
    await expectRejects(wrong({ start: [1] }), ShapeError, op, 'start', '64');
    const holes = y().fill(NaN, 0, 1);
    await expectRejects(sparseRecover(holes, own, { device }), NonFiniteError, op);
    await expectRejects(sparseRecover(y(), {} as never, { device }), OptionError, op, 'operator');
    for (const name of ['lambda', 'noise', 'tol', 'maxIterations'])
      await expectRejects(wrong({ [name]: -1 }), OptionError, op, name, '-1');
    await expectRejects(wrong({ tol: 0 }), OptionError, op, 'tol');
    await expectRejects(wrong({ lambda: NaN }), OptionError, op, 'lambda', 'NaN');
    await expectRejects(wrong({ method: 'lasso' }), OptionError, op, 'lambda');
    await expectRejects(wrong({ lambda: 1, noise: 1 }), OptionError, op, 'noise');
    await expectRejects(wrong({ lambda: 1, method: 'basis-pursuit' }), OptionError, op, 'lambda');
    await expectRejects(wrong({ method: 'omp' }), OptionError, op, "'omp'", "'lasso', 'basis-pursuit'");
    await expectRejects(wrong({ debias: 1 }), OptionError, op, 'debias');
    await expectRejects(wrong({ alpha: 1 }), OptionError, op, 'alpha');
  });

  it('finds out that an operator is not what it says', async () => {
    const own = operator();
    const short: LinearOperator = { ...own, norm: 0.3 };
    const op = 'sparseRecover';
    await expectRejects(sparseRecover(y(), short, { device, lambda: 0.01 }), OptionError, op, 'norm');
    const odd: LinearOperator = { ...own, adjoint: () => device.tensor([1, 2]) };
    await expectRejects(sparseRecover(y(), odd, { device }), ShapeError, op, 'adjoint', '[64]', '[2]');
  });
});
