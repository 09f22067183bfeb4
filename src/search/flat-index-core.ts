/**
 * What an index is below its public face: rows and ids, changed together, and how both come to another device when theirs is
 * lost. Nothing here searches.
 */
import { DeviceClosedError, DeviceLostError, DeviceUnavailableError, DisposedError, ShapeError } from '../errors.ts';
import { openDevice, Tensor, type Device, type TensorLike, type WordArray } from '../tensor/index.ts';
import { allowedRows } from './filter.ts';
import { RowStore } from './flat-index-rows.ts';
import type { IndexSettings } from './flat-index-settings.ts';
import { Snapshot } from './flat-index-snapshot.ts';
import { storedFromHost, vectorsOf } from './flat-index-vectors.ts';
import { IdBook, liveRows, type Id, type IdArray } from './ids.ts';

/** The copy on the host is kept up to this many bytes, where nobody says whether to keep one. */
const HOST_BYTES = 256 * 2 ** 20;
/** Fewer removed rows than this are not worth a compaction. */
const WORTH_COMPACTING = 1024;
/** Bytes that go from device to device at once. */
const BATCH_BYTES = 4 * 2 ** 20;
const REOPEN_ATTEMPTS = 50;
const REOPEN_PAUSE_MS = 100;

/** Rows and their ids. */
export interface Content {
  readonly store: RowStore;
  readonly book: IdBook;
}

/** Where the index can be had again, and in which state it was saved there. */
interface Saved {
  readonly changes: number;
  readonly load: (device: Device) => Promise<Content>;
}

/** A content without rows, `expected` of which will come. */
export function emptyContent({ format, measure, keepHost }: IndexSettings, device: Device, expected = 0): Content {
  const keeps = keepHost ?? expected * format.rowBytes <= HOST_BYTES;
  return { store: new RowStore(device, { format, measure }, keeps), book: new IdBook() };
}

export class IndexCore {
  readonly settings: IndexSettings;
  /** Told when the index has come to another device. */
  onDevice: (device: Device, previous: Device) => void = () => {};
  #store: RowStore;
  #book: IdBook;
  #snapshot: Snapshot | undefined;
  /** Counts changes of what is in the index, and of how it lies in memory. */
  #changes = 0;
  #moves = 0;
  #saved: Saved | undefined;
  #recovering: Promise<void> | undefined;
  #disposed = false;

  constructor(settings: IndexSettings, { store, book }: Content) {
    this.settings = settings;
    this.#store = store;
    this.#book = book;
  }

  get device(): Device {
    return this.#store.device;
  }

  get book(): IdBook {
    return this.#book;
  }

  get keepsHost(): boolean {
    return this.#store.keepsHost;
  }

  get changes(): number {
    return this.#changes;
  }

  /** Remembers where this state was saved. */
  savedAs(saved: Saved): void {
    this.#saved = saved;
  }

  assertAlive(op: string): void {
    if (this.#disposed) throw new DisposedError(`${op}: this index was disposed. Use it before dispose().`);
  }

  assertUsable(op: string): void {
    this.assertAlive(op);
    try {
      this.device.engine.assertOpen(op);
    } catch (cause) {
      throw new DeviceClosedError(
        `${op}: the device of this index was closed. Open another one with openDevice() and use index.moveTo(device).`,
        { cause },
      );
    }
  }

  /** The index as it is now. The caller releases it. */
  snapshot(op: string): Snapshot {
    this.#snapshot ??= new Snapshot(this.#store.hold(op), this.#book.view(), this.device, this.settings.format);
    return this.#snapshot.retain();
  }

  allowed(op: string, filter: unknown): Uint32Array | undefined {
    return filter === undefined ? undefined : allowedRows(op, filter, this.#book);
  }

  /** The stored elements of the vectors under some ids. */
  async read(op: string, ids: readonly Id[]): Promise<WordArray> {
    for (let again = false; ; again = true) {
      const rows = this.#book.rowsOf(op, ids);
      const snapshot = this.snapshot(op);
      try {
        return await snapshot.read(rows);
      } catch (error) {
        if (again) throw error;
        await this.recover(op, error, snapshot.device);
        this.assertUsable(op);
      } finally {
        snapshot.release();
      }
    }
  }

  async add(op: string, vectors: TensorLike, ids: Iterable<Id> | undefined): Promise<IdArray> {
    this.assertUsable(op);
    // What can be walked only once is walked now.
    const named = typeof ids === 'object' && ids !== null && Symbol.iterator in ids ? [...ids] : ids;
    const given = vectors instanceof Tensor ? await vectorsOf(op, vectors, this.settings) : vectors;
    const values = storedFromHost(op, given, this.settings);
    const count = values.length / this.settings.format.stored;
    const check = (): IdArray => this.#book.check(op, named, count);
    const list = await this.#append(op, values, check);
    await this.#tidy(op);
    return list;
  }

  /** Another vector for an id: a new row, so that searches under way see the old one. */
  async update(op: string, id: Id, vector: TensorLike): Promise<void> {
    this.assertUsable(op);
    this.#book.rowsOf(op, [id]);
    const given = vector instanceof Tensor ? await vectorsOf(op, vector, this.settings) : vector;
    const values = storedFromHost(op, given, this.settings);
    const count = values.length / this.settings.format.stored;
    if (count !== 1) throw new ShapeError(`${op}: ${count} vectors for one id. Give one vector.`);
    await this.#append(op, values, () => {
      this.#book.remove(this.#book.rowsOf(op, [id]));
      return this.#book.kind === 'string' ? [String(id)] : Float64Array.of(Number(id));
    });
    await this.#tidy(op);
  }

  remove(op: string, ids: Iterable<Id>): number {
    this.assertAlive(op);
    const rows = new Set(this.#book.rowsOf(op, ids));
    if (rows.size === 0) return 0;
    this.#book.remove(Uint32Array.from(rows));
    this.#changed();
    return rows.size;
  }

  /** Writes rows once there is room. `idsNow` is asked when they are written, with nothing between. */
  async #append(op: string, given: WordArray, idsNow: () => IdArray): Promise<IdArray> {
    let values = given;
    const count = values.length / this.settings.format.stored;
    for (let waiting = this.#roomFor(op, count); waiting; waiting = this.#roomFor(op, count)) {
      // The caller's array is his again as soon as the call has returned.
      if (values === given) values = given.slice();
      await waiting;
      this.assertUsable(op);
    }
    const ids = idsNow();
    this.#store.append(values);
    this.#book.append(ids);
    this.#changed();
    return ids;
  }

  /** Undefined where there is room for so many rows now. */
  #roomFor(op: string, count: number): Promise<void> | undefined {
    const { device } = this;
    const store = this.#store;
    if (!device.engine.open && !store.keepsHost)
      return this.recover(op, new DeviceLostError(`${op}: the device was lost.`), device);
    const bytes = (store.rows + count) * this.settings.format.rowBytes;
    if (store.keepsHost && this.settings.keepHost === undefined && bytes > HOST_BYTES) {
      store.dropHost();
      this.#letGoOfSnapshot();
    }
    if (store.rows + count <= store.capacity) return undefined;
    return store.reserve(op, count)?.catch((error: unknown) => this.recover(op, error, device));
  }

  /** Lets go of the memory of removed rows. */
  async compact(op: string): Promise<void> {
    this.assertUsable(op);
    while (this.#book.removed > 0) {
      const before = this.#state();
      const store = await this.#store.picked(op, liveRows(this.#book.view()));
      if (this.#state() !== before) {
        store.dispose();
        continue;
      }
      this.#replace({ store, book: this.#book.compacted() });
    }
  }

  /** Brings everything to another device. */
  async moveTo(op: string, device: Device): Promise<void> {
    this.assertAlive(op);
    while (device !== this.device) {
      const before = this.#state();
      const content = await this.#contentOn(op, device);
      if (this.#disposed || this.#state() !== before) {
        content.store.dispose();
        this.assertAlive(op);
        continue;
      }
      const previous = this.device;
      this.#replace(content);
      this.onDevice(device, previous);
    }
  }

  /** After a failure on a device: resolves when the index is on another one; rejects with the cause where that is no remedy. */
  async recover(op: string, cause: unknown, failed: Device): Promise<void> {
    if (!(cause instanceof DeviceLostError)) throw cause;
    if (failed !== this.device) return;
    await (this.#recovering ??= this.#replaceDevice(op, cause).finally(() => (this.#recovering = undefined)));
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#letGoOfSnapshot();
    this.#store.dispose();
  }

  async #replaceDevice(op: string, cause: DeviceLostError): Promise<void> {
    const lost = this.device;
    if (lost.engine.open) throw cause;
    if (lost.options.gpuDevice)
      throw new DeviceLostError(
        `${op}: the GPUDevice that this index shares with the page was lost. Open a device and use index.moveTo(device).`,
        { cause },
      );
    if (!this.#store.keepsHost && !this.#savedNow)
      throw new DeviceLostError(
        `${op}: the device was lost, and this index has no copy on the host and was not saved since it last changed. Keep one with keepHostCopy: true, or save it.`,
        { cause },
      );
    await this.moveTo(op, await successorOf(lost));
  }

  async #contentOn(op: string, device: Device): Promise<Content> {
    if (this.#store.keepsHost) return { store: await this.#store.onto(device, op), book: this.#book };
    const saved = this.#savedNow;
    if (!this.device.engine.open && saved) return saved.load(device);
    const snapshot = this.snapshot(op);
    const content = emptyContent({ ...this.settings, keepHost: false }, device);
    try {
      const rowsAtOnce = Math.max(1, Math.floor(BATCH_BYTES / this.settings.format.rowBytes));
      await content.store.reserve(op, snapshot.size);
      for await (const { values } of snapshot.batches(rowsAtOnce)) content.store.append(values);
      await content.store.settle(op);
      return { store: content.store, book: this.#book.compacted() };
    } catch (error) {
      content.store.dispose();
      throw error;
    } finally {
      snapshot.release();
    }
  }

  get #savedNow(): Saved | undefined {
    return this.#saved?.changes === this.#changes ? this.#saved : undefined;
  }

  #replace({ store, book }: Content): void {
    this.#letGoOfSnapshot();
    this.#store.dispose();
    this.#store = store;
    this.#book = book;
    this.#moves++;
  }

  #changed(): void {
    this.#letGoOfSnapshot();
    this.#changes++;
  }

  #letGoOfSnapshot(): void {
    this.#snapshot?.release();
    this.#snapshot = undefined;
  }

  /** Compacts once more rows were removed than live. */
  async #tidy(op: string): Promise<void> {
    const { removed, size } = this.#book;
    if (removed >= WORTH_COMPACTING && removed > size && this.device.engine.open) await this.compact(op);
  }

  #state(): string {
    return `${this.#changes} ${this.#moves}`;
  }
}

const successors = /* @__PURE__ */ new WeakMap<Device, Promise<Device>>();

/** A device in place of a lost one: the same for all indexes that were on it. */
async function successorOf(lost: Device): Promise<Device> {
  for (;;) {
    const opening = successors.get(lost) ?? reopen(lost);
    successors.set(lost, opening);
    const forget = (): void => void (successors.get(lost) === opening && successors.delete(lost));
    opening.catch(forget);
    const found = await opening;
    if (found.engine.open) return found;
    forget();
  }
}

/** A browser needs a moment to start another GPU process. */
async function reopen(lost: Device): Promise<Device> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await openDevice(lost.options);
    } catch (error) {
      if (!(error instanceof DeviceUnavailableError) || attempt === REOPEN_ATTEMPTS) throw error;
      await new Promise(resolve => setTimeout(resolve, REOPEN_PAUSE_MS));
    }
  }
}
