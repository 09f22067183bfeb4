/**
 * `mahalanobisScores`: how far each row is from the centroid of all, in Mahalanobis distance, and which rows are farther
 * than the rest.
 */
import { OptionError, ShapeError } from '../errors.ts';
import {
  asOwnFloat,
  centreOf,
  checkDdof,
  checkShrinkage,
  whiten,
  type Shrinkage,
  type WhitenSource,
} from '../linalg/index.ts';
import { checkOptions, show } from '../options.ts';
import { pairs } from '../pairwise/index.ts';
import {
  scoped,
  showShape,
  toTensors,
  type Device,
  type Scope,
  type Tensor,
  type TensorLike,
} from '../tensor/index.ts';
import { euclidean } from './metrics/arithmetic.ts';

export interface MahalanobisOptions {
  /** The share of rows up to whose score a row is no anomaly. Default 0.975. */
  readonly quantile?: number | undefined;
  /** Makes the covariance of the rows regular: a share from 0 to 1, or 'ledoit-wolf'. */
  readonly shrinkage?: Shrinkage | undefined;
  /** The covariance of n rows is divided by n − ddof. Default 1. */
  readonly ddof?: number | undefined;
  /** The centroid, where it is not that of these rows: one number a column. */
  readonly mean?: TensorLike | undefined;
  /** The covariance matrix [d, d], where it is not that of these rows. */
  readonly covariance?: TensorLike | undefined;
  /** Where plain numbers land. */
  readonly device?: Device | undefined;
}

export interface MahalanobisScores {
  /** One distance a row. Yours to dispose. */
  readonly scores: Tensor;
  /** The quantile of the scores, interpolated between neighbours as numpy's `quantile` does. */
  readonly threshold: number;
  /** The rows, in order, whose score is above the threshold. */
  readonly anomalies: Uint32Array;
}

/**
 * √((x − c)ᵀ·C⁻¹·(x − c)) for each row x, with the rows' own mean c and covariance C where none is given; the quantile of
 * these scores; and the rows above it.
 *
 * A covariance that is singular – columns that depend on each other, or no more rows than columns – has no inverse: the
 * promise rejects, and `shrinkage` is the way out. A NaN among the rows makes all scores NaN, as it does their mean.
 *
 * ```ts
 * const rows = [[0, 0], [1, 0], [0, 1], [1, 1], [9, 0]];
 * const { threshold, anomalies } = await mahalanobisScores(rows, { quantile: 0.8 });
 * anomalies; // Uint32Array [4]
 * ```
 */
export async function mahalanobisScores(x: TensorLike, options: MahalanobisOptions = {}): Promise<MahalanobisScores> {
  const op = 'mahalanobisScores';
  checkOptions(op, options, ['quantile', 'shrinkage', 'ddof', 'mean', 'covariance', 'device']);
  const { quantile = 0.975, shrinkage, ddof, covariance } = options;
  if (typeof quantile !== 'number' || !(quantile >= 0 && quantile <= 1))
    throw new OptionError(`${op}: quantile is ${show(quantile)}. Give a share of the rows, from 0 to 1.`);
  checkShrinkage(shrinkage, op);
  if (ddof !== undefined) checkDdof(ddof, op);
  if (covariance !== undefined && (shrinkage !== undefined || ddof !== undefined))
    throw new OptionError(
      `${op}: ${shrinkage === undefined ? 'ddof' : 'shrinkage'} is for the covariance of the rows, and covariance replaces that. Give one of the two.`,
    );
  const scores = scoped(scope => distances(x, options, op, scope));
  try {
    const values = Float64Array.from(await scores.data());
    const threshold = quantileOf(values, quantile);
    return {
      scores,
      threshold,
      anomalies: Uint32Array.from(values.keys()).filter(row => (values[row] as number) > threshold),
    };
  } catch (error) {
    scores.dispose();
    throw error;
  }
}

function distances(x: TensorLike, options: MahalanobisOptions, op: string, scope: Scope): Tensor {
  const { shrinkage, ddof, mean, covariance, device } = options;
  const given = [x, mean, covariance].filter(value => value !== undefined);
  const tensors = toTensors(given, op, scope, device);
  const [rows] = tensors as [Tensor];
  const ownMean = mean === undefined ? undefined : tensors[1];
  const ownCovariance = covariance === undefined ? undefined : tensors.at(-1);
  const [n = 0, d = 0] = rows.shape;
  if (rows.ndim !== 2 || rows.size === 0)
    throw new ShapeError(
      `${op}: the shape ${showShape(rows.shape)} is no matrix of rows [n, d] with something in it. ${rows.ndim === 1 ? `reshape([${rows.size}, 1]) makes it one column` : 'Give observations as rows'}.`,
    );
  if (ownMean && (ownMean.ndim !== 1 || ownMean.shape[0] !== d))
    throw new ShapeError(
      `${op}: mean has shape ${showShape(ownMean.shape)}, and the rows have ${d} elements. Give one number a column, shape [${d}].`,
    );
  const floats = asOwnFloat(rows, op, scope);
  const centre = ownMean ? [scope.keep(asOwnFloat(ownMean, op, scope).reshape([1, d]))] : centreOf(floats, scope);
  const source: WhitenSource = ownCovariance
    ? { covariance: ownCovariance }
    : { samples: floats, ddof, shrinkage, instead: 'covariance' };
  const [white] = whiten([floats], source, op, scope, centre) as [Tensor];
  const origin = scope.keep(rows.device.upload(new Float32Array(d), [1, d], white.dtype, op));
  return scope.keep(pairs(op, euclidean, { a: white, b: origin }, scope)).reshape([n]);
}

/** The quantile of numbers, linear between neighbours. NaN where one is NaN. */
function quantileOf(values: Float64Array, quantile: number): number {
  const sorted = values.toSorted();
  const last = sorted.length - 1;
  // Sorted, NaN comes last.
  if (Number.isNaN(sorted[last])) return NaN;
  const place = last * quantile;
  const low = sorted[Math.floor(place)] as number;
  const high = sorted[Math.min(last, Math.floor(place) + 1)] as number;
  const share = place - Math.floor(place);
  if (low === high) return low;
  return share < 0.5 ? low + (high - low) * share : high - (high - low) * (1 - share);
}
