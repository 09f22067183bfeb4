/** Logistic models as results: coefficients on a device, and probabilities and classes of rows. No solver is here. */
import { argmax, concat, div, exp, max, mul, sub, sum } from '../arith/index.ts';
import { defaultFloat, scoped, type Device, type Scope, type Tensor, type TensorLike } from '../tensor/index.ts';
import { dot } from './dots.ts';
import { activeOf, predictions } from './model.ts';

/** What names a class. */
export type ClassLabel = number | string;

export interface LogisticModel {
  /** [1, p] of two classes, [classes, p] of more. What the penalty made 0 is exactly 0. */
  readonly coef: Tensor;
  /** [1], or [classes]. 0 without intercepts. */
  readonly intercept: Tensor;
  /** Ascending. Of two, coefficients speak for the second. */
  readonly classes: readonly ClassLabel[];
  /** Newton steps for each class. */
  readonly iterations: number;
  /** A bound on how far the objective is above its minimum; without a penalty, what the last step lowered it by. Found in doubles. */
  readonly dualGap: number;
  /** False where `maxIterations` came first, or there is no minimum, since a plane tells the classes apart. */
  readonly converged: boolean;
  /** The columns that have a coefficient other than 0, for some class. Ascending. */
  readonly active: Uint32Array;
  /** The most probable class of each row of x [m, p]. */
  readonly predict: (x: TensorLike) => Promise<ClassLabel[]>;
  /** Probabilities [m, classes], each row of sum 1. */
  readonly predictProba: (x: TensorLike) => Tensor;
  /** x·w + b: [m] of two classes, positive for the second; [m, classes] of more, the largest for the most probable. */
  readonly decision: (x: TensorLike) => Tensor;
  /** Gives the tensors back. Predictions end with it. */
  readonly dispose: () => void;
}

interface Parts {
  /** For columns less `means`, as the intercepts are. */
  readonly coefs: readonly Float64Array[];
  readonly intercepts: Float64Array;
  readonly means: Float64Array;
  readonly classes: readonly ClassLabel[];
  readonly iterations: number;
  readonly dualGap: number;
  readonly converged: boolean;
}

export function logisticModel(parts: Parts, device: Device, op: string): LogisticModel {
  const { coefs, intercepts, means, classes, ...facts } = parts;
  const p = means.length;
  const count = coefs.length;
  const dtype = defaultFloat(device.kind);
  const upload = (values: Float64Array, shape: readonly number[]): Tensor => device.upload(values, shape, dtype, op);
  const all = Float64Array.from(coefs.flatMap(own => [...own]));
  const coef = upload(all, [count, p]);
  const intercept = upload(
    intercepts.map((value, k) => value - (coefs[k] ? dot(coefs[k], 0, means, p) : 0)),
    [count],
  );
  // Rows less the means: in float32 a large offset would take the digits of a product that is summed as it stands.
  const middle = upload(means, [p]);
  const shift = upload(intercepts, [count]);
  const logitsOf = (x: TensorLike, name: string, scope: Scope): Tensor =>
    predictions(x, { coef, means: middle, shift }, name, scope);
  const decision = (x: TensorLike, name: string): Tensor =>
    scoped(scope => {
      const logits = logitsOf(x, name, scope);
      return count === 1 ? logits.reshape([logits.shape[0] ?? 0]) : scope.result(logits);
    });
  return {
    coef,
    intercept,
    classes,
    ...facts,
    active: activeOf(all, p),
    async predict(x) {
      const scores = decision(x, 'predict');
      try {
        if (count === 1)
          return Array.from(await scores.data(), Number).map(score => labelOf(classes, Number(score > 0)));
        const best = argmax(scores, { axis: 1 });
        try {
          return Array.from(await best.data(), Number).map(at => labelOf(classes, at));
        } finally {
          best.dispose();
        }
      } finally {
        scores.dispose();
      }
    },
    predictProba(x) {
      return scoped(scope => {
        const logits = logitsOf(x, 'predictProba', scope);
        const every = count === 1 ? scope.keep(concat([scope.keep(mul(logits, 0)), logits], { axis: 1 })) : logits;
        // Less the largest, so that no power overflows.
        const top = scope.keep(max(every, { axis: 1, keepdims: true }));
        const powers = scope.keep(exp(scope.keep(sub(every, top))));
        return div(powers, scope.keep(sum(powers, { axis: 1, keepdims: true })));
      });
    },
    decision: x => decision(x, 'decision'),
    dispose() {
      for (const one of [coef, intercept, middle, shift]) one.dispose();
    },
  };
}

function labelOf(classes: readonly ClassLabel[], at: number): ClassLabel {
  const label = classes[at];
  if (label === undefined) throw new Error('broken invariant: every number stands for a class');
  return label;
}
