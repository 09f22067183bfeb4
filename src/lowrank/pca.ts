/**
 * `pca`: principal components, the directions in which rows vary most, as scikit-learn's `PCA` has them.
 */
import { add, contiguous, mul } from '../arith/index.ts';
import { NonFiniteError, OptionError, ShapeError } from '../errors.ts';
import {
  asOwnFloat,
  centred,
  centreOf,
  inNameOf,
  matmul,
  randomizedSvd,
  svd,
  type Centre,
  type Svd,
} from '../linalg/index.ts';
import { norm } from '../norm/index.ts';
import { checkOptions, readFlag, show } from '../options.ts';
import {
  Scope,
  scoped,
  showShape,
  sizeOf,
  toTensors,
  type Device,
  type LongOptions,
  type Tensor,
  type TensorLike,
} from '../tensor/index.ts';
import { checkMethod, isRandomized, truncated, type LowRankMethod } from './low-rank.ts';

export interface PcaOptions extends LongOptions {
  /** How many; or, between 0 and 1, the share of the variance that they must exceed. Default: min(n, d). */
  readonly components?: number | undefined;
  /** True to have `transform` divide by the standard deviations. */
  readonly whiten?: boolean | undefined;
  /** By `svd`, by `randomizedSvd`, or 'auto' (the default): whichever should be faster. A share of the variance takes `svd`. */
  readonly method?: LowRankMethod | undefined;
  /** Of the randomised method. Default: 0. */
  readonly seed?: number | undefined;
  /** Where plain numbers land. */
  readonly device?: Device | undefined;
}

export interface Pca {
  /** Directions of length 1, a row each: [k, d]. */
  readonly components: Tensor;
  /** The variance along each, with n − 1 as divisor: [k], descending. */
  readonly explainedVariance: Tensor;
  /** The same as shares of the variance of all columns; 0 where there is none. */
  readonly explainedVarianceRatio: Tensor;
  /** The singular values of the centred rows: [k]. */
  readonly singularValues: Tensor;
  /** The mean of the rows: [d]. */
  readonly mean: Tensor;
  /** The mean variance along each direction that was left out. */
  readonly noiseVariance: number;
  /** Rows [..., d] as their coordinates [..., k] along the components. */
  readonly transform: (x: TensorLike) => Tensor;
  /** Coordinates [..., k] as rows [..., d]. */
  readonly inverseTransform: (y: TensorLike) => Tensor;
  /** Gives all tensors back. `transform` and `inverseTransform` end with it. */
  readonly dispose: () => void;
}

/**
 * The principal components of the rows of x [n, d]: right singular vectors of the centred rows, X − mean = U·diag(s)·Vᵀ, with
 * variances s²/(n − 1). Signs are scikit-learn's: the largest element of each column of U is positive.
 *
 * With `whiten`, coordinates have variance 1; those along a direction without variance are 0. Rows are centred twice before
 * anything is squared, so that an offset far larger than the spread does no harm. On a cpu device results are float64.
 * NaN or ∞ rejects with `NonFiniteError`.
 *
 * ```ts
 * const { components, explainedVarianceRatio, transform } = await pca([[0, 0], [1, 1], [2, 2], [3, 3.1]], { components: 1 });
 * await components.toArray(); // [[0.69…, 0.71…]]: a line of slope about 1
 * await transform([[1, 1]]).toArray(); // [[-0.72…]]
 * ```
 */
export async function pca(x: TensorLike, options: PcaOptions = {}): Promise<Pca> {
  const op = 'pca';
  checkOptions(op, options, ['components', 'whiten', 'method', 'seed', 'device', 'signal', 'onProgress']);
  const whiten = readFlag(op, 'whiten', options.whiten);
  const method = checkMethod(options.method, op);
  const scope = new Scope();
  try {
    const [given] = toTensors([x], op, scope, options.device) as [Tensor];
    if (given.ndim !== 2)
      throw new ShapeError(
        `${op}: the shape ${showShape(given.shape)} is no matrix of rows [n, d]. Give observations as rows.`,
      );
    const [n = 0, d = 0] = given.shape;
    if (n < 2 || d < 1)
      throw new ShapeError(
        `${op}: the shape ${showShape(given.shape)} has nothing that varies. Give at least two rows of at least one element.`,
      );
    const wanted = checkComponents(options.components, method, Math.min(n, d), op);
    const rows = asOwnFloat(given, op, scope);
    const centre = centreOf(rows, scope).map(part => scope.keep(contiguous(part)));
    const z = centred(rows, centre, scope);
    try {
      const found = await spectrum(z, wanted, method, options, op, scope);
      return fitted(found, centre, whiten, op, scope);
    } catch (error) {
      if (error instanceof NonFiniteError) throw await culprit(rows, error, op, scope);
      throw error;
    }
  } finally {
    scope.close();
  }
}

/** A number of components, or undefined with a share of the variance. */
interface Wanted {
  readonly count?: number;
  readonly share?: number;
}

function checkComponents(components: unknown, method: LowRankMethod, most: number, op: string): Wanted {
  if (components === undefined) return { count: most };
  if (typeof components === 'number' && components > 0 && components < 1) {
    if (method === 'randomized')
      throw new OptionError(
        `${op}: components is ${components}, a share of the variance, which takes all singular values. Give a number of components, or leave method out.`,
      );
    return { share: components };
  }
  if (!Number.isInteger(components) || (components as number) < 1 || (components as number) > most)
    throw new OptionError(
      `${op}: components is ${show(components)}. Give a whole number from 1 to ${most}, or a share of the variance between 0 and 1.`,
    );
  return { count: components as number };
}

interface Spectrum extends Svd {
  /** Descending. */
  readonly variances: Float64Array;
  readonly total: number;
  readonly noise: number;
}

/** The singular values and vectors of centred rows, as many as are wanted, and how much variance there is. */
async function spectrum(
  z: Tensor,
  { count, share = 0 }: Wanted,
  method: LowRankMethod,
  { seed, signal, onProgress }: PcaOptions,
  op: string,
  scope: Scope,
): Promise<Spectrum> {
  const [n = 0, d = 0] = z.shape;
  const most = Math.min(n, d);
  const kept = (found: Svd): Svd => {
    for (const one of [found.u, found.s, found.vt]) scope.keep(one);
    return found;
  };
  const variancesOf = async (s: Tensor): Promise<Float64Array> =>
    Float64Array.from(await s.data(), sigma => sigma ** 2 / (n - 1));
  const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
  if (count !== undefined && isRandomized(method, count, z.shape)) {
    const found = kept(
      await inNameOf(op, 'randomizedSvd', randomizedSvd(z, { rank: count, seed, signal, onProgress })),
    );
    const [variances, size] = [await variancesOf(found.s), await scope.keep(norm(z)).item()];
    const total = size ** 2 / (n - 1);
    const noise = count < most ? Math.max(0, total - sumOf(variances)) / (most - count) : 0;
    return { ...found, variances, total, noise };
  }
  const found = kept(await inNameOf(op, 'svd', svd(z, { signal, onProgress })));
  const all = await variancesOf(found.s);
  const total = sumOf(all);
  const k = count ?? leastFor(all, share * total);
  return {
    ...truncated(found, k, scope),
    variances: all.slice(0, k),
    total,
    noise: k < most ? sumOf(all.subarray(k)) / (most - k) : 0,
  };
}

/** How many of the first ones add up to more than `bound`. */
function leastFor(variances: Float64Array, bound: number): number {
  let sum = 0;
  const at = variances.findIndex(variance => (sum += variance) > bound);
  return at < 0 ? variances.length : at + 1;
}

function fitted(found: Spectrum, centre: Centre, whiten: boolean, op: string, scope: Scope): Pca {
  const { s, vt, variances, total, noise } = found;
  const { device, dtype } = vt;
  const [k = 0, d = 0] = vt.shape;
  const host = (values: Float64Array): Tensor => device.upload(values, [k], dtype, op);
  const deviations = variances.map(Math.sqrt);
  // What is rounding next to the largest one is no direction of the data.
  const least = (deviations[0] ?? 0) * Math.max(d, k) * (dtype === 'float64' ? 2 ** -52 : 2 ** -23);
  const [shrink, stretch] = whiten
    ? [host(deviations.map(deviation => (deviation > least ? 1 / deviation : 0))), host(deviations)]
    : [];
  for (const one of [s, vt, ...centre]) scope.result(one);
  const mean = scoped(inner => inner.keep(centre.reduce((all, part) => inner.keep(add(all, part)))).reshape([d]));
  const results = {
    components: vt,
    explainedVariance: host(variances),
    explainedVarianceRatio: host(variances.map(variance => (total > 0 ? variance / total : 0))),
    singularValues: s,
    mean,
  };
  return {
    ...results,
    noiseVariance: noise,
    transform(x) {
      return scoped(inner => {
        const { rows, lead } = rowsOf(x, d, device, 'transform', inner);
        const along = inner.keep(matmul(centred(rows, centre, inner), vt, { transposeB: true }));
        return inner.keep(shrink ? mul(along, shrink) : along).reshape([...lead, k]);
      });
    },
    inverseTransform(y) {
      return scoped(inner => {
        const { rows, lead } = rowsOf(y, k, device, 'inverseTransform', inner);
        const around = inner.keep(matmul(stretch ? inner.keep(mul(rows, stretch)) : rows, vt));
        const moved = centre.reduceRight((all, part) => inner.keep(add(all, part)), around);
        return moved.reshape([...lead, d]);
      });
    },
    dispose() {
      for (const one of [...Object.values(results), ...centre, shrink, stretch]) one?.dispose();
    },
  };
}

/** Operands [..., length] as one matrix of rows, in the components' own float. */
function rowsOf(
  x: TensorLike,
  length: number,
  device: Device,
  op: string,
  scope: Scope,
): { rows: Tensor; lead: readonly number[] } {
  const [given] = toTensors([x], op, scope, device) as [Tensor];
  if (given.shape.at(-1) !== length)
    throw new ShapeError(
      `${op}: the shape ${showShape(given.shape)} has no rows of ${length} elements. Give [..., ${length}].`,
    );
  const own = asOwnFloat(given, op, scope);
  const lead = given.shape.slice(0, -1);
  return { rows: scope.keep(own.reshape([sizeOf(lead), length])), lead };
}

/** The same error, with the row that was at fault before the mean spread it. */
async function culprit(rows: Tensor, error: NonFiniteError, op: string, scope: Scope): Promise<NonFiniteError> {
  const sizes = await scope.keep(norm(rows, { ord: Infinity, axis: 1 })).data();
  const row = sizes.findIndex(size => !Number.isFinite(size));
  const shown = showShape(rows.shape);
  return new NonFiniteError(
    row < 0
      ? `${op}: rows of ${shown} less their mean leave the range of ${rows.dtype}. Scale the numbers down first.`
      : `${op}: row ${row} of the matrix of shape ${shown} has a NaN or an infinity. Clean the numbers first.`,
    { cause: error },
  );
}
