/**
 * How far a result may be from its reference: the only place of the test suite where a number like 1e-5 stands.
 * Bounds come in families (exact, element-wise, reduction, norm, distance, iterative) and grow with the number of terms; they
 * follow from the arithmetic that a kernel does and from what WGSL promises, never from what some adapter happened to
 * give.
 *
 * A *precision* says what arithmetic was at work:
 * - `double`: float64 tensors, doubles throughout;
 * - `rounded`: float32 tensors on a cpu device, doubles inside and one rounding at the end;
 * - `single`: float32 throughout (GPUs).
 */

export type Precision = 'double' | 'rounded' | 'single';

/** An error may be `absolute + relative · |expected|`. */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

/** One rounding to the nearest number: half a unit in the last place, relative to the value. */
export const ROUNDING: { readonly float32: number; readonly float64: number } = {
  float32: 2 ** -24,
  float64: 2 ** -53,
};

/** Below it float32 numbers are subnormal, and GPUs may flush those to zero. */
export const SMALLEST_NORMAL: number = 2 ** -126;

/** One unit in the last place of a float32, at most, relative to the value: WGSL's accuracy table counts in these. */
const ULP = 2 ** -23;

/** The precision that a tensor's arithmetic has. */
export function precisionOf(tensor: { readonly dtype: string; readonly device: { readonly kind: string } }): Precision {
  if (tensor.dtype === 'float64') return 'double';
  return tensor.device.kind === 'cpu' ? 'rounded' : 'single';
}

/** Equal numbers (NaN equals NaN, 0 equals −0). */
export const exact: Tolerance = { relative: 0, absolute: 0 };

/** Errors of steps that follow each other. */
export const plus = (...steps: readonly Tolerance[]): Tolerance => ({
  relative: steps.reduce((sum, step) => sum + step.relative, 0),
  absolute: steps.reduce((sum, step) => sum + step.absolute, 0),
});

/** What rounding double inputs to float32 does to a result that grows in proportion to them. */
export const inputRounding = (precision: Precision): Tolerance => ({
  relative: precision === 'double' ? 0 : ROUNDING.float32,
  absolute: precision === 'double' ? 0 : SMALLEST_NORMAL,
});

export type ElementwiseOp =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'neg'
  | 'abs'
  | 'square'
  | 'sqrt'
  | 'exp'
  | 'log'
  | 'clip'
  | 'where';

/** ULPs that WGSL allows; sqrt is 1/inverseSqrt there (2 + 2.5). Copies and signs are exact. */
const WGSL_ULPS: Record<Exclude<ElementwiseOp, 'exp' | 'log'>, number> = {
  add: 1,
  sub: 1,
  mul: 1,
  div: 2.5,
  neg: 0,
  abs: 0,
  square: 1,
  sqrt: 4.5,
  clip: 0,
  where: 0,
};

/** One element-wise operation. `argument` is the largest |x| that goes into an `exp`: its error grows with it. */
export function elementwise(op: ElementwiseOp, precision: Precision, argument = 0): Tolerance {
  if (op === 'neg' || op === 'abs' || op === 'clip' || op === 'where') return exact;
  // Doubles: V8's exp and log are within an ulp or two of numpy's.
  if (precision === 'double') return { relative: 4 * ROUNDING.float64, absolute: 0 };
  if (precision === 'rounded') return { relative: ROUNDING.float32 * (1 + 2 ** -20), absolute: SMALLEST_NORMAL };
  if (op === 'exp') return { relative: (3 + 2 * argument) * ULP, absolute: SMALLEST_NORMAL };
  if (op === 'log') return { relative: 3 * ULP, absolute: 2 ** -21 };
  return { relative: WGSL_ULPS[op] * ULP, absolute: SMALLEST_NORMAL };
}

/**
 * Roundings that a blocked pairwise float32 sum of n terms may collect: log2(n), but never less than ten, since short
 * sums are serial and a WGSL square root alone may be wrong by nine.
 */
const roundings = (n: number): number => Math.max(Math.log2(Math.max(n, 1)), 10);

/**
 * A sum (or mean) of n terms. Terms of both signs cancel, so the error is measured against Σ|terms|, which the caller
 * gives as `magnitude` (of the mean: Σ|terms| / n).
 */
export function reduction(n: number, precision: Precision, magnitude: number): Tolerance {
  const size = Number.isFinite(magnitude) ? magnitude : 0;
  if (precision === 'double') return { relative: 0, absolute: (n + 4) * ROUNDING.float64 * size };
  if (precision === 'rounded')
    return { relative: ROUNDING.float32, absolute: (n + 4) * ROUNDING.float64 * size + SMALLEST_NORMAL };
  return { relative: 0, absolute: roundings(n) * ROUNDING.float32 * size + SMALLEST_NORMAL };
}

export type NormOrd = number | 'fro' | undefined;

/**
 * A p-norm of n elements, relative to the norm itself.
 *
 * float32 throughout: p = 0 and ±∞ are exact; p = 1 and 2 are within 2⁻²⁴·log₂(n) (and not less than ten roundings);
 * any other |p| ≥ ½ within 2⁻²²·(4 + log₂(n)/|p|): the exp2 and log2 of WGSL at both ends, and a sum of n terms
 * whose error the root divides by p.
 */
export function norm(n: number, ord: NormOrd, precision: Precision): Tolerance {
  const p = ord === undefined || ord === 'fro' ? 2 : ord;
  if (p === Infinity || p === -Infinity) return exact;
  if (p === 0) return exact;
  // The reference's own power of a large number is good to about |ln x| roundings: 64 covers 1e±30.
  const doubles = (2 * n + 64) * ROUNDING.float64;
  if (precision === 'double') return { relative: doubles, absolute: 0 };
  if (precision === 'rounded') return { relative: ROUNDING.float32 + doubles, absolute: SMALLEST_NORMAL };
  const relative =
    p === 1 || p === 2 ? roundings(n) * ROUNDING.float32 : (4 + Math.log2(Math.max(n, 1)) / Math.abs(p)) * 2 ** -22;
  return { relative, absolute: SMALLEST_NORMAL };
}

/** x / ‖x‖: the norm's error, and a division. */
export const normalized = (n: number, ord: NormOrd, precision: Precision): Tolerance =>
  plus(norm(n, ord, precision), elementwise('div', precision));

/**
 * What `norm(x, { ord, axis })` may be off by, for x of this shape. A matrix's 1-norm and the like are the largest of sums
 * of absolute values, and so as good as each sum.
 */
export function normOf(
  shape: readonly number[],
  { ord, axis }: { readonly ord?: NormOrd; readonly axis?: number | readonly number[] | undefined },
  precision: Precision,
): Tolerance {
  const axes = axis === undefined ? shape.map((_, k) => k) : [axis].flat();
  const terms = axes.reduce((product, one) => product * (shape.at(one) ?? 1), 1);
  const ofSums = axes.length === 2 && ord !== undefined && ord !== 'fro';
  return norm(terms, ofSums ? 1 : ord, precision);
}

/** An identity between several results, each within its own bound: the bounds add up. */
export const identity = (parts: readonly Tolerance[]): Tolerance => plus(...parts);

/** What an iteration stops at. */
export const iterative = (tol: number): Tolerance => ({ relative: tol, absolute: tol });

export interface DistanceTerms {
  /** The exponent of a Minkowski distance. */
  readonly p?: number | undefined;
  /** True where the call has weights. */
  readonly weighted?: boolean | undefined;
  /** What oracle/distance.ts says that the error of this pair is measured against. */
  readonly magnitude?: number | undefined;
}

/**
 * Where less than an eighth of ‖x‖² + ‖y‖² (of centred rows) is left after −2x·y, a GPU finds Σ(x − y)² from the differences.
 * Above that, what is subtracted has the error of twice the squares: no more than 16 times that of a plain sum.
 */
const EXPANDED = 16;

/** Errors in roundings: `relative` to the distance, and `absolute`, of the magnitude or of 1. */
interface Roundings {
  readonly relative: number;
  readonly absolute: number;
}

/** The arithmetic that a distance is found with. */
interface Arithmetic {
  /** One rounding. */
  readonly unit: number;
  /** The roundings of a sum of d terms. */
  readonly chain: number;
  /** 1 where differences are summed, more where a product of matrices may be. */
  readonly expanded: number;
  /** The roundings that a logarithm is off by near 1. */
  readonly log: number;
}

function distanceRoundings(
  metric: string,
  { weighted = false, magnitude = 1 }: DistanceTerms,
  { unit, chain, expanded, log }: Arithmetic,
): Roundings {
  switch (metric) {
    case 'chebyshev':
      return { relative: 2, absolute: 0 };
    case 'cityblock':
      return { relative: chain + 4, absolute: 0 };
    case 'sqeuclidean':
      return { relative: (chain + 4) * expanded, absolute: 0 };
    // The root halves the error, and has one of its own.
    case 'euclidean':
      return { relative: ((chain + 4) * expanded) / 2 + 9, absolute: 0 };
    // As euclidean; the weights are quotients. Rows that had their mean taken off and were scaled moved by some roundings.
    case 'seuclidean':
      return { relative: ((chain + 12) * expanded) / 2 + 9, absolute: (chain + 8) * magnitude };
    // Whitened rows are sums of d terms each; see oracle/distance.ts for what they are measured against.
    case 'mahalanobis':
      return { relative: ((chain + 4) * expanded) / 2 + 9, absolute: (chain + 8) * magnitude };
    // A quotient in each term, or one of two sums.
    case 'canberra':
      return { relative: chain + 10, absolute: 0 };
    case 'braycurtis':
      return { relative: 2 * chain + 12, absolute: 0 };
    // Unit vectors have the error of their norm and a division; the products of their elements sum to 1 at most.
    case 'cosine':
      return { relative: chain, absolute: 3 * chain + 10 };
    // The same after the mean went off.
    case 'correlation':
      return { relative: chain, absolute: (3 * chain + 10) * Math.max(1, magnitude) };
    case 'hellinger':
      return { relative: ((chain + 4) * expanded) / 2 + 9, absolute: 2 * chain + 10 };
    // The roots of sums of terms that are never negative: what shares are off by shows once.
    case 'jensenshannon':
      return { relative: chain + 10, absolute: 2 * chain + 10 };
    case 'kl':
      return { relative: chain + 10, absolute: (chain + 10) * magnitude + chain + 2 * log };
    case 'dot':
      return { relative: 0, absolute: (chain + 2) * magnitude };
    // The arc sine is steep half way round, where the error of its square shows as its root.
    case 'haversine':
      return { relative: 24, absolute: Math.min(24 * magnitude, 2 * Math.sqrt(24 / unit)) };
    // Counts are exact, sums of weights are not; one quotient.
    case 'hamming':
    case 'matching':
    case 'jaccard':
    case 'dice':
    case 'kulczynski1':
    case 'rogerstanimoto':
    case 'sokalmichener':
    case 'sokalsneath':
      return { relative: (weighted ? 3 * chain : 0) + 10, absolute: 0 };
    // What neither has is what remains of all weights.
    case 'russellrao':
      return { relative: 10, absolute: weighted ? 2 * chain + 2 : 0 };
    case 'yule':
      return weighted
        ? { relative: 6 * chain + 20, absolute: (3 * chain + 10) * magnitude }
        : { relative: 20, absolute: 0 };
    default:
      throw new Error(`no bound is stated for '${metric}'`);
  }
}

/**
 * A distance of two rows of d numbers.
 *
 * float32 throughout: sums of differences within 2⁻²⁴·(log₂(d) + a few), relative; squared differences, where a GPU may
 * multiply matrices, within 16 times that, also for near-duplicates; angles and divergences relative to 1.
 */
export function distance(metric: string, d: number, precision: Precision, terms: DistanceTerms = {}): Tolerance {
  if (metric === 'minkowski') return minkowski(d, precision, terms);
  const of = (arithmetic: Arithmetic): Tolerance => {
    const { relative, absolute } = distanceRoundings(metric, terms, arithmetic);
    const { unit } = arithmetic;
    return { relative: relative * unit, absolute: Number.isFinite(absolute) ? absolute * unit : 0 };
  };
  const doubles = of({ unit: ROUNDING.float64, chain: d + 8, expanded: 1, log: 4 });
  if (precision === 'double') return doubles;
  // Scaled and whitened rows are float32 numbers themselves: doubles after that come too late.
  const prepared = metric === 'seuclidean' || metric === 'mahalanobis';
  if (precision === 'rounded' && !prepared)
    return plus(doubles, { relative: ROUNDING.float32, absolute: SMALLEST_NORMAL });
  // Angles are roots of sums of squares, and squares below the smallest normal number are lost.
  const least = metric === 'haversine' ? 2 ** -61 : SMALLEST_NORMAL;
  const expanded = precision === 'single' ? EXPANDED : 1;
  const singles = of({ unit: ROUNDING.float32, chain: roundings(d), expanded, log: 8 });
  return plus(singles, { relative: 0, absolute: least });
}

/** What is promised of euclidean distances of near-duplicates, however far from the origin: points are rounded first. */
export const nearDuplicates: Tolerance = { relative: 1e-3, absolute: 0 };

/** How far from 1 the cosine of a row and itself may be, below it. */
export const SELF_SIMILARITY = 2 ** -22;

/** Powers and roots as in norms, after a difference; p = 1, 2 and ∞ are other metrics. */
function minkowski(d: number, precision: Precision, terms: DistanceTerms): Tolerance {
  const { p = 2 } = terms;
  const named = p === 1 ? 'cityblock' : p === 2 ? 'euclidean' : p === Infinity ? 'chebyshev' : undefined;
  if (named) return distance(named, d, precision, terms);
  const ofNorm = norm(d, p, precision);
  const few = 4 * (precision === 'double' ? ROUNDING.float64 : ROUNDING.float32);
  return { ...ofNorm, relative: (ofNorm.relative + few) * Math.max(1, 1 / (2 * p)) };
}

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

/** U·diag(s)·Vᵀ beside A, and UᵀU beside I, in shares of the largest singular value: 2e-6·√n, and as many roundings in doubles. */
const decomposed = (n: number, precision: Precision): number =>
  (precision === 'single' ? 2e-6 : 2e-6 * 2 ** -29) * Math.sqrt(n) + (precision === 'rounded' ? ROUNDING.float32 : 0);

/** A singular value of a matrix with n rows or columns at most: what the decomposition misses moves each by no more (Weyl). */
export const singularValue = (n: number, precision: Precision, largest: number): Tolerance => ({
  relative: 0,
  absolute: decomposed(n, precision) * largest + (precision === 'double' ? 0 : SMALLEST_NORMAL),
});

/** The norms 2, −2 and 'nuc' of matrices that two axes of x make: that of each singular value, of which no one is above ‖x‖. */
export function spectralNorm(
  x: { readonly shape: readonly number[]; readonly data: ArrayLike<number> },
  ord: unknown,
  axes: readonly number[] = [0, 1],
  precision: Precision,
): Tolerance {
  const sides = axes.map(axis => x.shape.at(axis) ?? 0);
  const { absolute } = singularValue(Math.max(...sides), precision, Math.hypot(...Array.from(x.data)));
  return { relative: 0, absolute: absolute * (ord === 'nuc' ? Math.min(...sides) : 1) };
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
  const { absolute } = singularValue(n, precision, Math.max(0, ...values));
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
 * norm. What hundreds of reflections or rotations are rounded by adds up like a random walk, so that it grows with √n, the
 * larger length of the matrix: 2e-6·√n in float32.
 */
export const orthogonalFactors = (n: number, precision: Precision): number => {
  const doubles = 36 * ROUNDING.float64 * Math.sqrt(n);
  if (precision === 'double') return doubles;
  // Results that are rounded once lose as much as one rounding of each element.
  if (precision === 'rounded') return doubles + ROUNDING.float32 * Math.sqrt(n);
  return 2e-6 * Math.sqrt(n);
};

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

/** How many times the least error (Eckart and Young's) that of a sketch with scikit-learn's defaults may be. */
export const SKETCHED = 1.01;

/** How far from orthonormal a basis that products are enough for may be, where the columns were well apart. */
export const CONDITIONED = 0.05;

/**
 * How far off the part of low rank may be, in shares of its Frobenius norm, that robust principal components find of a matrix with
 * gross errors, at the sizes of the paper: ten times the residual that an iteration ends at, for doubles and for float32.
 */
export const SEPARATED: Readonly<Record<Precision, number>> = { double: 1e-6, rounded: 1e-6, single: 2e-5 };

/**
 * The same beside the minimum or another program's iterates, for an iteration that ends at residuals and changes of `tol` times ‖D‖_F:
 * what is left of the way is some ten times the last step, as long as steps shrink by a tenth at least.
 */
export const separated = (tol: number, precision: Precision): number =>
  100 * Math.max(tol, precision === 'single' ? 2 ** -22 : 0);

/**
 * An element of a completed matrix after as many steps as a reference took, or at the same minimum, in shares of ‖X‖_F: what some
 * hundred steps are rounded by, and what is left of the way where both stop short of the end.
 */
export const completed = (precision: Precision, length: number): Tolerance => ({
  relative: 0,
  absolute: (precision === 'single' ? 2e-5 : 1e-9) * length,
});

/** ‖X − M‖_F / ‖M‖_F of a matrix of low rank that least squares found again. */
export const RECOVERED = 1e-5;

/** The same by singular value thresholding, for the problem of the paper with n = 1000, r = 10 and six times what must be known. */
export const COMPLETED_BY_SVT = 1.7e-4;

/** How many iterations that takes: the paper's figure, and how far off other random numbers may be. */
export const SVT_ITERATIONS: { readonly mean: number; readonly within: number } = { mean: 117, within: 3 };
