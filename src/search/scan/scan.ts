/**
 * The scan: the nearest of some points to some queries, or all within a radius, exactly. What is scanned is a list of blocks of
 * rows on one device, some of which may be forbidden; every search of this room is one.
 */
import { chooseMetric, prepare, runPrepared, type Metric, type MetricOptions } from '../../distance/index.ts';
import { scoped, type Tensor } from '../../tensor/index.ts';

/** A metric as `cdist` takes it: its name, or its name with what steers it. */
export type MetricLike = Metric | MetricOptions;

/** Some points on a device: rows of one tensor, with the number of the first. Numbers are below 2³². */
export interface PointBlock {
  /** [n, d]: floats, or bools for metrics of 0/1 rows. */
  readonly points: Tensor;
  readonly first: number;
  /** Which rows may be found: a bool tensor of shape [n]. All, where left out. */
  readonly allowed?: Tensor | undefined;
}

export interface ScanOptions {
  /** The public name of the operation, for messages. */
  readonly op: string;
  readonly metric: MetricLike;
  readonly signal?: AbortSignal | undefined;
}

export interface NearestOptions extends ScanOptions {
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

interface Hit {
  readonly row: number;
  readonly distance: number;
}

/** The k nearest points of every query. A row whose distance is NaN is never found. */
export async function scanNearest(
  queries: Tensor,
  blocks: readonly PointBlock[],
  k: number,
  { radius = Infinity, ...options }: NearestOptions,
): Promise<Hits> {
  const { hits, floats } = await hitsOf(queries, blocks, radius, options);
  const rows = new Uint32Array(hits.length * k).fill(0xffffffff);
  const distances = new floats(hits.length * k).fill(Infinity);
  const counts = Uint32Array.from(hits, found => Math.min(k, found.length));
  hits.forEach((found, query) =>
    found.slice(0, k).forEach((hit, rank) => {
      rows[query * k + rank] = hit.row;
      distances[query * k + rank] = hit.distance;
    }),
  );
  return { rows, distances, counts, k };
}

/** All points of every query whose distance is at most `radius`. */
export async function scanRadius(
  queries: Tensor,
  blocks: readonly PointBlock[],
  radius: number,
  options: ScanOptions,
): Promise<HitLists> {
  const { hits, floats } = await hitsOf(queries, blocks, radius, options);
  const offsets = new Float64Array(hits.length + 1);
  hits.forEach((found, query) => (offsets[query + 1] = (offsets[query] ?? 0) + found.length));
  const all = hits.flat();
  const distances = new floats(all.map(hit => hit.distance));
  return { offsets, rows: Uint32Array.from(all, hit => hit.row), distances };
}

async function hitsOf(
  queries: Tensor,
  blocks: readonly PointBlock[],
  radius: number,
  { op, metric, signal }: ScanOptions,
): Promise<{ hits: Hit[][]; floats: typeof Float32Array | typeof Float64Array }> {
  const chosen = chooseMetric(op, metric);
  const hits: Hit[][] = Array.from({ length: queries.shape[0] ?? 0 }, () => []);
  let floats: typeof Float32Array | typeof Float64Array = Float32Array;
  for (const { points, first, allowed } of blocks) {
    signal?.throwIfAborted();
    const [found, mask] = await Promise.all([
      scoped(scope => {
        const prepared = prepare(op, [queries, points], chosen, scope);
        return scope.keep(runPrepared(op, prepared, { kind: 'matrix' }, scope)).data<Float32Array | Float64Array>();
      }),
      allowed?.data(),
    ]);
    if (found instanceof Float64Array) floats = Float64Array;
    const n = points.shape[0] ?? 0;
    found.forEach((distance, at) => {
      const row = at % n;
      if (distance <= radius && (!mask || mask[row])) hits[Math.floor(at / n)]?.push({ row: first + row, distance });
    });
  }
  for (const found of hits) found.sort((a, b) => a.distance - b.distance || a.row - b.row);
  return { hits, floats };
}
