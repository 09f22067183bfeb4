/**
 * `FlatIndex`: vectors on a device under ids of yours, searched exactly. This file is its public face: what it checks and what it
 * promises. Rows are in flat-index-rows.ts, how searches travel in flat-index-queue.ts, files in store/.
 */
import type { Metric, MetricOptions } from '../distance/index.ts';
import { LimitError, OptionError } from '../errors.ts';
import { checkOptions, readFlag, show, showAsText } from '../options.ts';
import { checkDevice, Tensor, type Device, type TensorLike } from '../tensor/index.ts';
import { checkSearch, type Filter } from './filter.ts';
import { emptyContent, IndexCore } from './flat-index-core.ts';
import { SearchQueue, type Found } from './flat-index-queue.ts';
import {
  emptyRange,
  emptyResult,
  RangeResult,
  ReconstructedResult,
  resultOf,
  spread,
  withoutSelf,
  type RowHits,
  type SearchResult,
  type VectorArray,
} from './flat-index-results.ts';
import { storedArray } from './flat-index-rows.ts';
import { checkSettings, type FlatIndexOptions } from './flat-index-settings.ts';
import { plainRows, queriesOf, type Queries } from './flat-index-vectors.ts';
import { idsOf, liveRows, type Id, type IdArray } from './ids.ts';
import {
  blobOf,
  loadIndex,
  saveIndex,
  type LoadOptions,
  type SaveOptions,
  type Source,
  type Target,
} from './store/index.ts';

export interface SearchOptions<Own extends Id = Id> {
  /** How many vectors to find for each query. */
  readonly k: number;
  /** Which ids may be found. All, where left out. */
  readonly filter?: Filter<Own> | undefined;
  /** Ends the search: it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface RangeOptions<Own extends Id = Id> extends Omit<SearchOptions<Own>, 'k'> {
  /** The largest distance that is found. */
  readonly radius: number;
}

export interface SearchByIdOptions<Own extends Id = Id> extends SearchOptions<Own> {
  /** Whether a vector is among its own neighbours. Default false. */
  readonly includeSelf?: boolean | undefined;
}

export interface BatchOptions {
  /** Vectors that come at once. Default 1024. */
  readonly rows?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Vectors with their ids, in the order of the index. */
export interface VectorBatch<Own extends Id = Id> {
  readonly ids: IdArray<Own>;
  /** [ids, dim]. */
  readonly vectors: VectorArray;
}

/** `devicechange`: the index has come to another device. A device that it opened itself, in place of a lost one, is yours to close. */
export class DeviceChangeEvent extends Event {
  readonly device: Device;
  readonly previous: Device;

  constructor(device: Device, previous: Device) {
    super('devicechange');
    this.device = device;
    this.previous = previous;
  }
}

/** More places than this, k times the queries, do not fit into an array. */
const MOST_PLACES = 2 ** 29;

/**
 * Exact nearest neighbours of vectors that come and go.
 *
 * ```ts
 * const index = FlatIndex.create<string>(await openDevice(), { dim: 2, metric: 'euclidean' });
 * await index.add([[0, 0], [3, 4], [6, 8]], ['origin', 'near', 'far']);
 * const found = await index.search([0, 1], { k: 2 });
 * found.ids;                 // ['origin', 'near']
 * [...found.hits(0)];        // [{ id: 'origin', distance: 1 }, { id: 'near', distance: 4.242… }]
 * await index.save('places.index');
 * index.dispose();
 * ```
 *
 * Ids are whole numbers from 0 to 2⁵³ − 1 or strings, of one type an index; without any, vectors are counted. Distances are
 * ascending, whatever the metric (`cosine` is 1 − cos, `dot` minus the product: `toSimilarity` turns them round); of equal ones
 * the vector comes first that was added, or updated, first. A vector whose distance is NaN is not found. With fewer than k hits
 * the rest is padded with −1 (or '') at distance ∞; an empty index finds nothing.
 *
 * A search sees the index as it is when it is called, and searches of one tick that ask for the same k by the same filter are
 * run as one. Removed rows take memory until `compact()`, which adding calls by itself when they are more than those that live.
 *
 * A lost device is replaced by the next search, where the vectors are still to be had: from the copy on the host that is kept
 * up to 256 MiB (or as `keepHostCopy` says), or from a file that has not changed since. `index.device` is another then,
 * and a `devicechange` event says so.
 */
export class FlatIndex<Own extends Id = number> extends EventTarget {
  readonly #core: IndexCore;
  readonly #queue: SearchQueue;

  /** @internal Use `FlatIndex.create` or `FlatIndex.load`. */
  constructor(core: IndexCore) {
    super();
    // On each index: a static block would keep bundlers from leaving the class out.
    showAsText(this);
    this.#core = core;
    this.#queue = new SearchQueue(core);
    core.onDevice = (device, previous) => this.dispatchEvent(new DeviceChangeEvent(device, previous));
  }

  /** An empty index on a device. */
  static create<Own extends Id = number>(device: Device, options: FlatIndexOptions): FlatIndex<Own> {
    const op = 'FlatIndex.create';
    checkDevice(device, op);
    const settings = checkSettings(op, options, device);
    device.engine.assertOpen(op);
    return new FlatIndex<Own>(new IndexCore(settings, emptyContent(settings, device)));
  }

  /**
   * The index that `save` wrote: from a path, { indexedDB, key }, a file's handle, a Blob, bytes, or a stream. It lands on
   * `options.device`, else on the default one. A file that is cut off or altered is a CorruptFileError, one of a newer version an
   * UnsupportedError; nothing is loaded by half.
   */
  static async load<Own extends Id = number>(source: Source, options: LoadOptions = {}): Promise<FlatIndex<Own>> {
    return new FlatIndex<Own>(await loadIndex('FlatIndex.load', source, options));
  }

  /** Where the vectors are. Another one after the device was lost, or `moveTo`. */
  get device(): Device {
    return this.#core.device;
  }

  /** Numbers in a vector. */
  get dim(): number {
    return this.#core.settings.format.dim;
  }

  get metric(): Metric {
    return this.#core.settings.metric;
  }

  /** @internal The metric with what steers it. */
  get metricOptions(): MetricOptions {
    return this.#core.settings.scan;
  }

  get dtype(): 'float32' | 'float64' | 'bool' {
    return this.#core.settings.format.dtype;
  }

  /** How many vectors. */
  get size(): number {
    return this.#core.book.size;
  }

  /** Removed rows that still take memory. */
  get removed(): number {
    return this.#core.book.removed;
  }

  /** Whether a copy of all vectors is on the host. */
  get keepsHostCopy(): boolean {
    return this.#core.keepsHost;
  }

  override toString(): string {
    return `FlatIndex(${this.size} × ${this.dim}, ${this.#core.settings.name}, ${this.device.kind})`;
  }

  /**
   * Adds vectors, [n, dim] or a single one, and resolves with their ids: those given, else the numbers that follow the largest
   * so far. All are added or none. Plain numbers are copied at the call.
   */
  async add(vectors: TensorLike, ids?: Iterable<Own>): Promise<IdArray<Own>> {
    return (await this.#core.add('add', vectors, ids)) as IdArray<Own>;
  }

  /** Another vector under an id that is there. */
  async update(id: Own, vector: TensorLike): Promise<void> {
    await this.#core.update('update', id, vector);
  }

  /** Removes ids, all of which must be there, and tells how many. */
  remove(ids: Own | Iterable<Own>): number {
    return this.#core.remove('remove', listOf(ids));
  }

  has(id: Own): boolean {
    return this.#core.book.row(id) !== undefined;
  }

  /** The vector under an id, or undefined. Bools come as bytes of 0 and 1. */
  async get(id: Own): Promise<VectorArray | undefined> {
    this.#core.assertUsable('get');
    if (!this.has(id)) return undefined;
    return plainRows(await this.#core.read('get', [id]), this.#core.settings.format);
  }

  /** The ids, in the order in which their vectors were added or updated. */
  *ids(): Generator<Own, void, undefined> {
    const view = this.#core.book.view();
    for (const row of liveRows(view)) yield view.ids[row] as Own;
  }

  /** All vectors with their ids, some at a time, as they are when the loop begins. */
  async *batches(options: BatchOptions = {}): AsyncGenerator<VectorBatch<Own>, void, undefined> {
    const op = 'batches';
    checkOptions(op, options, ['rows', 'signal']);
    const { rows = 1024, signal } = options;
    if (!Number.isInteger(rows) || rows < 1)
      throw new OptionError(`${op}: rows is ${show(rows)}. Give the vectors of a batch, a whole number above 0.`);
    this.#core.assertUsable(op);
    const snapshot = this.#core.snapshot(op);
    try {
      for await (const batch of snapshot.batches(rows, signal))
        yield {
          ids: idsOf(snapshot.view, batch.rows) as IdArray<Own>,
          vectors: plainRows(batch.values, snapshot.format),
        };
    } finally {
      snapshot.release();
    }
  }

  /** `for await (const { id, vector } of index)`. */
  async *[Symbol.asyncIterator](): AsyncGenerator<{ id: Own; vector: VectorArray }, void, undefined> {
    for await (const { ids, vectors } of this.batches())
      for (let i = 0; i < ids.length; i++)
        yield { id: ids[i] as Own, vector: vectors.slice(i * this.dim, (i + 1) * this.dim) };
  }

  /** The k nearest vectors of each query, [n, dim] or a single one. */
  async search(queries: TensorLike, options: SearchOptions<Own>): Promise<SearchResult<Own>> {
    const op = 'search';
    checkSearch(op, options, []);
    const given = this.#queries(op, queries);
    return this.#nearest(op, given, options.k, options, async result => result);
  }

  /** `search`, with the vectors that were found. */
  async searchAndReconstruct(queries: TensorLike, options: SearchOptions<Own>): Promise<ReconstructedResult<Own>> {
    const op = 'searchAndReconstruct';
    checkSearch(op, options, []);
    const given = this.#queries(op, queries);
    return this.#nearest(op, given, options.k, options, async (result, answer) => {
      const rows = answer ? answer.found.rows.filter(row => row !== NO_ROW) : new Uint32Array(0);
      const stored = answer ? await answer.snapshot.read(rows) : storedArray(this.#core.settings.format, 0);
      const vectors = spread(plainRows(stored, this.#core.settings.format), result, this.dim);
      return new ReconstructedResult<Own>(result, vectors, this.dim);
    });
  }

  /** The k nearest vectors of vectors that are in the index, each without itself. */
  async searchById(ids: Own | Iterable<Own>, options: SearchByIdOptions<Own>): Promise<SearchResult<Own>> {
    const op = 'searchById';
    checkSearch(op, options, ['includeSelf']);
    const { k } = options;
    checkK(op, k);
    const includeSelf = readFlag(op, 'includeSelf', options.includeSelf);
    this.#core.assertUsable(op);
    const list = [...listOf(ids)];
    const given = await this.#core.read(op, list);
    return this.#nearest(op, { given, count: list.length }, includeSelf ? k : k + 1, options, async result =>
      includeSelf ? result : withoutSelf(result, list),
    );
  }

  /** All vectors within a radius of each query, any number of them. */
  async rangeSearch(queries: TensorLike, options: RangeOptions<Own>): Promise<RangeResult<Own>> {
    const op = 'rangeSearch';
    checkSearch(op, options, [], 'radius');
    const { radius, filter, signal } = options;
    if (typeof radius !== 'number' || Number.isNaN(radius))
      throw new OptionError(`${op}: radius is ${show(radius)}. Give the largest distance to be found, a number.`);
    const given = this.#queries(op, queries);
    try {
      if (given.count === 0 || this.size === 0) {
        this.#core.allowed(op, filter);
        return emptyRange<Own>(this.#core.book.kind, given.count, this.dtype);
      }
      const { found, snapshot } = await this.#queue.within(op, given, radius, filter, signal);
      const ids = idsOf(snapshot.view, found.rows) as IdArray<Own>;
      snapshot.release();
      return new RangeResult<Own>({ offsets: found.offsets, ids, distances: found.distances });
    } finally {
      letGoOf(given);
    }
  }

  /** Lets go of the memory of removed rows. */
  async compact(): Promise<void> {
    await this.#core.compact('compact');
  }

  /**
   * Brings the index to another device: from the copy on the host, from the file that it was saved to, or from its device, where that
   * is still open.
   */
  async moveTo(device: Device): Promise<void> {
    checkDevice(device, 'moveTo');
    device.engine.assertOpen('moveTo');
    device.checkDtype(this.dtype, 'moveTo');
    await this.#core.moveTo('moveTo', device);
  }

  /**
   * Writes the index as it is now: to a path (a file in Node and Deno, the origin's private file system in a page), { indexedDB, key },
   * a file's handle, or a WritableStream. What was there is replaced once all is written, and stays whole if that fails.
   */
  async save(target: Target, options: SaveOptions = {}): Promise<void> {
    await saveIndex('save', this.#core, target, options);
  }

  /** What `save` writes, as a Blob. */
  async toBlob(options: SaveOptions = {}): Promise<Blob> {
    return blobOf('toBlob', this.#core, options);
  }

  /** Gives the memory back. Searches under way end as if nothing had happened; the device stays open. */
  dispose(): void {
    this.#core.dispose();
  }

  #queries(op: string, queries: TensorLike): Queries {
    this.#core.assertUsable(op);
    return queriesOf(op, queries, this.#core.settings, this.device);
  }

  /** Searches, and makes of what was found – of nothing, where there is nothing to search – what the caller wants. */
  async #nearest<Result>(
    op: string,
    given: Queries,
    k: number,
    { filter, signal }: SearchOptions<Own>,
    finish: (result: SearchResult<Own>, answer: Found<RowHits> | undefined) => Promise<Result>,
  ): Promise<Result> {
    try {
      checkK(op, k);
      checkPlaces(op, given.count, k);
      if (given.count === 0 || this.size === 0) {
        this.#core.allowed(op, filter);
        return await finish(emptyResult<Own>(this.#core.book.kind, given.count, k, this.dtype), undefined);
      }
      const answer = await this.#queue.nearest(op, given, Math.min(k, this.size), filter, signal);
      try {
        return await finish(resultOf<Own>(answer.found, answer.snapshot.view, k), answer);
      } finally {
        answer.snapshot.release();
      }
    } finally {
      letGoOf(given);
    }
  }
}

/** The number that stands where a scan found no row. */
const NO_ROW = 0xffffffff;

const listOf = <Own extends Id>(ids: Own | Iterable<Own>): Iterable<Own> =>
  typeof ids === 'number' || typeof ids === 'string' ? [ids] : ids;

function letGoOf({ given }: Queries): void {
  if (given instanceof Tensor) given.dispose();
}

function checkK(op: string, k: unknown): void {
  if (!Number.isSafeInteger(k) || (k as number) < 1)
    throw new OptionError(`${op}: k is ${show(k)}. Give how many to find, a whole number above 0.`);
}

function checkPlaces(op: string, queries: number, k: number): void {
  if (queries * k > MOST_PLACES)
    throw new LimitError(
      `${op}: ${queries} queries with ${k} places each do not fit into an array. Search some queries at a time, or use rangeSearch.`,
    );
}
