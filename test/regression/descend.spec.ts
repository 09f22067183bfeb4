/** The descend primitive on each device: against a textbook loop, the optimality conditions, and itself in parts. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Device } from '../../src/index.ts';
import { descended, violation } from '../oracle/gram-descent.ts';
import { Findings } from '../support/expect.ts';
import { caseOf, chainsOf, descendOn, gramOf, planOf, type Chains } from '../support/grams.ts';
import { openLaneDevice } from '../support/lane.ts';
import { floatsOf } from '../support/tensors.ts';
import { descent, precisionOf, STATIONARY } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const precisionFor = (dtype: 'float32' | 'float64') => precisionOf({ dtype, device });

async function expectMinima(chains: Chains, label: string): Promise<void> {
  const findings = new Findings();
  for (const dtype of floatsOf(device)) {
    const plan = planOf(chains, dtype);
    const { w, went } = await descendOn(device, chains, plan);
    for (let chain = 0; chain < plan.chains; chain++)
      for (let step = 0; step < plan.steps; step++) {
        const at = chain * plan.steps + step;
        const own = Array.from(w).slice(at * plan.p, (at + 1) * plan.p);
        const problem = caseOf(chains, chain, step);
        const name = `${label}, chain ${chain}, step ${step} (${dtype})`;
        findings.check(
          (went[2 * at + 1] ?? NaN) <= plan.tolerance * (1 + 2 ** -20),
          `${name} converges: ${went[2 * at + 1]}`,
        );
        findings.check(
          violation(problem, own) <= STATIONARY[precisionFor(dtype)],
          `${name} is off by ${violation(problem, own)}`,
        );
        findings.close(own, descended(problem, 300), descent(precisionFor(dtype)), name);
      }
  }
  findings.end();
}

describe('descend', () => {
  it('finds minima down a path, for several Gram matrices and shares of both penalties', async () => {
    const problems = [gramOf(12, 40, 0.3, 1), gramOf(12, 40, 0.6, 2)];
    await expectMinima(chainsOf(problems, { steps: 5, least: 0.01, ratios: [1, 0.5] }), 'paths');
  });

  it('keeps coefficients from falling below 0 where they must', async () => {
    await expectMinima(
      chainsOf([gramOf(9, 30, 0.4, 3)], { steps: 4, least: 0.01, ratios: [1, 0.2], positive: true }),
      'positive',
    );
  });

  it('solves problems of more columns than rows', async () => {
    await expectMinima(chainsOf([gramOf(50, 30, 0.1, 4)], { steps: 2, least: 0.2, ratios: [0.5] }), 'wide');
  });

  it('leaves columns of zeros at 0, and finds a minimum where columns are equal', async () => {
    const { gram, q, square } = gramOf(6, 30, 0.2, 5);
    const p = 6;
    for (let k = 0; k < p; k++) {
      gram[2 * p + k] = 0;
      gram[k * p + 2] = 0;
    }
    q[2] = 0;
    // Column 4 is column 0 again.
    for (let k = 0; k < p; k++) gram[4 * p + k] = gram[k] ?? NaN;
    for (let k = 0; k < p; k++) gram[k * p + 4] = gram[k * p] ?? NaN;
    q[4] = q[0] ?? NaN;
    const chains = chainsOf([{ gram, q, square }], { steps: 3, least: 0.02, ratios: [1] });
    const findings = new Findings();
    for (const dtype of floatsOf(device)) {
      const { w, went } = await descendOn(device, chains, planOf(chains, dtype));
      for (let step = 0; step < 3; step++) {
        const own = Array.from(w).slice(step * p, (step + 1) * p);
        findings.check(own[2] === 0, `a zero column has ${own[2]} (${dtype})`);
        findings.check(
          violation(caseOf(chains, 0, step), own) <= STATIONARY[precisionFor(dtype)],
          `equal columns, step ${step}: off by ${violation(caseOf(chains, 0, step), own)} (${dtype})`,
        );
        findings.check((went[2 * step] ?? NaN) < 200, `${went[2 * step]} sweeps (${dtype})`);
      }
    }
    findings.end();
  });

  it('finds the same in parts, of chains and of steps', async () => {
    const chains = chainsOf([gramOf(10, 30, 0.5, 6), gramOf(10, 30, 0.2, 7)], {
      steps: 4,
      least: 0.02,
      ratios: [1, 0.5],
    });
    const findings = new Findings();
    for (const dtype of floatsOf(device)) {
      const plan = planOf(chains, dtype);
      const whole = await descendOn(device, chains, plan);
      const parts = [0, 1, 3].flatMap((fromStep, k, steps) =>
        [0, 3].map(fromChain => ({ fromStep, toStep: steps[k + 1] ?? 4, fromChain, toChain: fromChain === 0 ? 3 : 4 })),
      );
      const cut = await descendOn(device, chains, plan, parts);
      findings.exact(cut.w, whole.w, `w in parts (${dtype})`);
      findings.exact(cut.went, whole.went, `sweeps in parts (${dtype})`);
    }
    findings.end();
  });

  it('tells when sweeps were too few', async () => {
    const chains = chainsOf([gramOf(20, 60, 0.9, 8)], { steps: 2, least: 0.001, ratios: [1] });
    const findings = new Findings();
    for (const dtype of floatsOf(device)) {
      const plan = planOf(chains, dtype, { maxSweeps: 3 });
      const { went } = await descendOn(device, chains, plan);
      findings.exact([went[2] ?? NaN], [3], `sweeps (${dtype})`);
      findings.check((went[3] ?? NaN) > plan.tolerance, `left: ${went[3]} (${dtype})`);
    }
    findings.end();
  });
});
