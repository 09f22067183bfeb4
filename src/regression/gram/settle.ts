/**
 * Coordinate descent on a Gram matrix, in doubles: what one problem of the descend primitive is on a CPU, and how small problems are
 * solved on the host without a device. The least
 *
 *     ½·wᵀGw − qᵀw + λ₁‖w‖₁ + ½·λ₂‖w‖²
 *
 * is sought one coefficient at a time, wⱼ = S(rⱼ + gⱼⱼ·wⱼ, λ₁) / (gⱼⱼ + λ₂) with r = q − G·w and the soft threshold S, from which
 * zeros come out exact. Friedman, Hastie, Tibshirani: Regularization paths for generalized linear models (2010).
 */

/** Numbers of a device's float. */
export type Floats = Float32Array | Float64Array;

export interface GramProblem {
  /** Symmetric, [p, p]. A column with 0 on the diagonal keeps the coefficient 0. */
  readonly gram: Floats;
  readonly q: Floats;
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
   * Sweeps end when none of √gⱼⱼ·|Δwⱼ| is above this share of the larger of max |qⱼ|/√gⱼⱼ, the size of y as far as the columns see
   * it, and max √gⱼⱼ·|wⱼ|: so units of columns do not matter.
   */
  readonly tolerance: number;
  readonly maxSweeps: number;
}

/** How a step went: it converged if `left`, the last sweep's largest change as that share, is not above the tolerance. */
export interface Settled {
  readonly sweeps: number;
  readonly left: number;
}

export const startGram = (p: number): GramState => ({
  w: new Float64Array(p),
  gradient: new Float64Array(p),
  list: new Uint32Array(p),
});

/** max |qⱼ|/√gⱼⱼ */
export function sizeOfTarget({ gram, q, p }: GramProblem): number {
  let most = 0;
  for (let j = 0; j < p; j++) {
    const diagonal = gram[j * (p + 1)] as number;
    if (diagonal > 0) most = Math.max(most, Math.abs(q[j] as number) / Math.sqrt(diagonal));
  }
  return most;
}

/** r = q − G·w, anew. */
export function refreshGradient({ gram, q, p }: GramProblem, { w, gradient }: GramState): void {
  gradient.set(q);
  for (let j = 0; j < p; j++) {
    const weight = w[j] as number;
    if (weight !== 0) takeAway(gradient, gram, j * p, weight, p);
  }
}

/**
 * Solves one problem from the w that the state has, with the gradient that belongs to it. A round looks at all coefficients and then
 * sweeps over those that are not 0 or must not stay 0, until they settle; it was the last when the next look finds nothing new.
 */
export function settle(problem: GramProblem, state: GramState, step: GramStep, target: number): Settled {
  let sweeps = 0;
  let left = 0;
  for (let round = 0; ; round++) {
    const { count, fresh, size } = look(problem, state, step, target);
    if (count === 0 || (round > 0 && fresh === 0)) return { sweeps, left };
    const bound = step.tolerance * size;
    let change = Infinity;
    while (change > bound) {
      // What was found new is not settled.
      if (sweeps === step.maxSweeps) return { sweeps, left: Math.max(left, 2 * step.tolerance) };
      change = sweep(problem, state, step, count);
      left = change / size;
      sweeps++;
    }
  }
}

/** What is worth a visit: how many coefficients, how many of them are 0 now, and in what changes are measured. */
interface Look {
  readonly count: number;
  readonly fresh: number;
  readonly size: number;
}

function look(
  { gram, p, positive }: GramProblem,
  { w, gradient, list }: GramState,
  step: GramStep,
  target: number,
): Look {
  let size = target;
  for (let j = 0; j < p; j++) {
    const weight = w[j] as number;
    if (weight !== 0) size = Math.max(size, Math.abs(weight) * Math.sqrt(gram[j * (p + 1)] as number));
  }
  let [count, fresh] = [0, 0];
  for (let j = 0; j < p; j++) {
    const diagonal = gram[j * (p + 1)] as number;
    if (!(diagonal > 0)) continue;
    const slope = gradient[j] as number;
    const isNew =
      (w[j] as number) === 0 &&
      ((positive ? slope : Math.abs(slope)) - step.lambda1) * Math.sqrt(diagonal) >
        step.tolerance * size * (diagonal + step.lambda2);
    if (isNew) fresh++;
    if (isNew || w[j] !== 0) list[count++] = j;
  }
  return { count, fresh, size };
}

/** Visits the listed coefficients in turn. Returns the largest √gⱼⱼ·|Δwⱼ|. */
function sweep(
  { gram, p, positive }: GramProblem,
  { w, gradient, list }: GramState,
  { lambda1, lambda2 }: GramStep,
  count: number,
): number {
  let most = 0;
  for (let e = 0; e < count; e++) {
    const j = list[e] as number;
    const diagonal = gram[j * (p + 1)] as number;
    const before = w[j] as number;
    const wish = (gradient[j] as number) + diagonal * before;
    const over = (positive ? wish : Math.abs(wish)) - lambda1;
    const after = over > 0 ? (wish < 0 ? -over : over) / (diagonal + lambda2) : 0;
    const change = after - before;
    if (change === 0) continue;
    w[j] = after;
    takeAway(gradient, gram, j * p, change, p);
    most = Math.max(most, Math.abs(change) * Math.sqrt(diagonal));
  }
  return most;
}

/** r −= weight·row */
function takeAway(gradient: Float64Array, gram: Floats, row: number, weight: number, p: number): void {
  for (let k = 0; k < p; k++) gradient[k] = (gradient[k] as number) - weight * (gram[row + k] as number);
}
