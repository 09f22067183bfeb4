/**
 * Distances by their definitions, one pair after the other, in doubles. Where a textbook formula subtracts what is nearly
 * equal, another one of the same value stands here: a cosine distance is half the squared distance of two unit vectors,
 * divergences are sums of terms that are never negative. Semantics are SciPy 1.10's.
 */
import { compensatedSum, grid, type Grid } from './grid.ts';

export const SCIPY_METRICS = [
  'braycurtis',
  'canberra',
  'chebyshev',
  'cityblock',
  'correlation',
  'cosine',
  'dice',
  'euclidean',
  'hamming',
  'jaccard',
  'jensenshannon',
  'kulczynski1',
  'mahalanobis',
  'matching',
  'minkowski',
  'rogerstanimoto',
  'russellrao',
  'seuclidean',
  'sokalmichener',
  'sokalsneath',
  'sqeuclidean',
  'yule',
] as const;
export const METRICS = [...SCIPY_METRICS, 'haversine', 'hellinger', 'kl', 'dot'] as const;
export type MetricName = (typeof METRICS)[number];

/** Those that read their rows as true and false. */
export const BOOLEAN_METRICS = [
  'dice',
  'kulczynski1',
  'rogerstanimoto',
  'russellrao',
  'sokalmichener',
  'sokalsneath',
  'yule',
] as const satisfies readonly MetricName[];

/** Those that have no weights. */
export const UNWEIGHTED = [
  'jensenshannon',
  'seuclidean',
  'mahalanobis',
  'haversine',
  'hellinger',
  'kl',
] as const satisfies readonly MetricName[];

export const isOneOf = (list: readonly MetricName[], metric: MetricName): boolean => list.includes(metric);

/** Weights and variances as lists, VI as its rows. */
export interface PairOptions {
  readonly p?: number | undefined;
  readonly w?: ArrayLike<number> | undefined;
  readonly V?: ArrayLike<number> | undefined;
  readonly VI?: readonly (readonly number[])[] | undefined;
  readonly zeroVector?: number | undefined;
}

type Row = readonly number[];
type Pair = (x: Row, y: Row, options: PairOptions) => number;

/** Σ f(x, y, w) over the columns, carrying along what each addition lost. */
function total(x: Row, y: Row, { w }: PairOptions, f: (x: number, y: number, w: number) => number): number {
  let sum = 0;
  let lost = 0;
  for (let k = 0; k < x.length; k++) {
    const value = f(x[k] ?? NaN, y[k] ?? NaN, w ? (w[k] ?? NaN) : 1);
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return Number.isFinite(sum) ? sum + lost : sum;
}

const weightOf = (x: Row, options: PairOptions): number => total(x, x, options, (_, __, w) => w);

/** The columns with weight, as they count for a maximum. */
const counted = (x: Row, { w }: PairOptions): number[] => x.filter((_, k) => !w || (w[k] ?? 0) > 0);

/** √w·x / ‖√w·x‖, or undefined where there is no such vector. */
function unit(x: Row, { w }: PairOptions): number[] | undefined {
  const scaled = x.map((one, k) => one * Math.sqrt(w ? (w[k] ?? NaN) : 1));
  const most = Math.max(...scaled.map(Math.abs));
  if (most === 0 || scaled.length === 0) return undefined;
  const length = most * Math.sqrt(compensatedSum(scaled, one => (one / most) ** 2));
  return scaled.map(one => one / length);
}

/** x minus its weighted mean. Constant rows become exact zeros: the mean is found as a distance from an element. */
function centred(x: Row, options: PairOptions): number[] {
  const [base = NaN] = counted(x, options);
  const shifted = x.map(one => one - base);
  const mean = total(shifted, shifted, options, (one, _, w) => w * one) / weightOf(x, options);
  return shifted.map(one => one - mean);
}

function angular(x: Row, y: Row, options: PairOptions): number {
  const [u, v] = [unit(x, options), unit(y, options)];
  if (x.some(Number.isNaN) || y.some(Number.isNaN)) return NaN;
  if (!u || !v) return options.zeroVector ?? NaN;
  return total(u, v, {}, (a, b) => (a - b) ** 2) / 2;
}

function minkowski(x: Row, y: Row, options: PairOptions): number {
  const p = options.p ?? 2;
  if (p === Infinity) return chebyshev(x, y, options);
  const most = Math.max(0, ...x.map((one, k) => Math.abs(one - (y[k] ?? NaN))));
  const scale = most > 0 && Number.isFinite(most) ? most : 1;
  return scale * total(x, y, options, (a, b, w) => w * (Math.abs(a - b) / scale) ** p) ** (1 / p);
}

const chebyshev: Pair = (x, y, options) =>
  Math.max(
    0,
    ...counted(
      x.map((one, k) => Math.abs(one - (y[k] ?? NaN))),
      options,
    ),
  );

const squared: Pair = (x, y, options) => total(x, y, options, (a, b, w) => w * (a - b) ** 2);

/** The rows as shares of their sums, or what is to be answered instead. */
function shares(x: Row, y: Row): { p: Row; q: Row } | number {
  if ([...x, ...y].some(one => one < 0)) return Infinity;
  const [left, right] = [compensatedSum(x), compensatedSum(y)];
  if (left === 0 || right === 0) return Infinity;
  if (Number.isNaN(left + right)) return NaN;
  return { p: x.map(one => one / left), q: y.map(one => one / right) };
}

/** (1 + t)·ln(1 + t) + (1 − t)·ln(1 − t), about t². */
const bend = (t: number): number =>
  Math.abs(t) === 1 ? 2 * Math.LN2 : (1 + t) * Math.log1p(t) + (1 - t) * Math.log1p(-t);

/** ½Σ(p·ln(p/m) + q·ln(q/m)), m = (p + q)/2: with t = (p − q)/(p + q) each column gives m·bend(t). */
const jensenshannon: Pair = (x, y) => {
  const rows = shares(x, y);
  if (typeof rows === 'number') return rows;
  const sum = total(rows.p, rows.q, {}, (p, q) => (p + q === 0 ? 0 : ((p + q) / 2) * bend((p - q) / (p + q))));
  return Math.sqrt(Math.max(0, sum) / 2);
};

/** Σ(p·ln(p/q) − p + q): both shares sum to 1. */
const kl: Pair = (x, y) => {
  const rows = shares(x, y);
  if (typeof rows === 'number') return NaN;
  return total(rows.p, rows.q, {}, (p, q) => {
    if (p === 0) return q;
    const step = (q - p) / p;
    return p * (step - Math.log1p(step));
  });
};

const hellinger: Pair = (x, y) => {
  const rows = shares(x, y);
  if (typeof rows === 'number') return NaN;
  return Math.sqrt(total(rows.p, rows.q, {}, (p, q) => (Math.sqrt(p) - Math.sqrt(q)) ** 2) / 2);
};

/** The angle between two points of a sphere, from its tangent: good at every angle. */
const haversine: Pair = ([latX = NaN, lonX = NaN], [latY = NaN, lonY = NaN]) => {
  const turn = lonX - lonY;
  const across = Math.cos(latY) * Math.sin(turn);
  const along = Math.sin(latY - latX) + 2 * Math.sin(latX) * Math.cos(latY) * Math.sin(turn / 2) ** 2;
  const inward = Math.cos(latY - latX) - 2 * Math.cos(latX) * Math.cos(latY) * Math.sin(turn / 2) ** 2;
  return Math.atan2(Math.hypot(across, along), inward);
};

const mahalanobis: Pair = (x, y, { VI = [] }) => {
  const step = x.map((one, k) => one - (y[k] ?? NaN));
  const along = step.map((_, i) => {
    let sum = 0;
    for (let j = 0; j < step.length; j++) sum += (VI[i]?.[j] ?? NaN) * (step[j] ?? NaN);
    return sum;
  });
  return Math.sqrt(total(step, along, {}, (one, other) => one * other));
};

interface Counts {
  readonly both: number;
  readonly onlyX: number;
  readonly onlyY: number;
  readonly neither: number;
  readonly all: number;
}

function counts(x: Row, y: Row, { w }: PairOptions): Counts {
  const found = { both: 0, onlyX: 0, onlyY: 0, neither: 0, all: 0 };
  x.forEach((one, k) => {
    const weight = w ? (w[k] ?? NaN) : 1;
    const kind = one !== 0 ? (y[k] !== 0 ? 'both' : 'onlyX') : y[k] !== 0 ? 'onlyY' : 'neither';
    found[kind] += weight;
    found.all += weight;
  });
  return found;
}

const boolean =
  (f: (counts: Counts, differ: number) => number): Pair =>
  (x, y, options) => {
    const found = counts(x, y, options);
    return f(found, found.onlyX + found.onlyY);
  };

const hamming: Pair = (x, y, options) => total(x, y, options, (a, b, w) => (a === b ? 0 : w)) / weightOf(x, options);

const tanimoto = boolean(({ both, neither }, differ) => (2 * differ) / (both + neither + 2 * differ));

const PAIRS: Record<MetricName, Pair> = {
  braycurtis: (x, y, options) =>
    total(x, y, options, (a, b, w) => w * Math.abs(a - b)) / total(x, y, options, (a, b, w) => w * Math.abs(a + b)),
  canberra: (x, y, options) =>
    total(x, y, options, (a, b, w) => (a === 0 && b === 0 ? 0 : (w * Math.abs(a - b)) / (Math.abs(a) + Math.abs(b)))),
  chebyshev,
  cityblock: (x, y, options) => total(x, y, options, (a, b, w) => w * Math.abs(a - b)),
  correlation: (x, y, options) => angular(centred(x, options), centred(y, options), options),
  cosine: angular,
  dice: boolean(({ both }, differ) => differ / (2 * both + differ)),
  euclidean: (x, y, options) => Math.sqrt(squared(x, y, options)),
  hamming,
  jaccard: (x, y, options) => {
    const present = total(x, y, options, (a, b, w) => (a !== 0 || b !== 0 ? w : 0));
    return present === 0 ? 0 : total(x, y, options, (a, b, w) => (a === b ? 0 : w)) / present;
  },
  jensenshannon,
  kulczynski1: boolean(({ both }, differ) => both / differ),
  mahalanobis,
  matching: hamming,
  minkowski,
  rogerstanimoto: tanimoto,
  russellrao: boolean(({ both, all }) => (all - both) / all),
  seuclidean: (x, y, { V }) =>
    Math.sqrt(compensatedSum(x.map((one, k) => (one - (y[k] ?? NaN)) ** 2 / (V?.[k] ?? NaN)))),
  sokalmichener: tanimoto,
  sokalsneath: boolean(({ both }, differ) => (2 * differ) / (both + 2 * differ)),
  sqeuclidean: squared,
  yule: boolean(({ both, onlyX, onlyY, neither }) => {
    const half = onlyX * onlyY;
    return half === 0 && !Number.isNaN(both) ? 0 : (2 * half) / (both * neither + half);
  }),
  haversine,
  hellinger,
  kl,
  dot: (x, y, options) => -total(x, y, options, (a, b, w) => w * a * b),
};

/** One distance. Weights, V and VI must be given where the metric needs them. */
export const distance = (metric: MetricName, x: ArrayLike<number>, y: ArrayLike<number>, options: PairOptions = {}) =>
  PAIRS[metric](Array.from(x), Array.from(y), options);

/** The rows of a matrix. */
export function rowsOf({ shape: [n = 0, d = 0], data }: Grid): number[][] {
  return Array.from({ length: n }, (_, i) => Array.from({ length: d }, (__, k) => data[i * d + k] ?? NaN));
}

const columnMeans = (rows: readonly (readonly number[])[]): number[] =>
  (rows[0] ?? []).map((_, k) => compensatedSum(rows.map(row => row[k] ?? NaN)) / rows.length);

/** The variances (ddof 1) of the columns of all rows together, or the inverse of their covariance matrix. */
export function defaults(metric: MetricName, rows: readonly (readonly number[])[]): PairOptions {
  if (metric !== 'seuclidean' && metric !== 'mahalanobis') return {};
  const means = columnMeans(rows);
  const covariance = means.map((left, i) =>
    means.map(
      (right, j) =>
        compensatedSum(rows.map(row => ((row[i] ?? NaN) - left) * ((row[j] ?? NaN) - right))) / (rows.length - 1),
    ),
  );
  if (metric === 'seuclidean') return { V: covariance.map((row, k) => row[k] ?? NaN) };
  return { VI: inverse(covariance) };
}

/** Gauss and Jordan, with the largest pivot of each column. */
export function inverse(matrix: readonly (readonly number[])[]): number[][] {
  const n = matrix.length;
  const work = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let k = 0; k < n; k++) {
    const below = work.slice(k).map(row => Math.abs(row[k] ?? NaN));
    const pivot = k + below.indexOf(Math.max(...below));
    const upper = work[k] ?? [];
    const lower = work[pivot] ?? [];
    work[pivot] = upper;
    work[k] = lower.map(value => value / (lower[k] ?? NaN));
    for (let i = 0; i < n; i++) {
      const factor = work[i]?.[k] ?? NaN;
      if (i !== k) work[i] = (work[i] ?? []).map((value, j) => value - factor * (work[k]?.[j] ?? NaN));
    }
  }
  return work.map(row => row.slice(n));
}

function completed(metric: MetricName, rows: readonly (readonly number[])[], options: PairOptions): PairOptions {
  const missing = (metric === 'seuclidean' && !options.V) || (metric === 'mahalanobis' && !options.VI);
  return missing ? { ...options, ...defaults(metric, rows) } : options;
}

/** `scipy.spatial.distance.cdist` */
export function cdist(a: Grid, b: Grid, metric: MetricName, options: PairOptions = {}): Grid {
  const [xs, ys] = [rowsOf(a), rowsOf(b)];
  const full = completed(metric, [...xs, ...ys], options);
  const pair = PAIRS[metric];
  return grid([xs.length, ys.length], Float64Array.from(xs.flatMap(x => ys.map(y => pair(x, y, full)))));
}

/** `scipy.spatial.distance.pdist`: the pairs (0, 1), (0, 2), …, (1, 2), … */
export function pdist(a: Grid, metric: MetricName, options: PairOptions = {}): Grid {
  const rows = rowsOf(a);
  const full = completed(metric, rows, options);
  const values = rows.flatMap((x, i) => rows.slice(i + 1).map(y => PAIRS[metric](x, y, full)));
  return grid([values.length], Float64Array.from(values));
}

const euclidean = (x: Row): number => Math.sqrt(compensatedSum(x, one => one * one));

/**
 * What the error of a distance is measured against, where that is not the distance itself: Σ|terms| where terms of both
 * signs cancel, and how much longer the numbers are than what is left of them after a subtraction. See `distance` in
 * tolerance.ts.
 */
const MAGNITUDES: Partial<Record<MetricName, Pair>> = {
  dot: (x, y, options) => total(x, y, options, (a, b, w) => w * Math.abs(a * b)),
  correlation: (x, y, options) => {
    const lost = [x, y].map(row => {
      const spread = total(centred(row, options), row, options, (a, _, w) => w * a * a);
      return Math.sqrt(total(row, row, options, (a, _, w) => w * a * a) / spread);
    });
    return Math.max(...lost);
  },
  kl: (x, y) => {
    const rows = shares(x, y);
    return typeof rows === 'number'
      ? NaN
      : total(rows.p, rows.q, {}, (p, q) => (p === 0 ? 0 : p * (Math.abs(Math.log(p)) + Math.abs(Math.log(q)))));
  },
  yule: (x, y, options) => {
    const { both, onlyX, onlyY, neither, all } = counts(x, y, options);
    const half = onlyX * onlyY;
    return half === 0 ? 0 : (2 * half * both * all) / (both * neither + half) ** 2;
  },
  haversine: (x, y) => Math.min(Math.tan(haversine(x, y, {}) / 2), 2 ** 30),
  // Where there are no V, rows are scaled: each moves by roundings of its own length.
  seuclidean: (x, y, { V }) =>
    euclidean(x.map((one, k) => one / Math.sqrt(V?.[k] ?? NaN))) +
    euclidean(y.map((one, k) => one / Math.sqrt(V?.[k] ?? NaN))),
  // ‖VI‖ ≤ its trace. Whitening moves a row by roundings of its own length; VI's factor has roundings of its own.
  mahalanobis: (x, y, options) => {
    const trace = compensatedSum((options.VI ?? []).map((row, k) => row[k] ?? NaN));
    const step = euclidean(x.map((one, k) => one - (y[k] ?? NaN)));
    const found = mahalanobis(x, y, options);
    return Math.sqrt(trace) * (euclidean(x) + euclidean(y)) + (found > 0 ? (trace * step * step) / found : 0);
  },
};

/** For each pair of `cdist`, its magnitude; 0 where the metric has none. */
export function magnitudes(a: Grid, b: Grid, metric: MetricName, options: PairOptions = {}): Grid {
  const [xs, ys] = [rowsOf(a), rowsOf(b)];
  const full = completed(metric, [...xs, ...ys], options);
  const own = full !== options;
  const each = metric === 'seuclidean' && !own ? undefined : MAGNITUDES[metric];
  // Defaults come with the mean of all rows, which is taken off. An inverse found then is off by its condition.
  const means = columnMeans([...xs, ...ys]);
  const near = (row: Row): Row => (own ? row.map((one, k) => one - (means[k] ?? NaN)) : row);
  const VI = own ? full.VI : undefined;
  const more = VI ? euclidean(VI.flat()) * euclidean(inverse(VI).flat()) : 1;
  const values = xs.flatMap(x => ys.map(y => more * (each?.(near(x), near(y), full) ?? 0)));
  return grid([xs.length, ys.length], Float64Array.from(values));
}
