/**
 * The engine: what every device does alike above its backend. It counts who holds a storage, queues calls behind
 * storages that are still on their way, carries doubts (errors that only the device or the data can tell) from inputs
 * to outputs, gathers the reads of one tick into one trip, and knows whether the device is open, closed or lost.
 * It knows nothing of shapes: that is the tensor room's.
 */
import { DeviceClosedError, DeviceLostError, LimitError, UnitballError } from '../errors.ts';
import type { Backend, LostInfo, Primitive, ReadRange, StorageId, Verdict } from './contract.ts';

/**
 * Something that may yet turn out wrong: a verdict that the device owes us, or a status word that a kernel writes
 * beside its output. Whoever reads a storage settles its doubts first.
 */
interface Doubt {
  settled: boolean;
  error?: Error | undefined;
  verdict?: Promise<void>;
  status?: { storage: Storage; explain: StatusReader };
}

/** Turns the status word of a kernel into an error, or into undefined where all is well. Word 0 is always well. */
export type StatusReader = (word: number) => UnitballError | undefined;

/** One piece of device memory with a count of its holders: tensors, views, calls under way, doubts. */
export class Storage {
  /** Set while the content is still on its way; never rejects: what failed is in `error`. */
  pending: Promise<void> | undefined;
  error: Error | undefined;
  readonly doubts: Set<Doubt> = new Set();
  #holders = 1;

  readonly engine: Engine;
  readonly id: StorageId;
  readonly bytes: number;

  constructor(engine: Engine, id: StorageId, bytes: number) {
    this.engine = engine;
    this.id = id;
    this.bytes = bytes;
  }

  retain(): this {
    this.#holders++;
    return this;
  }

  release(): void {
    if (--this.#holders > 0) return;
    for (const doubt of this.doubts) doubt.status?.storage.release();
    this.doubts.clear();
    this.engine.free(this);
  }

  addDoubt(doubt: Doubt): void {
    if (isDispelled(doubt) || this.doubts.has(doubt)) return;
    doubt.status?.storage.retain();
    this.doubts.add(doubt);
  }

  /** Lets go of doubts that turned out to be none. */
  dropDispelled(): void {
    for (const doubt of this.doubts) {
      if (!isDispelled(doubt)) continue;
      this.doubts.delete(doubt);
      doubt.status?.storage.release();
    }
  }
}

const isDispelled = (doubt: Doubt): boolean => doubt.settled && doubt.error === undefined;

/** More status words than this on one storage are read in the background, so that long chains do not drag them along. */
const MANY_DOUBTS = 16;

export interface Call<Plan> {
  /** The public name of the operation, for messages. */
  readonly op: string;
  readonly primitive: Primitive<Plan>;
  readonly plan: Plan;
  readonly reads: readonly Storage[];
  readonly writes: readonly Storage[];
  /** For a primitive that writes a status word: it comes as one more write, after the others. */
  readonly status?: StatusReader;
}

export class Engine {
  readonly backend: Backend;
  /** Resolves when the device is closed or lost; never rejects. */
  readonly lost: Promise<LostInfo>;
  #state: 'open' | 'closed' | 'lost' = 'open';
  #loss: LostInfo | undefined;
  #announceLoss: (info: LostInfo) => void = () => {};
  #reads: { range: ReadRange; resolve: (data: ArrayBuffer) => void; reject: (error: unknown) => void }[] = [];

  constructor(backend: Backend) {
    this.backend = backend;
    this.lost = new Promise(resolve => (this.#announceLoss = resolve));
    void backend.lost.then(info => this.#lose(info));
  }

  get open(): boolean {
    return this.#state === 'open';
  }

  /** Throws for a closed device. A lost one takes calls: their results reject when they are read. */
  assertOpen(op: string): void {
    if (this.#state === 'closed') throw this.#goneError(op);
  }

  allocate(bytes: number, op: string): Storage {
    this.assertOpen(op);
    const { maxStorageBytes } = this.backend;
    if (bytes > maxStorageBytes)
      throw new LimitError(
        `${op}: a tensor of ${bytes} bytes is larger than this device's largest buffer (${maxStorageBytes} bytes). Work in row blocks that fit.`,
      );
    if (this.#state === 'lost') return this.#stillborn(bytes, op);
    const { id, verdict } = this.backend.allocate(bytes);
    const storage = new Storage(this, id, bytes);
    if (verdict) storage.addDoubt(doubtOf(verdict));
    return storage;
  }

  /** A storage around memory that somebody else owns and the backend already knows. */
  adopt(id: StorageId, bytes: number): Storage {
    return new Storage(this, id, bytes);
  }

  upload(data: Uint8Array, op: string): Storage {
    const storage = this.allocate(data.byteLength, op);
    if (this.#state === 'open' && data.byteLength > 0) this.backend.write(storage.id, 0, data);
    return storage;
  }

  /** Enqueues a call, or lets it wait for reads that are on their way. Throws only what the plan itself tells. */
  run<Plan>(call: Call<Plan>): void {
    this.assertOpen(call.op);
    const { reads } = call;
    const writes = call.writes;
    const waits = [...reads, ...writes].filter(storage => storage.pending !== undefined);
    if (waits.length === 0) return this.#start(call);

    const held = [...reads, ...writes].map(storage => storage.retain());
    const started = Promise.all(waits.map(storage => storage.pending)).then(() => {
      try {
        this.#start(call);
      } catch (error) {
        for (const storage of writes) storage.error ??= error as Error;
      }
      for (const storage of writes) if (storage.pending === started) storage.pending = undefined;
      for (const storage of held) storage.release();
    });
    for (const storage of writes) storage.pending = started;
  }

  /** Fills a storage by an async routine; calls that read it wait. */
  defer(storage: Storage, routine: () => Promise<void>): void {
    storage.retain();
    const done = routine()
      .then(
        () => {},
        (error: unknown) => void (storage.error ??= error as Error),
      )
      .then(() => {
        if (storage.pending === done) storage.pending = undefined;
        storage.release();
      });
    storage.pending = done;
  }

  /** Writes host bytes to a storage that `defer` fills, or to a part of one that no call has read yet. */
  write(storage: Storage, data: Uint8Array, byteOffset = 0): void {
    if (this.#state === 'open' && data.byteLength > 0) this.backend.write(storage.id, byteOffset, data);
  }

  /** The bytes of a storage, once it is sure that they are right. */
  async read(storage: Storage, byteOffset: number, bytes: number, op: string): Promise<ArrayBuffer> {
    this.assertOpen(op);
    storage.retain();
    try {
      await storage.pending;
      if (storage.error) throw storage.error;
      if (!this.open) throw this.#goneError(op);
      const doubts = [...storage.doubts].filter(doubt => !doubt.settled || doubt.error);
      const watched = doubts.filter(doubt => doubt.status && !doubt.settled);
      const data = bytes > 0 ? this.#enqueueRead(storage.id, byteOffset, bytes) : Promise.resolve(new ArrayBuffer(0));
      const words = watched.map(doubt => this.#enqueueRead((doubt.status as { storage: Storage }).storage.id, 0, 4));
      const [content, ...statuses] = await Promise.all([data, ...words]);
      watched.forEach((doubt, i) => {
        const word = new Uint32Array(statuses[i] as ArrayBuffer)[0] ?? 0;
        doubt.error = word === 0 ? undefined : doubt.status?.explain(word);
        doubt.settled = true;
      });
      await Promise.all(doubts.map(doubt => doubt.verdict));
      const wrong = doubts.find(doubt => doubt.error);
      if (wrong?.error) throw wrong.error;
      storage.dropDispelled();
      return content;
    } catch (error) {
      if (!(error instanceof UnitballError)) await this.#lossOrPatience(error);
      throw this.open || this.#isTyped(error) ? error : this.#goneError(op);
    } finally {
      storage.release();
    }
  }

  /** Waits until a storage's content is certain without reading it. */
  async settle(storage: Storage, op: string): Promise<void> {
    await this.read(storage, 0, 0, op);
  }

  free(storage: Storage): void {
    if (this.#state === 'open' && storage.id !== STILLBORN) this.backend.free(storage.id);
  }

  close(): void {
    if (this.#state === 'closed') return;
    const wasOpen = this.#state === 'open';
    this.#state = 'closed';
    this.#loss ??= { reason: 'closed', message: 'the device was closed by close()' };
    if (wasOpen) this.backend.close();
    this.#announceLoss(this.#loss);
    this.#rejectReads();
  }

  #start<Plan>(call: Call<Plan>): void {
    const { op, reads, writes } = call;
    for (const source of reads) {
      source.dropDispelled();
      for (const doubt of source.doubts) for (const target of writes) target.addDoubt(doubt);
      // Whatever is wrong is told to whoever reads: here it only matters that words that are well go away.
      if (source.doubts.size > MANY_DOUBTS) this.#tidy(source, op);
    }
    const failed =
      [...reads, ...writes].find(storage => storage.error)?.error ??
      (this.#state === 'open' ? undefined : this.#goneError(op));
    if (failed) {
      for (const storage of writes) storage.error ??= failed;
      return;
    }
    let ids = writes.map(storage => storage.id);
    if (call.status) {
      const storage = this.upload(new Uint8Array(4), op);
      const doubt: Doubt = { settled: false, status: { storage, explain: call.status } };
      for (const target of writes) target.addDoubt(doubt);
      storage.release();
      ids = [...ids, storage.id];
    }
    const verdict = this.backend.run(
      call.primitive,
      call.plan,
      reads.map(storage => storage.id),
      ids,
    );
    if (!verdict) return;
    const doubt = doubtOf(verdict);
    for (const target of writes) target.addDoubt(doubt);
  }

  /** Settles a storage's doubts in the background, one storage at a time. */
  #tidy(storage: Storage, op: string): void {
    if (this.#tidying) return;
    this.#tidying = true;
    this.settle(storage, op)
      .catch(() => undefined)
      .finally(() => (this.#tidying = false));
  }
  #tidying = false;

  /** Reads asked for in one tick travel together. */
  #enqueueRead(id: StorageId, byteOffset: number, bytes: number): Promise<ArrayBuffer> {
    return new Promise((resolve, reject) => {
      this.#reads.push({ range: { id, byteOffset, bytes }, resolve, reject });
      if (this.#reads.length > 1) return;
      queueMicrotask(() => {
        const batch = this.#reads;
        this.#reads = [];
        this.#underway.add(batch);
        let answers: Promise<ArrayBuffer>[] = [];
        try {
          answers = this.backend.read(batch.map(read => read.range));
        } catch (error) {
          for (const read of batch) read.reject(error);
        }
        answers.forEach((answer, i) => void answer.then(batch[i]?.resolve, batch[i]?.reject));
        void Promise.allSettled(answers).then(() => this.#underway.delete(batch));
      });
    });
  }

  #underway: Set<{ reject: (error: unknown) => void }[]> = new Set();

  #rejectReads(): void {
    const error = this.#goneError('data');
    for (const batch of this.#underway) for (const read of batch) read.reject(error);
    this.#underway.clear();
  }

  #lose(info: LostInfo): void {
    if (this.#state !== 'open') return;
    this.#state = 'lost';
    this.#loss = info;
    this.#announceLoss(info);
    this.#rejectReads();
  }

  /** A read that fails in the device's own words is often the first sign of a loss, which is announced a little later. */
  async #lossOrPatience(error: unknown): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const patience = (error as Error).name === 'AbortError' ? LONG_PATIENCE_MS : PATIENCE_MS;
    await Promise.race([this.lost, new Promise<void>(resolve => (timer = setTimeout(resolve, patience)))]);
    clearTimeout(timer);
  }

  #stillborn(bytes: number, op: string): Storage {
    const storage = new Storage(this, STILLBORN, bytes);
    storage.error = this.#goneError(op);
    return storage;
  }

  #isTyped(error: unknown): boolean {
    return error instanceof DeviceClosedError || error instanceof DeviceLostError;
  }

  #goneError(op: string): UnitballError {
    if (this.#state === 'closed')
      return new DeviceClosedError(`${op}: the device was closed. Open another one with openDevice().`);
    return new DeviceLostError(
      `${op}: the device was lost (${this.#loss?.message ?? 'no reason given'}). Its tensors are gone; open another one with openDevice().`,
    );
  }
}

/** How long a failed read waits for the announcement that the device was lost. */
const PATIENCE_MS = 200;
/** WebGPU aborts mappings of lost devices only, but a GPU process that is busy tells of the loss when it is done with its work. */
const LONG_PATIENCE_MS = 30_000;

/** The id of a storage that never got memory, because its device was lost already. */
const STILLBORN: StorageId = 0;

/** One doubt a verdict: calls of one submit share it, so that long chains of calls stay cheap. */
const doubts: WeakMap<Verdict, Doubt> = /* @__PURE__ */ new WeakMap();

function doubtOf(verdict: Verdict): Doubt {
  const known = doubts.get(verdict);
  if (known) return known;
  const doubt: Doubt = { settled: false };
  doubt.verdict = verdict.then(error => {
    doubt.error = error;
    doubt.settled = true;
  });
  doubts.set(verdict, doubt);
  return doubt;
}
