/** `cond`: how much a matrix magnifies relative errors, by its singular values or by norms of it and its inverse. */
import { abs, div, max, min, square, sum, where } from '../arith/index.ts';
import { OptionError, ShapeError } from '../errors.ts';
import { checkOptions, show } from '../options.ts';
import { Scope, showShape, sizeOf, type Tensor, type TensorLike } from '../tensor/index.ts';
import { asOwnFloat } from './covariance.ts';
import { determinantsOf } from './factor/determinant.ts';
import { factorLu } from './factor/lu.ts';
import { solveTriangle } from './factor/triangular.ts';
import { inNameOf, matricesOf } from './matrices.ts';
import { svdvals, type SvdvalsOptions } from './svd.ts';
import { asStack, squaresOf } from './systems.ts';

/** numpy's `p`: 2, −2, 1, −1, ∞, −∞ or 'fro'. */
export type CondOrd = number | 'fro' | 'inf' | '-inf';

/**
 * The condition number of a matrix, or of each matrix of a stack [..., m, n], as `numpy.linalg.cond`:
 *
 *     2 (the default): σ₁/σₖ, −2: σₖ/σ₁, of a matrix of any shape
 *     1, −1, Infinity, −Infinity, 'fro': ‖A‖·‖A⁻¹‖ in that norm, of a square matrix
 *
 * A singular matrix has condition ∞; one that is singular but for rounding has a large one, and none is known to be above 1/eps. NaN
 * or ∞ rejects with `NonFiniteError` where singular values are looked for, and is NaN or ∞ in the other orders. What is read is one
 * or two numbers a matrix, or its singular values, and divided in doubles.
 *
 * ```ts
 * await (await cond([[1, 0], [0, 4]])).item(); // 4
 * await (await cond([[1, 2], [3, 4]], 1)).item(); // 21
 * ```
 */
export async function cond(a: TensorLike, p?: CondOrd | null, options: SvdvalsOptions = {}): Promise<Tensor> {
  const op = 'cond';
  checkOptions(op, options, ['device', 'signal', 'onProgress']);
  const order = orderOf(p, op);
  const { device, ...long } = options;
  const scope = new Scope();
  try {
    const given = matricesOf(a, op, scope, device);
    const shape = given.shape.slice(0, -2);
    if (sizeOf(given.shape.slice(-2)) === 0)
      throw new ShapeError(
        `${op}: an empty matrix has no condition, and the shape is ${showShape(given.shape)}. Check size first.`,
      );
    const found =
      sizeOf(shape) === 0
        ? new Float64Array(0)
        : Math.abs(Number(order)) === 2
          ? await bySingularValues(given, order === 2, long, op, scope)
          : await byInverse(given, order, op, scope);
    return given.device.upload(found, shape, given.dtype, op);
  } finally {
    scope.close();
  }
}

function orderOf(p: unknown, op: string): number | 'fro' {
  if (p === undefined || p === null) return 2;
  if (p === 'inf') return Infinity;
  if (p === '-inf') return -Infinity;
  if (p === 'fro' || [1, -1, 2, -2, Infinity, -Infinity].includes(p as number)) return p as number | 'fro';
  throw new OptionError(`${op}: p is ${show(p)}. Use 2, -2, 1, -1, Infinity, -Infinity or 'fro'.`);
}

async function bySingularValues(
  given: Tensor,
  largestFirst: boolean,
  long: SvdvalsOptions,
  op: string,
  scope: Scope,
): Promise<Float64Array> {
  const values = scope.keep(await inNameOf(op, 'svdvals', svdvals(asOwnFloat(given, op, scope), long)));
  const k = values.shape.at(-1) ?? 1;
  const s = await values.data();
  return Float64Array.from({ length: s.length / k }, (_, b) => {
    const [largest, smallest] = [Number(s[b * k]), Number(s[b * k + k - 1])];
    if (largest === 0) return Infinity;
    return largestFirst ? largest / smallest : smallest / largest;
  });
}

async function byInverse(given: Tensor, order: number | 'fro', op: string, scope: Scope): Promise<Float64Array> {
  const a = asStack(squaresOf(given, op, scope), op, scope);
  const lu = factorLu(a, op, scope);
  const { sign } = determinantsOf(lu, op, scope);
  const lower = { triangle: lu.factors, lower: true, unit: true, rows: lu.rows };
  const upper = { triangle: lu.factors, lower: false, unit: false };
  const inverse = solveTriangle({ ...upper, right: solveTriangle(lower, op, scope) }, op, scope);
  const [own, ofInverse, signs] = await Promise.all([
    normsOf(a, order, scope),
    normsOf(inverse, order, scope),
    sign.data(),
  ]);
  return own.map((size, b) => {
    const condition = signs[b] === 0 ? Infinity : size * (ofInverse[b] ?? NaN);
    // As in numpy, what is no number without one in A is an inverse that left all bounds.
    return Number.isNaN(condition) && !Number.isNaN(size) ? Infinity : condition;
  });
}

/** Norms of a stack [batches, n, n]. Frobenius' is found in shares of the largest element, which no square takes out of range. */
async function normsOf(a: Tensor, order: number | 'fro', scope: Scope): Promise<Float64Array> {
  const keep = (one: Tensor): Tensor => scope.keep(one);
  const sizes = keep(abs(a));
  if (order !== 'fro') {
    const sums = keep(sum(sizes, { axis: Math.abs(order) === 1 ? 1 : 2 }));
    return Float64Array.from(await keep((order > 0 ? max : min)(sums, { axis: 1 })).data());
  }
  const peaks = keep(max(sizes, { axis: [1, 2], keepdims: true }));
  const shares = keep(div(sizes, keep(where(peaks, peaks, 1))));
  const squares = keep(sum(keep(square(shares)), { axis: [1, 2] }));
  const [units, found] = await Promise.all([peaks.data(), squares.data()]);
  return Float64Array.from(found, (value, b) => Number(units[b]) * Math.sqrt(value));
}
