/**
 * Completion by alternating least squares, for a rank that is known: each row of U is a least squares problem of that many
 * unknowns, then each row of V. All of them are one batch of Cholesky factorisations.
 */
import { add, mul, sub, sum } from '../../arith/index.ts';
import { matmul, solve, squareSvd } from '../../linalg/index.ts';
import { norm } from '../../norm/index.ts';
import { Scope, type Tensor } from '../../tensor/index.ts';
import { byImpute } from './impute.ts';
import { basisOf, shrunk, tripletsOf, widened, type Place, type Triplets } from './factors.ts';
import {
  Carried,
  numberOf,
  restored,
  saved,
  type CompletionState,
  type CompletionStep,
  type Found,
  type Limits,
  type Problem,
} from './run.ts';

export interface AlsOptions extends Limits {
  readonly rank: number;
  /** The weight of ‖U‖²_F + ‖V‖²_F beside ‖P(M − U·Vᵀ)‖²_F. */
  readonly lambda: number;
  /** Right singular vectors [n, rank] to begin with, or else some that are found first. */
  readonly from: Tensor | undefined;
  readonly state: CompletionState | undefined;
}

/** Steps of hard-impute before the first iteration, unless they are shorter than this share of X. */
const [FIRST, NEAR] = [20, 1e-3];
/** Columns beside the rank, and how often they are multiplied, when the leading vectors of P(M) are found. */
const [BESIDE, ROUNDS] = [10, 4];

/** X = U·Vᵀ, and P(M − X). */
interface Current {
  readonly u: Tensor;
  readonly v: Tensor;
  readonly rest: Tensor;
}

export async function byAls(problem: Problem, options: AlsOptions, scope: Scope): Promise<Found> {
  const { place, size, unit } = problem;
  const { state, rank, lambda, maxIterations, tolerance, tell } = options;
  const { op, pattern } = place;
  const carried = new Carried();
  const whole = new Scope();
  try {
    const history: CompletionStep[] = [...(state?.history ?? [])];
    let current = state ? resumed(state, problem, carried) : await started(problem, options, carried);
    const constants = constantsOf(rank, place, whole);
    let residual = state ? numberOf(state, 'residual', op) : 1;
    let converged = state ? numberOf(state, 'converged', op) === 1 : false;
    let done = state?.iteration ?? 0;
    const weight = lambda / unit;
    while (!converged && done < maxIterations) {
      const own = new Scope();
      try {
        const left = await half(current, false, problem, constants, weight, own);
        const next = await half(left, true, problem, constants, weight, own);
        const sizes = [norm(next.rest), norm(next.u), norm(next.v)].map(one => own.keep(one).item());
        const [rest = NaN, ofU = NaN, ofV = NaN] = await Promise.all(sizes);
        const before = residual;
        [residual, done] = [rest / size, done + 1];
        converged = residual <= tolerance || Math.abs(before - residual) <= tolerance * residual;
        const objective = (rest * unit) ** 2 + lambda * unit * (ofU ** 2 + ofV ** 2);
        history.push({ iteration: done, residual, rank, objective });
        tell(done);
        carried.replace(own, [next.u, next.v, next.rest]);
        current = next;
      } finally {
        own.close();
      }
    }
    const { u, v } = current;
    const final: CompletionState = {
      method: 'als',
      shape: [pattern.m, pattern.n],
      count: pattern.count,
      iteration: done,
      history,
      numbers: { residual, converged: Number(converged) },
      tensors: await saved({ u, v, rest: current.rest }),
    };
    return { x: await asTriplets(u, v, place, scope), iterations: done, converged, residual, history, state: final };
  } finally {
    carried.close();
    whole.close();
  }
}

/** A one for each entry, and an identity [rank²]. */
interface Constants {
  readonly ones: Tensor;
  readonly eye: Tensor;
}

function constantsOf(rank: number, { pattern: { device, dtype, count }, op }: Place, scope: Scope): Constants {
  const identity = Float32Array.from({ length: rank ** 2 }, (_, at) => Number(at % (rank + 1) === 0));
  return {
    ones: scope.keep(device.upload(new Float32Array(count).fill(1), [count], dtype, op)),
    eye: scope.keep(device.upload(identity, [rank ** 2], dtype, op)),
  };
}

/**
 * The best U for V, or where `across` the best V for U. What is solved for is what is to be added: by that the equations may be
 * shifted a little, so that rows with fewer entries than unknowns have a solution, and what float32 loses in one iteration
 * the next one finds.
 */
async function half(
  current: Current,
  across: boolean,
  { place, values }: Problem,
  { ones, eye }: Constants,
  lambda: number,
  outer: Scope,
): Promise<Current> {
  const { pattern, pace } = place;
  const scope = new Scope();
  try {
    const keep = (t: Tensor): Tensor => scope.keep(t);
    const [moving, fixed] = across ? [current.v, current.u] : [current.u, current.v];
    const own = lambda > 0 ? { moving, fixed } : await balanced(moving, fixed, place, scope);
    const [length = 0, r = 0] = own.fixed.shape;
    const times = (given: Tensor, x: Tensor): Promise<Tensor> =>
      across ? pattern.timesAcross(given, x, scope, pace) : pattern.times(given, x, scope, pace);
    // Σ vⱼ·vⱼᵀ over a row's entries is a sparse matrix of ones times the rows vⱼ·vⱼᵀ.
    const squares = keep(mul(keep(own.fixed.reshape([length, r, 1])), keep(own.fixed.reshape([length, 1, r]))));
    const grams = await times(ones, keep(squares.reshape([length, r * r])));
    const lines = grams.shape[0] ?? 0;
    const shift = keep(mul(keep(add(shiftOf(grams, eye, scope), lambda)), eye));
    const systems = keep(keep(add(grams, shift)).reshape([lines, r, r]));
    const gradient = await times(across ? pattern.turned(current.rest, scope) : current.rest, own.fixed);
    const right = lambda > 0 ? keep(sub(gradient, keep(mul(own.moving, lambda)))) : gradient;
    const step = keep(solve(systems, keep(right.reshape([lines, r, 1])), { assume: 'pos' }));
    await pace.spend(lines * r * r * (r / 3 + 2), step);
    const next = keep(add(own.moving, keep(step.reshape([lines, r]))));
    const [u, v] = across ? [own.fixed, next] : [next, own.fixed];
    const rest = await pattern.sampled(u, v, { base: values, sign: -1 }, scope, pace);
    // The systems of one half are given back before those of the other are made.
    for (const one of own.fixed === fixed ? [next, rest] : [own.fixed, next, rest]) outer.keep(scope.result(one));
    return { u, v, rest };
  } finally {
    scope.close();
  }
}

/** The same product with an orthonormal second factor: the equations of a row are as well conditioned then as its entries allow. */
async function balanced(
  moving: Tensor,
  fixed: Tensor,
  place: Place,
  scope: Scope,
): Promise<{ moving: Tensor; fixed: Tensor }> {
  const { q, r } = await basisOf(fixed, place, scope);
  return { moving: scope.keep(matmul(moving, scope.keep(r.permuted([1, 0])))), fixed: q };
}

/** What rounding may take away from the pivots of each system [·, 1]: some roundings of its trace; and for no entries at all a little. */
function shiftOf(grams: Tensor, eye: Tensor, scope: Scope): Tensor {
  const r = Math.sqrt(eye.size);
  const [unit, least] = grams.dtype === 'float64' ? [2 ** -53, 2 ** -200] : [2 ** -24, 2 ** -60];
  const traces = scope.keep(sum(scope.keep(mul(grams, eye)), { axis: 1, keepdims: true }));
  return scope.keep(add(scope.keep(mul(traces, (r + 8) * unit)), least));
}

/**
 * Right singular vectors to begin with. Those of P(M) are far off where little of a small matrix is observed, and the iteration
 * ends where it should not: some steps of hard-impute come nearer, and are less work than as many of these iterations.
 */
async function nearby(problem: Problem, rank: number, seed: number, scope: Scope): Promise<Tensor> {
  const limits = { tolerance: NEAR, maxIterations: FIRST, seed, tell: () => undefined, state: undefined };
  const options = { ...limits, lambdas: [0], step: 1, maxRank: rank, accelerated: true };
  const { x } = await byImpute(problem, { method: 'hard-impute', ...options }, scope);
  // Of a lower rank: what is missing may be anything.
  return widened(x.v, rank, seed, problem.place, scope);
}

/** U = 0, and V as it is given or found. */
async function started(problem: Problem, { rank, from, seed }: AlsOptions, carried: Carried): Promise<Current> {
  const { place, values } = problem;
  const { pattern, op } = place;
  const own = new Scope();
  try {
    const near = from ?? (await nearby(problem, rank, seed, own));
    const v = own.keep(near.alias(op));
    const u = own.keep(pattern.device.upload(new Float32Array(pattern.m * rank), [pattern.m, rank], pattern.dtype, op));
    const rest = own.keep(values.alias(op));
    carried.replace(own, [u, v, rest]);
    return { u, v, rest };
  } finally {
    own.close();
  }
}

/** The `rank` leading triplets of P(M), unchanged, and the values that were found beside them. */
export function leadingOf(
  { place, values }: Problem,
  rank: number,
  seed: number,
  scope: Scope,
): Promise<{ x: Triplets; values: Float64Array }> {
  const known = { values, turned: place.pattern.turned(values, scope), parts: [] };
  const search = { warm: { width: rank + BESIDE }, also: [], seed, rounds: ROUNDS };
  return shrunk(known, s => s.slice(0, rank), search, place, scope);
}

function resumed(state: CompletionState, { place }: Problem, carried: Carried): Current {
  const own = new Scope();
  try {
    const [u, v, rest] = [
      restored(state, 'u', place, own),
      restored(state, 'v', place, own),
      restored(state, 'rest', place, own),
    ];
    carried.replace(own, [u, v, rest]);
    return { u, v, rest };
  } finally {
    own.close();
  }
}

/** U·Vᵀ by its singular values: those of R₁·R₂ᵀ, with U = Q₁·R₁ and V = Q₂·R₂. */
async function asTriplets(u: Tensor, v: Tensor, place: Place, scope: Scope): Promise<Triplets> {
  const own = new Scope();
  try {
    const [first, second] = [await basisOf(u, place, own), await basisOf(v, place, own)];
    const square = own.keep(matmul(first.r, second.r, { transposeB: true }));
    const small = await squareSvd(square, {}, place.op, own);
    const [left, right] = [
      own.keep(matmul(first.q, small.u, { transposeB: true })),
      own.keep(matmul(second.q, small.v, { transposeB: true })),
    ];
    const x = tripletsOf(left, small.s, right, place, own);
    for (const one of [x.u, x.left, x.v]) scope.keep(own.result(one));
    return x;
  } finally {
    own.close();
  }
}
