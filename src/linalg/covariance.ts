/**
 * `covariance`: how the columns of a matrix vary together, as `numpy.cov(x, rowvar=False)` has it, plain or weighted or
 * shrunk. And the scaled covariance that whitening is made from.
 */
import { demand, div, mul, notNegative, square, sub, sum } from '../arith/index.ts';
import { OptionError, ShapeError } from '../errors.ts';
import { checkOptions, show } from '../options.ts';
import {
  castTensor,
  defaultFloat,
  emptyTensor,
  scoped,
  showShape,
  toTensors,
  type Device,
  type Scope,
  type Tensor,
  type TensorLike,
} from '../tensor/index.ts';
import { centred, centreOf, scalesOf, scatter } from './moments.ts';
import { checkShrinkage, ledoitWolf, shrunk, type Shrinkage } from './shrinkage.ts';

export interface CovarianceOptions {
  /** What is taken from the number of rows to divide by: 1 (the default) or 0, usually. */
  readonly ddof?: number | undefined;
  /** One weight ≥ 0 a row: numpy's `aweights`. Negative ones are an error: in a tensor, at the read. */
  readonly weights?: TensorLike | undefined;
  /** A share from 0 to 1 that is moved towards a multiple of the identity, or 'ledoit-wolf' to have it found. */
  readonly shrinkage?: Shrinkage | undefined;
  /** Where plain numbers land. */
  readonly device?: Device | undefined;
}

/**
 * The covariance matrix [d, d] of the columns of x [n, d]:
 *
 *     Cᵢⱼ = Σₖ (xₖᵢ − x̄ᵢ)(xₖⱼ − x̄ⱼ) / (n − ddof)
 *
 * With `weights` wₖ the mean is weighted, the terms are multiplied by wₖ, and the divisor is Σw − ddof·Σw²/Σw, as with
 * numpy's `aweights`. With `shrinkage: s` the result is (1 − s)·C + s·μ·I, where μ is the mean of C's diagonal; with
 * 'ledoit-wolf', s is what scikit-learn's `ledoit_wolf` finds (which always divides by n: its own result has ddof 0).
 *
 * Rows are centred before anything is multiplied, so an offset far larger than the spread does no harm. NaN stays within
 * the rows and columns of C that its column belongs to. On a cpu device the result is float64.
 *
 * ```ts
 * await covariance([[0, 2], [1, 1], [2, 0]]).toArray(); // [[1, -1], [-1, 1]]
 * ```
 */
export function covariance(x: TensorLike, options: CovarianceOptions = {}): Tensor {
  const op = 'covariance';
  checkOptions(op, options, ['ddof', 'weights', 'shrinkage', 'device']);
  const { ddof = 1, weights, shrinkage } = options;
  checkDdof(ddof, op);
  checkShrinkage(shrinkage, op);
  if (weights !== undefined && shrinkage === 'ledoit-wolf')
    throw new OptionError(`${op}: 'ledoit-wolf' knows no weights. Give shrinkage a number, or leave the weights out.`);
  return scoped(scope => {
    const [given, own] = toTensors(weights === undefined ? [x] : [x, weights], op, scope, options.device) as [
      Tensor,
      Tensor?,
    ];
    if (given.ndim !== 2)
      throw new ShapeError(
        `${op}: the shape ${showShape(given.shape)} is no matrix of rows [n, d]. ${given.ndim === 1 ? `reshape([${given.size}, 1]) makes it one column` : 'Give observations as rows'}.`,
      );
    const [n = 0, d = 0] = given.shape;
    if (own && (own.ndim !== 1 || own.shape[0] !== n))
      throw new ShapeError(
        `${op}: the weights have shape ${showShape(own.shape)} for ${n} rows. Give one weight a row, shape [${n}].`,
      );
    checkFreedom(n, ddof, op);
    const rows = asOwnFloat(given, op, scope);
    if (d === 0) return emptyTensor(rows.device, [0, 0], rows.dtype, op);
    if (own) {
      const check = demand(op, weights as TensorLike, own, notNegative(op, 'weights'), scope);
      const result = weighted(rows, asOwnFloat(own, op, scope), ddof, shrinkage as number | undefined, op, scope);
      check?.(result);
      return scope.result(result);
    }
    const z = centred(rows, centreOf(rows, scope), scope);
    return scope.result(momentOf(z, ddof, shrinkage, op, scope));
  });
}

/** XᵀX / (n − ddof) of centred rows, shrunk where asked. */
function momentOf(z: Tensor, ddof: number, shrinkage: Shrinkage | undefined, op: string, scope: Scope): Tensor {
  const products = scatter(z, z, op, scope);
  const plain = scope.keep(div(products, (z.shape[0] ?? 0) - ddof));
  if (shrinkage === undefined || shrinkage === 0) return plain;
  return shrunk(plain, shrinkage === 'ledoit-wolf' ? ledoitWolf(z, products, op, scope) : shrinkage, op, scope);
}

function weighted(
  rows: Tensor,
  weights: Tensor,
  ddof: number,
  shrinkage: number | undefined,
  op: string,
  scope: Scope,
): Tensor {
  const column = scope.keep(weights.reshape([-1, 1]));
  const z = centred(rows, centreOf(rows, scope, column), scope);
  const products = scatter(z, scope.keep(mul(z, column)), op, scope);
  const total = scope.keep(sum(weights));
  const lost = scope.keep(mul(scope.keep(div(scope.keep(sum(scope.keep(square(weights)))), total)), ddof));
  const plain = scope.keep(div(products, scope.keep(sub(total, lost))));
  return shrinkage ? shrunk(plain, shrinkage, op, scope) : plain;
}

/**
 * The covariance of rows that were scaled by powers of two, a column each where nothing is shrunk: neither 1e25 nor 1e-30
 * leaves float32's range then.
 */
export function scaledCovariance(
  rows: Tensor,
  ddof: number,
  shrinkage: Shrinkage | undefined,
  op: string,
  scope: Scope,
): { covariance: Tensor; scales: Tensor } {
  checkFreedom(rows.shape[0] ?? 0, ddof, op);
  const z = centred(rows, centreOf(rows, scope), scope);
  // Shrinking mixes the columns' variances, so that they must keep their proportions.
  const scales = scalesOf(z, shrinkage !== undefined && shrinkage !== 0, op, scope);
  return { covariance: momentOf(scope.keep(mul(z, scales)), ddof, shrinkage, op, scope), scales };
}

/** The tensor in the device's own float: doubles on cpu devices, whatever came in. */
export function asOwnFloat(x: Tensor, op: string, scope: Scope): Tensor {
  const dtype = defaultFloat(x.device.kind);
  return x.dtype === dtype ? x : scope.keep(castTensor(x, dtype, op));
}

export function checkDdof(ddof: unknown, op: string): void {
  if (!Number.isInteger(ddof))
    throw new OptionError(
      `${op}: ddof is ${show(ddof)}. Give a whole number: 1 for the unbiased estimate, 0 for the plain mean.`,
    );
}

function checkFreedom(n: number, ddof: number, op: string): void {
  if (n - ddof <= 0)
    throw new ShapeError(
      `${op}: ${n} row${n === 1 ? '' : 's'} with ddof ${ddof} leave${n === 1 ? 's' : ''} nothing to divide by. Give more than ${Math.max(0, ddof)} rows.`,
    );
}
