/** Bounds of products, systems, factorisations and decompositions of matrices. */
import {
  ROUNDING,
  SMALLEST_NORMAL,
  plus,
  elementwise,
  reduction,
  norm,
  type Precision,
  type Tolerance,
} from './steps.ts';

/** What solving with a matrix of this order takes, in roundings of `unit`: sums as long as a row, roots and quotients. */
const solving = (d: number, precision: Precision): number =>
  (2 * d + 20) * (precision === 'double' ? ROUNDING.float64 : ROUNDING.float32);

/** An element of a product of matrices, a sum of k terms: measured against Σ|aᵢₖ·bₖⱼ|. */
export const matrixProduct = (k: number, precision: Precision, magnitude: number): Tolerance =>
  plus(reduction(k, precision, magnitude), {
    relative: 0,
    absolute: Number.isFinite(magnitude)
      ? 2 * magnitude * (precision === 'single' ? ROUNDING.float32 : ROUNDING.float64)
      : 0,
  });

/** An element of L·Lᵀ beside that of A, in magnitude √(aᵢᵢ·aⱼⱼ). Says how good a factor is, whatever the condition of A. */
export const factored = (d: number, precision: Precision, magnitude: number): Tolerance => ({
  relative: 0,
  absolute: solving(d, precision) * magnitude,
});

/**
 * An element of A·X beside that of B, where X was found by elimination or substitution, in magnitude the largest row of |A| times
 * the largest of the column of X; of a triangle, (|A|·|X|)ᵢⱼ. Says how good X is, whatever the condition of A.
 */
export const solved: typeof factored = factored;

/** An element of that X beside the true one, which the condition of A enlarges; `largest` is that of all X. */
export const solution = (d: number, precision: Precision, condition: number, largest: number): Tolerance =>
  factored(d, precision, condition * largest);

/** A determinant beside the true one, relative to it: each element of A is off by that error, which A's inverse enlarges. */
export const determinant = (d: number, precision: Precision, condition: number): Tolerance => ({
  relative: d * solving(d, precision) * condition,
  absolute: precision === 'double' ? 0 : SMALLEST_NORMAL,
});

/** The logarithm of a determinant: the same, and the rounding of a sum of logarithms and powers of two as large as `size`. */
export const logDeterminant = (d: number, precision: Precision, condition: number, size: number): Tolerance => ({
  relative: 0,
  absolute:
    determinant(d, precision, condition).relative +
    plus(elementwise('log', precision), {
      relative: 0,
      absolute: 4 * ROUNDING[precision === 'double' ? 'float64' : 'float32'] * size,
    }).absolute,
});

/** An element of L beside the true one: that error, times the condition of A with a diagonal of ones. */
export const factor = (d: number, precision: Precision, condition: number, magnitude: number): Tolerance =>
  factored(d, precision, condition * magnitude);

/** An element of a covariance of n rows; oracle/linalg.ts says what it is measured against. */
export const covariance = (n: number, precision: Precision, magnitude: number): Tolerance => ({
  relative: 0,
  absolute: plus(reduction(n, precision, magnitude), factored(0, precision, magnitude)).absolute,
});

/**
 * Mahalanobis distances of rows of d elements, beside the largest of them: rows are rounded where they are centred, and
 * their covariance's factor is solved with.
 */
export const mahalanobis = (d: number, precision: Precision, condition: number, largest: number): Tolerance => ({
  relative: 0,
  absolute: 2 * solving(d, precision) * condition * largest,
});

/**
 * Distances by a singular matrix that was rounded to float32: what rounding leaves where nothing should be shows as its
 * root. `largest` is √trace·‖x − y‖.
 */
export const semidefinite = (d: number, largest: number): Tolerance => ({
  relative: 0,
  absolute: Math.sqrt(solving(d, 'single')) * largest,
});

/**
 * What orthogonal transformations are rounded by, hundreds of reflections or rotations one after the other: it adds up like a
 * random walk, so that it grows with √n, n being the larger length of the matrix. 2e-6·√n in float32, and as many roundings in doubles.
 */
const transformed = (n: number, precision: Precision): number =>
  2e-6 * Math.sqrt(n) * (precision === 'single' ? 1 : ROUNDING.float64 / ROUNDING.float32);

/** U·diag(s)·Vᵀ beside A, in shares of the largest singular value. */
const decomposed = (n: number, precision: Precision): number =>
  transformed(n, precision) + (precision === 'rounded' ? ROUNDING.float32 : 0);

/** The norms 2, −2 and 'nuc' of matrices that two axes of x make: that of each singular value, of which no one is above ‖x‖. */
export function spectralNorm(
  x: { readonly shape: readonly number[]; readonly data: ArrayLike<number> },
  ord: unknown,
  axes: readonly number[] = [0, 1],
  precision: Precision,
): Tolerance {
  const sides = axes.map(axis => x.shape.at(axis) ?? 0);
  const { relative, absolute } = spectrum(Math.max(...sides), precision, Math.hypot(...Array.from(x.data)));
  return { relative, absolute: absolute * (ord === 'nuc' ? Math.min(...sides) : 1) };
}

/**
 * A function of singular values that grows in each of them, such as a norm: it lies between its values for all of them smaller
 * and all of them larger by what they may be off.
 */
export function ofSingularValues(
  values: readonly number[],
  n: number,
  precision: Precision,
  f: (values: readonly number[]) => number,
): Tolerance {
  const { absolute } = spectrum(n, precision, Math.max(0, ...values));
  const exactly = f(values);
  const above = f(values.map(value => value + absolute)) - exactly;
  const below = exactly - f(values.map(value => Math.max(0, value - absolute)));
  return plus({ relative: 0, absolute: Math.max(above, below) }, norm(values.length, undefined, precision));
}

/**
 * An element of A⁺, or of a solution by it: to first order the decomposition's error times the condition of what was kept,
 * twice (‖A⁺‖ changes, and the spaces turn), in units of ‖A⁺‖ or of the solution.
 */
export const pseudoInverse = (n: number, precision: Precision, condition: number, size: number): Tolerance => ({
  relative: 0,
  absolute: 3 * decomposed(n, precision) * condition * size,
});

/** 1 / cond by singular values, which is σ over σ₁: as good as these. */
export const reciprocalCondition = (n: number, precision: Precision): Tolerance => ({
  relative: 0,
  absolute: 2 * decomposed(n, precision),
});

/**
 * Factors by orthogonal transformations: ‖A − product of the factors‖ / ‖A‖, and how far QᵀQ is from I, both in the Frobenius
 * norm. Factors that are rounded once lose one rounding of each column besides.
 */
export const orthogonalFactors = (n: number, precision: Precision): number =>
  transformed(n, precision) + (precision === 'rounded' ? ROUNDING.float32 * Math.sqrt(n) : 0);

/**
 * A singular value of an m × n matrix, n the larger length, or an eigenvalue of a symmetric one: |Δσ| ≤ c·u·σ₁ with
 * c = 8 + 2·√n. A row is rotated some five times n times, and each rotation moves its length by a rounding or two of either sign.
 * Next to doubles the oracle's own roundings count: it is an algorithm of as many steps.
 */
export const spectrum = (n: number, precision: Precision, largest: number): Tolerance => {
  const doubles = 2 * (8 + 2 * Math.sqrt(n)) * ROUNDING.float64 * largest;
  if (precision === 'double') return { relative: 0, absolute: doubles };
  if (precision === 'rounded') return { relative: ROUNDING.float32, absolute: doubles + SMALLEST_NORMAL };
  return { relative: 0, absolute: (8 + 2 * Math.sqrt(n)) * ROUNDING.float32 * largest + SMALLEST_NORMAL };
};

/**
 * An element of a singular vector or of an eigenvector beside the true one: what the factors miss turns it by its share of the
 * distance to the next value. `closeness` is the largest value over that distance.
 */
export const singularVector = (n: number, precision: Precision, closeness: number): Tolerance => ({
  relative: 0,
  absolute: orthogonalFactors(n, precision) * Math.max(1, closeness),
});

/** Every singular value of B·D, with D diagonal and a B whose condition is 10 at most: relative to itself. */
export const columnScaled: Tolerance = { relative: 1e-5, absolute: 0 };

/** An element of R beside the true one: that error, times the condition of A, next to the norm of its column. */
export const triangle = (n: number, precision: Precision, condition: number, magnitude: number): Tolerance => ({
  relative: 0,
  absolute: orthogonalFactors(n, precision) * condition * magnitude,
});

/** ‖A‖·‖A⁻¹‖ of order n: an inverse by elimination is off by its condition, in roundings that grow with n. */
export const conditionBy = (n: number, precision: Precision, condition: number): Tolerance => ({
  relative: solving(n, precision) * n * condition + (precision === 'rounded' ? ROUNDING.float32 : 0),
  absolute: 0,
});

/** Σ(b − A·x)²: each residual is off by what A·x is, where `size` is ‖A‖·‖x‖ + ‖b‖; squares double that. */
export const residualSquares = (n: number, precision: Precision, size: number): Tolerance => ({
  relative: 0,
  absolute: 4 * decomposed(n, precision) * size ** 2,
});

/**
 * An element of a matrix of m or n rows or columns at most whose singular values were lowered or dropped, in shares of ‖A‖_F: what
 * the decomposition misses, or 1e-5 (in doubles 1e-11), which the ways promise that stop before they have all of it.
 */
export const thresholded = (n: number, precision: Precision, length: number): Tolerance => ({
  relative: 0,
  absolute:
    (precision === 'single' ? 1e-5 : 1e-11 + decomposed(n, precision)) * length +
    (precision === 'double' ? 0 : SMALLEST_NORMAL),
});
