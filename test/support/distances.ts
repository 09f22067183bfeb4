/**
 * What the specs of distances share: golden cases with their operands at hand, bounds for each pair, and seeded rows and
 * options that suit a metric. It knows no device.
 */
import golden from '../golden/distance.json';
import { grid, type Grid } from '../oracle/grid.ts';
import {
  BOOLEAN_METRICS,
  isOneOf,
  magnitudes,
  rowsOf,
  UNWEIGHTED,
  type MetricName,
  type PairOptions,
} from '../oracle/distance.ts';
import { distance as distanceBound, type Precision, type Tolerance } from '../tolerance.ts';
import { goldenGrid, goldenNumber, namedInput, type GoldenArray, type GoldenNumber } from './golden.ts';
import type { Random } from './random.ts';

interface WrittenCase {
  readonly metric: MetricName;
  readonly a: string;
  /** Missing where all pairs of the rows of `a` are meant. */
  readonly b?: string;
  readonly p?: GoldenNumber;
  readonly w?: string;
  readonly V?: string;
  readonly VI?: string;
  readonly expected: GoldenArray;
}

/** A case of golden/distance.json. */
export interface GoldenCase {
  readonly metric: MetricName;
  readonly label: string;
  readonly a: Grid;
  readonly b: Grid | undefined;
  /** As the oracle takes them. */
  readonly options: PairOptions;
  readonly expected: Grid;
  /** Whether all numbers of both operands are 0 or 1. */
  readonly isBoolean: boolean;
}

const inputs: Readonly<Record<string, GoldenArray>> = golden.inputs;
const isBit = (x: number): boolean => x === 0 || x === 1;

function opened({ metric, a, b, p, w, V, VI, expected }: WrittenCase): GoldenCase {
  const [left, right] = [namedInput(inputs, a), b === undefined ? undefined : namedInput(inputs, b)];
  return {
    metric,
    label: JSON.stringify({ metric, a, b, p, w, V, VI }),
    a: left,
    b: right,
    options: {
      ...(p === undefined ? {} : { p: goldenNumber(p) }),
      ...(w === undefined ? {} : { w: namedInput(inputs, w).data }),
      ...(V === undefined ? {} : { V: namedInput(inputs, V).data }),
      ...(VI === undefined ? {} : { VI: rowsOf(namedInput(inputs, VI)) }),
    },
    expected: goldenGrid(expected),
    isBoolean: [...Array.from(left.data), ...Array.from(right?.data ?? [])].every(isBit),
  };
}

export const goldenCases: readonly GoldenCase[] = (golden.cases as readonly unknown[]).map(one =>
  opened(one as WrittenCase),
);

/** Some condensed distances of SciPy's `pdist`, as its `squareform` lays them out. */
export const goldenSquare: Grid = goldenGrid(golden.square);

/** The bounds of all pairs of two sets of rows, in the order of `cdist`; of one set, in the order of `pdist`. */
export function boundOf(
  metric: MetricName,
  a: Grid,
  b: Grid | undefined,
  options: PairOptions = {},
): (precision: Precision) => (index: number) => Tolerance {
  const d = a.shape[1] ?? 0;
  const sizes = magnitudes(a, b ?? a, metric, options);
  const order = b ? undefined : pairOrder(a.shape[0] ?? 0);
  const terms = { p: options.p, weighted: options.w !== undefined };
  return precision => index =>
    distanceBound(metric, d, precision, { ...terms, magnitude: sizes.data[order ? (order[index] ?? 0) : index] ?? 0 });
}

/** Where the pairs of `pdist` stand in the matrix of `cdist`. */
function pairOrder(n: number): number[] {
  const rows = Array.from({ length: n }, (_, i) => i);
  return rows.flatMap(i => rows.slice(i + 1).map(j => i * n + j));
}

/** Seeded rows that the metric is about: bits, shares, points of a sphere, or numbers of both signs with some zeros. */
export function rowsFor(metric: MetricName, shape: readonly [number, number], random: Random): Grid {
  const count = shape[0] * shape[1];
  if (isOneOf(BOOLEAN_METRICS, metric)) return grid(shape, random.ints(count, 0, 2));
  if (['jensenshannon', 'kl', 'hellinger'].includes(metric)) return grid(shape, random.uniform(count, 0.01, 1));
  if (metric === 'haversine') return grid(shape, random.uniform(count, -1.5, 1.5));
  return grid(shape, random.sparse(count, 0.1));
}

/** How wide the rows of a metric are, where d columns are asked for. */
export const widthFor = (metric: MetricName, d: number): number => (metric === 'haversine' ? 2 : d);

/** Options that a metric needs, and weights (with a zero) where it has them. */
export function optionsFor(metric: MetricName, d: number, weighted: boolean, random: Random): PairOptions {
  if (metric === 'minkowski') return { p: 3, ...(weighted ? { w: weightsFor(d, random) } : {}) };
  if (metric === 'seuclidean') return { V: random.uniform(d, 0.5, 2) };
  if (metric === 'mahalanobis') return { VI: mixing(d, random) };
  return weighted && isWeighted(metric) ? { w: weightsFor(d, random) } : {};
}

export const isWeighted = (metric: MetricName): boolean => !isOneOf(UNWEIGHTED, metric);

function weightsFor(d: number, random: Random): Float32Array {
  const weights = random.uniform(d, 0.1, 2);
  if (d > 2) weights[d >> 1] = 0;
  return weights;
}

/** A well conditioned symmetric matrix: 1 on the diagonal, and less than 1 beside it in each row. */
function mixing(d: number, random: Random): number[][] {
  const beside = random.uniform(d * d, -0.5, 0.5);
  return Array.from({ length: d }, (_, i) =>
    Array.from({ length: d }, (__, j) =>
      i === j ? 1 : Math.fround((beside[Math.min(i, j) * d + Math.max(i, j)] ?? 0) / d),
    ),
  );
}
