/**
 * The descend primitive on a GPU: a workgroup a chain, which stays with one coefficient after the other: its change goes through
 * workgroup memory, and all invocations take that times the coefficient's row off the gradient. One barrier each.
 *
 * A dispatch must end soon, and only the device knows how many sweeps a step takes. So each step is several passes, enough for
 * `maxSweeps`: they go on from what the one before left, and those that find nothing to do end at once.
 */
import { bindRange, words, type GpuFacts, type Lowered, type Pass } from '../../device/index.ts';
import { LimitError } from '../../errors.ts';
import descendWgsl from '../../../shaders/regression/descend.wgsl';
import gridWgsl from '../../../shaders/lib/grid.wgsl';
import type { DescendPlan } from './descend.ts';

/** Invocations of a workgroup. Where a CPU plays them, one alone waits for nobody. */
const GROUP = 256;
const ALONE = 1;

/** Milliseconds that a pass may take, at most. */
const SOON = 20;
/** What a visit of a coefficient costs on hardware, and an element of its row for one invocation; on a software adapter. In µs, about. */
const VISIT = { hardware: 0.5, software: 0.1 } as const;
const ELEMENT = { hardware: 0.05, software: 0.004 } as const;
/** Sweeps that most steps take, which is what a pass is said to be as work. */
const USUAL = 8;

/** How many coefficients a pass may visit, about. */
function visitsOf({ p }: DescendPlan, { software }: GpuFacts): number {
  const kind = software ? 'software' : 'hardware';
  const each = VISIT[kind] + Math.ceil(p / (software ? ALONE : GROUP)) * ELEMENT[kind];
  return Math.max(1, Math.floor((SOON * 1000) / each));
}

export function lowerDescend(plan: DescendPlan, facts: GpuFacts, visits: number = visitsOf(plan, facts)): Lowered {
  const { p, grams, chains, steps, fromChain, toChain } = plan;
  const scratch = (toChain - fromChain) * 2 * p;
  const lengths = [grams * p * p, chains * (p + 1), chains, chains * steps * 2, chains * p, chains * steps * p];
  const all = [...lengths, chains * steps * 2, scratch];
  const most = Math.max(...all) * 4;
  if (most > facts.maxBindingBytes)
    throw new LimitError(
      `${plan.op}: ${grams} Gram matrices of order ${p} and ${chains * steps} problems take ${most} bytes in one buffer, and a binding of this device spans ${facts.maxBindingBytes}. Use a wasm or cpu device.`,
    );
  const buffers = all.map((length, slot) => bindRange(slot, 0, length, facts).binding);
  const group = facts.software ? ALONE : Math.min(GROUP, facts.maxInvocations);
  const passes: Pass[] = [];
  for (let step = plan.fromStep; step < plan.toStep; step++)
    for (let swept = 0; swept < plan.maxSweeps * p; swept += visits)
      passes.push({
        kernel: {
          name: 'descend',
          wgsl: [gridWgsl, descendWgsl],
          constants: { GROUP: group },
          bindings: ['read', 'read', 'read', 'read', 'read', 'write', 'write', 'write'],
        },
        groups: toChain - fromChain,
        params: Uint32Array.from([
          p,
          steps,
          fromChain,
          step,
          Number(swept === 0),
          Number(plan.positive),
          words.float(plan.tolerance),
          words.float(plan.least),
          plan.maxSweeps,
          visits,
        ]),
        buffers,
        work: swept === 0 ? (toChain - fromChain) * p * p * USUAL * 4 : toChain - fromChain,
      });
  return { scratch: [scratch * 4], passes };
}
