/**
 * Completion by proximal steps, X ← D(X + step·P(M − X)): with singular values lowered by λ·step, which makes ½‖P(X − M)‖²_F + λ‖X‖_*
 * least (soft-impute: Mazumder, Hastie and Tibshirani, 2010), or with all but the largest dropped (hard-impute). What is shrunk is a
 * sparse matrix and one of low rank, and never dense.
 */
import { add, mul } from '../../arith/index.ts';
import { norm } from '../../norm/index.ts';
import { Scope, scoped, type Tensor } from '../../tensor/index.ts';
import { changeNorms, none, shrunk, type Place, type Shrink, type Sum, type Triplets, type Warm } from './factors.ts';
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

export interface ImputeOptions extends Limits {
  readonly method: 'soft-impute' | 'hard-impute' | 'proximal';
  /** The weights of the nuclear norm, one after the other, in the units of M; only the last one is iterated to the end. */
  readonly lambdas: readonly number[];
  readonly step: number;
  readonly maxRank: number;
  /** Nesterov's momentum, begun again where the objective grows. */
  readonly accelerated: boolean;
  readonly state: CompletionState | undefined;
  /** Hears of what each λ ends with; true ends the path there. */
  readonly onLambda?: (x: Triplets, lambda: number, own: Scope) => Promise<boolean>;
}

/** How much coarser and shorter the iterations of a λ are that others follow. */
const [COARSER, FEW] = [10, 20];
/** Columns to begin with. */
const FIRST = 10;
/** Singular values up to this share of the largest are rounding. */
const LEAST = 1e-7;

interface Current {
  readonly x: Triplets;
  /** P(M − X) */
  readonly rest: Tensor;
  /** Those of the iteration before. */
  readonly past: Triplets;
  readonly pastRest: Tensor;
  readonly warm: Warm;
  /** Nesterov's sequence t. */
  readonly momentum: number;
}

const tensorsOf = ({ x, rest, past, pastRest, warm }: Current): (Tensor | undefined)[] =>
  [x, past].flatMap(({ u, left, v }) => [u, left, v]).concat(rest, pastRest, warm.basis ?? []);

/** How far a run has come, beside its tensors. */
interface Told {
  residual: number;
  /** ‖X − X₀‖_F / ‖X₀‖_F, of the last two. */
  change: number;
  /** Which λ, and since which iteration. */
  stage: number;
  since: number;
  /** The last objective with this λ. */
  objective: number;
}

export async function byImpute(problem: Problem, options: ImputeOptions, scope: Scope): Promise<Found> {
  const { place, values, size, unit } = problem;
  const { pattern, op, pace } = place;
  const { state, maxRank, lambdas, maxIterations, seed, tell } = options;
  const carried = new Carried();
  try {
    const history: CompletionStep[] = [...(state?.history ?? [])];
    let current = state ? resumed(state, problem, carried) : nothingYet(problem, carried);
    const told: Told = state
      ? toldBy(state, op)
      : { residual: 1, change: Infinity, stage: 0, since: 0, objective: Infinity };
    let pending: readonly Tensor[] = [];
    for (let done = state?.iteration ?? 0; ; done++) {
      const own = new Scope();
      try {
        const { x: before, past, warm } = current;
        let [isLast, isRising] = [false, false];
        const heard = async ([rest, ...changes]: readonly number[]): Promise<void> => {
          if (rest !== undefined) {
            told.residual = rest / size;
            told.change = Math.hypot(...changes) / (Math.hypot(...past.s) + Number.MIN_VALUE);
            const step = stepOf(before, told, lambdas, problem, done);
            isRising = step.objective > told.objective;
            told.objective = step.objective;
            history.push(step);
            tell(done);
          }
          isLast = done >= maxIterations || (await hasEnded(before, told, done, options, own));
        };
        const shrink: Shrink = s => {
          const lower = ((lambdas[told.stage] ?? 0) / unit) * options.step;
          const least = Math.max(lower, LEAST * (s[0] ?? 0));
          return s
            .slice(0, maxRank)
            .filter(value => value > least)
            .map(value => value - lower);
        };
        const { sum, momentum } = combined(current, options, place, own);
        const next = await shrunk(sum, shrink, { warm, also: pending, heard, seed: seed + done }, place, own);
        if (isLast) {
          const end = await stateOf(current, told, history, done, options, place);
          carried.release(scope, [before.u, before.left, before.v]);
          const converged = isFinal(told, lambdas) && told.change <= options.tolerance;
          return { x: before, iterations: done, converged, residual: told.residual, history, state: end };
        }
        const rest = await pattern.sampled(next.x.left, next.x.v, { base: values, sign: -1 }, own, pace);
        pending = [own.keep(norm(rest)), ...changeNorms(next.x, before, place, own)];
        const view = (t: Tensor): Tensor => own.keep(t.alias(op));
        const { u, left, s, v } = before;
        current = {
          x: next.x,
          rest: view(rest),
          past: { u: view(u), left: view(left), s, v: view(v) },
          pastRest: view(current.rest),
          warm: next.warm,
          momentum: isRising ? 1 : momentum,
        };
        carried.replace(own, [...tensorsOf(current), ...pending]);
      } finally {
        own.close();
      }
    }
  } finally {
    carried.close();
  }
}

const isFinal = ({ stage }: Told, lambdas: readonly number[]): boolean => stage >= lambdas.length - 1;

function stepOf(x: Triplets, told: Told, lambdas: readonly number[], problem: Problem, done: number): CompletionStep {
  const { size, unit } = problem;
  const lambda = lambdas[told.stage] ?? 0;
  const nuclear = x.s.reduce((total, s) => total + s, 0) * unit;
  const objective = (told.residual * size * unit) ** 2 / 2 + lambda * nuclear;
  return { iteration: done, residual: told.residual, rank: x.s.length, objective, lambda };
}

/** Whether the run is over; where only a λ is, goes on to the next. */
async function hasEnded(x: Triplets, told: Told, done: number, options: ImputeOptions, own: Scope): Promise<boolean> {
  const { lambdas, tolerance } = options;
  const final = isFinal(told, lambdas);
  const settled = told.change <= tolerance * (final ? 1 : COARSER) || (!final && done - told.since >= FEW);
  if (done === 0 || !settled) return false;
  const isOver = (await options.onLambda?.(x, lambdas[told.stage] ?? 0, own)) === true;
  if (isOver || final) return true;
  Object.assign(told, { stage: told.stage + 1, since: done, objective: Infinity, change: Infinity });
  return false;
}

/** Z + step·P(M − Z), with Z = X, or ahead of it by the momentum. */
function combined(
  { x, rest, past, pastRest, momentum }: Current,
  { step, accelerated }: ImputeOptions,
  { pattern }: Place,
  own: Scope,
): { sum: Sum; momentum: number } {
  const keep = (t: Tensor): Tensor => own.keep(t);
  const ahead = (1 + Math.sqrt(1 + 4 * momentum ** 2)) / 2;
  const beta = accelerated ? (momentum - 1) / ahead : 0;
  const sumOf = (values: Tensor, parts: Sum['parts']): { sum: Sum; momentum: number } => {
    const long = step === 1 ? values : keep(mul(values, step));
    return { sum: { values: long, turned: pattern.turned(long, own), parts }, momentum: ahead };
  };
  if (beta === 0) return sumOf(rest, [{ left: x.left, right: x.v }]);
  // Lists as long as there are entries are given back at once.
  const values = keep(scoped(inner => add(inner.keep(mul(rest, 1 + beta)), inner.keep(mul(pastRest, -beta)))));
  return sumOf(values, [
    { left: keep(mul(x.left, 1 + beta)), right: x.v },
    { left: keep(mul(past.left, -beta)), right: past.v },
  ]);
}

function nothingYet({ place, values }: Problem, carried: Carried): Current {
  const own = new Scope();
  try {
    const rest = (): Tensor => own.keep(values.alias(place.op));
    const current = {
      x: none(place, own),
      rest: rest(),
      past: none(place, own),
      pastRest: rest(),
      warm: { width: FIRST },
      momentum: 1,
    };
    carried.replace(own, tensorsOf(current));
    return current;
  } finally {
    own.close();
  }
}

async function stateOf(
  current: Current,
  told: Told,
  history: readonly CompletionStep[],
  done: number,
  { method, lambdas }: ImputeOptions,
  { pattern: { m, n, count } }: Place,
): Promise<CompletionState> {
  const { x, rest, past, pastRest, warm, momentum } = current;
  const factors = { ...namedTensors('x', x), ...namedTensors('past', past) };
  const tensors = await saved({ ...factors, rest, pastRest, basis: warm.basis });
  return {
    method,
    shape: [m, n],
    count,
    iteration: done,
    history,
    numbers: { ...told, momentum, width: warm.width },
    tensors: {
      ...tensors,
      ...savedValues('x', x.s),
      ...savedValues('past', past.s),
      lambdas: { shape: [lambdas.length], data: Float64Array.from(lambdas) },
    },
  };
}

function toldBy(state: CompletionState, op: string): Told {
  const of = (name: keyof Told): number => numberOf(state, name, op);
  return {
    residual: of('residual'),
    change: of('change'),
    stage: of('stage'),
    since: of('since'),
    objective: of('objective'),
  };
}

function resumed(state: CompletionState, { place }: Problem, carried: Carried): Current {
  const own = new Scope();
  try {
    const tensor = (name: string): Tensor => restored(state, name, place, own);
    const current = {
      x: restoredTriplets(state, 'x', place, own),
      rest: tensor('rest'),
      past: restoredTriplets(state, 'past', place, own),
      pastRest: tensor('pastRest'),
      warm: { ...(state.tensors['basis'] && { basis: tensor('basis') }), width: numberOf(state, 'width', place.op) },
      momentum: numberOf(state, 'momentum', place.op),
    };
    carried.replace(own, tensorsOf(current));
    return current;
  } finally {
    own.close();
  }
}
