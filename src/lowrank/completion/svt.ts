/**
 * Singular value thresholding (Cai, Candès and Shen, 2010): the matrix with the least τ‖X‖_* + ½‖X‖²_F that agrees with what is
 * observed, by Xₖ = D_τ(Yₖ₋₁), Yₖ = Yₖ₋₁ + δ·P(M − Xₖ). Y is 0 where nothing is observed, so nothing is ever dense.
 */
import { add, mul } from '../../arith/index.ts';
import { ConvergenceError } from '../../errors.ts';
import { norm } from '../../norm/index.ts';
import { Scope, type Tensor } from '../../tensor/index.ts';
import { none, shrunk, type Triplets, type Warm } from './factors.ts';
import {
  Carried,
  namedTensors,
  numberOf,
  restored,
  restoredTriplets,
  saved,
  savedValues,
  type CompletionState,
  type CompletionStep,
  type Found,
  type Limits,
  type Problem,
} from './run.ts';

export interface SvtOptions extends Limits {
  /** In the units of M. */
  readonly tau: number;
  /** Undefined where the default may be lowered once it is too long. */
  readonly delta: number | undefined;
  readonly state: CompletionState | undefined;
}

/** With steps below 2 the iteration converges, whatever is observed (theorem 4.2 there). */
const SURE = 1.9;
/** A residual so much larger than that of X = 0 comes from steps that are too long. */
const DIVERGED = 2;
/** So many iterations without a smaller residual are a circle, which steps that are too long end in, too. */
const STUCK = 20;
/** Columns to begin with, and the rounds by which the largest singular value of P(M) is found. */
const [FIRST, ROUNDS] = [10, 6];

interface Current {
  readonly x: Triplets;
  readonly y: Tensor;
  readonly warm: Warm;
  readonly delta: number;
}

export async function bySvt(problem: Problem, options: SvtOptions, scope: Scope): Promise<Found> {
  const { place, values, size, unit } = problem;
  const { tolerance, maxIterations, seed, state, tell } = options;
  const { pattern, op, pace } = place;
  const tau = options.tau / unit;
  const share = pattern.count / (pattern.m * pattern.n);
  const carried = new Carried();
  try {
    const history: CompletionStep[] = [...(state?.history ?? [])];
    let current = state
      ? resumed(state, problem, carried)
      : await started(problem, { tau, delta: options.delta ?? 1.2 / share, seed }, carried);
    let pending: Tensor | undefined;
    let residual = state ? numberOf(state, 'residual', op) : 1;
    let least = state ? numberOf(state, 'least', op) : Infinity;
    let since = state ? numberOf(state, 'since', op) : 0;
    for (let done = state?.iteration ?? 0; ; done++) {
      const own = new Scope();
      try {
        const { x: before, y, warm, delta } = current;
        const sum = { values: y, turned: pattern.turned(y, own), parts: [] };
        const lowered = (s: Float64Array): Float64Array => s.filter(value => value > tau).map(value => value - tau);
        const heard = ([rest]: readonly number[]): void => {
          if (rest === undefined) return;
          residual = rest / size;
          if (residual < least) [least, since] = [residual, done];
          const objective = before.s.reduce((total, s) => total + tau * s + s ** 2 / 2, 0) * unit ** 2;
          history.push({ iteration: done, residual, rank: before.s.length, objective });
          tell(done);
        };
        const search = { warm, also: pending ? [pending] : [], heard, seed: seed + done };
        const next = await shrunk(sum, lowered, search, place, own);
        if (residual <= tolerance || done >= maxIterations) {
          const tensors = await saved({ ...namedTensors('x', before), y, basis: warm.basis });
          carried.release(scope, [before.u, before.left, before.v]);
          return {
            x: before,
            iterations: done,
            converged: residual <= tolerance,
            residual,
            history,
            state: {
              method: 'svt',
              shape: [pattern.m, pattern.n],
              count: pattern.count,
              iteration: done,
              history,
              numbers: { residual, least, since, delta, width: warm.width },
              tensors: { ...tensors, ...savedValues('x', before.s) },
            },
          };
        }
        const canShorten = options.delta === undefined && delta > SURE;
        if (!(residual <= DIVERGED) && !canShorten)
          throw new ConvergenceError(
            `${op}: after ${done} iterations the residual is ${residual} of what is observed, with a delta of ${delta}. Give a delta below 2.`,
          );
        if (canShorten && (!(residual <= DIVERGED) || done - since >= STUCK)) {
          current = await started(problem, { tau, delta: SURE, seed }, carried);
          [pending, residual, least, since] = [undefined, 1, Infinity, done];
          continue;
        }
        const rest = await pattern.sampled(next.x.left, next.x.v, { base: values, sign: -1 }, own, pace);
        const further = own.keep(add(y, own.keep(mul(rest, delta))));
        pending = own.keep(norm(rest));
        const { x, warm: ahead } = next;
        carried.replace(own, [x.u, x.left, x.v, ahead.basis, further, pending]);
        current = { x, y: further, warm: ahead, delta };
      } finally {
        own.close();
      }
    }
  } finally {
    carried.close();
  }
}

/** Y₀ = k₀·δ·P(M), the last of the first steps for which X stays 0: k₀ = ⌈τ / (δ·‖P(M)‖₂)⌉. */
async function started(
  { place, values }: Problem,
  { tau, delta, seed }: { tau: number; delta: number; seed: number },
  carried: Carried,
): Promise<Current> {
  const { pattern } = place;
  const own = new Scope();
  try {
    const sum = { values, turned: pattern.turned(values, own), parts: [] };
    const first = { warm: { width: FIRST }, also: [], seed, rounds: ROUNDS };
    const { values: s, warm } = await shrunk(sum, () => new Float64Array(0), first, place, own);
    const y = own.keep(mul(values, Math.ceil(tau / (delta * (s[0] ?? 1))) * delta));
    const x = none(place, own);
    carried.replace(own, [x.u, x.left, x.v, y, warm.basis]);
    return { x, y, warm, delta };
  } finally {
    own.close();
  }
}

function resumed(state: CompletionState, { place }: Problem, carried: Carried): Current {
  const own = new Scope();
  try {
    const x = restoredTriplets(state, 'x', place, own);
    const [y, basis] = [restored(state, 'y', place, own), restored(state, 'basis', place, own)];
    carried.replace(own, [x.u, x.left, x.v, y, basis]);
    const warm = { basis, width: numberOf(state, 'width', place.op) };
    return { x, y, warm, delta: numberOf(state, 'delta', place.op) };
  } finally {
    own.close();
  }
}
