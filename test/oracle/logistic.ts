/**
 * Logistic regression from its formulas, in doubles, over plain arrays: the objective, and the slopes of the loss that a minimum must
 * have. Rows of logits are written out; of two classes the formula with ±1 is used, which knows no softmax.
 */

export interface LogisticCase {
  /** Rows. */
  readonly x: readonly (readonly number[])[];
  /** The class of each row, from 0. */
  readonly labels: readonly number[];
  readonly classes: number;
  /** What each row's loss is multiplied by: C and weights together. */
  readonly costs: readonly number[];
  readonly l1: number;
  readonly l2: number;
}

/** Coefficients a class (of two classes, one list) and intercepts. */
export interface LogisticPoint {
  readonly coef: readonly (readonly number[])[];
  readonly intercept: readonly number[];
}

const logitsOf = (row: readonly number[], { coef, intercept }: LogisticPoint): number[] =>
  coef.map((own, k) => own.reduce((sum, weight, j) => sum + weight * (row[j] ?? NaN), intercept[k] ?? NaN));

/** C·Σ loss + l1·‖W‖₁ + ½·l2·‖W‖² */
export function logisticObjective(one: LogisticCase, point: LogisticPoint): number {
  const { x, labels, classes, costs, l1, l2 } = one;
  const losses = x.map((row, i) => {
    const logits = logitsOf(row, point);
    const label = labels[i] ?? NaN;
    if (classes === 2) {
      const margin = (label === 1 ? 1 : -1) * (logits[0] ?? NaN);
      return (costs[i] ?? NaN) * (margin > 0 ? Math.log1p(Math.exp(-margin)) : Math.log1p(Math.exp(margin)) - margin);
    }
    const own = logits[label] ?? NaN;
    return (costs[i] ?? NaN) * Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - own), 0));
  });
  const weights = point.coef.flat();
  const penalty = weights.reduce((sum, weight) => sum + l1 * Math.abs(weight) + 0.5 * l2 * weight ** 2, 0);
  return losses.reduce((sum, loss) => sum + loss, 0) + penalty;
}

/** What the loss grows by with each coefficient, and with each intercept. */
export function logisticSlopes({ x, labels, classes, costs }: LogisticCase, point: LogisticPoint): LogisticPoint {
  const coef = point.coef.map(own => own.map(() => 0));
  const intercept = point.intercept.map(() => 0);
  x.forEach((row, i) => {
    const logits = logitsOf(row, point);
    const shares =
      classes === 2
        ? logits.map(logit => 1 / (1 + Math.exp(-logit)))
        : logits.map(own => 1 / logits.reduce((sum, logit) => sum + Math.exp(logit - own), 0));
    for (const [k, share] of shares.entries()) {
      const own = coef[k] ?? [];
      const isOwn = classes === 2 ? labels[i] === 1 : labels[i] === k;
      const slope = (costs[i] ?? NaN) * (share - Number(isOwn));
      for (const [j, value] of row.entries()) own[j] = (own[j] ?? NaN) + slope * value;
      intercept[k] = (intercept[k] ?? NaN) + slope;
    }
  });
  return { coef, intercept };
}
