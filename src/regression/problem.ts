/**
 * The problem that all solvers of this room share, in the plainest units: one target, no intercept, no weights,
 *
 *     P(w) = ½·‖y − X·w‖² + l1·‖w‖₁ + ½·l2·‖w‖²
 *
 * and how far at most a w is from its minimum. How the minimum is found is in other files.
 */
import type { Design } from './design.ts';

/** X and y of one target, in doubles. Arrays may be a design's own: nobody writes to them. */
export interface Problem {
  readonly n: number;
  readonly p: number;
  /** Column-major. */
  readonly columns: Float64Array;
  /** ‖xⱼ‖² of each column. One of 0 has the coefficient 0. */
  readonly squares: Float64Array;
  readonly y: Float64Array;
}

export interface Penalty {
  /** Not below 0. Where it is 0, l2 must be above 0. */
  readonly l1: number;
  readonly l2: number;
  /** True where no coefficient may be below 0. */
  readonly positive: boolean;
}

/** One target of a design. */
export const problemOf = ({ n, p, columns, squares, y }: Design, target: number): Problem => ({
  n,
  p,
  columns,
  squares,
  y: y.subarray(target * n, target * n + n),
});

/** What products with y are rounded by, so that at the α where all coefficients become 0 none of them is a rounding instead. */
const ROUNDED = 1 + 2 ** -46;

/** scikit-learn's α and l1Ratio, whose objective is divided by n. */
export const penaltyOf = (alpha: number, l1Ratio: number, n: number, positive: boolean): Penalty => ({
  l1: alpha * l1Ratio * n * ROUNDED,
  l2: alpha * (1 - l1Ratio) * n,
  positive,
});

export const squareSum = (values: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] as number) * (values[i] as number);
  return sum;
};

/** A dual point and what it proves. */
export interface Certificate {
  /** P(w) is at most so far above the minimum. */
  readonly gap: number;
  /** The same, by the dual point s·(y − X·w) alone: what screening goes by. */
  readonly scaledGap: number;
  readonly scale: number;
}

/**
 * The duality gap at w, whose gradient's first part is `products` = Xᵀ·(y − X·w). With an l2 the problem is a lasso of the columns
 * (xⱼ, √l2·eⱼ), whose products are c = products − l2·w; the dual point is the residual, times s ≤ 1 so that s·|c| ≤ l1:
 *
 *     gap = ½·(1 − s)²·(‖y − Xw‖² + l2·‖w‖²) + Σ (l1·|wⱼ| − s·wⱼ·cⱼ)
 *
 * No term is below 0, so that nothing cancels. With an l2 any point is dual feasible, too, and the residual itself may prove more:
 *
 *     gap = Σ (l1·|wⱼ| + ½·l2·wⱼ² − wⱼ·productsⱼ + (|productsⱼ| − l1)₊² / (2·l2))
 *
 * `among` lists `count` columns; all others have wⱼ = 0 and are known to have it at the minimum, too.
 */
export function certificate(
  { l1, l2, positive }: Penalty,
  residualSquare: number,
  w: Float64Array,
  products: Float64Array,
  among: Int32Array,
  count: number,
): Certificate {
  let top = 0;
  for (let at = 0; at < count; at++) {
    const j = among[at] as number;
    const c = (products[j] as number) - l2 * (w[j] as number);
    const size = positive ? c : Math.abs(c);
    if (size > top) top = size;
  }
  const scale = top > l1 ? l1 / top : 1;
  let terms = 0;
  let direct = 0;
  let square = 0;
  for (let at = 0; at < count; at++) {
    const j = among[at] as number;
    const weight = w[j] as number;
    const product = products[j] as number;
    if (l2 > 0) {
      const beyond = (positive ? product : Math.abs(product)) - l1;
      if (beyond > 0) direct += (beyond * beyond) / (2 * l2);
    }
    if (weight === 0) continue;
    const size = l1 * Math.abs(weight);
    terms += size - scale * weight * (product - l2 * weight);
    direct += size + 0.5 * l2 * weight * weight - weight * product;
    square += weight * weight;
  }
  const scaledGap = Math.max(0, 0.5 * (1 - scale) ** 2 * (residualSquare + l2 * square) + terms);
  return { gap: l2 > 0 ? Math.min(scaledGap, Math.max(0, direct)) : scaledGap, scaledGap, scale };
}
