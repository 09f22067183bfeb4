/**
 * The descend primitive: chains of problems min ½·wᵀGw − qᵀw + λ₁‖w‖₁ + ½·λ₂‖w‖² on Gram matrices, each chain warm-started down its
 * own list of (λ₁, λ₂). What a problem is and when it ends, settle.ts says; all kernels do the same, one worker a chain.
 */
import type { Primitive } from '../../device/index.ts';
import { viewOf } from '../../tensor/index.ts';
import { moveOn, refreshGradient, settle, startGram, type Floats } from './settle.ts';
import { lowerDescend } from './webgpu.ts';

/**
 * Reads: grams [grams, p, p]; q and behind it yᵀy [chains, p + 1]; the Gram matrix of each chain [chains], uint32; (λ₁, λ₂)
 * [chains, steps, 2]; where chains start [chains, p]. Writes: w [chains, steps, p], and how each problem went [chains, steps, 2]: its sweeps,
 * and what is left (`Settled`). All dense from the first word of their storage.
 *
 * A call does some chains and some steps. Steps behind the first go on from the w before them, which an earlier call wrote.
 */
export interface DescendPlan {
  /** The operation that asks, for errors. */
  readonly op: string;
  readonly dtype: 'float32' | 'float64';
  readonly p: number;
  readonly grams: number;
  readonly chains: number;
  readonly steps: number;
  readonly fromChain: number;
  readonly toChain: number;
  readonly fromStep: number;
  readonly toStep: number;
  readonly positive: boolean;
  /** As those of `GramStep`. */
  readonly tolerance: number;
  readonly least: number;
  readonly maxSweeps: number;
}

export const descendPrimitive: Primitive<DescendPlan> = {
  name: 'descend',
  cpu: descendCpu,
  webgpu: (plan, facts) => lowerDescend(plan, facts),
  wasm: () => import('./wasm.ts').then(room => room.lowerDescendToWasm),
};

function descendCpu(plan: DescendPlan, reads: readonly Uint8Array[], writes: readonly Uint8Array[]): void {
  const { dtype, p, steps, positive, tolerance, least, maxSweeps } = plan;
  const floats = (bytes: Uint8Array | undefined): Floats => viewOf(bytes as Uint8Array, dtype) as Floats;
  const [grams, q, lambdas, start] = [reads[0], reads[1], reads[3], reads[4]].map(floats) as [
    Floats,
    Floats,
    Floats,
    Floats,
  ];
  const which = viewOf(reads[2] as Uint8Array, 'uint32');
  const [out, went] = writes.map(floats) as [Floats, Floats];
  const state = startGram(p);
  for (let chain = plan.fromChain; chain < plan.toChain; chain++) {
    const gram = grams.subarray((which[chain] as number) * p * p, ((which[chain] as number) + 1) * p * p);
    const own = chain * (p + 1);
    const problem = { gram, q: q.subarray(own, own + p), square: q[own + p] as number, p, positive };
    for (let step = plan.fromStep; step < plan.toStep; step++) {
      const at = chain * steps + step;
      // As it was written, so that calls of other steps come to the same bits.
      state.w.set(step === 0 ? start.subarray(chain * p, (chain + 1) * p) : out.subarray((at - 1) * p, at * p));
      if (step > 1) {
        const of = [4, 2, 0].map(back => lambdas[2 * at - back] as number) as [number, number, number];
        moveOn(state.w, out.subarray((at - 2) * p, (at - 1) * p), of);
      }
      refreshGradient(problem, state);
      const [lambda1, lambda2] = [lambdas[2 * at] as number, lambdas[2 * at + 1] as number];
      const { sweeps, left } = settle(problem, state, { lambda1, lambda2, tolerance, least, maxSweeps });
      out.set(state.w, at * p);
      went.set([sweeps, left], 2 * at);
    }
  }
}
