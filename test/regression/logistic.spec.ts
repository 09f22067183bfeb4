/** `logistic` beside scikit-learn's, by the conditions that a minimum meets, and at its edges. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  DisposedError,
  logistic,
  NonFiniteError,
  OptionError,
  ShapeError,
  type Device,
  type LogisticModel,
  type LogisticOptions,
} from '../../src/index.ts';
import golden from '../golden/logistic.json';
import { logisticObjective, logisticSlopes, type LogisticCase, type LogisticPoint } from '../oracle/logistic.ts';
import { expectRejects, expectThrows, Findings } from '../support/expect.ts';
import { goldenGrid, namedInput, type GoldenArray } from '../support/golden.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { coefficient, missed, PROBABILITY, TIGHT, type Precision } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const precision = (): Precision => (device.kind === 'cpu' ? 'double' : 'single');

const pointOf = async ({ coef, intercept }: LogisticModel): Promise<LogisticPoint> => ({
  coef: await coef.toArray<number[][]>(),
  intercept: await intercept.toArray<number[]>(),
});

const largestOf = (values: Iterable<number>): number => Math.max(0, ...Array.from(values, Math.abs));

/** Rows of normal numbers whose classes a noisy plane, or several, tell apart. */
function problem(n: number, p: number, classes: number, seed: number): { x: number[][]; labels: number[] } {
  const random = new Random(seed);
  const planes = Array.from({ length: classes }, () => Array.from(random.normal(p)));
  const x = Array.from({ length: n }, () => Array.from(random.normal(p)));
  const labels = x.map(row => {
    const scores = planes.map(
      plane => plane.reduce((sum, a, j) => sum + a * (row[j] ?? 0), 0) + 3 * (random.normal(1)[0] ?? 0),
    );
    return scores.indexOf(Math.max(...scores));
  });
  return { x, labels };
}

/** Every class there, a row of each at least. */
const withAll = (labels: readonly number[], classes: number): number[] =>
  labels.map((label, i) => (i < classes ? i : label));

const penaltyOf = ({ penalty = 'l2', l1Ratio = 0.5 }: LogisticOptions): { l1: number; l2: number } =>
  ({
    l2: { l1: 0, l2: 1 },
    l1: { l1: 1, l2: 0 },
    none: { l1: 0, l2: 0 },
    elasticnet: { l1: l1Ratio, l2: 1 - l1Ratio },
  })[penalty];

describe('logistic', () => {
  interface Case {
    readonly x: keyof typeof golden.inputs;
    readonly y: keyof typeof golden.inputs;
    readonly options: LogisticOptions;
    readonly sampleWeight?: string;
    readonly coef: GoldenArray;
    readonly intercept: GoldenArray;
    readonly proba: GoldenArray;
  }
  const cases = golden.cases as unknown as readonly Case[];

  it.for(['l2', 'l1', 'elasticnet', 'none'] as const)("is scikit-learn's with %s", async penalty => {
    const findings = new Findings();
    for (const one of cases.filter(({ options }) => options.penalty === penalty)) {
      const x = namedInput(golden.inputs, one.x);
      const y = namedInput(golden.inputs, one.y).data;
      const weights = one.sampleWeight && Float64Array.from(namedInput(golden.inputs, one.sampleWeight).data);
      const label = `${one.x}, ${JSON.stringify(one.options)}${weights ? ', weighted' : ''}`;
      const model = await logistic({ data: Float64Array.from(x.data), shape: x.shape }, Float64Array.from(y), {
        ...one.options,
        ...(weights && { sampleWeight: weights }),
        tol: TIGHT,
        device,
      });
      const [coef, intercept] = [goldenGrid(one.coef), goldenGrid(one.intercept)];
      const largest = largestOf([...Array.from(coef.data), ...Array.from(intercept.data)]);
      findings.check(model.converged, `${label}: no end after ${model.iterations} steps`);
      findings.shape(model.coef.shape, coef.shape, label);
      findings.close(await model.coef.data(), coef.data, coefficient(precision(), largest), `${label}: coef`);
      findings.close(
        await model.intercept.data(),
        intercept.data,
        coefficient(precision(), largest),
        `${label}: intercept`,
      );
      const zeros = (values: ArrayLike<number>): number[] => Array.from(values, value => Number(value === 0));
      findings.exact(zeros(await model.coef.data()), zeros(coef.data), `${label}: zeros`);
      const proba = goldenGrid(one.proba);
      const p = x.shape[1] ?? 0;
      const rows = { data: Float64Array.from(x.data).slice(0, 5 * p), shape: [5, p] };
      findings.close(
        await model.predictProba(rows).data(),
        proba.data,
        PROBABILITY[precision()],
        `${label}: probabilities`,
      );
      model.dispose();
    }
    findings.end();
  });

  it('meets the conditions of a minimum, and its gap is a bound', async () => {
    const findings = new Findings();
    for (const [n, p, classes] of [
      [60, 4, 2],
      [20, 35, 2],
      [70, 5, 4],
      [24, 30, 3],
    ] as const)
      for (const options of [
        { penalty: 'l2', C: 2 },
        { penalty: 'l1', C: 0.7, tol: TIGHT },
        { penalty: 'elasticnet', l1Ratio: 0.4, C: 1.5, fitIntercept: false },
        { penalty: 'l1', C: 0.7, tol: 0.01 },
        { penalty: 'l1', C: 1e-4 },
      ] as const) {
        const { x, labels: plain } = problem(n, p, classes, n + p);
        const labels = withAll(plain, classes);
        const model = await logistic(x, labels, { ...options, device });
        const point = await pointOf(model);
        const { C } = options;
        const one: LogisticCase = { x, labels, classes, costs: labels.map(() => C), ...penaltyOf(options) };
        const label = `${n} × ${p}, ${classes} classes, ${JSON.stringify(options)}`;
        const slopes = logisticSlopes(one, point);
        const tol = 'tol' in options ? options.tol : 1e-9;
        const size = C * n * Math.log(classes);
        // A step along a coordinate with the derivative d gains d²/(2·curvature), and curvatures are C·‖x‖²/4 at most.
        const steepest = Math.sqrt(C * n * 8) * Math.sqrt(size) * missed(precision(), tol, p);
        findings.check(model.converged && model.dualGap <= tol * size, `${label}: a gap of ${model.dualGap}`);
        point.coef.forEach((own, k) =>
          own.forEach((weight, j) => {
            const slope = slopes.coef[k]?.[j] ?? NaN;
            const rest =
              weight === 0
                ? Math.max(0, Math.abs(slope) - one.l1)
                : Math.abs(slope + one.l1 * Math.sign(weight) + one.l2 * weight);
            findings.check(
              rest <= steepest,
              `${label}: slope [${k}, ${j}] is ${slope}, with a coefficient of ${weight}`,
            );
          }),
        );
        if (!('fitIntercept' in options))
          for (const slope of slopes.intercept)
            findings.check(Math.abs(slope) <= steepest, `${label}: the slope of an intercept is ${slope}`);
        // No other point is below the bound.
        const bound = logisticObjective(one, point) - model.dualGap;
        const random = new Random(p);
        for (const size2 of [0, 1e-3, 0.1]) {
          const near = {
            coef: point.coef.map(own => own.map(weight => weight * (1 + size2 * (random.unit() - 0.5)))),
            intercept: point.intercept,
          };
          const slack = size * missed(precision(), 0, p);
          findings.check(logisticObjective(one, near) >= bound - slack, `${label}: another point is below the bound`);
        }
        if (C === 1e-4) findings.exact(model.active, [], `${label}: active`);
        model.dispose();
      }
    findings.end();
  });

  it('of two classes as three, one of which is far away, or by labels of any kind, is the same', async () => {
    const { x, labels } = problem(40, 3, 2, 9);
    const names = labels.map(label => (label === 0 ? 'no' : 'yes'));
    const [plain, named, numbered] = await Promise.all([
      logistic(x, labels, { device }),
      logistic(x, names, { device }),
      logistic(x, device.tensor(labels.map(label => (label === 0 ? 2.5 : 7))), { device }),
    ]);
    expect(named.classes).toEqual(['no', 'yes']);
    expect(numbered.classes).toEqual([2.5, 7]);
    expect(await named.coef.toArray()).toEqual(await plain.coef.toArray());
    expect(await numbered.coef.toArray()).toEqual(await plain.coef.toArray());
    const [own, words] = await Promise.all([plain.predict(x), named.predict(x)]);
    expect(words).toEqual(own.map(label => (label === 0 ? 'no' : 'yes')));
    const scores = await plain.decision(x).toArray<number[]>();
    expect(own).toEqual(scores.map(score => Number(score > 0)));
    expect(plain.coef.shape).toEqual([1, 3]);
  });

  it('weights are repetitions, and warm starts end at once', async () => {
    const findings = new Findings();
    for (const classes of [2, 3]) {
      const { x, labels: plain } = problem(30, 3, classes, 4);
      const labels = withAll(plain, classes);
      const counts = labels.map((_, i) => i % 3);
      const repeated = labels.flatMap((_, i) => Array.from({ length: counts[i] ?? 0 }, () => i));
      for (const penalty of ['l2', 'l1'] as const) {
        const options = { penalty, tol: TIGHT, device };
        const weighted = await logistic(x, labels, { ...options, sampleWeight: counts });
        const [rows, own] = [repeated.map(i => x[i] ?? []), repeated.map(i => labels[i] ?? 0)];
        const long = await logistic(rows, own, options);
        const [some, all] = [await weighted.coef.data(), await long.coef.data()];
        findings.close(
          some,
          Float64Array.from(all),
          coefficient(precision(), largestOf(all)),
          `${classes}, ${penalty}`,
        );
        const again = await logistic(x, labels, { ...options, tol: 1e-5, sampleWeight: counts, warmStart: weighted });
        findings.check(again.iterations <= 1, `${classes}, ${penalty}: ${again.iterations} steps from a minimum`);
      }
    }
    findings.end();
  });

  it('takes numbers as they were at the call', async () => {
    const { x, labels } = problem(20, 2, 2, 6);
    const weights = labels.map((_, i) => 1 + (i % 2));
    const before = await logistic(x, labels, { sampleWeight: weights, device });
    const [rows, own, counts] = [Float64Array.from(x.flat()), Float64Array.from(labels), Float64Array.from(weights)];
    const pending = logistic({ data: rows, shape: [20, 2] }, own, { sampleWeight: counts, device });
    for (const one of [rows, own, counts]) one.fill(NaN);
    expect(await (await pending).coef.toArray()).toEqual(await before.coef.toArray());
  });

  it('goes on while steps lower the objective, though the gap of classes that lean on each other falls slowly', async () => {
    const x = Array.from({ length: 8 }, (_, i) => [4, 9].map(k => Math.sin(0.7 * (i + 1) * k + i * i)));
    const y = x.map((_, i) => i % 3);
    const model = await logistic(x, y, { penalty: 'l1', C: 100, device });
    expect(model.converged).toBe(true);
    const few = await logistic(x, y, { penalty: 'l1', C: 1e4, maxIterations: 120, device });
    expect(few.converged || few.iterations === 120).toBe(true);
  });

  it('takes few steps for classes that lean on each other, of columns of all sizes', async () => {
    const findings = new Findings();
    for (const [n, p, classes, penalty, C] of [
      [60, 8, 5, 'l1', 1e4],
      [100, 20, 4, 'l2', 1],
      [25, 25, 3, 'l2', 1e4],
    ] as const) {
      const random = new Random(n);
      const data = random.normal(n * p).map((value, at) => value * (1 + 3 * (at % p)) + (at % p));
      const labels = withAll(Array.from(random.ints(n, 0, classes)), classes);
      const found = await logistic({ data, shape: [n, p] }, labels, { penalty, C, device });
      findings.check(
        found.converged && found.iterations <= 30,
        `${n}, ${p}, ${classes} classes, ${penalty}: ${found.iterations} steps to a gap of ${found.dualGap}`,
      );
      found.dispose();
    }
    findings.end();
  });

  it('says so where there is no minimum, without a NaN', async () => {
    for (const [x, y] of [
      [
        [[1], [2], [3], [4]],
        ['a', 'a', 'b', 'b'],
      ],
      [
        [[1], [2], [2], [3]],
        [0, 0, 1, 1],
      ],
      [
        [[1], [2], [3], [4], [5], [6]],
        [0, 0, 1, 1, 2, 2],
      ],
      [
        [[-1e8], [1e8]],
        [0, 1],
      ],
    ] as const)
      for (const fitIntercept of [true, false]) {
        if (!fitIntercept && x[0][0] > 0) continue;
        const model = await logistic(x, y, { penalty: 'none', fitIntercept, device });
        expect(model.converged).toBe(false);
        const numbers = [...(await model.coef.data()), ...(await model.intercept.data()), model.dualGap];
        expect(numbers.every(Number.isFinite)).toBe(true);
        expect((await model.predict(x)).length).toBe(x.length);
        const proba = await model.predictProba(x).data();
        expect(proba.every(share => share >= 0 && share <= 1)).toBe(true);
      }
  });

  it('takes columns of any kind', async () => {
    const findings = new Findings();
    const { x, labels } = problem(50, 3, 2, 12);
    const plain = await logistic(x, labels, { penalty: 'none', device, tol: TIGHT });
    const [base = []] = await plain.coef.toArray<number[][]>();
    // Without a penalty, coefficients follow the units of their columns, and intercepts their offsets.
    const scales = [1e8, 1e-8, 1];
    const odd = x.map(row => [...row.map((value, j) => value * (scales[j] ?? NaN) + (j === 2 ? 1000 : 0)), 7, 0]);
    const model = await logistic(odd, labels, { penalty: 'none', device, tol: TIGHT });
    const [own = []] = await model.coef.toArray<number[][]>();
    const back = own.slice(0, 3).map((weight, j) => weight * (scales[j] ?? NaN));
    findings.check(model.converged, `no end after ${model.iterations} steps`);
    findings.close(back, base, coefficient(precision(), largestOf(base)), 'scaled');
    findings.exact(own.slice(3), [0, 0], 'columns without spread');
    findings.exact(model.active, [0, 1, 2], 'active');
    const twice = await logistic(
      x.map(row => [...row, row[0] ?? 0]),
      labels,
      { device, tol: TIGHT },
    );
    const [both = []] = await twice.coef.toArray<number[][]>();
    findings.close(
      [both[3] ?? NaN],
      [both[0] ?? NaN],
      coefficient(precision(), largestOf(both)),
      'a column and its copy',
    );
    const shares = await twice.predictProba(x.map(row => [...row, row[0] ?? 0])).toArray<number[][]>();
    for (const row of shares)
      findings.close(
        [row.reduce((sum, share) => sum + share, 0)],
        [1],
        PROBABILITY[precision()],
        'a sum of probabilities',
      );
    findings.end();
  });

  it('ends when it is told to, and keeps nothing', async () => {
    const { x, labels } = problem(40, 4, 3, 3);
    const cut = await logistic(x, labels, { device, maxIterations: 1 });
    expect(cut).toMatchObject({ converged: false, iterations: 1 });
    expect(cut.dualGap).toBeGreaterThan(0);
    const controller = new AbortController();
    const stopped = logistic(x, labels, {
      device,
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
    const fresh = await openLaneDevice();
    const model = await logistic(x, labels, { device: fresh });
    await model.predict(x);
    const proba = model.predictProba(x);
    await proba.data();
    proba.dispose();
    model.dispose();
    expect(fresh.memory().live).toBe(0);
    expectThrows(() => model.decision(x), DisposedError, 'decision');
    fresh.close();
  });

  it('refuses what it cannot take', async () => {
    const [x, y, op] = [[[1], [2]], [0, 1], 'logistic'];
    const wrong = (options: object): Promise<unknown> => logistic(x, y, { device, ...options });
    await expectRejects(logistic(x, [3, 3], { device }), OptionError, op, 'class 3');
    await expectRejects(logistic(x, [3, 'a'], { device }), OptionError, op, '3', 'row 0');
    await expectRejects(logistic(x, [0, NaN], { device }), OptionError, op, 'NaN', 'row 1');
    await expectRejects(logistic([[1], [NaN]], y, { device }), NonFiniteError, op);
    await expectRejects(logistic(x, [0, 1, 1], { device }), ShapeError, op, '[3]', '2 rows');
    await expectRejects(logistic(x, [[0], [1]] as never, { device }), ShapeError, op, '[2, 1]');
    await expectRejects(logistic([1, 2], y, { device }), ShapeError, op, '[2]');
    await expectRejects(wrong({ penalty: 'l3' }), OptionError, op, "'l3'", "'none'");
    for (const C of [0, -1, NaN, Infinity]) await expectRejects(wrong({ C }), OptionError, op, 'C', String(C));
    await expectRejects(wrong({ l1Ratio: 0.5 }), OptionError, op, 'l1Ratio', "'l2'");
    await expectRejects(wrong({ l1Ratio: 2, penalty: 'elasticnet' }), OptionError, op, 'l1Ratio', '2');
    await expectRejects(wrong({ classWeight: 'even' }), OptionError, op, "'even'");
    await expectRejects(wrong({ sampleWeight: [1, -1] }), OptionError, op, 'sampleWeight', '-1');
    await expectRejects(wrong({ tol: -1 }), OptionError, op, 'tol');
    await expectRejects(wrong({ maxIterations: 0 }), OptionError, op, 'maxIterations');
    await expectRejects(wrong({ warmStart: [1] }), OptionError, op, 'warmStart');
    await expectRejects(wrong({ warmStart: { coef: [1, 2], intercept: [0] } }), ShapeError, op, 'warmStart');
    await expectRejects(wrong({ alpha: 1 }), OptionError, op, 'alpha');
    const model = await logistic(x, y, { device });
    expectThrows(() => model.decision([[1, 2]]), ShapeError, 'decision', '[1, 2]', '[m, 1]');
  });
});
