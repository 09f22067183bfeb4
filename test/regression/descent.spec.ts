/**
 * Coordinate descent by itself, on the host: working sets that grow, columns that are screened, Gram matrices that are and are not kept,
 * pauses. It knows no device, so that these run wherever the suite does.
 */
import { describe, expect, it } from 'vitest';
import { History, LOOK_BACK } from '../../src/regression/anderson.ts';
import { Descent, type Solution } from '../../src/regression/descent.ts';
import { gramOf, STEPS_AT_ONCE } from '../../src/regression/dots.ts';
import { moveOn } from '../../src/regression/gram/settle.ts';
import { certificate, squareSum, type Penalty, type Problem } from '../../src/regression/problem.ts';
import { Findings } from '../support/expect.ts';
import { Random } from '../support/random.ts';
import { missed, TIGHT } from '../tolerance.ts';

/** Normal columns after some that y is made of. */
function posed(n: number, p: number, seed = 1, rho = 0): Problem {
  const random = new Random(seed);
  const columns = Float64Array.from(random.normal(n * p));
  for (let at = n; at < n * p; at++)
    columns[at] = rho * (columns[at - n] ?? NaN) + Math.sqrt(1 - rho * rho) * (columns[at] ?? NaN);
  const y = Float64Array.from(random.normal(n), (noise, i) => {
    let sum = noise / 4;
    for (let j = 0; j < Math.min(4, p); j++) sum += (2 - j) * (columns[j * n + i] ?? NaN);
    return sum;
  });
  const squares = Float64Array.from({ length: p }, (_, j) => squareSum(columns.subarray(j * n, j * n + n)));
  return { n, p, columns, squares, y };
}

function run(descent: Descent, penalty: Penalty, gap: number, maxSweeps = 20000): Solution {
  const work = descent.solve(penalty, { gap, maxSweeps });
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

const productsOf = ({ n, p, columns }: Problem, v: Float64Array): Float64Array =>
  Float64Array.from({ length: p }, (_, j) => v.reduce((sum, value, i) => sum + value * (columns[j * n + i] ?? NaN), 0));

function residualOf({ n, columns, y }: Problem, w: Float64Array): Float64Array {
  return y.map((value, i) => w.reduce((sum, weight, j) => sum - weight * (columns[j * n + i] ?? NaN), value));
}

const largest = (problem: Problem): number => Math.max(...productsOf(problem, problem.y).map(Math.abs));

/** The largest violation of the optimality conditions, beside ‖xⱼ‖·‖y‖. */
function off(problem: Problem, { l1, l2, positive }: Penalty, w: Float64Array): number {
  const products = productsOf(problem, residualOf(problem, w));
  const worst = products.map((product, j) => {
    const weight = w[j] ?? NaN;
    const slope = product - l2 * weight;
    const miss =
      weight === 0 ? Math.max(0, (positive ? slope : Math.abs(slope)) - l1) : Math.abs(slope - l1 * Math.sign(weight));
    return miss / Math.sqrt((problem.squares[j] ?? 0) * squareSum(problem.y));
  });
  return Math.max(...worst);
}

describe('descent', () => {
  it('meets the conditions with any kind of sweep', () => {
    const findings = new Findings();
    const kinds = [
      { n: 40, p: 15, share: 0.05, l2: 0, whole: true },
      { n: 40, p: 15, share: 0.05, l2: 0, whole: false },
      // More columns at once than the first working set takes.
      { n: 60, p: 400, share: 0.02, l2: 0, whole: false },
      // More columns with weights than a Gram matrix is kept for: sweeps go by the residual.
      { n: 8, p: 400, share: 0.001, l2: 40, whole: false },
      { n: 8, p: 400, share: 0.001, l2: 40, whole: true },
    ];
    for (const { n, p, share, l2, whole } of kinds)
      for (const positive of [false, true]) {
        const problem = posed(n, p, n, 0.6);
        const penalty = { l1: share * largest(problem), l2, positive };
        const descent = new Descent(problem, { whole });
        const gap = TIGHT * squareSum(problem.y);
        const found = run(descent, penalty, gap);
        const label = `${n} × ${p}, whole ${whole}, positive ${positive}`;
        findings.check(found.converged && found.gap <= gap, `${label}: gap ${found.gap} after ${found.sweeps} sweeps`);
        const miss = off(problem, penalty, descent.weights);
        findings.check(miss <= missed('double', TIGHT, p), `${label}: missed by ${miss}`);
        const used = descent.weights.filter(weight => weight !== 0).length;
        if (l2 > 0 && !positive) findings.check(used > 256, `${label}: ${used} weights are many`);
      }
    findings.end();
  });

  it('goes down a path and up again, and forgets nothing', () => {
    const findings = new Findings();
    const problem = posed(30, 120, 5, 0.5);
    const most = largest(problem);
    const gap = TIGHT * squareSum(problem.y);
    for (const whole of [false, true]) {
      const descent = new Descent(problem, { whole });
      for (const share of [1.1, 0.5, 0.1, 0.02, 0.3, 0.9, 1.1])
        for (const positive of [false, true]) {
          const penalty = { l1: share * most, l2: 0.1, positive };
          const { converged } = run(descent, penalty, gap);
          const miss = off(problem, penalty, descent.weights);
          findings.check(converged && miss <= missed('double', TIGHT, 120), `${share}, ${positive}: missed by ${miss}`);
          if (share > 1)
            findings.check(
              descent.weights.every(weight => weight === 0),
              `${share}: all 0`,
            );
        }
    }
    findings.end();
  });

  it('goes by a Gram matrix that is only near the true one, and ends where the true one would', () => {
    const findings = new Findings();
    const problem = posed(80, 30, 6, 0.8);
    const { n, p, columns } = problem;
    const random = new Random(3);
    const near = Float64Array.from({ length: p * p }, (_, at) => {
      const [j, k] = [Math.floor(at / p), at % p];
      const own = columns.subarray(j * n, j * n + n);
      return own.reduce((sum, value, i) => sum + value * (columns[k * n + i] ?? NaN), 0) * (1 + 1e-4 * random.unit());
    });
    const descent = new Descent(problem, { near });
    for (const share of [0.5, 0.1, 0.01])
      for (const positive of [false, true]) {
        const penalty = { l1: share * largest(problem), l2: 0, positive };
        const { converged } = run(descent, penalty, TIGHT * squareSum(problem.y));
        const miss = off(problem, penalty, descent.weights);
        findings.check(converged && miss <= missed('double', TIGHT, p), `${share}, ${positive}: missed by ${miss}`);
      }
    findings.end();
  });

  it('begins where it is told to', () => {
    const problem = posed(50, 20, 2, 0.9);
    const penalty = { l1: 0.05 * largest(problem), l2: 0, positive: false };
    const gap = 1e-10 * squareSum(problem.y);
    const cold = new Descent(problem);
    const { sweeps } = run(cold, penalty, gap);
    expect(sweeps).toBeGreaterThan(5);
    expect(run(new Descent(problem, { start: cold.weights }), penalty, gap).sweeps).toBe(0);
    expect(run(cold, penalty, gap).sweeps).toBe(0);
    // What is asked of the last change needs a sweep.
    const work = new Descent(problem, { start: cold.weights }).solve(penalty, { gap, change: 1e-3, maxSweeps: 9 });
    let step = work.next();
    while (!step.done) step = work.next();
    expect(step.value).toMatchObject({ sweeps: 1, converged: true });
  });

  it('extrapolates: far fewer sweeps than plain ones take', () => {
    // Neighbours that are alike make plain sweeps slow: thousands.
    const problem = posed(60, 12, 3, 0.99);
    const penalty = { l1: 0.001 * largest(problem), l2: 0, positive: false };
    const gap = 1e-8 * squareSum(problem.y);
    const { sweeps } = run(new Descent(problem, { whole: true }), penalty, gap);
    const plain = plainSweeps(problem, penalty, gap);
    expect(sweeps).toBeLessThan(plain / 3);
  });

  it('offers pauses', () => {
    const problem = posed(1500, 300, 4);
    const descent = new Descent(problem, { whole: true });
    const steps: number[] = [];
    const work = descent.solve({ l1: 0.5 * largest(problem), l2: 0, positive: false }, { gap: 1, maxSweeps: 10 });
    for (let step = work.next(); !step.done; step = work.next()) steps.push(step.value);
    expect(steps.length).toBeGreaterThan(30);
    expect(Math.max(...steps)).toBeLessThan(3 * STEPS_AT_ONCE);
  });
});

/** How many sweeps a textbook's coordinate descent takes. */
function plainSweeps(problem: Problem, penalty: Penalty, gap: number): number {
  const { n, p, columns, squares } = problem;
  const w = new Float64Array(p);
  const all = Int32Array.from(w.keys());
  for (let sweeps = 1; sweeps < 5000; sweeps++) {
    const residual = residualOf(problem, w);
    for (let j = 0; j < p; j++) {
      const column = columns.subarray(j * n, j * n + n);
      const square = squares[j] ?? NaN;
      const pull = column.reduce((sum, value, i) => sum + value * (residual[i] ?? NaN), square * (w[j] ?? NaN));
      const next = (Math.sign(pull) * Math.max(0, Math.abs(pull) - penalty.l1)) / square;
      column.forEach((value, i) => (residual[i] = (residual[i] ?? NaN) - value * (next - (w[j] ?? NaN))));
      w[j] = next;
    }
    if (certificate(penalty, squareSum(residual), w, productsOf(problem, residual), all, p).gap <= gap) return sweeps;
  }
  return 5000;
}

describe('parts of it', () => {
  it('Gram matrices of lists of columns, added bit by bit', () => {
    const findings = new Findings();
    for (const n of [1, 5, 300])
      for (const count of [1, 3, 4, 9]) {
        const problem = posed(n, 12, 7);
        const list = Int32Array.from({ length: count }, (_, k) => (5 * k + 3) % 12);
        const out = new Float64Array(16 * 16);
        const first = Math.floor(count / 2);
        for (const [from, to] of [
          [0, first],
          [first, count],
        ] as const) {
          const work = gramOf(problem.columns, n, list, from, to, out, 16);
          while (!work.next().done);
        }
        const found = Float64Array.from(
          { length: count * count },
          (_, at) => out[Math.floor(at / count) * 16 + (at % count)] ?? NaN,
        );
        const expected = Float64Array.from({ length: count * count }, (_, at) => {
          const [a, b] = [list[Math.floor(at / count)] ?? 0, list[at % count] ?? 0];
          return problem.columns
            .subarray(a * n, a * n + n)
            .reduce((sum, value, i) => sum + value * (problem.columns[b * n + i] ?? NaN), 0);
        });
        findings.close(
          found,
          expected,
          { relative: 0, absolute: missed('double', 0, n) * n },
          `${n} rows, ${count} columns`,
        );
      }
    findings.end();
  });

  it('weights go on along their line: not past 0, not where they have just come, and not between equal penalties', () => {
    const [near, far] = [Float64Array.of(2, 0, 3, -1, -2), Float64Array.of(1, 1, 0, -3, -1)];
    const moved = (...lambdas: [number, number, number]): number[] => {
      const w = near.slice();
      moveOn(w, far, lambdas);
      return [...w];
    };
    expect(moved(4, 2, 1)).toEqual([2.5, 0, 3, 0, -2.5]);
    // No farther than the last step was.
    expect(moved(4, 3, 0)).toEqual([3, 0, 3, 0, -3]);
    for (const [a, b, c] of [
      [2, 2, 1],
      [2, 2, 2],
      [2, 1, 2],
      [2, 1, 1],
    ] as const)
      expect(moved(a, b, c), `${a}, ${b}, ${c}`).toEqual([...near]);
  });

  it('extrapolation of a linear sequence finds its limit', () => {
    // Two rates: w ← limit + A·(w − limit), which five steps determine.
    const limit = Float64Array.of(3, -1);
    const history = new History(2, 1);
    let [a, b] = [1, 1];
    for (let k = 0; k <= LOOK_BACK; k++) {
      history.push(Float64Array.of(3 + a, -1 + b), Float64Array.of(2 * (3 + a)));
      [a, b] = [0.9 * a, 0.5 * b];
    }
    expect(history.isFull).toBe(true);
    const [weights, companion] = [new Float64Array(2), new Float64Array(1)];
    expect(history.combine(Float64Array.of(1, 1), weights, companion)).toBe(true);
    const findings = new Findings();
    findings.close(weights, limit, { relative: 0, absolute: missed('double', TIGHT, 1) }, 'the limit');
    findings.close(companion, [6], { relative: 0, absolute: missed('double', TIGHT, 1) }, 'what goes with it');
    findings.end();
    history.clear();
    for (let k = 0; k <= LOOK_BACK; k++) history.push(limit, companion);
    expect(history.combine(Float64Array.of(1, 1), weights, companion)).toBe(false);
  });
});
