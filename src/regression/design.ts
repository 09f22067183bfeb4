/**
 * The design of a least-squares problem: columns of doubles on the host, centred, scaled and weighted, so that the solvers behind
 * it know of no intercept and no weights; and the way back to the coefficients of the caller's own columns.
 */
import { readFlag } from '../options.ts';
import type { Device, TensorLike } from '../tensor/index.ts';
import type { Observations } from './data.ts';

/** What every linear model takes as options of its design. */
export interface DesignOptions {
  /** True (the default) for a constant term, which is not penalised. */
  readonly fitIntercept?: boolean | undefined;
  /**
   * True to divide columns by their standard deviations (n as divisor; root mean squares where there is no intercept) before they are
   * penalised. Coefficients come back in the units of the columns that were given. Default: false.
   */
  readonly standardize?: boolean | undefined;
  /** A weight ≥ 0 for each row's square. */
  readonly sampleWeight?: TensorLike | undefined;
  /** Where plain numbers land. */
  readonly device?: Device | undefined;
}

export const DESIGN_OPTIONS = ['fitIntercept', 'standardize', 'sampleWeight', 'device'] as const;

export interface DesignSettings {
  readonly fitIntercept: boolean;
  readonly standardize: boolean;
  /** True to scale weights so that their sum is the number of rows, as lasso does; ridge takes them as they are. */
  readonly relativeWeights: boolean;
}

export function designSettings(
  op: string,
  { fitIntercept, standardize }: DesignOptions,
  relativeWeights: boolean,
): DesignSettings {
  return {
    fitIntercept: readFlag(op, 'fitIntercept', fitIntercept, true),
    standardize: readFlag(op, 'standardize', standardize),
    relativeWeights,
  };
}

/** Rows √wᵢ·(xᵢⱼ − meanⱼ) / scaleⱼ and √wᵢ·(yᵢ − mean). */
export interface Design {
  readonly n: number;
  readonly p: number;
  readonly targets: number;
  /** Column-major: column j is columns[j·n], …, columns[j·n + n − 1]. Without any spread it is all zeros. */
  readonly columns: Float64Array;
  /** Σ of the squares of each column. */
  readonly squares: Float64Array;
  /** Target k is y[k·n], …, y[k·n + n − 1]. */
  readonly y: Float64Array;
  /** What was taken off each column and each target: 0 without an intercept. */
  readonly means: Float64Array;
  readonly yMeans: Float64Array;
  /** What each column was divided by: 1 unless standardised. */
  readonly scales: Float64Array;
}

/** The design of all rows, or of those that are listed. */
export function designOf(data: Observations, settings: DesignSettings, rows?: ArrayLike<number>): Design {
  const { p, targets } = data;
  const n = rows?.length ?? data.n;
  const weights = weightsOf(data, settings, rows);
  const columns = new Float64Array(n * p);
  gather(data.x, p, rows, columns);
  const y = new Float64Array(n * targets);
  gather(data.y, targets, rows, y);
  const means = new Float64Array(p);
  const yMeans = new Float64Array(targets);
  const squares = new Float64Array(p);
  const total = weights?.reduce((sum, weight) => sum + weight, 0) ?? n;
  if (settings.fitIntercept && total > 0) {
    for (let j = 0; j < p; j++) {
      const centred = centre(columns.subarray(j * n, j * n + n), weights, total);
      means[j] = centred.mean;
      squares[j] = centred.squares;
    }
    for (let k = 0; k < targets; k++) yMeans[k] = centre(y.subarray(k * n, k * n + n), weights, total).mean;
  }
  const roots = weights?.map(Math.sqrt);
  if (roots) {
    for (let j = 0; j < p; j++) scaleBy(columns.subarray(j * n, j * n + n), roots);
    for (let k = 0; k < targets; k++) scaleBy(y.subarray(k * n, k * n + n), roots);
  }
  if (roots || !settings.fitIntercept) for (let j = 0; j < p; j++) squares[j] = squareOf(columns, j * n, n);
  const scales = new Float64Array(p).fill(1);
  if (settings.standardize) {
    for (let j = 0; j < p; j++) {
      const scale = Math.sqrt((squares[j] ?? 0) / total);
      if (scale === 0) continue;
      scales[j] = scale;
      for (let i = j * n; i < j * n + n; i++) columns[i] = (columns[i] ?? 0) / scale;
      squares[j] = squareOf(columns, j * n, n);
    }
  }
  return { n, p, targets, columns, squares, y, means, yMeans, scales };
}

function weightsOf(
  { weights, n }: Observations,
  { relativeWeights }: DesignSettings,
  rows: ArrayLike<number> | undefined,
): Float64Array | undefined {
  if (!weights) return undefined;
  const own = rows ? Float64Array.from(rows, row => weights[row] ?? 0) : weights;
  if (!relativeWeights) return own;
  const sum = own.reduce((all, weight) => all + weight, 0);
  const factor = sum > 0 ? (rows?.length ?? n) / sum : 0;
  return own.map(weight => weight * factor);
}

/** Rows of a row-major matrix as columns: eight at a time, so that what is read together is used together. */
function gather(
  source: ArrayLike<number>,
  width: number,
  rows: ArrayLike<number> | undefined,
  target: Float64Array,
): void {
  const n = target.length / width;
  let left = 0;
  for (; left + 8 <= width; left += 8) {
    const [a, b, c, d] = [0, 1, 2, 3].map(k => (left + k) * n) as [number, number, number, number];
    const [e, f, g, h] = [4, 5, 6, 7].map(k => (left + k) * n) as [number, number, number, number];
    for (let i = 0; i < n; i++) {
      const at = (rows ? (rows[i] as number) : i) * width + left;
      target[a + i] = source[at] as number;
      target[b + i] = source[at + 1] as number;
      target[c + i] = source[at + 2] as number;
      target[d + i] = source[at + 3] as number;
      target[e + i] = source[at + 4] as number;
      target[f + i] = source[at + 5] as number;
      target[g + i] = source[at + 6] as number;
      target[h + i] = source[at + 7] as number;
    }
  }
  for (; left < width; left++)
    for (let i = 0; i < n; i++)
      target[left * n + i] = source[(rows ? (rows[i] as number) : i) * width + left] as number;
}

/**
 * Takes the weighted mean off a column, and returns it with Σw·x² of what is left. That is rounding where the column is constant, and
 * becomes 0: the spread is compared with what the rounding of the mean and of the sum may leave, as scikit-learn does.
 */
function centre(
  column: Float64Array,
  weights: Float64Array | undefined,
  total: number,
): { readonly mean: number; readonly squares: number } {
  const n = column.length;
  const first = sumOf(column, weights) / total;
  takeOff(column, first);
  // Once more: the mean of many is rounded, and offsets that are large beside the spread would stay behind in part.
  const rest = sumOf(column, weights) / total;
  const mean = first + rest;
  takeOff(column, rest);
  const squares = weights
    ? column.reduce((sum, value, i) => sum + (weights[i] as number) * value * value, 0)
    : squareOf(column, 0, n);
  const variance = squares / total;
  const noise = n * Number.EPSILON * mean;
  if (variance > n * Number.EPSILON * variance + noise * noise) return { mean, squares };
  column.fill(0);
  return { mean, squares: 0 };
}

function takeOff(column: Float64Array, by: number): void {
  for (let i = 0; i < column.length; i++) column[i] = (column[i] as number) - by;
}

/** Σw·x, in four chains that a processor overlaps. */
function sumOf(column: Float64Array, weights: Float64Array | undefined): number {
  if (weights) return column.reduce((sum, value, i) => sum + (weights[i] as number) * value, 0);
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (const last = column.length - 3; i < last; i += 4) {
    a += column[i] as number;
    b += column[i + 1] as number;
    c += column[i + 2] as number;
    d += column[i + 3] as number;
  }
  for (; i < column.length; i++) a += column[i] as number;
  return a + b + (c + d);
}

function scaleBy(column: Float64Array, factors: Float64Array): void {
  for (let i = 0; i < column.length; i++) column[i] = (column[i] as number) * (factors[i] as number);
}

function squareOf(values: Float64Array, from: number, count: number): number {
  let a = 0;
  let b = 0;
  let i = from;
  for (const last = from + count - 1; i < last; i += 2) {
    a += (values[i] as number) * (values[i] as number);
    b += (values[i + 1] as number) * (values[i + 1] as number);
  }
  if (i < from + count) a += (values[i] as number) * (values[i] as number);
  return a + b;
}

/** Coefficients of one target in the design's units, as those of the columns that were given; and its intercept. */
export function unscaled(
  design: Design,
  target: number,
  weights: Float64Array,
): { readonly coef: Float64Array; readonly intercept: number } {
  const coef = new Float64Array(weights.length);
  let shift = 0;
  for (let j = 0; j < coef.length; j++) {
    const weight = weights[j] as number;
    if (weight === 0) continue;
    coef[j] = weight / (design.scales[j] as number);
    shift += (coef[j] as number) * (design.means[j] as number);
  }
  return { coef, intercept: (design.yMeans[target] ?? 0) - shift };
}

/** The reverse: coefficients of the columns that were given, in the design's units. Columns without spread get 0. */
export const scaled = (design: Design, coef: ArrayLike<number>): Float64Array =>
  design.scales.map((scale, j) => ((design.squares[j] ?? 0) > 0 ? (coef[j] ?? 0) * scale : 0));
