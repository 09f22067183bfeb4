/** What cross-validation makes of the errors of folds: means, standard errors, the best penalty and the one of the one-standard-error rule. */

/** Errors of some penalties, over folds. */
export interface FoldSummary {
  /** [penalties] */
  readonly means: Float64Array;
  /** [penalties]: the standard deviation over folds (ddof 1) / √folds. */
  readonly standardErrors: Float64Array;
}

/** Of errors [penalties, folds]. */
export function summaryOf(errors: Float64Array, folds: number): FoldSummary {
  const penalties = errors.length / folds;
  const means = new Float64Array(penalties);
  const standardErrors = new Float64Array(penalties);
  for (let k = 0; k < penalties; k++) {
    const own = errors.subarray(k * folds, (k + 1) * folds);
    const mean = own.reduce((sum, error) => sum + error, 0) / folds;
    const squares = own.reduce((sum, error) => sum + (error - mean) ** 2, 0);
    means[k] = mean;
    standardErrors[k] = Math.sqrt(squares / (folds - 1) / folds);
  }
  return { means, standardErrors };
}

/** The first of the least. */
export function leastOf(values: Float64Array): number {
  let best = 0;
  for (let k = 1; k < values.length; k++) if ((values[k] ?? NaN) < (values[best] ?? NaN)) best = k;
  return best;
}

/** The largest penalty whose mean error is not above that of the best by more than the best's standard error. */
export function withinOneError(alphas: Float64Array, { means, standardErrors }: FoldSummary): number {
  const best = leastOf(means);
  const bound = (means[best] ?? NaN) + (standardErrors[best] ?? NaN);
  let most = alphas[best] ?? NaN;
  for (let k = 0; k < alphas.length; k++) if ((means[k] ?? NaN) <= bound) most = Math.max(most, alphas[k] ?? NaN);
  return most;
}
