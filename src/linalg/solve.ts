/** `solve`: linear systems A·X = B by Gaussian elimination, and `inv`, which is the same with the identity for B. */
import { add, applyMap, sub, type DeviceOption } from '../arith/index.ts';
import { OptionError } from '../errors.ts';
import { checkOptions, show } from '../options.ts';
import { emptyTensor, scoped, type Scope, type Shape, type Tensor, type TensorLike } from '../tensor/index.ts';
import { factorize, notPositiveDefinite } from './cholesky.ts';
import { factorLu } from './factor/lu.ts';
import { solveTriangle } from './factor/triangular.ts';
import { matmul } from './matmul.ts';
import { finiteOr } from './moments.ts';
import { asStack, isEmpty, resultOf, singular, squaresOf, systemOf, type Squares, type System } from './systems.ts';
import { stackOf, transposed } from './views.ts';

export interface SolveOptions extends DeviceOption {
  /**
   * What is known of A, as scipy's `assume_a`: 'pos', symmetric and positive definite, takes half the time, and looks at the
   * lower triangle alone. Default: 'gen', nothing.
   */
  readonly assume?: 'gen' | 'pos' | undefined;
}

const ASSUMPTIONS: readonly SolveOptions['assume'][] = ['gen', 'pos'];

/**
 * X with A·X = B, as `numpy.linalg.solve`: A is a square matrix [n, n] or a stack [..., n, n], whose stack broadcasts with
 * that of B. B with one axis less than A is a vector [n] (or a stack of them), and so is X; else B is [..., n, m].
 *
 * By elimination with the largest pivot of each column, P·A = L·U, and two substitutions: what A·X misses B by is a few
 * roundings of ‖A‖·‖X‖, whatever the condition of A. In float32, where B has at most an eighth of A's columns, X is solved
 * for once more with what it misses: that is about one rounding of |A|·|X|, element by element, then (Skeel: Iterative
 * refinement implies numerical stability for Gaussian elimination, 1980). A matrix with a pivot of exactly 0 makes the read of the result, and of
 * everything computed from it, reject with `SingularMatrixError`; one that is not positive definite where `assume` says so,
 * with `NotPositiveDefiniteError`. NaN spreads. On a cpu device the arithmetic is in doubles.
 *
 * ```ts
 * await solve([[3, 1], [1, 2]], [9, 8]).toArray(); // [2, 3]
 * ```
 */
export function solve(a: TensorLike, b: TensorLike, options: SolveOptions = {}): Tensor {
  const op = 'solve';
  checkOptions(op, options, ['assume', 'device']);
  const { assume = 'gen' } = options;
  if (!ASSUMPTIONS.includes(assume))
    throw new OptionError(`${op}: assume is ${show(assume)}. Give one of ${ASSUMPTIONS.map(show).join(', ')}.`);
  return scoped(scope => {
    const system = systemOf(a, b, op, scope, options.device);
    const { batches, shape, dtype } = system;
    if (isEmpty(shape)) return emptyTensor(system.a.device, shape, dtype, op);
    const right = stackOf(system.b, batches, op, scope);
    if (assume === 'pos') return resultOf(solveDefinite(system, right, op, scope), shape, dtype, op, scope);
    const remedy = 'Use lstsq(a, b), which needs no inverse.';
    return resultOf(eliminate(system, batches, right, remedy, op, scope), shape, dtype, op, scope);
  });
}

/**
 * A⁻¹ of a square matrix [n, n], or of each matrix of a stack [..., n, n], as `numpy.linalg.inv`: A·X = I solved as `solve`
 * does, with its errors. To find A⁻¹·B, `solve(a, b)` is faster and more accurate.
 *
 * ```ts
 * await inv([[2, 0], [1, 4]]).toArray(); // [[0.5, 0], [-0.125, 0.25]]
 * ```
 */
export function inv(a: TensorLike, options: DeviceOption = {}): Tensor {
  const op = 'inv';
  checkOptions(op, options, ['device']);
  return scoped(scope => {
    const squares = squaresOf(a, op, scope, options.device);
    const { shape } = squares.a;
    if (isEmpty(shape)) return emptyTensor(squares.a.device, shape, squares.dtype, op);
    const remedy = 'Use pinv(a), which every matrix has.';
    return resultOf(eliminate(squares, squares.batch, undefined, remedy, op, scope), shape, squares.dtype, op, scope);
  });
}

/** X for the stack `right` [batches, n, m], or without it for the identity. Each matrix of A is factored once. */
function eliminate(
  squares: Squares,
  batches: Shape,
  right: Tensor | undefined,
  remedy: string,
  op: string,
  scope: Scope,
): Tensor {
  const { a, batch, order } = squares;
  const explain = singular(op, a.shape, batch, remedy);
  const { factors, rows } = factorLu(asStack(squares, op, scope), op, scope, explain);
  const wide = (x: Tensor, shape: Shape): Tensor =>
    stackOf(scope.keep(x.reshape([...batch, ...shape])), batches, op, scope);
  const triangle = wide(factors, [order, order]);
  const list = wide(rows, [order, 1]);
  const substitute = (b: Tensor | undefined): Tensor => {
    const y = solveTriangle({ triangle, lower: true, unit: true, rows: list, ...(b && { right: b }) }, op, scope);
    return solveTriangle({ triangle, lower: false, unit: false, right: y }, op, scope);
  };
  const x = substitute(right);
  if (!right || a.dtype === 'float64' || (right.shape.at(-1) ?? 0) * REFINED > order) return x;
  const missed = scope.keep(sub(right, scope.keep(matmul(stackOf(a, batches, op, scope), x))));
  // Where numbers left the range X stays as it is: ∞ is an answer, ∞ − ∞ is none.
  const correction = scope.keep(applyMap(op, finiteOr, [substitute(missed), 0], {}));
  return scope.keep(add(x, correction));
}

/** Where B has so many times fewer columns than A, another substitution costs little beside the elimination. */
const REFINED = 8;

/** X for the stack `right`, by A = L·Lᵀ. */
function solveDefinite(system: System, right: Tensor, op: string, scope: Scope): Tensor {
  const explain = notPositiveDefinite(op, system.a.shape);
  const lower = factorize(system.a, { tolerance: 0, nanFails: false, explain }, op, scope);
  const triangle = stackOf(lower, system.batches, op, scope);
  const y = solveTriangle({ triangle, lower: true, unit: false, right }, op, scope);
  return solveTriangle({ triangle: scope.keep(transposed(triangle)), lower: false, unit: false, right: y }, op, scope);
}
