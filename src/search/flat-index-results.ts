/** What searches answer: flat arrays on the host, and a way to walk through the hits of one query. */
import { OptionError } from '../errors.ts';
import { show } from '../options.ts';
import type { RowFormat } from './flat-index-rows.ts';
import { emptyIds, idsOf, noId, type Id, type IdArray, type IdKind, type IdView } from './ids.ts';

/** A vector on the host: floats, or a byte of 0 or 1 for each bool. */
export type VectorArray = Float32Array | Float64Array | Uint8Array;

export interface Hit<Own extends Id = Id> {
  readonly id: Own;
  readonly distance: number;
}

export interface HitWithVector<Own extends Id = Id> extends Hit<Own> {
  readonly vector: VectorArray;
}

/** The nearest vectors of each query, nearest first: `k` places a query, of which `counts[i]` are filled. */
export class SearchResult<Own extends Id = Id> {
  /** [queries · k]. −1, or '' in an index of strings, where fewer than k were found. */
  readonly ids: IdArray<Own>;
  /** [queries · k], ascending for each query. Infinity where there is no hit. */
  readonly distances: Float32Array | Float64Array;
  /** How many were found for each query. */
  readonly counts: Uint32Array;
  readonly k: number;

  /** @internal */
  constructor(parts: Pick<SearchResult<Own>, 'ids' | 'distances' | 'counts' | 'k'>) {
    this.ids = parts.ids;
    this.distances = parts.distances;
    this.counts = parts.counts;
    this.k = parts.k;
  }

  /** How many queries. */
  get queries(): number {
    return this.counts.length;
  }

  /** The hits of a query, nearest first. */
  *hits(query = 0): Generator<Hit<Own>, void, undefined> {
    checkQuery(query, this.queries);
    for (let at = query * this.k, left = this.counts[query] ?? 0; left > 0; at++, left--)
      yield { id: this.ids[at] as Own, distance: this.distances[at] ?? Infinity };
  }
}

/** A search's answer with the vectors that were found. */
export class ReconstructedResult<Own extends Id = Id> extends SearchResult<Own> {
  /** [queries · k, dim]. 0 where there is no hit. */
  readonly vectors: VectorArray;
  readonly dim: number;

  /** @internal */
  constructor(found: SearchResult<Own>, vectors: VectorArray, dim: number) {
    super(found);
    this.vectors = vectors;
    this.dim = dim;
  }

  override *hits(query = 0): Generator<HitWithVector<Own>, void, undefined> {
    let at = query * this.k * this.dim;
    for (const hit of super.hits(query)) yield { ...hit, vector: this.vectors.subarray(at, (at += this.dim)) };
  }
}

/** All vectors within a radius: those of query i are at `offsets[i]` up to but not including `offsets[i + 1]`. */
export class RangeResult<Own extends Id = Id> {
  /** [queries + 1]. */
  readonly offsets: Float64Array;
  readonly ids: IdArray<Own>;
  /** Ascending for each query. */
  readonly distances: Float32Array | Float64Array;

  /** @internal */
  constructor(parts: Pick<RangeResult<Own>, 'offsets' | 'ids' | 'distances'>) {
    this.offsets = parts.offsets;
    this.ids = parts.ids;
    this.distances = parts.distances;
  }

  get queries(): number {
    return this.offsets.length - 1;
  }

  /** The hits of a query, nearest first. */
  *hits(query = 0): Generator<Hit<Own>, void, undefined> {
    checkQuery(query, this.queries);
    for (let at = this.offsets[query] ?? 0; at < (this.offsets[query + 1] ?? 0); at++)
      yield { id: this.ids[at] as Own, distance: this.distances[at] ?? Infinity };
  }
}

function checkQuery(query: number, queries: number): void {
  if (!Number.isInteger(query) || query < 0 || query >= queries)
    throw new OptionError(
      `hits: query ${show(query)} of ${queries} does not exist. Give a whole number ${queries === 0 ? 'where there are queries' : `from 0 to ${queries - 1}`}.`,
    );
}

/** Hits of some queries of a scan, as rows: `from` up to but not including `to`. */
export interface RowHits {
  readonly rows: Uint32Array;
  readonly distances: Float32Array | Float64Array;
  readonly counts: Uint32Array;
  readonly k: number;
}

/** Rows with their ids, in k places a query where the scan had fewer. */
export function resultOf<Own extends Id>(found: RowHits, view: IdView, k: number): SearchResult<Own> {
  const { counts } = found;
  const dense = idsOf(view, found.rows);
  if (k === found.k)
    return new SearchResult<Own>({ ids: dense as IdArray<Own>, distances: found.distances, counts, k });
  const ids = emptyIds(view.kind, counts.length * k);
  const distances = emptyDistances(found.distances, counts.length * k);
  counts.forEach((count, query) => {
    for (let i = 0; i < count; i++) {
      (ids as Id[])[query * k + i] = dense[query * found.k + i] ?? noId(view.kind);
      distances[query * k + i] = found.distances[query * found.k + i] ?? Infinity;
    }
  });
  return new SearchResult<Own>({ ids: ids as IdArray<Own>, distances, counts, k });
}

/** The hits of `queries` queries from `first` on, of many that were searched together. */
export function someOf(found: RowHits, first: number, queries: number): RowHits {
  const { k } = found;
  const [from, to] = [first * k, (first + queries) * k];
  return {
    rows: found.rows.slice(from, to),
    distances: found.distances.slice(from, to),
    counts: found.counts.slice(first, first + queries),
    k,
  };
}

/** Hits without the id that asked; where it is not among them, without the last. Of k + 1 places k remain. */
export function withoutSelf<Own extends Id>(found: SearchResult<Own>, self: readonly Own[]): SearchResult<Own> {
  const k = found.k - 1;
  const kind = typeof found.ids[0] === 'string' ? 'string' : 'integer';
  const ids = emptyIds(kind, self.length * k);
  const distances = emptyDistances(found.distances, self.length * k);
  const counts = new Uint32Array(self.length);
  self.forEach((own, query) => {
    let at = query * k;
    for (const { id, distance } of found.hits(query)) {
      if (id === own || at === (query + 1) * k) continue;
      (ids as Id[])[at] = id;
      distances[at++] = distance;
    }
    counts[query] = at - query * k;
  });
  return new SearchResult<Own>({ ids: ids as IdArray<Own>, distances, counts, k });
}

/** What a search of nothing, or for nothing, answers. */
export function emptyResult<Own extends Id>(
  kind: IdKind | undefined,
  queries: number,
  k: number,
  dtype: RowFormat['dtype'],
): SearchResult<Own> {
  const distances = distancesOf(dtype, queries * k).fill(Infinity);
  const ids = emptyIds(kind, queries * k) as IdArray<Own>;
  return new SearchResult<Own>({ ids, distances, counts: new Uint32Array(queries), k });
}

export function emptyRange<Own extends Id>(
  kind: IdKind | undefined,
  queries: number,
  dtype: RowFormat['dtype'],
): RangeResult<Own> {
  const ids = emptyIds(kind, 0) as IdArray<Own>;
  return new RangeResult<Own>({ offsets: new Float64Array(queries + 1), ids, distances: distancesOf(dtype, 0) });
}

/** Vectors one behind the other into k places a query. */
export function spread(vectors: VectorArray, { counts, k }: SearchResult, dim: number): VectorArray {
  const make = vectors.constructor as new (length: number) => VectorArray;
  const out = new make(counts.length * k * dim);
  let at = 0;
  counts.forEach((count, query) => {
    out.set(vectors.subarray(at * dim, (at + count) * dim), query * k * dim);
    at += count;
  });
  return out;
}

const distancesOf = (dtype: RowFormat['dtype'], count: number): Float32Array | Float64Array =>
  dtype === 'float64' ? new Float64Array(count) : new Float32Array(count);

const emptyDistances = (like: Float32Array | Float64Array, count: number): Float32Array | Float64Array =>
  (like instanceof Float64Array ? new Float64Array(count) : new Float32Array(count)).fill(Infinity);
