/**
 * Coordinate descent on a Gram matrix, in doubles: what one problem of the descend primitive is on a CPU, and how small problems are
 * solved on the host without a device. The least
 *
 *     ½·wᵀGw − qᵀw + λ₁‖w‖₁ + ½·λ₂‖w‖²
 *
 * is sought one coefficient at a time, wⱼ = S(rⱼ + gⱼⱼ·wⱼ, λ₁) / (gⱼⱼ + λ₂) with r = q − G·w and the soft threshold S, from which
 * zeros come out exact. Friedman, Hastie, Tibshirani: Regularization paths for generalized linear models (2010).
 */

import { Changes } from '../dots.ts';

/** Numbers of a device's float. */
export type Floats = Float32Array | Float64Array;

export interface GramProblem {
  /** Symmetric, [p, p]: XᵀX. A column with 0 on the diagonal keeps the coefficient 0. */
  readonly gram: Floats;
  /** Xᵀy. */
  readonly q: Floats;
  /** yᵀy. */
  readonly square: number;
  readonly p: number;
  /** Whether coefficients must not be below 0. */
  readonly positive: boolean;
}

/** Where a problem stands: changed in place. */
export interface GramState {
  readonly w: Float64Array;
  /** r = q − G·w. */
  readonly gradient: Float64Array;
  /** Scratch: the coefficients that are looked at. */
  readonly list: Uint32Array;
}

export interface GramStep {
  readonly lambda1: number;
  readonly lambda2: number;
  /**
   * A problem is solved when its dual gap is at most this share of yᵀy, behind a sweep whose largest √gⱼⱼ·|Δwⱼ| was at most this share of the
   * size of things: the larger of max √gⱼⱼ·|wⱼ| and max |qⱼ|/√gⱼⱼ, which is y's as far as the columns see it. So units do not matter.
   */
  readonly tolerance: number;
  /** The share of it that is rounding: a problem is solved, too, when a sweep moves nothing by more. */
  readonly least: number;
  readonly maxSweeps: number;
}

/** How a step went. It converged if `left`, the dual gap as a share of yᵀy, is not above the tolerance; 0 where nothing moves any more. */
export interface Settled {
  readonly sweeps: number;
  readonly left: number;
}

export const startGram = (p: number): GramState => ({
  w: new Float64Array(p),
  gradient: new Float64Array(p),
  list: new Uint32Array(p),
});

/** λ₁ of three problems of a chain that follow each other: the one to come last. */
export type Lambdas = readonly [number, number, number];

/**
 * Where a problem begins: at the w before, moved on as far as that came from its own predecessor `far`, since w goes along straight
 * lines between two penalties at which the set of coefficients changes. What would change its sign, or has just come, does not move.
 */
export function moveOn(w: Float64Array, far: Floats, [before, last, next]: Lambdas): void {
  const ahead = Math.min(1, (next - last) / (last - before));
  // Not of equal penalties, nor of NaN that comes of them.
  if (!(ahead > 0)) return;
  for (let j = 0; j < w.length; j++) {
    const [near, from] = [w[j] as number, far[j] as number];
    if (near === 0 || from === 0) continue;
    const moved = near + ahead * (near - from);
    w[j] = moved > 0 === near > 0 ? moved : 0;
  }
}

/** r = q − G·w, anew. */
export function refreshGradient({ gram, q, p }: GramProblem, { w, gradient }: GramState): void {
  gradient.set(q);
  const changes = new Changes();
  for (let j = 0; j < p; j++) if (w[j] !== 0) changes.add(gradient, gram, w[j] as number, j * p, p);
  changes.settle(gradient, gram, p);
}

/**
 * Solves one problem from the w that the state has, with the gradient that belongs to it. A round looks at all coefficients, and sweeps
 * over those that are not 0 or must not stay 0 until they settle: the more rounds there were, the better.
 */
export function settle(problem: GramProblem, state: GramState, step: GramStep): Settled {
  const { tolerance, least, maxSweeps } = step;
  let sweeps = 0;
  let first = Infinity;
  for (let round = 0; ; round++) {
    const { count, gap, size } = look(problem, state, step);
    if (count === 0 || first <= least) return { sweeps, left: 0 };
    if (sweeps === maxSweeps || (round > 0 && gap <= tolerance)) return { sweeps, left: gap };
    const bound = Math.max(least, tolerance * 2 ** -round);
    first = sweep(problem, state, step, count) / size;
    sweeps++;
    for (let change = first; change > bound && sweeps < maxSweeps; sweeps++)
      change = sweep(problem, state, step, count) / size;
  }
}

interface Look {
  /** How many coefficients are worth a visit. */
  readonly count: number;
  /** The dual gap, as a share of yᵀy. */
  readonly gap: number;
  /** In what changes are measured. */
  readonly size: number;
}

/**
 * Lists what is worth a visit, and finds the dual gap. With c = r − λ₂·w and s ≤ 1 such that s·|c| ≤ λ₁, s times the residual is dual
 * feasible, and
 *
 *     gap = ½·(1 − s)²·(‖y − Xw‖² + λ₂·‖w‖²) + λ₁‖w‖₁ − s·w·c,   ‖y − Xw‖² = yᵀy − w·(q + r)
 */
function look({ gram, q, p, square, positive }: GramProblem, { w, gradient, list }: GramState, step: GramStep): Look {
  const { lambda1, lambda2 } = step;
  let [count, size, top] = [0, 0, 0];
  let [fit, absolute, squares, products] = [0, 0, 0, 0];
  for (let j = 0; j < p; j++) {
    const diagonal = gram[j * (p + 1)] as number;
    if (!(diagonal > 0)) continue;
    const weight = w[j] as number;
    const slope = gradient[j] as number;
    const target = q[j] as number;
    const root = Math.sqrt(diagonal);
    const c = slope - lambda2 * weight;
    size = Math.max(size, Math.abs(weight) * root, Math.abs(target) / root);
    top = Math.max(top, positive ? c : Math.abs(c));
    if (weight !== 0) {
      fit += weight * (target + slope);
      absolute += Math.abs(weight);
      squares += weight * weight;
      products += weight * c;
    }
    if (weight !== 0 || (positive ? slope : Math.abs(slope)) > lambda1) list[count++] = j;
  }
  const scale = top > lambda1 ? lambda1 / top : 1;
  const residual = square - fit + lambda2 * squares;
  const gap = 0.5 * (1 - scale) ** 2 * residual + lambda1 * absolute - scale * products;
  return { count, size, gap: Math.max(0, gap) / square };
}

/** Visits the listed coefficients in turn. Returns the largest √gⱼⱼ·|Δwⱼ|. */
function sweep(
  { gram, p, positive }: GramProblem,
  { w, gradient, list }: GramState,
  { lambda1, lambda2 }: GramStep,
  count: number,
): number {
  const changes = new Changes();
  let most = 0;
  for (let e = 0; e < count; e++) {
    const j = list[e] as number;
    const diagonal = gram[j * (p + 1)] as number;
    const before = w[j] as number;
    const wish = changes.less(gradient, gram, j) + diagonal * before;
    const over = (positive ? wish : Math.abs(wish)) - lambda1;
    const after = over > 0 ? (wish < 0 ? -over : over) / (diagonal + lambda2) : 0;
    const change = after - before;
    if (change === 0) continue;
    w[j] = after;
    changes.add(gradient, gram, change, j * p, p);
    most = Math.max(most, Math.abs(change) * Math.sqrt(diagonal));
  }
  changes.settle(gradient, gram, p);
  return most;
}
