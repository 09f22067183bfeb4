/** The kernel of the descend primitive without a device: both binaries, chunks in any order, orders on both sides of its loops. */
import { describe, it } from 'vitest';
import kernels from '../../src/regression/gram/descend.as';
import { lowerDescendToWasm } from '../../src/regression/gram/wasm.ts';
import { violation } from '../oracle/gram-descent.ts';
import { Findings } from '../support/expect.ts';
import { caseOf, chainsOf, gramOf, operandsOf, planOf } from '../support/grams.ts';
import { runLowered } from '../support/wasm-run.ts';
import { STATIONARY } from '../tolerance.ts';

const hasRelaxed = WebAssembly.validate(Uint8Array.from(atob(kernels.relaxed), character => character.charCodeAt(0)));
const BUILDS = hasRelaxed ? (['relaxed', 'plain'] as const) : (['plain'] as const);
const ORDERS = ['forward', 'backward'] as const;
const facts = { maxRangeBytes: 2 ** 30 };

const bytesOf = (x: Float32Array | Uint32Array): Uint8Array => new Uint8Array(x.buffer, x.byteOffset, x.byteLength);

describe('the wasm kernel', () => {
  it('finds minima of any order, the same for chunks in any order', () => {
    const findings = new Findings();
    for (const p of [1, 2, 7, 8, 9, 31, 70]) {
      const chains = chainsOf([gramOf(p, 3 * p + 20, 0.3, p), gramOf(p, 3 * p + 20, 0, p + 1)], {
        steps: 3,
        least: 0.05,
        ratios: [1, 0.5],
        positive: p === 9,
      });
      const plan = planOf(chains, 'float32');
      const problems = plan.chains * plan.steps;
      const reads = operandsOf(chains).map((values, k) =>
        bytesOf(k === 2 ? Uint32Array.from(values) : Float32Array.from(values)),
      );
      for (const build of BUILDS) {
        const [forward, backward] = ORDERS.map(order => {
          const [w, went] = [new Float32Array(problems * p), new Float32Array(problems * 2)];
          const lowered = lowerDescendToWasm(plan, facts);
          if (!lowered) throw new Error('there is a kernel');
          runLowered(lowered, reads, [bytesOf(w), bytesOf(went)], { build, order });
          return [...w, ...went];
        }) as [number[], number[]];
        findings.exact(backward, forward, `order ${p}, ${build}: chunks backwards`);
        for (let problem = 0; problem < problems; problem++) {
          const own = forward.slice(problem * p, (problem + 1) * p);
          const off = violation(caseOf(chains, Math.floor(problem / plan.steps), problem % plan.steps), own);
          findings.check(off <= STATIONARY.single, `order ${p}, ${build}, problem ${problem} is off by ${off}`);
        }
      }
    }
    findings.end();
  });

  it('leaves doubles, and what is too large for a range or the bench, to others', () => {
    const findings = new Findings();
    const plan = planOf(chainsOf([gramOf(8, 20, 0, 1)], { steps: 2, least: 0.1, ratios: [1] }), 'float32');
    findings.check(lowerDescendToWasm(plan, { maxRangeBytes: 256 }) !== undefined, 'fits');
    findings.check(lowerDescendToWasm(plan, { maxRangeBytes: 255 }) === undefined, 'too large for a range');
    findings.check(lowerDescendToWasm({ ...plan, dtype: 'float64' }, facts) === undefined, 'doubles');
    findings.check(
      lowerDescendToWasm({ ...plan, p: 2 ** 16 }, { maxRangeBytes: 2 ** 40 }) === undefined,
      'too large for the bench',
    );
    findings.end();
  });
});
