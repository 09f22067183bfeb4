/**
 * min ½·wᵀGw − qᵀw + λ₁‖w‖₁ + ½·λ₂‖w‖² as a textbook has it: every coefficient in turn, its derivative summed anew each time, for as many
 * sweeps as are asked for. And how far any w is from the optimality conditions.
 */

export interface GramCase {
  readonly p: number;
  /** [p, p] */
  readonly gram: ArrayLike<number>;
  readonly q: ArrayLike<number>;
  readonly lambda1: number;
  readonly lambda2: number;
  readonly positive?: boolean;
}

const at = (x: ArrayLike<number>, index: number): number => x[index] ?? NaN;

/** (G·w − q)ⱼ + λ₂·wⱼ */
function derivative({ p, gram, q, lambda2 }: GramCase, w: ArrayLike<number>, j: number): number {
  let sum = lambda2 * at(w, j) - at(q, j);
  for (let k = 0; k < p; k++) sum += at(gram, j * p + k) * at(w, k);
  return sum;
}

export function descended(problem: GramCase, sweeps: number): number[] {
  const { p, gram, lambda1, lambda2, positive = false } = problem;
  const w = Array.from({ length: p }, () => 0);
  for (let sweep = 0; sweep < sweeps; sweep++)
    for (let j = 0; j < p; j++) {
      const curvature = at(gram, j * p + j);
      if (curvature === 0) continue;
      const wish = (curvature + lambda2) * at(w, j) - derivative(problem, w, j);
      const kept = Math.max(0, (positive ? wish : Math.abs(wish)) - lambda1);
      w[j] = (kept * (wish < 0 ? -1 : 1)) / (curvature + lambda2);
    }
  return w;
}

/**
 * The largest violation of the optimality conditions: where wⱼ ≠ 0 the derivative is −λ₁·sign wⱼ; where it is 0, within ±λ₁ (not below −λ₁,
 * where coefficients are `positive`). In units of √gⱼⱼ.
 */
export function violation(problem: GramCase, w: ArrayLike<number>): number {
  const { p, gram, lambda1, positive = false } = problem;
  let most = 0;
  for (let j = 0; j < p; j++) {
    const unit = Math.sqrt(at(gram, j * p + j));
    if (unit === 0) {
      most = Math.max(most, Math.abs(at(w, j)));
      continue;
    }
    const slope = derivative(problem, w, j);
    const off =
      at(w, j) !== 0
        ? Math.abs(slope + lambda1 * Math.sign(at(w, j)))
        : Math.max(0, (positive ? -slope : Math.abs(slope)) - lambda1);
    most = Math.max(most, off / unit);
    if (positive && at(w, j) < 0) most = Infinity;
  }
  return most;
}
