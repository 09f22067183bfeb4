/** What proximal operators and projections promise for any data: Moreau's decomposition, the inequality of a least point, no stretching; and dual norms. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  dualNorm,
  huberProx,
  norm,
  OptionError,
  projectL1Ball,
  projectL2Ball,
  projectLinfBall,
  projectSimplex,
  softThreshold,
  sub,
  type Device,
  type Ord,
  type Tensor,
} from '../../src/index.ts';
import { compensatedSum } from '../oracle/grid.ts';
import { vectorNorm } from '../oracle/norm.ts';
import { expectThrows, Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { floatsOf, gridOf, tensorOf } from '../support/tensors.ts';
import { precisionOf, projectedElement, thresholdedElement } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const PROJECTIONS: readonly (readonly [string, (x: Tensor) => Tensor])[] = [
  ['projectL1Ball', x => projectL1Ball(x, 2)],
  ['projectSimplex', x => projectSimplex(x, 2)],
  ['projectL2Ball', x => projectL2Ball(x, 2)],
  ['projectLinfBall', x => projectLinfBall(x, 0.5)],
];

const numbers = async (x: Tensor): Promise<number[]> => Array.from(await x.data());
const inner = (a: readonly number[], b: readonly number[]): number =>
  compensatedSum(a.map((value, k) => value * (b[k] ?? NaN)));
const minus = (a: readonly number[], b: readonly number[]): number[] => a.map((value, k) => value - (b[k] ?? NaN));

describe('for any data', () => {
  it('x is its soft threshold and its projection onto the ball of the dual norm', async () => {
    const findings = new Findings();
    const x = gridOf([400], new Random(21).normal(400, 2));
    for (const dtype of floatsOf(device)) {
      const given = tensorOf(device, x, dtype);
      for (const t of [0.1, 1, 3]) {
        const soft = softThreshold(given, t);
        const [low, high] = [await numbers(soft), await numbers(projectLinfBall(given, t))];
        const whole = low.map((value, k) => value + (high[k] ?? NaN));
        findings.close(whole, x.data, thresholdedElement(precisionOf(soft), 8), `t = ${t} (${dtype})`);
      }
    }
    findings.end();
  });

  it('a projection is the point that all of the set lies beyond', async () => {
    const findings = new Findings();
    const random = new Random(22);
    const x = gridOf([60], random.normal(60));
    for (const [name, project] of PROJECTIONS)
      for (const dtype of floatsOf(device)) {
        const made = project(tensorOf(device, x, dtype));
        const y = await numbers(made);
        const toX = minus(Array.from(x.data), y);
        const { absolute } = projectedElement(60, precisionOf(made), 2, 4);
        for (let k = 0; k < 10; k++) {
          const z = await numbers(project(tensorOf(device, gridOf([60], random.normal(60, 2)), dtype)));
          const turned = inner(toX, minus(z, y));
          findings.check(turned <= 60 * 8 * absolute, `${name}: (x − y)·(z − y) is ${turned} (${dtype})`);
        }
      }
    findings.end();
  });

  it('nothing is stretched', async () => {
    const findings = new Findings();
    const random = new Random(23);
    const operators = [
      ...PROJECTIONS,
      ['softThreshold', (x: Tensor) => softThreshold(x, 0.7)],
      ['huberProx', (x: Tensor) => huberProx(x, 0.7)],
    ] as const;
    for (const [name, run] of operators)
      for (const apart of [1, 1e-2]) {
        const a = random.normal(300);
        const b = a.map(value => value + apart * (random.unit() - 0.5));
        const [p, q] = [tensorOf(device, gridOf([300], a)), tensorOf(device, gridOf([300], b))];
        const before = await norm(sub(p, q)).item();
        const [made, other] = [run(p), run(q)];
        const after = vectorNorm(minus(await numbers(made), await numbers(other)), 2);
        const rounding = Math.sqrt(300) * 2 * projectedElement(300, precisionOf(made), 2, 4).absolute;
        findings.check(after <= before + rounding, `${name}: ${before} became ${after}`);
      }
    findings.end();
  });

  it('a soft threshold is cheaper than any other point', async () => {
    const findings = new Findings();
    const random = new Random(24);
    const x = Array.from(random.normal(80));
    const t = 0.6;
    const cost = (y: readonly number[]): number => t * vectorNorm(y, 1) + vectorNorm(minus(y, x), 2) ** 2 / 2;
    const best = await numbers(softThreshold(device.tensor(x), t));
    for (let k = 0; k < 20; k++) {
      const z = best.map(value => value + 0.3 * (random.unit() - 0.5));
      findings.check(
        cost(best) + vectorNorm(minus(z, best), 2) ** 2 / 2 <= cost(z) * (1 + 2 ** -20),
        `${cost(best)} against ${cost(z)}`,
      );
    }
    findings.end();
  });
});

describe('dualNorm', () => {
  it('names the norm of Hölder’s inequality, which some vector meets', () => {
    const x = Array.from(new Random(25).normal(30));
    const y = Array.from(new Random(26).normal(30));
    for (const p of [1, 1.5, 2, 3, Infinity]) {
      const q = dualNorm(p);
      if (q === 'fro') throw new Error('a vector norm has the dual of a matrix norm');
      expect(Math.abs(inner(x, y))).toBeLessThanOrEqual(vectorNorm(x, p) * vectorNorm(y, q));
      expect(dualNorm(q)).toBeCloseTo(p, 12);
    }
    expect([dualNorm(1), dualNorm(Infinity), dualNorm('inf'), dualNorm(2), dualNorm(3)]).toEqual([
      Infinity,
      1,
      1,
      2,
      1.5,
    ]);
    expect([dualNorm('fro'), dualNorm('nuc')]).toEqual(['fro', 2]);
  });

  it('throws where there is no norm', () => {
    for (const ord of [0, 0.5, -1, -2, -Infinity, '-inf', NaN, 'l2', undefined, null])
      expectThrows(() => dualNorm(ord as Ord), OptionError, 'dualNorm');
  });
});
