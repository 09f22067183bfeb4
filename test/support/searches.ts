/**
 * Comparing what a search found with the oracle. Distances come first: each must be what is as far along in the oracle's list, and
 * each row must be as far away as is said. Which of several rows as good as equally distant ones came is left open, but for
 * that they come by (distance, row) and that none comes twice.
 */
import { tensor, type Device, type Tensor } from '../../src/index.ts';
import { cdist as oracle, type MetricName, type PairOptions } from '../oracle/distance.ts';
import { grid, type Grid } from '../oracle/grid.ts';
import { nearestOf, type Limits } from '../oracle/search.ts';
import type { Precision, Tolerance } from '../tolerance.ts';
import { boundOf } from './distances.ts';
import type { Findings } from './expect.ts';
import type { Random } from './random.ts';

/** Queries and points with all their distances in doubles, and how far off one may be. */
export interface Truth {
  readonly queries: Grid;
  readonly points: Grid;
  readonly distances: Grid;
  readonly bound: (precision: Precision) => (index: number) => Tolerance;
}

export function truthOf(queries: Grid, points: Grid, metric: MetricName, options: PairOptions = {}): Truth {
  const distances = oracle(queries, points, metric, options);
  return { queries, points, distances, bound: boundOf(metric, queries, points, options) };
}

/** One query's hits as they came. */
export interface Hit {
  readonly rows: ArrayLike<number>;
  readonly distances: ArrayLike<number>;
}

export function compareHits(
  findings: Findings,
  { points, distances, bound }: Truth,
  query: number,
  hits: Hit,
  { k, precision, ...limits }: Limits & { k: number; precision: Precision },
  label: string,
): void {
  const n = points.shape[0] ?? 0;
  const own = Array.from({ length: n }, (_, row) => distances.data[query * n + row] ?? NaN);
  const expected = nearestOf(own, k, limits);
  const tolerance = bound(precision);
  const of = (row: number): Tolerance => tolerance(query * n + row);
  findings.shape([hits.rows.length], [expected.rows.length], `${label}: hits`);
  const rows = Array.from(hits.rows);
  const found = Array.from(hits.distances);
  findings.close(
    found,
    expected.distances,
    i => twice(of(expected.rows[i] ?? 0), of(rows[i] ?? 0)),
    `${label}: distances`,
  );
  findings.close(
    found,
    rows.map(row => own[row] ?? NaN),
    i => of(rows[i] ?? 0),
    `${label}: distances of the rows`,
  );
  findings.check(new Set(rows).size === rows.length, `${label}: a row came twice`);
  findings.check(
    rows.every(row => limits.allowed?.(row) ?? true),
    `${label}: a forbidden row came`,
  );
  const inOrder = rows.every((row, i) => {
    const [last, before] = [rows[i - 1] ?? -1, found[i - 1] ?? -Infinity];
    return i === 0 || before < (found[i] ?? NaN) || (before === found[i] && last < row);
  });
  findings.check(inOrder, `${label}: not sorted by (distance, row)`);
}

/** The looser of two bounds, each way. */
const twice = (a: Tolerance, b: Tolerance): Tolerance => ({
  relative: Math.max(a.relative, b.relative),
  absolute: Math.max(a.absolute, b.absolute),
});

/** What searches are tested on: rows without order, in heaps, many times over, ever nearer, and nearly equal. */
export const pointKinds = {
  random: (n, d, random) => random.normal(n * d),
  clustered: (n, d, random) => {
    const centres = random.normal(8 * d, 10);
    const near = random.normal(n * d, 0.1);
    return near.map((x, at) => x + (centres[((Math.floor(at / d) * 7) % 8) * d + (at % d)] ?? 0));
  },
  duplicates: (n, d, random) => Float32Array.from(random.ints(n * d, 0, 2)),
  // Each is nearer to the origin than all before it: every one of them enters the list.
  approaching: (n, d) => Float32Array.from({ length: n * d }, (_, at) => n - Math.floor(at / d)),
  'near-duplicates': (n, d, random) => {
    const base = random.normal(d, 100);
    const moved = random.normal(n * d, 2 ** -10);
    return moved.map((x, at) => Math.fround((base[at % d] ?? 0) + x));
  },
} as const satisfies Readonly<Record<string, (n: number, d: number, random: Random) => Float32Array>>;

export type PointKind = keyof typeof pointKinds;
export const POINT_KINDS = Object.keys(pointKinds) as readonly PointKind[];

/** Points of a kind, as float32 numbers in doubles. */
export const pointsOf = (kind: PointKind, n: number, d: number, random: Random): Grid =>
  grid([n, d], Float64Array.from(pointKinds[kind](n, d, random)));

/** A mask that lets every `step`-th row through, and as a tensor. */
export function everyNth(device: Device, n: number, step: number): { allowed: (row: number) => boolean; mask: Tensor } {
  const allowed = (row: number): boolean => row % step === 1 % step;
  return {
    allowed,
    mask: tensor(
      Array.from({ length: n }, (_, row) => allowed(row)),
      [n],
      { device, dtype: 'bool' },
    ),
  };
}
