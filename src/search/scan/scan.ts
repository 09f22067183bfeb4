/**
 * The scan: the nearest of some points to some queries, or all within a radius, exactly. What is scanned is a list of blocks of
 * rows on one device, some of which may be forbidden; every search of this room is one.
 *
 * Tile by tile – some queries, some points – distances are found, the best of each row are selected into lists, and lists
 * merged into one, all on the device: what a tile takes is the same at any number of points (plan.ts).
 */
import type { Metric, MetricOptions } from '../../distance/index.ts';
import { selectInto, type Lists } from '../../order/index.ts';
import { emptyTensor, Scope, scoped, type Tensor, Pace } from '../../tensor/index.ts';
import { collectHits } from './collect.ts';
import { Comparison } from './comparison.ts';
import type { ScanLimits } from './plan.ts';
import { SortedLists } from './lists.ts';

/** A metric as `cdist` takes it: its name, or its name with what steers it. */
export type MetricLike = Metric | MetricOptions;

/** Some points on a device: rows of one tensor, with the number of the first. Numbers are below 2³². */
export interface PointBlock {
  /** [n, d]: floats, or bools for metrics of 0/1 rows. */
  readonly points: Tensor;
  readonly first: number;
  /** What `measureRows` found of the rows, uint32 [n, 4], where somebody keeps it: then they need not be prepared. */
  readonly numbers?: Tensor | undefined;
  /** Which rows may be found: a bool tensor of shape [n]. All, where left out. */
  readonly allowed?: Tensor | undefined;
  /**
   * The rows that may be found, ascending, in place of `allowed`: they are gathered before they are compared, which takes less
   * time where they are few (`areFew`).
   */
  readonly only?: Uint32Array | undefined;
}

/** Whether so few of all rows may be found that gathering them is less work than skipping the others. */
export const areFew = (allowed: number, rows: number): boolean => allowed * 8 <= rows;

export interface ScanOptions {
  /** The public name of the operation, for messages. */
  readonly op: string;
  readonly metric: MetricLike;
  readonly signal?: AbortSignal | undefined;
  /** How large tiles may be; specs make it up. */
  readonly limits?: ScanLimits | undefined;
}

export interface ScanNearestOptions extends ScanOptions {
  /** Only points whose distance is at most this. */
  readonly radius?: number | undefined;
}

/** Of every query the hits, by ascending (distance, row): `k` places, of which `counts[i]` are filled. */
export interface Hits {
  /** Numbers of rows; 0xffffffff where there is no hit. */
  readonly rows: Uint32Array;
  /** Infinity where there is no hit. */
  readonly distances: Float32Array | Float64Array;
  readonly counts: Uint32Array;
  readonly k: number;
}

/** Any number of hits: those of query i are `offsets[i]` up to but not including `offsets[i + 1]`, by ascending (distance, row). */
export interface HitLists {
  readonly offsets: Float64Array;
  readonly rows: Uint32Array;
  readonly distances: Float32Array | Float64Array;
}

/** The k nearest points of every query. A row whose distance is NaN is never found. */
export async function scanNearest(
  queries: Tensor,
  blocks: readonly PointBlock[],
  k: number,
  options: ScanNearestOptions,
): Promise<Hits> {
  const scope = new Scope();
  try {
    const comparison = new Comparison(queries, blocks, k, options, scope);
    const lists = await nearestLists(comparison, k, options, scope);
    const [distances, rows] = await Promise.all([
      lists.values.data<Float32Array | Float64Array>(),
      lists.indices.data<Uint32Array>(),
    ]);
    options.signal?.throwIfAborted();
    return hitsOf(distances, rows, queries.shape[0] ?? 0, k);
  } finally {
    scope.close();
  }
}

/** All points of every query whose distance is at most `radius`. */
export async function scanRadius(
  queries: Tensor,
  blocks: readonly PointBlock[],
  radius: number,
  options: ScanOptions,
): Promise<HitLists> {
  const scope = new Scope();
  try {
    const comparison = new Comparison(queries, blocks, 1, options, scope);
    return await collectHits(comparison, radius, options);
  } finally {
    scope.close();
  }
}

/** Of each query the k nearest rows (or all, where there are fewer), sorted; what is no hit is NaN and comes last. */
async function nearestLists(
  comparison: Comparison,
  k: number,
  options: ScanNearestOptions,
  scope: Scope,
): Promise<Lists> {
  const { op, radius, signal } = options;
  const { device, dtype, plan, queries } = comparison;
  const count = Math.min(k, comparison.points);
  const result: Lists = {
    values: scope.keep(emptyTensor(device, [queries, count], dtype, op)),
    indices: scope.keep(emptyTensor(device, [queries, count], 'uint32', op)),
  };
  const pace = new Pace(op, signal);
  const [only] = plan.stretches;
  for (let row = 0; row < queries && count > 0; row += plan.queriesAtOnce) {
    const rows = Math.min(plan.queriesAtOnce, queries - row);
    const group = new Scope();
    try {
      const lists =
        plan.stretches.length > 1 ? new SortedLists(op, [rows, plan.places], k, device, dtype, group) : undefined;
      for (const stretch of plan.stretches) {
        scoped(tile => {
          const distances = comparison.distances(row, rows, stretch, radius, tile);
          const names = comparison.namesOf(stretch, tile);
          if (lists) lists.take(distances, names, tile);
          else if (only) selectInto(op, distances, { k: count, ids: names.ids }, { ...result, row }, names.first, tile);
        });
        await pace.spend(rows * stretch.count * comparison.length, lists?.written ?? result.values);
      }
      lists?.finish({ ...result, row }, count, group);
    } finally {
      group.close();
    }
  }
  return result;
}

/** What was read, with k places a query and nothing in those that are no hits. */
function hitsOf(distances: Float32Array | Float64Array, rows: Uint32Array, queries: number, k: number): Hits {
  const width = queries > 0 ? distances.length / queries : 0;
  const counts = new Uint32Array(queries);
  for (let query = 0; query < queries; query++) {
    let count = 0;
    for (let at = query * width; count < width && !Number.isNaN(distances[at]); at++) count++;
    counts[query] = count;
  }
  const padded = {
    rows: width === k ? rows : new Uint32Array(queries * k),
    distances: width === k ? distances : new (distances.constructor as Float32ArrayConstructor)(queries * k),
  };
  for (let query = 0; query < queries; query++) {
    const count = counts[query] as number;
    if (width !== k) {
      padded.rows.set(rows.subarray(query * width, query * width + count), query * k);
      padded.distances.set(distances.subarray(query * width, query * width + count), query * k);
    }
    padded.rows.fill(NO_ROW, query * k + count, (query + 1) * k);
    padded.distances.fill(Infinity, query * k + count, (query + 1) * k);
  }
  return { ...padded, counts, k };
}

const NO_ROW = 0xffffffff;
