/**
 * The loss of logistic regression: weighted logarithms of softmax, of rows of logits, and what its dual proves of a minimum. Of two
 * classes the first has logits 0, which makes it the usual loss of one list of coefficients. Pure, in doubles.
 */
import { dot } from './dots.ts';

/** What is to be minimised: Σ cᵢ·(log Σₖ exp fᵢₖ − fᵢ at the class of i) + l1·‖W‖₁ + ½·l2·‖W‖². */
export interface LogisticProblem {
  readonly n: number;
  readonly p: number;
  /** Column-major, less their means where there is an intercept. */
  readonly columns: Float64Array;
  /** ‖xⱼ‖²: a column of 0 has the coefficient 0. */
  readonly squares: Float64Array;
  /** The class of each row, from 0. */
  readonly labels: Uint32Array;
  readonly classes: number;
  /** cᵢ ≥ 0 */
  readonly costs: Float64Array;
  readonly l1: number;
  readonly l2: number;
  readonly fitIntercept: boolean;
}

/** The classes that have coefficients: of two, the second alone. */
export const freeClasses = ({ classes }: LogisticProblem): readonly number[] =>
  classes === 2 ? [1] : Array.from({ length: classes }, (_, k) => k);

/** Coefficients, intercepts and logits of every class; those that are not free stay 0. */
export interface LogisticState {
  readonly weights: readonly Float64Array[];
  readonly intercepts: Float64Array;
  /** Logits [n] of each class. */
  readonly logits: readonly Float64Array[];
}

/** Shares [n] of each class by logits, and the loss. */
export function softmax(
  problem: LogisticProblem,
  logits: readonly Float64Array[],
): { shares: readonly Float64Array[]; loss: number } {
  const { n, labels, costs } = problem;
  const shares = logits.map(() => new Float64Array(n));
  let loss = 0;
  for (let i = 0; i < n; i++) {
    let top = -Infinity;
    for (const own of logits) top = Math.max(top, own[i] as number);
    let total = 0;
    for (const [k, own] of logits.entries()) {
      const share = Math.exp((own[i] as number) - top);
      (shares[k] as Float64Array)[i] = share;
      total += share;
    }
    for (const own of shares) own[i] = (own[i] as number) / total;
    const right = (logits[labels[i] as number] as Float64Array)[i] as number;
    loss += (costs[i] as number) * (top - right + Math.log(total));
  }
  return { shares, loss };
}

export function penaltyOf({ l1, l2 }: LogisticProblem, weights: readonly Float64Array[]): number {
  let sum = 0;
  for (const own of weights) for (const weight of own) sum += l1 * Math.abs(weight) + 0.5 * l2 * weight * weight;
  return sum;
}

/**
 * How far the objective is above its minimum at most. A point of the dual is a list of shares for each row, with as many of a class in
 * total as there are, if there are intercepts; its value is Σ cᵢ·(−Σₖ πᵢₖ·log πᵢₖ) less the conjugate of the penalty at
 * V = Σ cᵢ·(label − π)ᵢ·xᵢ. Shares are moved to have these totals, and without an l2 towards the labels until |V| ≤ l1.
 */
export function logisticGap(problem: LogisticProblem, state: LogisticState): number {
  const { n, p, columns, labels, costs, l1, l2, fitIntercept } = problem;
  const { shares, loss } = softmax(problem, state.logits);
  if (fitIntercept) balance(problem, shares);
  const rest = shares.map(own => own.map((share, i) => -(costs[i] as number) * share));
  for (let i = 0; i < n; i++) {
    const own = rest[labels[i] as number] as Float64Array;
    own[i] = (own[i] as number) + (costs[i] as number);
  }
  let top = 0;
  let conjugate = 0;
  for (const k of freeClasses(problem))
    for (let j = 0; j < p; j++) {
      const slope = Math.abs(dot(columns, j * n, rest[k] as Float64Array, n));
      top = Math.max(top, slope);
      if (l2 > 0 && slope > l1) conjugate += (slope - l1) ** 2 / (2 * l2);
    }
  const scale = l2 === 0 && top > l1 ? l1 / top : 1;
  let entropy = 0;
  for (const [k, own] of shares.entries())
    for (let i = 0; i < n; i++) {
      const share = (labels[i] === k ? 1 - scale : 0) + scale * (own[i] as number);
      if (share > 0) entropy -= (costs[i] as number) * share * Math.log(share);
    }
  return Math.max(0, loss + penaltyOf(problem, state.weights) - entropy + conjugate);
}

/** Takes from classes that have too much, a part of each share, and gives it to those of the same row that have too little. */
function balance({ n, labels, costs }: LogisticProblem, shares: readonly Float64Array[]): void {
  const wanted = new Float64Array(shares.length);
  for (let i = 0; i < n; i++)
    wanted[labels[i] as number] = (wanted[labels[i] as number] as number) + (costs[i] as number);
  const totals = shares.map(own => dot(own, 0, costs, n));
  const excess = totals.map((total, k) => total - (wanted[k] as number));
  const taken = excess.map((more, k) => (more > 0 ? more / (totals[k] as number) : 0));
  const missing = excess.reduce((sum, more) => sum + Math.max(0, -more), 0);
  if (missing === 0) return;
  const given = excess.map(more => Math.max(0, -more) / missing);
  for (let i = 0; i < n; i++) {
    let free = 0;
    for (const [k, own] of shares.entries()) {
      const part = (own[i] as number) * (taken[k] as number);
      own[i] = (own[i] as number) - part;
      free += part;
    }
    for (const [k, own] of shares.entries()) own[i] = (own[i] as number) + free * (given[k] as number);
  }
}
