/**
 * `norm`: numpy.linalg.norm on every device.
 *
 * Vectors: ‖x‖_p = (Σ|x|^p)^(1/p) for any real p ≠ 0, ‖x‖_∞ = max|x|, ‖x‖_−∞ = min|x|, ‖x‖_0 = how many are not 0.
 * Matrices: 'fro' = √Σx², 1 / −1 = largest / smallest Σ|x| of a column, ∞ / −∞ = the same of a row; 2 / −2 = largest /
 * smallest singular value, 'nuc' = the sum of all.
 */
import { reduceTensor, type ReducePlan } from '../arith/index.ts';
import type { Primitive } from '../device/index.ts';
import { OptionError, ShapeError } from '../errors.ts';
import { checkOptions, readFlag, show } from '../options.ts';
import {
  frontAxes,
  reducedShape,
  scoped,
  showShape,
  sizeOf,
  toFloat,
  toTensors,
  type Axis,
  type Device,
  type Scope,
  type Tensor,
  type TensorLike,
} from '../tensor/index.ts';
import { normOfSingularValues } from './later.ts';
import { MATRIX_ORDS, parseOrd, type Ord, type ParsedOrd } from './order.ts';
import { l0, l1, l2, largest, power, smallest } from './reductions.ts';

export interface NormOptions {
  /** Default: the 2-norm of all elements (Frobenius for matrices). */
  readonly ord?: Ord | undefined;
  /** One axis for norms of vectors, two for norms of matrices. Default: the whole tensor, which with an `ord` needs 1 or 2 dimensions. */
  readonly axis?: Axis | undefined;
  /** Keep the reduced axes with length 1. */
  readonly keepdims?: boolean | undefined;
  /** Where plain numbers land. */
  readonly device?: Device | undefined;
}

/**
 * Norms of vectors or matrices along axes, as numpy.linalg.norm has them.
 *
 * ```ts
 * await norm([3, -4]).item();                           // 5
 * await norm([[3, 4], [5, 12]], { axis: 1 }).toArray(); // [5, 13]
 * await norm([[1, 2], [3, 4]], { ord: 1 }).item();      // 6, the largest column sum
 * ```
 *
 * NaN in gives NaN out; ∞ gives ∞. No result overflows or underflows where the inputs and the true norm are normal
 * numbers of the dtype. Relative error in float32 for n elements: ≤ 2⁻²⁴·max(10, log₂ n) for p = 1 and 2, none for 0
 * (up to 2²⁴) and ±∞, ≤ (4 + log₂(n)/|p|)·2⁻²² for other p with |p| ≥ ½.
 *
 * The norms 2, −2 and 'nuc' of a matrix are made of its singular values (`svdvals`), whose number is added up on the host in
 * doubles. The code that finds them is loaded at the first such call, and the result comes later than that of other norms. As
 * singular values are, it is good to some roundings of the largest one, also where the smallest is asked for. (numpy raises
 * where a matrix has a NaN or ∞. Here a NaN gives NaN, and ∞ gives ∞, but NaN for −2, which nobody can tell then.)
 */
export function norm(x: TensorLike, options: NormOptions = {}): Tensor {
  return scoped(scope => {
    checkOptions(op, options, ['ord', 'axis', 'keepdims', 'device']);
    const ord = parseOrd(options.ord, op);
    const keepdims = readFlag(op, 'keepdims', options.keepdims);
    const [given] = toTensors([x], op, scope, options.device) as [Tensor];
    const axes = normAxes(given, ord, options.axis);
    const source = toFloat(given, op, scope);
    if (ord === undefined) return reduce(l2, source, axes, keepdims, scope);
    if (axes.length === 2) return matrixNorm(source, ord, axes as [number, number], keepdims, scope);
    if (ord === 'fro' || ord === 'nuc') throw vectorOrdError(ord, given, axes);
    return vectorNorm(source, ord, axes, keepdims, scope);
  });
}

const op = 'norm';

function reduce(
  primitive: Primitive<ReducePlan>,
  x: Tensor,
  axes: readonly number[],
  keepdims: boolean,
  scope: Scope,
  exponent = 0,
): Tensor {
  return reduceTensor(
    op,
    primitive,
    x,
    axes,
    { dtype: x.dtype, shape: reducedShape(x.shape, axes, keepdims), power: exponent },
    scope,
  );
}

function vectorNorm(x: Tensor, ord: number, axes: readonly number[], keepdims: boolean, scope: Scope): Tensor {
  if (Math.abs(ord) < Infinity) return reduce([l0, l1, l2][ord] ?? power, x, axes, keepdims, scope, ord);
  if (emptyAlong(x, axes)) throw emptyError(ord, x);
  return reduce(extreme(ord), x, axes, keepdims, scope);
}

/** ±1: sums down the columns, then the largest or smallest; ±∞: sums along the rows. Sums of magnitudes are never negative. */
function matrixNorm(
  x: Tensor,
  ord: number | 'fro' | 'nuc',
  axes: readonly [number, number],
  keepdims: boolean,
  scope: Scope,
): Tensor {
  if (ord === 'fro') return reduce(l2, x, axes, keepdims, scope);
  const [rows, columns] = axes;
  if (!MATRIX_ORDS.includes(ord))
    throw new OptionError(
      `${op}: ord ${ord} is not a norm of matrices, which axes ${rows} and ${columns} of ${showShape(x.shape)} make. Use ${MATRIX_ORDS.map(show).join(', ')}, or name one axis for norms of vectors.`,
    );
  if (ord === 'nuc' || Math.abs(ord) === 2) {
    if (ord !== 'nuc' && emptyAlong(x, axes)) throw emptyError(ord, x);
    return normOfSingularValues(x, axes, ord === 'nuc' ? 1 : ord * Infinity, keepdims, op);
  }
  const [summed, compared] = Math.abs(ord) === 1 ? [rows, columns] : [columns, rows];
  if (emptyAlong(x, [compared])) throw emptyError(ord, x);
  const sums = scope.keep(reduce(l1, x, [summed], true, scope));
  const best = scope.keep(reduce(extreme(ord), sums, [compared], true, scope));
  return best.reshape(reducedShape(best.shape, axes, keepdims));
}

const extreme = (ord: number): Primitive<ReducePlan> => (ord > 0 ? largest : smallest);

const emptyAlong = (x: Tensor, axes: readonly number[]): boolean => sizeOf(axes.map(axis => x.shape[axis] ?? 0)) === 0;

const emptyError = (ord: number, x: Tensor): ShapeError =>
  new ShapeError(
    `${op}: the norm of order ${ord} of nothing is undefined: ${showShape(x.shape)} has nothing along the axes. Check size first.`,
  );

const vectorOrdError = (ord: 'fro' | 'nuc', x: Tensor, axes: readonly number[]): OptionError =>
  new OptionError(
    `${op}: '${ord}' is a norm of matrices, and ${axes.length === 1 ? `axis ${axes[0]} of ` : ''}${showShape(x.shape)} makes vectors. Give two axes, or leave ord out.`,
  );

/** numpy's rules: without an ord or an axis all elements count; an ord without an axis needs a vector or a matrix. */
function normAxes(x: Tensor, ord: ParsedOrd, axis: Axis): number[] {
  if (axis === undefined || axis === null) {
    if (ord !== undefined && x.ndim !== 1 && x.ndim !== 2)
      throw new ShapeError(
        `${op}: an ord needs vectors or matrices, and ${showShape(x.shape)} has ${x.ndim} dimensions. Name one axis or two, or leave ord out.`,
      );
    return x.shape.map((_, k) => k);
  }
  const axes = frontAxes(axis, x.ndim, op);
  if (axes.length !== 1 && axes.length !== 2)
    throw new OptionError(`${op}: ${axes.length} axes are given. Name one for vectors, or two for matrices.`);
  return axes;
}
