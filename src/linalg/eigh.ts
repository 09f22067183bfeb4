/**
 * `eigh` and `eigvalsh`: eigenvalues and eigenvectors of symmetric matrices, by one-sided Jacobi on a shifted matrix.
 *
 * With c > ‖A‖₂ the matrix B = A + c·I is positive definite, and its singular vectors are its eigenvectors, which are A's:
 * the rows of B are rotated until they are orthogonal, J·B = Σ·Z, and Z has the eigenvectors in rows. No J has to be kept, and
 * pairs ±λ, which a singular value decomposition of A could not tell from each other, are 2λ apart. The shift is no larger than it must be,
 *
 *     c = 5/4·‖A⁴‖_F^(1/4),   ‖A‖₂ ≤ ‖A⁴‖_F^(1/4) ≤ n^(1/8)·‖A‖₂,
 *
 * so that what rounding B costs is some roundings of ‖A‖₂. The eigenvalues are Rayleigh's quotients zᵀAz / zᵀz, whose errors are
 * the squares of those of the vectors.
 */
import { add, clip, mul, sqrt, square, sub, sum, where } from '../arith/index.ts';
import { OptionError, ShapeError } from '../errors.ts';
import { checkOptions, show } from '../options.ts';
import { pairs } from '../pairwise/index.ts';
import {
  castTensor,
  copyRowMajor,
  defaultFloat,
  Scope,
  showShape,
  sizeOf,
  toFloat,
  toTensors,
  type Device,
  type LongOptions,
  type Tensor,
  type TensorLike,
} from '../tensor/index.ts';
import { asResult, columnOf, identity, picksOf, reordered, signsOf, valuesTensor } from './jacobi/bases.ts';
import { orthogonalize } from './jacobi/orthogonalize.ts';
import { magnitudesOf, scaledBy } from './jacobi/scale.ts';
import { product } from './product.ts';

export interface EighOptions extends LongOptions {
  /** The triangle that is looked at, the diagonal included: 'L' (the default) or 'U', as in numpy. */
  readonly uplo?: 'L' | 'U' | undefined;
  /** Where plain numbers land. */
  readonly device?: Device | undefined;
}

/** A = V·diag(λ)·Vᵀ. */
export interface Eigh {
  readonly eigenvalues: Tensor;
  readonly eigenvectors: Tensor;
}

/**
 * The eigenvalues λ [..., n], ascending, and the eigenvectors V [..., n, n], as columns, of a symmetric matrix [n, n], or of
 * each matrix of a stack: A = V·diag(λ)·Vᵀ. Only one triangle of A is looked at.
 *
 * By one-sided Jacobi, in the device's own arithmetic: doubles on `cpu`, float32 elsewhere. Every λ is within a few roundings
 * of ‖A‖₂, and V is orthonormal whatever the eigenvalues: clusters, pairs ±λ, zeros. Signs are fixed: of each eigenvector the
 * element of largest magnitude, the first of several, is positive. The host reads a few numbers a row, never a matrix.
 *
 * NaN or ∞ in A rejects with `NonFiniteError`, which names the first row that has one.
 *
 * ```ts
 * const { eigenvalues, eigenvectors } = await eigh([[0, 2], [2, 3]]);
 * await eigenvalues.toArray(); // [-1, 4]
 * ```
 */
export async function eigh(a: TensorLike, options: EighOptions = {}): Promise<Eigh> {
  const op = 'eigh';
  const scope = new Scope();
  try {
    const source = squareOf(a, options, op, scope);
    const n = source.shape.at(-1) ?? 0;
    const found = await diagonalize(source, options, op, scope);
    const order = found.values.map(ascending);
    const sorted = found.values.map((own, b) => Float64Array.from(order[b] ?? [], place => own[place] ?? 0));
    return {
      eigenvalues: valuesTensor(sorted, n, source, op),
      eigenvectors: asResult(vectorsOf(found, order, source, op, scope), [n, n], source, op, scope),
    };
  } finally {
    scope.close();
  }
}

/**
 * The eigenvalues of a symmetric matrix [n, n], or of each matrix of a stack: [..., n], ascending. What `eigh` says of them
 * holds; they take hardly less time without their vectors.
 *
 * ```ts
 * await (await eigvalsh([[0, 1], [1, 0]])).toArray(); // [-1, 1]
 * ```
 */
export async function eigvalsh(a: TensorLike, options: EighOptions = {}): Promise<Tensor> {
  const op = 'eigvalsh';
  const scope = new Scope();
  try {
    const source = squareOf(a, options, op, scope);
    const { values } = await diagonalize(source, options, op, scope);
    const sorted = values.map(own => own.toSorted());
    return valuesTensor(sorted, source.shape.at(-1) ?? 0, source, op);
  } finally {
    scope.close();
  }
}

function squareOf(a: TensorLike, options: EighOptions, op: string, scope: Scope): Tensor {
  checkOptions(op, options, ['uplo', 'device', 'signal', 'onProgress']);
  const { uplo, device } = options;
  if (uplo !== undefined && uplo !== 'L' && uplo !== 'U')
    throw new OptionError(`${op}: uplo is ${show(uplo)}. Give 'L' or 'U', the triangle to look at.`);
  const [given] = toTensors([a], op, scope, device) as [Tensor];
  if (given.ndim < 2 || given.shape.at(-1) !== given.shape.at(-2))
    throw new ShapeError(
      `${op}: the shape ${showShape(given.shape)} is no square matrix or stack of them. Give [n, n], or [..., n, n].`,
    );
  return toFloat(given, op, scope);
}

/** Eigenvalues and vectors, in any order. */
interface Diagonalized {
  readonly values: readonly Float64Array[];
  /** The vectors as rows of any length, [batches, n, n], and the squares of those lengths. */
  readonly rows: Tensor;
  readonly squares: ArrayLike<number>;
}

/** Unit vectors in order, as columns. */
function vectorsOf(
  { rows, squares }: Diagonalized,
  order: readonly (readonly number[])[],
  source: Tensor,
  op: string,
  scope: Scope,
): Tensor {
  if (rows.size === 0) return rows;
  const n = rows.shape[1] ?? 0;
  const factors = order.flatMap((own, b) => own.map(row => 1 / Math.sqrt(squares[b * n + row] ?? 0)));
  const picks = picksOf(order, rows, op, scope);
  const scales = columnOf(factors, rows, op, scope);
  const exact = scope.keep(mul(reordered(rows, picks, op, scope), scales));
  const units = scope.keep(castTensor(exact, source.dtype, op));
  return scope.keep(scope.keep(mul(units, signsOf(units, scope))).permuted([0, 2, 1]));
}

async function diagonalize(
  source: Tensor,
  { uplo = 'L', ...options }: EighOptions,
  op: string,
  scope: Scope,
): Promise<Diagonalized> {
  options.signal?.throwIfAborted();
  const n = source.shape.at(-1) ?? 0;
  const batches = sizeOf(source.shape.slice(0, -2));
  const floats = scope.keep(castTensor(source, defaultFloat(source.device.kind), op));
  const stack = scope.keep(floats.reshape([batches, n, n]));
  if (stack.size === 0)
    return { values: Array.from({ length: batches }, () => new Float64Array(n)), rows: stack, squares: [] };
  const half = triangle(stack, uplo, scope);
  const sizes = await magnitudesOf(half, source.shape, op, scope);
  const { matrices, exponents } = scaledBy(sizes, half, 0, op, scope);
  const eye = identity(n, stack, 1, op, scope);
  const symmetric = scope.keep(
    where(eye, matrices, scope.keep(add(matrices, scope.keep(matrices.permuted([0, 2, 1]))))),
  );
  const rows = scope.keep(
    copyRowMajor(scope.keep(add(symmetric, scope.keep(mul(eye, shiftOf(symmetric, op, scope))))), op),
  );
  const { first: squares } = await orthogonalize(rows, n, options, op, scope);
  const images = scope.keep(pairs(op, product, { a: rows, b: symmetric }, scope));
  const quotients = await scope.keep(sum(scope.keep(mul(rows, images)), { axis: 2 })).data();
  const values = exponents.map((exponent, b) =>
    Float64Array.from(
      { length: n },
      (_, i) => ((quotients[b * n + i] ?? 0) / (squares[b * n + i] ?? 0)) * 2 ** -exponent,
    ),
  );
  return { values, rows, squares };
}

/** One triangle of each matrix, the diagonal included, and zeros in the other. */
function triangle(x: Tensor, uplo: 'L' | 'U', scope: Scope): Tensor {
  const n = x.shape[1] ?? 0;
  const places = scope.keep(
    x.device.upload(
      Float64Array.from({ length: n }, (_, i) => i),
      [n, 1],
      x.dtype,
      'eigh',
    ),
  );
  const across = scope.keep(places.reshape([1, n]));
  const [low, high] = uplo === 'L' ? [across, places] : [places, across];
  const belongs = scope.keep(clip(scope.keep(add(scope.keep(sub(high, low)), 1)), 0, 1));
  return scope.keep(where(belongs, x, 0));
}

/** c of each matrix: [batches, 1, 1]. */
function shiftOf(symmetric: Tensor, op: string, scope: Scope): Tensor {
  const squared = (x: Tensor): Tensor => scope.keep(pairs(op, product, { a: x, b: x }, scope));
  const fourth = squared(squared(symmetric));
  const squares = scope.keep(sum(scope.keep(square(fourth)), { axis: [1, 2], keepdims: true }));
  // (Σx²)^(1/8)
  const bound = [1, 2, 3].reduce(x => scope.keep(sqrt(x)), squares);
  return scope.keep(where(bound, scope.keep(mul(bound, 1.25)), 1));
}

const ascending = (values: Float64Array): number[] =>
  [...values.keys()].toSorted((i, j) => (values[i] ?? 0) - (values[j] ?? 0));
