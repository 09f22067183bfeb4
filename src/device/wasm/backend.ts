/**
 * The wasm device: calls become batches of commands for the workers, in the order in which they were made. The page computes
 * nothing that has a kernel; what has none runs here, on the `cpu` kernel, once the workers are done with what comes before.
 *
 * A call is *taken* at once where nothing stands before it, else it queues. It stands before others while it waits: for its
 * kernels to load, for the workers to be idle, for memory to grow, or for data that go through the heap in pieces.
 */
import { OutOfMemoryError, ShaderError } from '../../errors.ts';
import type {
  Backend,
  DeviceInfo,
  LoweredToWasm,
  LowerToWasm,
  Primitive,
  ReadRange,
  StorageId,
  Verdict,
  WasmModule,
  WasmPass,
} from '../contract.ts';
import { binaryOf, type Build } from './binary.ts';
import { Crew } from './crew.ts';
import { onHost, WasmMemory, type Block } from './memory.ts';
import { MODULES_MOST, PARAM_WORDS_MOST, type Command, type Reply } from './protocol.ts';
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
  /** What is posted at the end of this tick, and the reply that it will have. */
  #commands: Command[] = [];
  #reply: Promise<Reply> | undefined;
  #verdict: Verdict | undefined;
  #answers = 0;
  readonly #queue: (() => Promise<unknown> | undefined)[] = [];
  #waiting = false;
  #closed = false;
  readonly #lowerings: WeakMap<object, LowerToWasm<never> | Promise<void>> = new WeakMap();
  readonly #modules: Map<string, number> = new Map();

  constructor(options: WasmOptions, memory: WasmMemory, crew: Crew) {
    this.#options = options;
    this.#memory = memory;
    this.#crew = crew;
    this.lost = crew.lost;
    this.info = describe(options);
  }

  allocate(bytes: number): { id: StorageId } {
    const { id, block } = this.#memory.allocate(bytes);
    if (this.#options.debug) this.#inOrder(() => this.#poison(block));
    return { id };
  }

  free(id: StorageId): void {
    const block = this.#memory.forget(id);
    this.#inOrder(() => {
      this.#memory.leave(block);
      return undefined;
    });
  }

  write(id: StorageId, byteOffset: number, bytes: Uint8Array): void {
    const block = this.#memory.block(id);
    const atOnce = this.#idle && this.#memory.view(block) !== undefined;
    const content = atOnce ? bytes : bytes.slice();
    this.#inOrder(() => {
      this.#put(block, byteOffset, content);
      return undefined;
    });
  }

  read(ranges: readonly ReadRange[]): Promise<ArrayBuffer>[] {
    return ranges.map(range => {
      const block = this.#memory.block(range.id);
      return new Promise<ArrayBuffer>((resolve, reject) =>
        this.#inOrder(() => {
          this.#get(block, range.byteOffset, range.bytes).then(resolve, reject);
          return undefined;
        }),
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
    if (this.#first) {
      const { verdict, waits } = this.#take(call);
      this.#waitFor(waits);
      return verdict;
    }
    return new Promise(resolve =>
      this.#inOrder(() => {
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
    this.#queue.length = 0;
    this.#crew.end();
  }

  // ── order ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** True where nothing stands before a new call. */
  get #first(): boolean {
    return !this.#waiting && this.#queue.length === 0;
  }

  /** True where, besides, the workers have nothing left to do: the page may look at memory itself. */
  get #idle(): boolean {
    return this.#first && this.#commands.length === 0 && this.#crew.underway === 0;
  }

  /** Does something once everything before it was taken. What it returns, those behind it wait for. */
  #inOrder(action: () => Promise<unknown> | undefined): void {
    if (this.#first) this.#waitFor(action());
    else this.#queue.push(action);
  }

  #waitFor(waits: Promise<unknown> | undefined): void {
    if (!waits) return;
    this.#waiting = true;
    const goOn = (): void => {
      this.#waiting = false;
      while (this.#first === false && !this.#waiting) this.#waitFor(this.#queue.shift()?.());
    };
    waits.then(goOn, goOn);
  }

  /** Adds commands to this tick's batch; the verdict is that of the whole batch. */
  #command(...commands: Command[]): Verdict {
    this.#commands.push(...commands);
    if (!this.#reply) {
      this.#reply = new Promise((resolve, reject) =>
        queueMicrotask(() => {
          const batch = this.#commands;
          this.#commands = [];
          this.#reply = undefined;
          this.#verdict = undefined;
          this.#answers = 0;
          this.#crew.post(batch).then(resolve, reject);
        }),
      );
      this.#verdict = this.#reply.then(
        ({ error }) => (error === undefined ? undefined : trapped(error)),
        () => gone(),
      );
    }
    return this.#verdict as Verdict;
  }

  /** Resolves when the workers have done everything so far. */
  async #settled(): Promise<void> {
    while (this.#reply || this.#crew.underway > 0) await this.#command();
  }

  // ── calls ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

  #take<Plan>(call: Call<Plan>): Step {
    const { primitive, plan } = call;
    const lower = this.#loweringOf(primitive);
    if (lower instanceof Promise) return this.#later(lower, () => this.#take(call));
    const lowered = lower?.(plan, { maxRangeBytes: Number.MAX_SAFE_INTEGER });
    if (!lower || !lowered) return this.#onHost(call);
    const blocks = [...call.reads, ...call.writes];
    const entered = blocks.filter(block => this.#enter(block));
    const fits = blocks.every(block => block.at !== undefined);
    const scratch = fits ? this.#scratch(lowered) : undefined;
    const giveBack = (): void => scratch?.forEach(at => this.#memory.heap.give(at));
    const mustGrow = !this.#memory.shared && this.#memory.heap.top > this.#memory.committed;
    if (!scratch || mustGrow) {
      giveBack();
      for (const block of entered) this.#memory.leave(block);
      if (mustGrow) return this.#later(this.#grow(), () => this.#take(call));
      const pieces = lower(plan, { maxRangeBytes: this.#options.rangeBytes ?? RANGE_BYTES });
      return pieces ? this.#inPieces(call, pieces) : this.#onHost(call);
    }
    for (const block of entered) this.#carryOver(block);
    const slots = [...blocks.map(block => block.at as number), ...scratch];
    const verdict = this.#command(...lowered.passes.flatMap(pass => this.#commandsOf(pass, slots)));
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

  /** How a primitive is lowered: a promise while that is being loaded. What could not be loaded is tried again next time. */
  #loweringOf<Plan>(primitive: Primitive<Plan>): LowerToWasm<Plan> | Promise<void> | undefined {
    if (!primitive.wasm) return undefined;
    const known = this.#lowerings.get(primitive);
    if (known) return known as LowerToWasm<Plan> | Promise<void>;
    const loading = primitive.wasm().then(
      lower => void this.#lowerings.set(primitive, lower),
      () => void this.#lowerings.set(primitive, () => undefined),
    );
    this.#lowerings.set(primitive, loading);
    return loading;
  }

  #commandsOf({ module, kernel, chunks, params, buffers }: WasmPass, slots: readonly number[]): Command[] {
    if (chunks === 0) return [];
    const words = new Uint32Array(buffers.length + params.length);
    buffers.forEach(({ slot, byteOffset }, k) => (words[k] = (slots[slot] as number) + byteOffset));
    words.set(params, buffers.length);
    if (words.length > PARAM_WORDS_MOST) throw new Error(`broken invariant: ${words.length} parameters of ${kernel}`);
    const commands: Command[] = [];
    const slot = this.#moduleOf(module, commands);
    commands.push({ do: 'run', module: slot, kernel, chunks, words });
    return commands;
  }

  /** The number of a module, with the commands that make it known where it is new. */
  #moduleOf(module: WasmModule, commands: Command[]): number {
    const known = this.#modules.get(module.id);
    if (known !== undefined) return known;
    const slot = this.#modules.size;
    if (slot === MODULES_MOST) throw new Error('broken invariant: too many modules');
    this.#modules.set(module.id, slot);
    const binary = binaryOf(module, this.#options.build, this.#memory.shared !== undefined);
    const at = this.#memory.shared && this.#memory.place(binary.length);
    if (!this.#memory.shared) commands.push({ do: 'load', module: slot, binary });
    else if (at === undefined) throw new OutOfMemoryError('wasm: no memory for the kernels. Dispose tensors first.');
    else commands.push({ do: 'write', at, content: binary }, { do: 'share', module: slot, at, bytes: binary.length });
    return slot;
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
      void this.#command({ do: 'write', at: block.at, content: block.host });
    block.host = undefined;
  }

  async #grow(): Promise<void> {
    const { heap } = this.#memory;
    const bytes = this.#memory.wanted();
    const reply = await this.#crew.post([{ do: 'grow', bytes }]);
    if (reply.grown) this.#memory.committed = bytes;
    else heap.limit = this.#memory.committed;
  }

  #poison(block: Block): undefined {
    if (block.host) new Uint32Array(block.host.buffer).fill(POISON);
    else if (block.at !== undefined)
      void this.#command({ do: 'fill', at: block.at, bytes: Math.ceil(block.bytes / 4) * 4, word: POISON });
  }

  /** Writes bytes that are not the caller's any more, or may be looked at right now. */
  #put(block: Block, byteOffset: number, bytes: Uint8Array): void {
    block.fresh = false;
    if (block.host) {
      block.host.set(bytes, byteOffset);
      if (block.at !== undefined) this.#memory.leave(block);
      return;
    }
    const view = this.#idle ? this.#memory.view(block) : undefined;
    if (view) view.set(bytes, byteOffset);
    else void this.#command({ do: 'write', at: (block.at as number) + byteOffset, content: bytes });
  }

  async #get(block: Block, byteOffset: number, bytes: number): Promise<ArrayBuffer> {
    const view = block.host ?? (this.#idle ? this.#memory.view(block) : undefined);
    if (view) {
      const copy = new Uint8Array(bytes);
      copy.set(view.subarray(byteOffset, byteOffset + bytes));
      return copy.buffer;
    }
    const verdict = this.#command({ do: 'read', at: (block.at as number) + byteOffset, bytes });
    const order = this.#answers++;
    const reply = this.#reply as Promise<Reply>;
    await verdict;
    return (await reply.catch(() => Promise.reject(gone()))).answers[order] as ArrayBuffer;
  }

  // ── calls without a kernel, and calls that do not fit ──────────────────────────────────────────────────────────────────

  /** Runs the `cpu` kernel in the page, when the workers are idle and everything is in sight. */
  #onHost<Plan>(call: Call<Plan>): Step {
    const blocks = [...call.reads, ...call.writes];
    if (this.#quiet && blocks.every(block => this.#memory.view(block))) {
      this.#compute(call);
      return {};
    }
    const done = this.#settled()
      .then(() => Promise.all(blocks.map(block => this.#bringBack(block))))
      .then(() => this.#compute(call));
    return {
      verdict: done.then(
        () => undefined,
        (error: Error) => error,
      ),
      waits: done,
    };
  }

  /** True where the workers have nothing to do, whatever queues here. */
  get #quiet(): boolean {
    return this.#commands.length === 0 && this.#crew.underway === 0;
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

  /** Copies a block from a heap that the page cannot see. */
  async #bringBack(block: Block): Promise<void> {
    if (this.#memory.view(block) || block.at === undefined) return;
    const host = onHost(block.bytes);
    const { answers } = await this.#crew.post([{ do: 'read', at: block.at, bytes: block.bytes }]);
    host.set(new Uint8Array(answers[0] as ArrayBuffer));
    block.host = host;
  }

  /** Runs a call whose operands do not all fit into the heap: each pass gets its ranges, and what it wrote is taken out. */
  #inPieces<Plan>(call: Call<Plan>, lowered: LoweredToWasm): Step {
    const done = this.#settled().then(() => this.#stream(call, lowered));
    return {
      verdict: done.then(
        () => undefined,
        (error: Error) => error,
      ),
      waits: done,
    };
  }

  async #stream<Plan>(call: Call<Plan>, lowered: LoweredToWasm): Promise<void> {
    const { heap } = this.#memory;
    const scratch = this.#scratch(lowered);
    const blocks: (Block | undefined)[] = [...call.reads, ...call.writes, ...lowered.scratch.map(() => undefined)];
    const first = call.reads.length + call.writes.length;
    try {
      if (!scratch) throw outOfMemory(lowered.scratch.reduce((sum, bytes) => sum + bytes, 0));
      for (const pass of lowered.passes) {
        const staged: { at: number; block: Block; byteOffset: number; bytes: number; written: boolean }[] = [];
        const commands: Command[] = [];
        const addresses = pass.buffers.map(({ slot, byteOffset, bytes }) => {
          const block = blocks[slot];
          if (!block) return (scratch[slot - first] as number) + byteOffset;
          if (block.at !== undefined) return block.at + byteOffset;
          const at = this.#memory.place(bytes);
          if (at === undefined) throw outOfMemory(bytes);
          staged.push({ at, block, byteOffset, bytes, written: slot >= call.reads.length });
          const content = (block.host as Uint8Array).slice(byteOffset, byteOffset + bytes);
          commands.push({ do: 'write', at, content });
          return at;
        });
        try {
          if (!this.#memory.shared && heap.top > this.#memory.committed) await this.#grow();
          const here = pass.buffers.map((range, slot) => ({ ...range, slot, byteOffset: 0 }));
          commands.push(...this.#commandsOf({ ...pass, buffers: here }, addresses));
          const taken = staged.filter(({ written }) => written);
          commands.push(...taken.map(({ at, bytes }): Command => ({ do: 'read', at, bytes })));
          const { answers, error } = await this.#crew.post(commands);
          if (error !== undefined) throw trapped(error);
          taken.forEach(({ block, byteOffset }, k) =>
            (block.host as Uint8Array).set(new Uint8Array(answers[k] as ArrayBuffer), byteOffset),
          );
        } finally {
          for (const { at } of staged) heap.give(at);
        }
      }
    } finally {
      for (const at of scratch ?? []) heap.give(at);
    }
    for (const block of call.writes) wasWrittenInHeap(block);
  }
}

/** Notes that a kernel wrote a block: where that lies in the heap, what the host has of it is no longer true. */
function wasWrittenInHeap(block: Block): void {
  block.fresh = false;
  if (block.at !== undefined) block.host = undefined;
}

/** What calls under way end with when the workers do. The engine knows why they did, and says so in its own words. */
const gone = (): Error => new Error('the workers were ended');

const trapped = (why: string): ShaderError => new ShaderError(`wasm: ${why}. This is a bug of unitball.`);

const outOfMemory = (bytes: number): OutOfMemoryError =>
  new OutOfMemoryError(`wasm: no memory for ${bytes} bytes. Dispose tensors that are done with, or work in blocks.`);

function describe({ build, threads, shares, noGpu }: WasmOptions): DeviceInfo {
  const features = ['simd', ...(build === 'relaxed' ? ['relaxed-simd'] : []), ...(shares ? ['threads'] : [])];
  return {
    kind: 'wasm',
    vendor: '',
    architecture: build === 'relaxed' ? 'wasm with relaxed SIMD' : 'wasm with SIMD',
    description: `${threads} thread${threads === 1 ? '' : 's'}, ${shares ? 'shared memory' : 'memory of its own: this page is not cross-origin isolated'}`,
    isFallback: false,
    features,
    limits: { threads },
    kernels: kernelsOn('wasm'),
    noGpu,
  };
}
