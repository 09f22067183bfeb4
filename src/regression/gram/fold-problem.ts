/**
 * The least-squares problem that each fold leaves, in doubles on the host: means, lengths of columns and products with y of the rows
 * that are fitted to. They are those of all rows less what the fold's own rows have of them, where that cancels little; else they are
 * found from the rows themselves.
 */
import { OptionError } from '../../errors.ts';
import type { Observations } from '../data.ts';
import { designOf, type Design, type DesignSettings } from '../design.ts';
import type { Fold } from '../folds.ts';
import { squareSum } from '../problem.ts';

/** All rows: their design without scales, and the units that bring columns and y to lengths of about 1, powers of two. */
export interface Whole {
  readonly data: Observations;
  readonly settings: DesignSettings;
  readonly design: Design;
  /** √wᵢ, of weights whose mean is 1. */
  readonly roots: Float64Array;
  /** Of each column. Without `standardize` they are the same for all. */
  readonly units: Float64Array;
  readonly unit: number;
  readonly yUnit: number;
  /** Xᵀy of each target, [targets, p], in the design's units. */
  readonly products: Float64Array;
}

/** A fold's problem ½·‖y − X·w‖² + …, with columns unit·(xⱼ − meanⱼ)/scaleⱼ and yUnit·(y − mean). */
export interface FoldProblem {
  readonly fold: Fold;
  /** Σw of the rows to fit to, by which α is multiplied. */
  readonly weight: number;
  /** What is taken off the whole design's columns and targets. */
  readonly means: Float64Array;
  readonly yMeans: Float64Array;
  /** From the units of all rows to the fold's own, for each column: only where columns are standardised, undefined where all are 1. */
  readonly factors: Float64Array | undefined;
  /** Xᵀy, [targets, p], and yᵀy, [targets]. */
  readonly q: Float64Array;
  readonly ySquares: Float64Array;
  /** The columns themselves, [p, rows], where their products are not those of all rows less those of some. */
  readonly columns: Float64Array | undefined;
}

/** The squares of a column, or of y, must not shrink to less of what they were. Four times as many digits are lost from products as from lengths. */
const MOST_CANCELLED = 1 / 16;

export function wholeOf(data: Observations, settings: DesignSettings): Whole {
  const design = designOf(data, { ...settings, standardize: false });
  const { n, p, targets, columns, y, squares } = design;
  const total = data.weights?.reduce((sum, weight) => sum + weight, 0) ?? n;
  const roots = Float64Array.from({ length: n }, (_, i) => Math.sqrt(((data.weights?.[i] ?? 1) * n) / total));
  const longest = squares.reduce((most, square) => Math.max(most, square), 0);
  const unit = settings.standardize ? unitFor(n) : unitFor(longest);
  const units = squares.map(square => (settings.standardize ? unitFor(square) : unit));
  const products = productsOf(columns, y, n, p, targets);
  let largest = 0;
  for (let k = 0; k < targets; k++) largest = Math.max(largest, squareSum(y.subarray(k * n, k * n + n)));
  return { data, settings, design, roots, units, unit, yUnit: unitFor(largest), products };
}

/** About 1/√square, a power of two. */
export const unitFor = (square: number): number => (square > 0 ? 2 ** -Math.round(Math.log2(square) / 2) : 1);

/** Xᵀy of each target. */
function productsOf(columns: Float64Array, y: Float64Array, n: number, p: number, targets: number): Float64Array {
  const out = new Float64Array(targets * p);
  for (let k = 0; k < targets; k++)
    for (let j = 0; j < p; j++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += (columns[j * n + i] as number) * (y[k * n + i] as number);
      out[k * p + j] = sum;
    }
  return out;
}

export function foldProblem(whole: Whole, fold: Fold, index: number, op: string): FoldProblem {
  checkWeights(whole.data.weights, fold, index, op);
  return (fold.isRest ? byTakingAway(whole, fold) : undefined) ?? fromItsRows(whole, fold);
}

/** Undefined where too little of some column would be left. */
function byTakingAway(
  { design, settings, roots, units, unit, yUnit, products }: Whole,
  fold: Fold,
): FoldProblem | undefined {
  const { n, p, targets, columns, y, squares } = design;
  let weight = n;
  for (const row of fold.test) weight -= (roots[row] as number) ** 2;
  // Columns without their means sum to 0, so that the rest's mean is what the fold's rows leave.
  const share = settings.fitIntercept ? -1 / weight : 0;
  const yMeans = new Float64Array(targets);
  const ySquares = new Float64Array(targets);
  for (let k = 0; k < targets; k++) {
    const own = y.subarray(k * n, k * n + n);
    const all = squareSum(own);
    let [sum, square] = [0, 0];
    for (const row of fold.test) {
      sum += (roots[row] as number) * (own[row] as number);
      square += (own[row] as number) ** 2;
    }
    const mean = share * sum;
    const rest = all - square - weight * mean * mean;
    if (!(rest >= MOST_CANCELLED * all)) return undefined;
    yMeans[k] = mean;
    ySquares[k] = rest * yUnit * yUnit;
  }
  const means = new Float64Array(p);
  const factors = settings.standardize ? new Float64Array(p) : undefined;
  const q = new Float64Array(targets * p);
  for (let j = 0; j < p; j++) {
    const whole = squares[j] as number;
    if (whole === 0) continue;
    let [sum, square] = [0, 0];
    for (const row of fold.test) {
      const value = columns[j * n + row] as number;
      sum += (roots[row] as number) * value;
      square += value * value;
    }
    const mean = share * sum;
    const rest = whole - square - weight * mean * mean;
    if (!(rest >= MOST_CANCELLED * whole)) return undefined;
    means[j] = mean;
    const scale = settings.standardize ? Math.sqrt(rest / weight) : 1;
    if (factors) factors[j] = unit / (scale * (units[j] as number));
    for (let k = 0; k < targets; k++) {
      let product = products[k * p + j] as number;
      for (const row of fold.test) product -= (columns[j * n + row] as number) * (y[k * n + row] as number);
      q[k * p + j] = ((product - weight * mean * (yMeans[k] as number)) / scale) * unit * yUnit;
    }
  }
  return { fold, weight, means, yMeans, factors, q, ySquares, columns: undefined };
}

function fromItsRows({ data, design, settings, units, unit, yUnit }: Whole, fold: Fold): FoldProblem {
  const own = designOf(data, settings, fold.train);
  const { n, p, targets } = own;
  return {
    fold,
    // Its own weights have the mean 1.
    weight: n,
    means: own.means.map((mean, j) => mean - (design.means[j] as number)),
    yMeans: own.yMeans.map((mean, k) => mean - (design.yMeans[k] as number)),
    factors: settings.standardize ? own.scales.map((scale, j) => unit / (scale * (units[j] as number))) : undefined,
    q: productsOf(own.columns, own.y, n, p, targets).map(product => product * unit * yUnit),
    ySquares: own.yMeans.map((_, k) => squareSum(own.y.subarray(k * n, k * n + n)) * yUnit * yUnit),
    columns: own.columns.map(value => value * unit),
  };
}

/** Some of the rows to fit to, and of those to try on, must count. */
export function checkWeights(
  weights: Float64Array | undefined,
  { train, test }: Fold,
  index: number,
  op: string,
): void {
  if (!weights) return;
  for (const [name, rows] of Object.entries({ train, test }))
    if (!rows.some(row => (weights[row] as number) > 0))
      throw new OptionError(
        `${op}: all ${name} rows of fold ${index} have the weight 0. Leave the fold out, or give other folds.`,
      );
}
