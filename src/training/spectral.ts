/** `spectralNormalize`: weights divided by their largest singular value, as it is followed from step to step. */
import { clip, div } from '../arith/index.ts';
import { ShapeError } from '../errors.ts';
import { spectralNorm, type SpectralNormOptions } from '../norm/index.ts';
import { checkOptions } from '../options.ts';
import { checkNumber } from '../prox/index.ts';
import {
  copyRowMajor,
  frontAxis,
  scoped,
  showShape,
  toFloat,
  toTensors,
  type Tensor,
  type TensorLike,
} from '../tensor/index.ts';
import { checkCount } from './check.ts';

export interface SpectralNormalizeOptions extends Omit<SpectralNormOptions, 'vectors' | 'iterations'> {
  /** The axis of the outputs, which become the rows of a matrix; all others are its columns. Default: 0. */
  readonly axis?: number | undefined;
  /** Steps of power iteration. Default: 15 without `u`, 1 with it. */
  readonly iterations?: number | undefined;
  /** The least number that is divided by. Default: 1e-12. */
  readonly eps?: number | undefined;
}

export interface SpectralNormalized {
  /** w / σ, in the shape of w. */
  readonly normalized: Tensor;
  /** σ, a scalar. */
  readonly norm: Tensor;
  /** The singular vectors of σ, of length 1: give `u` to the next call. */
  readonly u: Tensor;
  readonly v: Tensor;
}

/**
 * w / σ, where σ is the largest singular value of w, seen as a matrix with the outputs (`axis`) as rows, as torch's
 * `spectral_norm` sees it. σ comes by power iteration: 15 steps at first, and one a call from then on, if the `u` of the call
 * before is given. Weights that change little by little are followed that way.
 *
 * σ is estimated from below, so that the norm of what comes is 1 or a little more. Zero weights stay zero: nothing smaller than
 * `eps` is divided by. NaN and ∞ make NaN.
 *
 * ```ts
 * let { normalized, u } = spectralNormalize([[2, 0], [0, 1]]);
 * await normalized.toArray(); // [[1, 0], [0, 0.5]], to 1e-6
 * ({ normalized, u } = spectralNormalize([[2.1, 0], [0, 1]], { u }));
 * ```
 */
export function spectralNormalize(w: TensorLike, options: SpectralNormalizeOptions = {}): SpectralNormalized {
  const op = 'spectralNormalize';
  checkOptions(op, options, ['axis', 'iterations', 'u', 'seed', 'eps', 'device']);
  const { eps = 1e-12, seed = 0 } = options;
  const { iterations = options.u === undefined ? 15 : 1 } = options;
  checkCount(op, 'iterations', iterations, 1);
  checkCount(op, 'seed', seed, 0);
  checkNumber(op, 'eps', eps);
  return scoped(scope => {
    const values = options.u === undefined ? [w] : [w, options.u];
    const [found, start] = toTensors(values, op, scope, options.device) as [Tensor, Tensor?];
    const given = toFloat(found, op, scope);
    if (given.ndim < 2)
      throw new ShapeError(
        `${op}: the shape ${showShape(given.shape)} has fewer than two axes. Give weights [outputs, ...inputs].`,
      );
    const axis = frontAxis(options.axis ?? 0, given.ndim, op);
    const rows = given.shape[axis] ?? 0;
    if (start && (start.ndim !== 1 || start.size !== rows))
      throw new ShapeError(
        `${op}: u has shape ${showShape(start.shape)} for ${rows} outputs. Give the u of the call before, [${rows}].`,
      );
    const others = given.shape.map((_, k) => k).filter(k => k !== axis);
    const turned = scope.keep(given.permuted([axis, ...others]));
    const dense = turned.isRowMajor ? turned : scope.keep(copyRowMajor(turned, op));
    const columns = rows === 0 ? 0 : given.size / rows;
    const matrix = scope.keep(dense.reshape([rows, columns]));
    const { norm, u, v } = spectralNorm(matrix, { vectors: true, iterations, seed, u: start });
    for (const part of [norm, u, v]) scope.keep(part);
    const normalized = div(given, scope.keep(clip(norm, eps, null)));
    return { normalized, norm: scope.result(norm), u: scope.result(u), v: scope.result(v) };
  });
}
