/**
 * The wasm device: calls become batches of commands for the workers, in the order in which they were made. The page computes
 * nothing that has a kernel; what has none runs here, on the `cpu` kernel, once the workers are done with what comes before.
 *
 * A call is *taken* at once where nothing stands before it, else it queues. It stands before others while it waits: for its
 * kernels to load, for the workers to be idle, for memory to grow, or for data that go through the heap in pieces.
 */
import type {
  Backend,
  DeviceInfo,
  LoweredToWasm,
  LowerToWasm,
  Primitive,
  ReadRange,
  StorageId,
  Verdict,
} from '../contract.ts';
import { Batches } from './batches.ts';
import type { Build } from './binary.ts';
import { Crew, whyNotShared } from './crew.ts';
import { onHost, WasmMemory, type Block } from './memory.ts';
import { Modules } from './modules.ts';
import { Sequence } from './order.ts';
import { outOfMemory, runInPieces } from './pieces.ts';
import { kernelsOn } from './table.ts';

export interface WasmOptions {
  readonly build: Build;
  readonly threads: number;
  /** Whether memory is shared by the threads and the page. */
  readonly shares: boolean;
  readonly debug: boolean;
  readonly workerUrl: string | URL | undefined;
  /** Why `auto` took this device instead of a GPU. */
  readonly noGpu: string;
  /** Bytes of heap and of a range, for tests. */
  readonly heapBytes?: number | undefined;
  readonly rangeBytes?: number | undefined;
}

/** Bytes of a range that goes through the heap and out again. */
const RANGE_BYTES = 2 ** 25;
/** A quiet NaN with a tell-tale payload: what fresh memory holds in debug mode, so that an unwritten result is seen. */
const POISON = 0x7fc0dead;

interface Call<Plan> {
  readonly primitive: Primitive<Plan>;
  readonly plan: Plan;
  readonly reads: readonly Block[];
  readonly writes: readonly Block[];
}

/** How a call went: whether it will be right, and what those behind it have to wait for. */
interface Step {
  readonly verdict?: Verdict | undefined;
  readonly waits?: Promise<unknown> | undefined;
}

export async function createWasmBackend(options: WasmOptions): Promise<Backend> {
  const memory = new WasmMemory(options.threads, options.shares, options.heapBytes);
  const { threads, workerUrl } = options;
  return new WasmBackend(options, memory, await Crew.start({ threads, memory: memory.shared, workerUrl }));
}

class WasmBackend implements Backend {
  readonly info: DeviceInfo;
  readonly lost: Backend['lost'];
  readonly maxStorageBytes: number = Number.MAX_SAFE_INTEGER;
  readonly #options: WasmOptions;
  readonly #memory: WasmMemory;
  readonly #crew: Crew;
  readonly #batches: Batches;
  readonly #modules: Modules;
  readonly #sequence: Sequence = new Sequence();
  readonly #lowerings: WeakMap<object, LowerToWasm<never> | Promise<void>> = new WeakMap();
  #closed = false;

  constructor(options: WasmOptions, memory: WasmMemory, crew: Crew) {
    this.#options = options;
    this.#memory = memory;
    this.#crew = crew;
    this.#batches = new Batches(crew);
    this.#modules = new Modules(options.build, memory);
    this.lost = crew.lost;
    this.info = describe(options);
  }

  allocate(bytes: number): { id: StorageId } {
    const { id, block } = this.#memory.allocate(bytes);
    if (this.#options.debug) this.#sequence.add(() => this.#poison(block));
    return { id };
  }

  free(id: StorageId): void {
    const block = this.#memory.forget(id);
    this.#sequence.add(() => this.#memory.leave(block));
  }

  write(id: StorageId, byteOffset: number, bytes: Uint8Array): void {
    const block = this.#memory.block(id);
    const atOnce = this.#isIdle && this.#memory.view(block) !== undefined;
    const content = atOnce ? bytes : bytes.slice();
    this.#sequence.add(() => this.#put(block, byteOffset, content));
  }

  read(ranges: readonly ReadRange[]): Promise<ArrayBuffer>[] {
    return ranges.map(({ id, byteOffset, bytes }) => {
      const block = this.#memory.block(id);
      return new Promise<ArrayBuffer>((resolve, reject) =>
        this.#sequence.add(() => void this.#get(block, byteOffset, bytes).then(resolve, reject)),
      );
    });
  }

  run<Plan>(
    primitive: Primitive<Plan>,
    plan: Plan,
    reads: readonly StorageId[],
    writes: readonly StorageId[],
  ): Verdict | undefined {
    const blocksOf = (ids: readonly StorageId[]): Block[] => ids.map(id => this.#memory.block(id));
    const call: Call<Plan> = { primitive, plan, reads: blocksOf(reads), writes: blocksOf(writes) };
    if (this.#sequence.isClear) {
      const { verdict, waits } = this.#take(call);
      this.#sequence.waitFor(waits);
      return verdict;
    }
    return new Promise(resolve =>
      this.#sequence.add(() => {
        try {
          const { verdict, waits } = this.#take(call);
          resolve(verdict);
          return waits;
        } catch (error) {
          resolve(error as Error);
          return undefined;
        }
      }),
    );
  }

  memory(): ReturnType<Backend['memory']> {
    return this.#closed ? { ...this.#memory.use(), live: 0, pooled: 0 } : this.#memory.use();
  }

  kernelMs(): number {
    return this.#crew.kernelMs;
  }

  close(): void {
    this.#closed = true;
    this.#sequence.drop();
    this.#crew.end();
    this.#memory.release();
  }

  /** True where nothing waits and the workers have nothing to do: the page may look at memory itself. */
  get #isIdle(): boolean {
    return this.#sequence.isClear && this.#batches.isQuiet;
  }

  /** `tried`: the lowering was asked for already, and what there is of it is all that there will be. */
  #take<Plan>(call: Call<Plan>, tried = false): Step {
    const { primitive, plan } = call;
    const lower = this.#loweringOf(primitive, tried);
    if (lower instanceof Promise) return this.#later(lower, () => this.#take(call, true));
    const lowered = lower?.(plan, { maxRangeBytes: Number.MAX_SAFE_INTEGER });
    if (!lower || !lowered) return this.#onHost(call);
    const blocks = [...call.reads, ...call.writes];
    const entered = blocks.filter(block => this.#enter(block));
    const fits = blocks.every(block => block.at !== undefined);
    const scratch = fits ? this.#scratch(lowered) : undefined;
    const giveBack = (): void => scratch?.forEach(at => this.#memory.heap.give(at));
    const wanted = this.#memory.isShort ? this.#memory.wanted() : undefined;
    if (!scratch || wanted !== undefined) {
      giveBack();
      for (const block of entered) this.#memory.leave(block);
      if (wanted !== undefined) return this.#later(this.#grow(wanted), () => this.#take(call, true));
      const pieces = lower(plan, { maxRangeBytes: this.#options.rangeBytes ?? RANGE_BYTES });
      return pieces ? this.#inPieces(call, pieces) : this.#onHost(call);
    }
    for (const block of entered) this.#carryOver(block);
    const slots = [...blocks.map(block => block.at as number), ...scratch];
    const verdict = this.#batches.add(...lowered.passes.flatMap(pass => this.#modules.commandsOf(pass, slots)));
    for (const block of call.writes) wasWrittenInHeap(block);
    giveBack();
    return { verdict };
  }

  /** Takes a call when something is done. */
  #later(until: Promise<unknown>, take: () => Step): Step {
    const step = until.then(take);
    return {
      verdict: step.then(
        ({ verdict }) => verdict,
        (error: Error) => error,
      ),
      waits: step.then(({ waits }) => waits),
    };
  }

  /** How a primitive is lowered: a promise while that is being loaded. What could not be loaded is asked for again next time. */
  #loweringOf<Plan>(primitive: Primitive<Plan>, tried: boolean): LowerToWasm<Plan> | Promise<void> | undefined {
    const known = this.#lowerings.get(primitive);
    if (known) return known as LowerToWasm<Plan> | Promise<void>;
    if (tried || !primitive.wasm) return undefined;
    const loading = primitive.wasm().then(
      lower => void this.#lowerings.set(primitive, lower),
      () => void this.#lowerings.delete(primitive),
    );
    this.#lowerings.set(primitive, loading);
    return loading;
  }

  /** Addresses of a call's scratch memory; undefined where the heap has none left. */
  #scratch({ scratch }: LoweredToWasm): number[] | undefined {
    const taken: number[] = [];
    for (const bytes of scratch) {
      const at = this.#memory.place(bytes);
      if (at === undefined) {
        for (const given of taken) this.#memory.heap.give(given);
        return undefined;
      }
      taken.push(at);
    }
    this.#memory.countScratch(scratch.reduce((sum, bytes) => sum + bytes, 0));
    return taken;
  }

  // ── where data are ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Gives a block that is on the host a place in a heap of the worker's own. Its content follows by `#carryOver`. */
  #enter(block: Block): boolean {
    if (this.#memory.shared || block.at !== undefined) return false;
    block.at = this.#memory.heap.take(block.bytes);
    return block.at !== undefined;
  }

  #carryOver(block: Block): void {
    if (block.at !== undefined && block.host && !block.fresh)
      void this.#batches.add({ do: 'write', at: block.at, content: block.host });
    block.host = undefined;
  }

  /** Grows a memory of the worker's own; where it cannot, the heap ends where it is. */
  async #grow(bytes: number): Promise<void> {
    const { grown } = await this.#batches.post([{ do: 'grow', bytes }]);
    if (grown) this.#memory.committed = bytes;
    else this.#memory.heap.limit = this.#memory.committed;
  }

  #poison(block: Block): void {
    if (block.host) new Uint32Array(block.host.buffer).fill(POISON);
    else if (block.at !== undefined)
      void this.#batches.add({ do: 'fill', at: block.at, bytes: Math.ceil(block.bytes / 4) * 4, word: POISON });
  }

  /** Writes bytes that are not the caller's any more, or may be looked at right now. */
  #put(block: Block, byteOffset: number, bytes: Uint8Array): void {
    block.fresh = false;
    if (block.host) {
      block.host.set(bytes, byteOffset);
      this.#memory.leave(block);
      return;
    }
    const view = this.#isIdle ? this.#memory.view(block) : undefined;
    if (view) view.set(bytes, byteOffset);
    else void this.#batches.add({ do: 'write', at: (block.at as number) + byteOffset, content: bytes });
  }

  async #get(block: Block, byteOffset: number, bytes: number): Promise<ArrayBuffer> {
    const view = block.host ?? (this.#isIdle ? this.#memory.view(block) : undefined);
    if (!view) return this.#batches.read((block.at as number) + byteOffset, bytes);
    const copy = new Uint8Array(bytes);
    copy.set(view.subarray(byteOffset, byteOffset + bytes));
    return copy.buffer;
  }

  /** Copies a block from a heap that the page cannot see. */
  async #bringBack(block: Block): Promise<void> {
    if (this.#memory.view(block) || block.at === undefined) return;
    const host = onHost(block.bytes);
    host.set(new Uint8Array(await this.#batches.read(block.at, block.bytes)));
    block.host = host;
  }

  // ── calls without a kernel, and calls that do not fit ──────────────────────────────────────────────────────────────────

  /** Runs the `cpu` kernel in the page, when the workers are idle and everything is in sight. */
  #onHost<Plan>(call: Call<Plan>): Step {
    const blocks = [...call.reads, ...call.writes];
    if (this.#batches.isQuiet && blocks.every(block => this.#memory.view(block))) {
      this.#compute(call);
      return {};
    }
    return this.#once(async () => {
      await Promise.all(blocks.map(block => this.#bringBack(block)));
      this.#compute(call);
    });
  }

  #compute<Plan>({ primitive, plan, reads, writes }: Call<Plan>): void {
    const viewsOf = (blocks: readonly Block[]): Uint8Array[] =>
      blocks.map(block => this.#memory.view(block) as Uint8Array);
    primitive.cpu(plan, viewsOf(reads), viewsOf(writes));
    for (const block of writes) {
      block.fresh = false;
      // What the worker has of it is no longer true.
      if (block.host) this.#memory.leave(block);
    }
  }

  #inPieces<Plan>({ reads, writes }: Call<Plan>, lowered: LoweredToWasm): Step {
    return this.#once(async () => {
      const scratch = this.#scratch(lowered);
      if (!scratch) throw outOfMemory(lowered.scratch.reduce((sum, bytes) => sum + bytes, 0));
      const [memory, batches, modules] = [this.#memory, this.#batches, this.#modules];
      try {
        const grow = async (): Promise<void> => (memory.isShort ? this.#grow(memory.wanted()) : undefined);
        await runInPieces({ memory, batches, modules, grow, reads, writes, scratch }, lowered);
      } finally {
        for (const at of scratch) memory.heap.give(at);
      }
      for (const block of writes) wasWrittenInHeap(block);
    });
  }

  /** Does something once the workers have done everything so far; later calls wait for it. */
  #once(routine: () => Promise<void>): Step {
    const done = this.#batches.settled().then(routine);
    return {
      verdict: done.then(
        () => undefined,
        (error: Error) => error,
      ),
      waits: done,
    };
  }
}

/** Notes that a kernel wrote a block: where that lies in the heap, what the host has of it is no longer true. */
function wasWrittenInHeap(block: Block): void {
  block.fresh = false;
  if (block.at !== undefined) block.host = undefined;
}

const ownMemory = (why: string): string => `memory of its own${why && `: ${why}`}`;

function describe({ build, threads, shares, noGpu }: WasmOptions): DeviceInfo {
  const features = ['simd', ...(build === 'relaxed' ? ['relaxed-simd'] : []), ...(shares ? ['threads'] : [])];
  return {
    kind: 'wasm',
    vendor: '',
    architecture: build === 'relaxed' ? 'wasm with relaxed SIMD' : 'wasm with SIMD',
    description: `${threads} thread${threads === 1 ? '' : 's'}, ${shares ? 'shared memory' : ownMemory(whyNotShared())}`,
    isFallback: false,
    features,
    limits: { threads },
    kernels: kernelsOn('wasm'),
    noGpu,
  };
}
