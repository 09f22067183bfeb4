/** Linear models as results: coefficients on a device, what is known of how they were found, and predictions. No solver is here. */
import { add, sub } from '../arith/index.ts';
import { DisposedError, ShapeError } from '../errors.ts';
import { matmul } from '../linalg/index.ts';
import {
  defaultFloat,
  scoped,
  showShape,
  toFloat,
  toTensors,
  type Device,
  type Scope,
  type Tensor,
  type TensorLike,
} from '../tensor/index.ts';
import { unscaled, type Design } from './design.ts';

export interface LinearModel {
  /** [p], or [targets, p] where y is [n, targets]. What the penalty made 0 is exactly 0. */
  readonly coef: Tensor;
  /** [], or [targets]. 0 without an intercept. */
  readonly intercept: Tensor;
  /** Sweeps over the columns, or iterations: the most of all targets. */
  readonly iterations: number;
  /** A bound on how far the objective is above its minimum, in the objective's units: the largest of all targets. Found in doubles. */
  readonly dualGap: number;
  /** False where `maxIterations` came first; then `dualGap` says how far off the result may be. */
  readonly converged: boolean;
  /** The columns that have a coefficient other than 0, for some target. Ascending. */
  readonly active: Uint32Array;
  /** Which solver found it. */
  readonly solver: string;
  /** Rows [m, p] as predictions [m], or [m, targets]. They are yours to dispose. */
  readonly predict: (x: TensorLike) => Tensor;
  /** Gives the tensors back. `predict` ends with it. */
  readonly dispose: () => void;
}

/** What a solver found, in the design's units. */
export interface Fit {
  /** A list of p coefficients for each target. */
  readonly weights: readonly Float64Array[];
  readonly iterations: number;
  /** In the objective's units. */
  readonly dualGap: number;
  readonly converged: boolean;
  readonly solver: string;
}

/** A solver's result as a model. `single`: y was a vector. */
export function linearModel(design: Design, fit: Fit, device: Device, single: boolean, op: string): LinearModel {
  const { p, targets } = design;
  const dtype = defaultFloat(device.kind);
  const coefs = new Float64Array(targets * p);
  const intercepts = new Float64Array(targets);
  fit.weights.forEach((weights, k) => {
    const { coef, intercept } = unscaled(design, k, weights);
    coefs.set(coef, k * p);
    intercepts[k] = intercept;
  });
  const upload = (values: Float64Array, shape: readonly number[]): Tensor => device.upload(values, shape, dtype, op);
  const coef = upload(coefs, single ? [p] : [targets, p]);
  const intercept = upload(intercepts, single ? [] : [targets]);
  // Rows less the means: in float32 a large offset would take the digits of a product that is summed as it stands.
  const isCentred = [...design.means, ...design.yMeans].some(mean => mean !== 0);
  const means = isCentred ? upload(design.means, [p]) : undefined;
  const yMeans = isCentred ? upload(design.yMeans, [targets]) : undefined;
  const { iterations, dualGap, converged, solver } = fit;
  return {
    coef,
    intercept,
    iterations,
    dualGap,
    converged,
    active: activeOf(coefs, p),
    solver,
    predict(x) {
      return scoped(scope => {
        const table = coef.disposed ? coef : scope.keep(coef.reshape([targets, p]));
        const sums = predictions(x, { coef: table, means, shift: yMeans }, 'predict', scope);
        return single ? sums.reshape([sums.shape[0] ?? 0]) : scope.result(sums);
      });
    },
    dispose() {
      for (const one of [coef, intercept, means, yMeans]) one?.dispose();
    },
  };
}

/** What predictions are made of: (x − means)·coefᵀ + shift, for coefficients [k, p]. */
interface Predicting {
  readonly coef: Tensor;
  readonly means: Tensor | undefined;
  readonly shift: Tensor | undefined;
}

/** Predictions [m, k] of rows x [m, p]. */
export function predictions(x: TensorLike, { coef, means, shift }: Predicting, name: string, scope: Scope): Tensor {
  if (coef.disposed) throw new DisposedError(`${name}: this model was disposed. Use it before dispose().`);
  const [, p = 0] = coef.shape;
  const [given] = toTensors([x], name, scope, coef.device) as [Tensor];
  if (given.ndim !== 2 || given.shape[1] !== p)
    throw new ShapeError(
      `${name}: x has the shape ${showShape(given.shape)}, and the model has ${p} columns. Give rows [m, ${p}].`,
    );
  const rows = toFloat(given, name, scope);
  const own = means ? scope.keep(sub(rows, means)) : rows;
  const products = scope.keep(matmul(own, coef, { transposeB: true }));
  return shift ? scope.keep(add(products, shift)) : products;
}

/** Columns with a coefficient other than 0 in some row of p. */
export const activeOf = (coefs: Float64Array, p: number): Uint32Array =>
  activeIn(Array.from({ length: coefs.length / p }, (_, k) => coefs.subarray(k * p, k * p + p)));

/** The same of several lists. */
export function activeIn(lists: readonly Float64Array[]): Uint32Array {
  const isActive = new Uint8Array(lists[0]?.length ?? 0);
  let count = 0;
  for (const list of lists)
    for (let j = 0; j < list.length; j++) {
      if (list[j] === 0 || isActive[j] === 1) continue;
      isActive[j] = 1;
      count++;
    }
  const active = new Uint32Array(count);
  for (let j = 0, at = 0; at < count; j++) if (isActive[j] === 1) active[at++] = j;
  return active;
}
