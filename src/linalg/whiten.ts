/**
 * Whitening: rows mapped so that their euclidean distances are the Mahalanobis distances of what they were,
 * √((x − y)ᵀ·C⁻¹·(x − y)).
 */
import { add, mul } from '../arith/index.ts';
import { NotPositiveDefiniteError, ShapeError } from '../errors.ts';
import { pairs } from '../pairwise/index.ts';
import { showShape, type Scope, type Tensor } from '../tensor/index.ts';
import { factorize } from './cholesky.ts';
import { asOwnFloat, scaledCovariance } from './covariance.ts';
import type { FailedPivot } from './factor/cholesky.ts';
import { invertLower } from './factor/invert.ts';
import { semidefiniteFactor } from './factor/semidefinite.ts';
import { centred, finiteCentreOf, type Centre } from './moments.ts';
import { product } from './product.ts';
import type { Shrinkage } from './shrinkage.ts';

/** What says how the columns vary together. */
export type WhitenSource =
  /** C, positive definite. */
  | { readonly covariance: Tensor }
  /** C⁻¹, positive semi-definite; of one that is not symmetric the symmetric part, which is all that a distance sees. */
  | { readonly inverse: Tensor }
  /** What `whitenFactor` made of one of the others, for rows that come one after the other. */
  | { readonly factor: WhitenFactor }
  /** Rows of which C is the covariance. Better than their `covariance()`: nothing leaves float32's range on the way. */
  | {
      readonly samples: Tensor;
      readonly ddof?: number | undefined;
      readonly shrinkage?: Shrinkage | undefined;
      /** The option that would replace this covariance, for messages. */
      readonly instead: string;
    };

/** The rows that (scaled) differences are multiplied by: L⁻¹, or Kᵀ. */
export interface WhitenFactor {
  readonly factor: Tensor;
  readonly scales?: Tensor;
}

/**
 * Maps sets of rows [·, d], all by the same map: with C = L·Lᵀ to (x − c)·L⁻ᵀ, with C⁻¹ = K·Kᵀ to (x − c)·K. `centre` is c,
 * for distances any; where it is left out, a finite one in the midst of the first set. The results are dense, in
 * the device's own float, and belong to the scope.
 *
 * A singular C makes reads reject with `NotPositiveDefiniteError`; that too few rows have one is thrown at once. NaN in C
 * makes NaN everywhere.
 */
export function whiten(
  rows: readonly Tensor[],
  source: WhitenSource,
  op: string,
  scope: Scope,
  centre?: Centre,
): Tensor[] {
  const sets = rows.map(one => asOwnFloat(one, op, scope));
  const [first] = sets;
  if (!first) return [];
  const d = first.shape[1] ?? 0;
  if (d === 0) return sets;
  const { factor, scales } = 'factor' in source ? source.factor : whitenFactor(source, d, op, scope);
  const around = centre ?? finiteCentreOf(first, op, scope);
  return sets.map(set => {
    const differences = centred(set, around, scope);
    const scaled = scales ? scope.keep(mul(differences, scales)) : differences;
    return scope.keep(pairs(op, product, { a: scaled, b: factor }, scope));
  });
}

/** What all rows of d elements are whitened by. It belongs to the scope. */
export function whitenFactor(
  source: Exclude<WhitenSource, { readonly factor: WhitenFactor }>,
  d: number,
  op: string,
  scope: Scope,
): WhitenFactor {
  if ('inverse' in source) {
    const inverse = square(source.inverse, d, 'the inverse covariance', op, scope);
    const turned = scope.keep(inverse.permuted([1, 0]));
    const symmetric = scope.keep(mul(scope.keep(add(inverse, turned)), 0.5));
    return { factor: semidefiniteFactor(symmetric, op, 'the inverse covariance', scope) };
  }
  if ('covariance' in source) {
    const covariance = square(source.covariance, d, 'the covariance', op, scope);
    const remedy = `Give one that is regular, such as covariance(x, { shrinkage: 'ledoit-wolf' })`;
    return { factor: invertedFactor(covariance, remedy, op, scope) };
  }
  const { samples, ddof = 1, shrinkage, instead } = source;
  const ways = `pass { shrinkage: 'ledoit-wolf' } or a number from 0 to 1, or give ${instead}`;
  const n = samples.shape[0] ?? 0;
  const regular = shrinkage === 'ledoit-wolf' || (shrinkage ?? 0) > 0;
  if (n <= d && !regular)
    throw new ShapeError(
      `${op}: the covariance of ${n} rows of ${d} elements is singular: that takes at least ${d + 1} rows. Give more, ${ways}.`,
    );
  const { covariance, scales } = scaledCovariance(asOwnFloat(samples, op, scope), ddof, shrinkage, op, scope);
  const remedy = `Leave that column out, ${ways}`;
  return { factor: invertedFactor(covariance, remedy, op, scope), scales };
}

/** L⁻¹. A pivot that is rounding next to its diagonal element is no pivot. */
function invertedFactor(covariance: Tensor, remedy: string, op: string, scope: Scope): Tensor {
  const { dtype } = covariance;
  const d = covariance.shape[0] ?? 0;
  const tolerance = Math.max(16, d) * (dtype === 'float64' ? 2 ** -53 : 2 ** -24);
  const explain = ({ pivot }: FailedPivot): NotPositiveDefiniteError =>
    new NotPositiveDefiniteError(
      `${op}: the covariance ${showShape(covariance.shape)} is singular, as far as ${dtype} can tell: column ${pivot} is constant or follows from those before it. ${remedy}.`,
    );
  return invertLower(factorize(covariance, { tolerance, nanFails: false, explain }, op, scope), op, scope);
}

function square(matrix: Tensor, d: number, name: string, op: string, scope: Scope): Tensor {
  if (matrix.ndim !== 2 || matrix.shape[0] !== d || matrix.shape[1] !== d)
    throw new ShapeError(
      `${op}: ${name} has shape ${showShape(matrix.shape)}, and the rows have ${d} elements. Give [${d}, ${d}].`,
    );
  return asOwnFloat(matrix, op, scope);
}
