/** What the descend primitive does on hardware, on whatever adapter there is: workgroups of many invocations, and passes that go on. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Device } from '../../src/index.ts';
import { LimitError } from '../../src/index.ts';
import { descendPrimitive } from '../../src/regression/gram/descend.ts';
import { lowerDescend } from '../../src/regression/gram/webgpu.ts';
import { expectThrows, Findings } from '../support/expect.ts';
import { violation } from '../oracle/gram-descent.ts';
import { caseOf, chainsOf, descendOn, gramOf, planOf } from '../support/grams.ts';
import { openLaneDevice } from '../support/lane.ts';
import { floatsOf } from '../support/tensors.ts';
import { descent, precisionOf, STATIONARY } from '../tolerance.ts';

let device: Device;
beforeAll(async () => {
  // Few invocations, which a software adapter can play, and more columns than that.
  device = await openLaneDevice({ assume: { software: false, maxInvocations: 16 } });
});
afterAll(() => device.close());

/** Few visits a pass, so that a problem takes many. */
const inSmallPasses = {
  ...descendPrimitive,
  webgpu: (...[plan, facts]: Parameters<typeof descendPrimitive.webgpu>) => lowerDescend(plan, facts, 100),
};

describe('with the workgroups of hardware', () => {
  it('finds the minima that passes of any length find', async () => {
    const chains = chainsOf([gramOf(37, 90, 0.05, 1), gramOf(37, 90, 0, 2)], { steps: 2, least: 0.1, ratios: [0.8] });
    const findings = new Findings();
    for (const dtype of floatsOf(device)) {
      const plan = planOf(chains, dtype, { maxSweeps: 60 });
      const precision = precisionOf({ dtype, device });
      const whole = await descendOn(device, chains, plan);
      const cut = await descendOn(device, chains, plan, [{}], inSmallPasses);
      findings.close(cut.w, whole.w, descent(precision), `in small passes (${dtype})`);
      for (const { w, went } of [whole, cut])
        for (let problem = 0; problem < 4; problem++) {
          const own = Array.from(w).slice(problem * plan.p, (problem + 1) * plan.p);
          const off = violation(caseOf(chains, Math.floor(problem / 2), problem % 2), own);
          findings.check(off <= STATIONARY[precision], `problem ${problem} is off by ${off} (${dtype})`);
          findings.check(
            (went[2 * problem + 1] ?? NaN) <= plan.tolerance * (1 + 2 ** -20),
            `problem ${problem} converges (${dtype})`,
          );
        }
    }
    findings.end();
  });

  it('counts sweeps over all passes, and tells when they were too few', async () => {
    const chains = chainsOf([gramOf(40, 120, 0.9, 3)], { steps: 2, least: 1e-3, ratios: [1] });
    const plan = planOf(chains, 'float32', { maxSweeps: 40, tolerance: 1e-7 });
    const { went } = await descendOn(device, chains, plan, [{}], inSmallPasses);
    const findings = new Findings();
    findings.exact([went[2] ?? NaN], [40], 'sweeps');
    findings.check((went[3] ?? NaN) > plan.tolerance, `left: ${went[3]}`);
    findings.end();
  });
});

describe('a plan for a GPU', () => {
  const facts = {
    maxBindingBytes: 4096,
    maxBufferBytes: 2 ** 20,
    maxGroups: 8,
    maxInvocations: 256,
    bindingAlignment: 256,
    software: false,
    sharedTiles: false,
    tileSide: 0,
  };

  it('has a pass for every so many visits of a step', () => {
    const plan = planOf(chainsOf([gramOf(8, 20, 0, 1)], { steps: 3, least: 0.1, ratios: [1, 0.5] }), 'float32', {
      maxSweeps: 10,
    });
    const { passes } = lowerDescend(plan, facts, 25);
    const findings = new Findings();
    findings.exact([passes.length], [3 * Math.ceil(80 / 25)], 'passes');
    findings.exact(
      passes.map(({ groups }) => groups),
      passes.map(() => 2),
      'groups',
    );
    findings.end();
  });

  it('is refused where a binding cannot span its operands', () => {
    const plan = planOf(chainsOf([gramOf(40, 60, 0, 1)], { steps: 1, least: 0.1, ratios: [1] }), 'float32');
    expectThrows(() => lowerDescend(plan, facts), LimitError, 'lassoCV', '6400 bytes', '4096');
  });
});
