/**
 * Products, Cholesky factors, covariances and Mahalanobis distances by their definitions, in doubles. Beside results
 * stand the magnitudes that their errors are measured against.
 */
import { compensatedSum, grid, indices, position, sizeOf, valueAt, type Grid } from './grid.ts';

/** `numpy.matmul`, and Σ|a·b| of each element. */
export function matmul(a: Grid, b: Grid): { product: Grid; magnitudes: Grid } {
  const left = a.shape.length === 1 ? grid([1, ...a.shape], a.data) : a;
  const right = b.shape.length === 1 ? grid([...b.shape, 1], b.data) : b;
  const [k = 0, n = 0] = left.shape.toReversed();
  const m = right.shape.at(-1) ?? 0;
  const [stackA, stackB] = [left.shape.slice(0, -2), right.shape.slice(0, -2)];
  const depth = Math.max(stackA.length, stackB.length);
  const lengthOf = (stack: readonly number[], axis: number): number => stack[axis - depth + stack.length] ?? 1;
  const stack = Array.from({ length: depth }, (_, axis) =>
    lengthOf(stackA, axis) === 1 ? lengthOf(stackB, axis) : lengthOf(stackA, axis),
  );
  const own = (stackOf: readonly number[], index: readonly number[]): number[] =>
    stackOf.map((length, axis) => (length === 1 ? 0 : (index[axis + depth - stackOf.length] ?? 0)));
  const shape = [...stack, n, m];
  const product = new Float64Array(sizeOf(shape));
  const magnitudes = new Float64Array(sizeOf(shape));
  for (const index of indices(shape)) {
    const [i = 0, j = 0] = index.slice(-2);
    const terms = Array.from(
      { length: k },
      (_, at) => valueAt(left, [...own(stackA, index), i, at]) * valueAt(right, [...own(stackB, index), at, j]),
    );
    product[position(shape, index)] = compensatedSum(terms);
    magnitudes[position(shape, index)] = compensatedSum(terms, Math.abs);
  }
  const outer = [...stack, ...(a.shape.length === 1 ? [] : [n]), ...(b.shape.length === 1 ? [] : [m])];
  return { product: grid(outer, product), magnitudes: grid(outer, magnitudes) };
}

/** The lower L of A = L·Lᵀ, column by column, each taken off what remains; undefined where a pivot is not above 0. */
export function cholesky(a: Grid): Grid | undefined {
  const [d = 0] = a.shape;
  const rest = Float64Array.from(a.data);
  const lower = new Float64Array(d * d);
  for (let k = 0; k < d; k++) {
    const pivot = rest[k * d + k] ?? NaN;
    if (!(pivot > 0)) return undefined;
    for (let i = k; i < d; i++) lower[i * d + k] = (rest[i * d + k] ?? NaN) / Math.sqrt(pivot);
    for (let i = k + 1; i < d; i++)
      for (let j = k + 1; j <= i; j++)
        rest[i * d + j] = (rest[i * d + j] ?? NaN) - (lower[i * d + k] ?? NaN) * (lower[j * d + k] ?? NaN);
  }
  return grid(a.shape, lower);
}

export interface CovarianceOptions {
  readonly ddof?: number | undefined;
  readonly weights?: ArrayLike<number> | undefined;
  readonly shrinkage?: number | 'ledoit-wolf' | undefined;
}

/**
 * `numpy.cov(x, rowvar=False, ddof, aweights)`, shrunk as scikit-learn does. The magnitudes: what elements of differences
 * are rounded by goes with the range of their column, and what Ledoit and Wolf's share is off by with how much is
 * subtracted to find it.
 */
export function covariance(
  x: Grid,
  { ddof = 1, weights, shrinkage = 0 }: CovarianceOptions = {},
): { covariance: Grid; magnitudes: Grid } {
  const [n = 0, d = 0] = x.shape;
  const weight = (k: number): number => (weights ? (weights[k] ?? NaN) : 1);
  const each = <Value>(f: (k: number) => Value): Value[] => Array.from({ length: n }, (_, k) => f(k));
  const total = compensatedSum(each(weight));
  const columns = Array.from({ length: d }, (_, i) => {
    const mean = compensatedSum(each(k => weight(k) * valueAt(x, [k, i]))) / total;
    return each(k => valueAt(x, [k, i]) - mean);
  });
  const ranges = columns.map(column => Math.max(...column) - Math.min(...column));
  const divisor = total - (weights ? (ddof * compensatedSum(each(k => weight(k) ** 2))) / total : ddof);
  const products = (f: (a: number, b: number, i: number, j: number) => number): Float64Array =>
    Float64Array.from({ length: d * d }, (_, at) => {
      const [i, j] = [Math.floor(at / d), at % d];
      const a = columns[i] ?? [];
      const b = columns[j] ?? [];
      return (
        compensatedSum(each(k => weight(k) * f(a[k] ?? NaN, b[k] ?? NaN, ranges[i] ?? NaN, ranges[j] ?? NaN))) / divisor
      );
    });
  const plain = products((a, b) => a * b);
  const sizes = products((a, b, i, j) => Math.abs(a * b) + Math.abs(a) * j + Math.abs(b) * i);
  const shape = [d, d];
  if (shrinkage === 0) return { covariance: grid(shape, plain), magnitudes: grid(shape, sizes) };
  const { share, sensitivity } =
    shrinkage === 'ledoit-wolf' ? ledoitWolf(columns) : { share: shrinkage, sensitivity: 0 };
  const meanOf = (matrix: Float64Array): number => compensatedSum(matrix.filter((_, at) => at % (d + 1) === 0)) / d;
  const [mean, size] = [meanOf(plain), meanOf(sizes)];
  const worst = mean === 0 ? 1 : size / mean;
  const onDiagonal = (at: number): number => Number(at % (d + 1) === 0);
  return {
    covariance: grid(
      shape,
      plain.map((value, at) => (1 - share) * value + onDiagonal(at) * share * mean),
    ),
    magnitudes: grid(
      shape,
      sizes.map(
        (value, at) =>
          (1 - share) * value +
          onDiagonal(at) * share * size +
          worst * sensitivity * Math.abs((plain[at] ?? NaN) - onDiagonal(at) * mean),
      ),
    ),
  };
}

/**
 * How far the products x·xᵀ of single rows are from their mean S, over n, against how far S is from μ·I; and how many
 * times larger than a rounding its error may be.
 */
function ledoitWolf(columns: readonly (readonly number[])[]): { share: number; sensitivity: number } {
  const d = columns.length;
  const n = columns[0]?.length ?? 0;
  if (d === 1) return { share: 0, sensitivity: 0 };
  const s = columns.map(a => columns.map(b => compensatedSum(a.map((value, k) => value * (b[k] ?? NaN))) / n));
  const mu = compensatedSum(s.map((row, i) => row[i] ?? NaN)) / d;
  let [scatter, fourth, squares, distance] = [0, 0, 0, 0];
  s.forEach((row, i) =>
    row.forEach((element, j) => {
      squares += element ** 2;
      distance += (element - (i === j ? mu : 0)) ** 2;
      for (let k = 0; k < n; k++) {
        const product = (columns[i]?.[k] ?? NaN) * (columns[j]?.[k] ?? NaN);
        fourth += product ** 2 / n;
        scatter += (product - element) ** 2 / n;
      }
    }),
  );
  if (distance === 0) return { share: 0, sensitivity: 0 };
  const share = Math.min(1, scatter / n / distance);
  return { share, sensitivity: share * (2 * Math.sqrt(squares / distance) + (fourth + squares) / scatter) };
}

/** √(vᵀ·C⁻¹·v) for a vector v, by elimination with the largest pivot of each column. */
export function mahalanobis(v: readonly number[], spread: Grid): number {
  const d = v.length;
  const work = v.map((value, i) => [...Array.from({ length: d }, (_, j) => valueAt(spread, [i, j])), value]);
  for (let k = 0; k < d; k++) {
    const below = work.slice(k).map(row => Math.abs(row[k] ?? NaN));
    const pivot = k + below.indexOf(Math.max(...below));
    [work[k], work[pivot]] = [work[pivot] ?? [], work[k] ?? []];
    for (let i = 0; i < d; i++) {
      const factor = (work[i]?.[k] ?? NaN) / (work[k]?.[k] ?? NaN);
      if (i !== k) work[i] = (work[i] ?? []).map((value, j) => value - factor * (work[k]?.[j] ?? NaN));
    }
  }
  return Math.sqrt(compensatedSum(v.map((value, i) => (value * (work[i]?.[d] ?? NaN)) / (work[i]?.[i] ?? NaN))));
}
