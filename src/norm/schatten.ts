/**
 * `schattenNorm`: the p-norm of a matrix's singular values, (Σσᵖ)^(1/p). p = 1 is the nuclear norm, 2 the Frobenius norm, ∞
 * the spectral one.
 */
import { OptionError, ShapeError } from '../errors.ts';
import { checkOptions, readFlag, show } from '../options.ts';
import {
  frontAxes,
  scoped,
  showShape,
  toFloat,
  toTensors,
  type Device,
  type Tensor,
  type TensorLike,
} from '../tensor/index.ts';
import { normOfSingularValues } from './later.ts';
import { norm } from './norm.ts';

export interface SchattenOptions {
  /** The two axes that make the matrices; the last two where left out. */
  readonly axis?: readonly [number, number] | undefined;
  /** Keep the reduced axes with length 1. */
  readonly keepdims?: boolean | undefined;
  /** Where plain numbers land. */
  readonly device?: Device | undefined;
}

/**
 * The Schatten norm of a matrix, or of each matrix of a stack:
 *
 *     ‖A‖_p = (Σ σᵢᵖ)^(1/p),  p > 0;  ‖A‖_∞ = σ₁
 *
 * Below p = 1 it is no norm (the triangle inequality fails: a quasi-norm), and approaches the rank as p goes to 0 – without the root.
 * For p = 2 no singular value is computed: that is `norm(a, { ord: 'fro' })`. Errors and infinities are those of
 * `norm(a, { ord: 'nuc' })`: absolute ones of singular values, so that for p < 1 those which should be 0 and are rounding
 * show the more, the smaller p is.
 *
 * ```ts
 * await schattenNorm([[3, 0], [0, 4]], 1).item(); // 7
 * await schattenNorm([[3, 0], [0, 4]], 4).item(); // 4.284…, ⁴√(3⁴ + 4⁴)
 * ```
 */
export function schattenNorm(a: TensorLike, p: number, options: SchattenOptions = {}): Tensor {
  const op = 'schattenNorm';
  checkOptions(op, options, ['axis', 'keepdims', 'device']);
  if (typeof p !== 'number' || !(p > 0))
    throw new OptionError(
      `${op}: p is ${show(p)}. Give a number above 0, or Infinity; matrixRank(a) is what p = 0 would be.`,
    );
  const keepdims = readFlag(op, 'keepdims', options.keepdims);
  return scoped(scope => {
    const [given] = toTensors([a], op, scope, options.device) as [Tensor];
    if (given.ndim < 2)
      throw new ShapeError(
        `${op}: the shape ${showShape(given.shape)} is no matrix or stack of them. Give [m, n], or [..., m, n].`,
      );
    const axes = frontAxes(options.axis ?? [-2, -1], given.ndim, op);
    const [rows, columns] = axes;
    if (rows === undefined || columns === undefined || axes.length !== 2)
      throw new OptionError(`${op}: ${axes.length} axes are given. Name the two that make the matrices.`);
    if (p === 2) return norm(given, { ord: 'fro', axis: axes, keepdims });
    if (p === Infinity && Math.min(given.shape[rows] ?? 0, given.shape[columns] ?? 0) === 0)
      throw new ShapeError(
        `${op}: a matrix of shape ${showShape(given.shape)} has no largest singular value. Check size first, or use another p.`,
      );
    return normOfSingularValues(toFloat(given, op, scope), [rows, columns], p, keepdims, op);
  });
}
