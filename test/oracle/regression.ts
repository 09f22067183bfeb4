/**
 * Linear models as a textbook has them, in doubles over plain arrays: coordinate descent whose every step sums its products anew, normal
 * equations by elimination. And the conditions that a minimum meets, by which any w is judged.
 */

export interface Rows {
  readonly n: number;
  readonly p: number;
  /** [n, p], row-major. */
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** Of each row's square; all 1 where left out. */
  readonly weights?: ArrayLike<number> | undefined;
}

export interface LassoProblem {
  readonly alpha: number;
  readonly l1Ratio: number;
  readonly fitIntercept: boolean;
  readonly positive?: boolean;
}

export interface Line {
  readonly coef: readonly number[];
  readonly intercept: number;
}

const at = (values: ArrayLike<number>, index: number): number => values[index] ?? NaN;

/** Rows with weights whose mean is 1 (`relative`) or as they are, less their weighted means. */
function centred(rows: Rows, fitIntercept: boolean, relative: boolean) {
  const { n, p } = rows;
  const given = Array.from({ length: n }, (_, i) => (rows.weights ? at(rows.weights, i) : 1));
  const total = given.reduce((sum, one) => sum + one, 0);
  const weights = relative ? given.map(one => (one * n) / total) : given;
  const meanOf = (of: (i: number) => number): number =>
    fitIntercept ? given.reduce((sum, one, i) => sum + one * of(i), 0) / total : 0;
  const means = Array.from({ length: p }, (_, j) => meanOf(i => at(rows.x, i * p + j)));
  const yMean = meanOf(i => at(rows.y, i));
  return {
    weights,
    means,
    yMean,
    x: (i: number, j: number): number => at(rows.x, i * p + j) - (means[j] ?? NaN),
    y: (i: number): number => at(rows.y, i) - yMean,
  };
}

/** The elastic net by cyclic coordinate descent. */
export function elasticNetOracle(rows: Rows, problem: LassoProblem, sweeps: number): Line {
  const { n, p } = rows;
  const { alpha, l1Ratio, fitIntercept, positive = false } = problem;
  const { weights, means, yMean, x, y } = centred(rows, fitIntercept, true);
  const coef = Array.from({ length: p }, () => 0);
  for (let sweep = 0; sweep < sweeps; sweep++)
    for (let j = 0; j < p; j++) {
      let pull = 0;
      let square = 0;
      for (let i = 0; i < n; i++) {
        let fit = 0;
        for (let k = 0; k < p; k++) if (k !== j) fit += x(i, k) * (coef[k] ?? NaN);
        pull += ((weights[i] ?? NaN) * x(i, j) * (y(i) - fit)) / n;
        square += ((weights[i] ?? NaN) * x(i, j) ** 2) / n;
      }
      const kept = Math.max(0, (positive ? pull : Math.abs(pull)) - alpha * l1Ratio);
      coef[j] = square > 0 ? (kept * Math.sign(pull)) / (square + alpha * (1 - l1Ratio)) : 0;
    }
  return { coef, intercept: yMean - coef.reduce((sum, w, j) => sum + w * (means[j] ?? NaN), 0) };
}

/** The objective that scikit-learn documents. */
export function objective(rows: Rows, { alpha, l1Ratio }: LassoProblem, { coef, intercept }: Line): number {
  const { n, p } = rows;
  const total = rows.weights ? Array.from(rows.weights).reduce((sum, one) => sum + one, 0) : n;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    let fit = intercept;
    for (let j = 0; j < p; j++) fit += at(rows.x, i * p + j) * (coef[j] ?? NaN);
    sum += ((rows.weights ? (at(rows.weights, i) * n) / total : 1) * (at(rows.y, i) - fit) ** 2) / (2 * n);
  }
  for (const w of coef) sum += alpha * (l1Ratio * Math.abs(w) + 0.5 * (1 - l1Ratio) * w * w);
  return sum;
}

/**
 * The largest violation of the optimality conditions, beside the size of column and target: with gⱼ = Σ wᵢ·xᵢⱼ·rᵢ/n − α·(1 − l1Ratio)·coefⱼ,
 * gⱼ = α·l1Ratio·sign coefⱼ where that is not 0, else |gⱼ| ≤ α·l1Ratio (gⱼ ≤ with `positive`); and Σ wᵢ·rᵢ = 0 for an intercept.
 */
export function violation(rows: Rows, problem: LassoProblem, { coef, intercept }: Line): number {
  const { n, p } = rows;
  const { alpha, l1Ratio, positive = false } = problem;
  const { weights, x, y, means, yMean } = centred(rows, problem.fitIntercept, true);
  const shift = yMean - intercept - coef.reduce((sum, w, j) => sum + w * (means[j] ?? NaN), 0);
  const residual = Array.from({ length: n }, (_, i) => {
    let fit = 0;
    for (let j = 0; j < p; j++) fit += x(i, j) * (coef[j] ?? NaN);
    return y(i) - fit + shift;
  });
  const length = (of: (i: number) => number): number => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += ((weights[i] ?? NaN) * of(i) ** 2) / n;
    return Math.sqrt(sum);
  };
  const size = length(y);
  let worst = problem.fitIntercept
    ? Math.abs(residual.reduce((sum, r, i) => sum + (weights[i] ?? NaN) * r, 0) / n) / (size || 1)
    : 0;
  for (let j = 0; j < p; j++) {
    const own = length(i => x(i, j));
    if (own === 0) continue;
    const w = coef[j] ?? NaN;
    let slope = -alpha * (1 - l1Ratio) * w;
    for (let i = 0; i < n; i++) slope += ((weights[i] ?? NaN) * x(i, j) * (residual[i] ?? NaN)) / n;
    const bound = alpha * l1Ratio;
    const off =
      w !== 0
        ? Math.abs(slope - bound * Math.sign(w)) + (positive ? Math.max(0, -w) : 0)
        : Math.max(0, (positive ? slope : Math.abs(slope)) - bound);
    worst = Math.max(worst, off / (own * (size || 1)));
  }
  return worst;
}

/** Ridge by its normal equations, eliminated with the largest pivots: (XᵀWX + α)·w = XᵀWy. */
export function ridgeOracle(rows: Rows, alpha: number, fitIntercept: boolean): Line {
  const { n, p } = rows;
  const { weights, means, yMean, x, y } = centred(rows, fitIntercept, false);
  const system = Array.from({ length: p }, (_, j) =>
    Array.from({ length: p + 1 }, (_unused, k) => {
      let sum = j === k ? alpha : 0;
      for (let i = 0; i < n; i++) sum += (weights[i] ?? NaN) * x(i, j) * (k < p ? x(i, k) : y(i));
      return sum;
    }),
  );
  const cell = (j: number, k: number): number => system[j]?.[k] ?? NaN;
  for (let j = 0; j < p; j++) {
    let pivot = j;
    for (let k = j + 1; k < p; k++) if (Math.abs(cell(k, j)) > Math.abs(cell(pivot, j))) pivot = k;
    const lower = system.splice(j, 1, system[pivot] ?? []);
    if (pivot !== j) system.splice(pivot, 1, ...lower);
    for (let k = 0; k < p; k++) {
      if (k === j) continue;
      const factor = cell(k, j) / cell(j, j);
      system[k] = (system[k] ?? []).map((value, l) => value - factor * cell(j, l));
    }
  }
  const coef = Array.from({ length: p }, (_, j) => cell(j, p) / cell(j, j));
  return { coef, intercept: yMean - coef.reduce((sum, w, j) => sum + w * (means[j] ?? NaN), 0) };
}
