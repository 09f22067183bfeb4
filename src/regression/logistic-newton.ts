/**
 * The minimum of a logistic problem by proximal Newton steps: around the logits so far the loss is nearly a weighted sum of squares,
 * whose minimum with the penalty is found by the solvers for squares – coordinate descent where there is an l1, equations where
 * there is none – and a step towards it is taken as long as it lowers the objective. Of several classes together where that is not too large, else one after
 * the other.
 */
import type { LongOptions } from '../tensor/index.ts';
import { ridgeSolver } from './choice.ts';
import { atPace, Descent } from './descent.ts';
import { dot, subtractAll } from './dots.ts';
import { isJoint, jointSquares } from './logistic-joint.ts';
import {
  freeClasses,
  logisticGap,
  penaltyOf,
  softmax,
  type LogisticProblem,
  type LogisticState,
} from './logistic-loss.ts';
import type { Problem } from './problem.ts';
import { solveRidge, type RidgeRun } from './ridge-solve.ts';

export interface NewtonRun extends RidgeRun, Pick<LongOptions, 'onProgress'> {
  /** The gap that is small enough, in shares of the objective without coefficients. */
  readonly tol: number;
  readonly maxIterations: number;
}

export interface NewtonFound {
  readonly iterations: number;
  readonly dualGap: number;
  readonly converged: boolean;
}

/** The least share of |π − label| that a curvature is taken as: rows that are far on the wrong side have next to none of their own. */
const LEAST_CURVATURE = 0.01;
/** What a logit may still move by in the last step of a minimum: where classes can be told apart, all steps move some by about 1. */
const STILL = 0.01;
/** An inner minimum is found to this share of what the objective may be above its own; where that no longer falls, to less of it. */
const [INNER, FINER, FINEST] = [0.01, 0.01, 1e-10];
/** What a step must lower the objective by, in shares of what its slope promises; and how often it is halved. */
const [PROMISED, HALVINGS] = [1e-4, 40];
/** Steps that neither halve the gap nor lower the objective, after which the gap is as small as rounding lets it be. */
const PATIENCE = 50;
/** Changes of the objective that are below rounding are not judged. */
const ROUNDING = 1e-13;

/** Changes the state until it is at the minimum. */
export async function minimized(problem: LogisticProblem, state: LogisticState, run: NewtonRun): Promise<NewtonFound> {
  const { n, l1, l2, costs, classes } = problem;
  const isPenalised = l1 > 0 || l2 > 0;
  const size = Math.log(classes) * costs.reduce((sum, cost) => sum + cost, 0);
  const free = freeClasses(problem);
  const joint = isJoint(problem);
  let gap = isPenalised ? logisticGap(problem, state) : size;
  let [least, since, share] = [gap, 0, INNER];
  for (let iterations = 0; ; iterations++) {
    if (isPenalised && gap <= run.tol * size) return { iterations, dualGap: gap, converged: true };
    if (iterations >= run.maxIterations || since >= PATIENCE) return { iterations, dualGap: gap, converged: false };
    let { lowered, moved } = joint ? await jointStep(problem, state, share * gap, run) : { lowered: 0, moved: 0 };
    // Alone, or where a step together gained nothing.
    for (const k of lowered > 0 ? [] : free) {
      const step = await newtonStep(problem, state, k, (share * gap) / free.length, run);
      lowered += step.lowered;
      moved = Math.max(moved, step.moved);
    }
    run.onProgress?.({ stage: 'iteration', done: iterations + 1, total: run.maxIterations });
    run.signal?.throwIfAborted();
    await run.pace.spend(n * classes);
    gap = isPenalised ? logisticGap(problem, state) : lowered;
    if (!isPenalised && isApart(problem, state)) return { iterations: iterations + 1, dualGap: gap, converged: false };
    // Without a penalty no dual point is at hand: what a Newton step lowers the objective by is what was above the minimum.
    if (!isPenalised && gap <= run.tol * size && moved <= STILL)
      return { iterations: iterations + 1, dualGap: gap, converged: true };
    if (gap <= 0.5 * least) {
      [least, since] = [gap, 0];
      continue;
    }
    // Inner minima may have been close enough for what was asked of them, so that nothing moves: more is asked.
    const isStuck = (moved === 0 && share <= FINEST) || moved === Infinity;
    // Steps of classes that lean on each other gain little each, while the gap hardly falls for long: what is gained still counts.
    if (isStuck) since = PATIENCE;
    else if (!isPenalised || lowered <= ROUNDING * size) since++;
    share = Math.max(FINEST, share * FINER);
  }
}

/** Whether each row's own class has the largest logit: then coefficients that are larger by any factor fit better. */
function isApart({ n, labels, costs }: LogisticProblem, { logits }: LogisticState): boolean {
  for (let i = 0; i < n; i++) {
    if (costs[i] === 0) continue;
    const label = labels[i] as number;
    const own = (logits[label] as Float64Array)[i] as number;
    for (const [k, other] of logits.entries()) if (k !== label && !((other[i] as number) < own)) return false;
  }
  return true;
}

/** What a step came to: how far it lowered the objective, by its slope, and by how much a logit moved at most. */
interface Stepped {
  readonly lowered: number;
  readonly moved: number;
}

/** One step for the coefficients of class k. */
async function newtonStep(
  problem: LogisticProblem,
  state: LogisticState,
  k: number,
  inner: number,
  run: NewtonRun,
): Promise<Stepped> {
  const { n, labels, costs } = problem;
  const { shares, loss } = softmax(problem, state.logits);
  const share = shares[k] as Float64Array;
  const slopes = new Float64Array(n);
  const curvatures = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const own = share[i] as number;
    const rest = own - Number(labels[i] === k);
    slopes[i] = (costs[i] as number) * rest;
    curvatures[i] = (costs[i] as number) * Math.max(own * (1 - own), LEAST_CURVATURE * Math.abs(rest));
  }
  const model = await quadraticMinimum(problem, state, k, slopes, curvatures, inner, run);
  // All rows are so far on their side that they tell nothing: another step would move them further.
  if (!model) return { lowered: 0, moved: Infinity };
  return stepTowards(problem, state, [{ k, slopes, ...model }], loss, run);
}

/** One step for the coefficients of all classes. */
async function jointStep(
  problem: LogisticProblem,
  state: LogisticState,
  inner: number,
  run: NewtonRun,
): Promise<Stepped> {
  const { p, classes } = problem;
  const { squares, slopes, loss, interceptsFor } = await atPace(jointSquares(problem, state), run.pace);
  const start = Float64Array.from({ length: p * classes }, (_, at) => state.weights[Math.floor(at / p)]?.[at % p] ?? 0);
  const found = await minimumOfSquares(squares, problem, start, inner, run);
  const intercepts = interceptsFor(found);
  const goals = slopes.map((own, k) => ({
    k,
    slopes: own,
    weights: found.subarray(k * p, (k + 1) * p),
    intercept: intercepts[k] ?? 0,
  }));
  return stepTowards(problem, state, goals, loss, run);
}

/** Where the coefficients of a class are to go, and the slopes of the loss by its logits. */
interface Goal {
  readonly k: number;
  readonly slopes: Float64Array;
  readonly weights: Float64Array;
  readonly intercept: number;
}

/** Goes as far towards minima of the quadratic as lowers the objective. */
async function stepTowards(
  problem: LogisticProblem,
  state: LogisticState,
  goals: readonly Goal[],
  loss: number,
  run: NewtonRun,
): Promise<Stepped> {
  const { n, p, columns, costs } = problem;
  const ways = goals.map(({ k, slopes, weights: ends, intercept }) => {
    const weights = state.weights[k] as Float64Array;
    const change = ends.map((end, j) => end - (weights[j] as number));
    const shift = intercept - (state.intercepts[k] as number);
    const along = new Float64Array(n).fill(shift);
    subtractAll(
      along,
      change.map(value => -value),
      columns,
    );
    const at = (t: number): Float64Array =>
      t === 1 ? ends : weights.map((weight, j) => weight + t * (change[j] as number));
    return { k, weights, shift, along, at, slope: dot(slopes, 0, along, n) };
  });
  await run.pace.spend(n * p * ways.length);
  const fixed = penaltyOf(
    problem,
    state.weights.filter((_, other) => !ways.some(({ k }) => k === other)),
  );
  const penalty = (t: number): number =>
    penaltyOf(
      problem,
      ways.map(({ at }) => at(t)),
    );
  const start = penalty(0);
  const before = loss + start + fixed;
  const slope = ways.reduce((sum, way) => sum + way.slope, 0) + penalty(1) - start;
  // What a last step gains is below rounding, and may seem to be a loss.
  if (!(slope <= ROUNDING * before)) return { lowered: 0, moved: 0 };
  for (let t = 1, halved = 0; halved < HALVINGS; t /= 2, halved++) {
    const tried = [...state.logits];
    for (const { k, along } of ways)
      tried[k] = (state.logits[k] as Float64Array).map((logit, i) => logit + t * (along[i] as number));
    const after = softmax(problem, tried).loss + penalty(t) + fixed;
    await run.pace.spend(n * tried.length);
    const isJudged = -t * slope > ROUNDING * before;
    if (isJudged && !(after <= before + PROMISED * t * slope)) continue;
    let moved = 0;
    for (const { k, weights, shift, along, at } of ways) {
      (state.logits[k] as Float64Array).set(tried[k] as Float64Array);
      state.intercepts[k] = (state.intercepts[k] as number) + t * shift;
      weights.set(at(t));
      for (let i = 0; i < n; i++) if (costs[i] !== 0) moved = Math.max(moved, Math.abs(t * (along[i] as number)));
    }
    return { lowered: Math.max(0, -t * slope), moved };
  }
  return { lowered: 0, moved: 0 };
}

/**
 * The minimum of Σ (slopeᵢ·δᵢ + ½·curvatureᵢ·δᵢ²) and the penalty, where δ is what new coefficients change logits by: least squares of
 * columns that are weighted by roots of curvatures, and less their weighted means where there is an intercept.
 */
async function quadraticMinimum(
  { n, p, columns, l1, l2, fitIntercept }: LogisticProblem,
  state: LogisticState,
  k: number,
  slopes: Float64Array,
  curvatures: Float64Array,
  inner: number,
  run: NewtonRun,
): Promise<{ weights: Float64Array; intercept: number } | undefined> {
  const total = curvatures.reduce((sum, value) => sum + value, 0);
  if (!(total > 0)) return undefined;
  const roots = curvatures.map(Math.sqrt);
  const logits = state.logits[k] as Float64Array;
  const targets = logits.map((logit, i) => {
    const curvature = curvatures[i] as number;
    return curvature > 0 ? logit - (slopes[i] as number) / curvature : 0;
  });
  const meanOf = (values: Float64Array, from: number): number => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (curvatures[i] as number) * (values[from + i] as number);
    return sum / total;
  };
  const means = new Float64Array(p);
  const weighted = new Float64Array(n * p);
  const squares = new Float64Array(p);
  for (let j = 0; j < p; j++) {
    const mean = fitIntercept ? meanOf(columns, j * n) : 0;
    means[j] = mean;
    let square = 0;
    for (let i = 0; i < n; i++) {
      const value = (roots[i] as number) * ((columns[j * n + i] as number) - mean);
      weighted[j * n + i] = value;
      square += value * value;
    }
    squares[j] = square;
  }
  await run.pace.spend(3 * n * p);
  const middle = fitIntercept ? meanOf(targets, 0) : 0;
  const y = targets.map((target, i) => (roots[i] as number) * (target - middle));
  const weights = await minimumOfSquares(
    { n, p, columns: weighted, squares, y },
    { l1, l2 },
    state.weights[k] as Float64Array,
    inner,
    run,
  );
  const intercept = fitIntercept
    ? middle - weights.reduce((sum, weight, j) => sum + weight * (means[j] as number), 0)
    : 0;
  return { weights, intercept };
}

/** Sweeps of one inner minimum. Where they do not do, the next step goes on from there. */
const MOST_SWEEPS = 1000;

/** The least ½·‖y − X·w‖² and penalty. */
async function minimumOfSquares(
  problem: Problem,
  { l1, l2 }: Pick<LogisticProblem, 'l1' | 'l2'>,
  start: Float64Array,
  inner: number,
  run: NewtonRun,
): Promise<Float64Array> {
  if (l1 > 0) {
    const descent = new Descent(problem, { start });
    await atPace(descent.solve({ l1, l2, positive: false }, { gap: inner, maxSweeps: MOST_SWEEPS }), run.pace);
    return descent.weights;
  }
  const { n, p, y } = problem;
  const found = await solveRidge(problem, [y], l2, ridgeSolver('auto', n, p, l2, run.op), run);
  return found.weights[0] ?? new Float64Array(p);
}
