/**
 * Where the bytes of tensors lie on a wasm device: in the heap that kernels see, or – where that is full, or nothing has asked
 * for them yet – on the host. This file decides and keeps count; the backend moves them.
 *
 * With *shared* memory the page sees the heap too, so that is where everything goes. Without, the heap is out of its sight, in
 * the worker: a block begins on the host and moves when a kernel first wants it.
 */
import { OutOfMemoryError } from '../../errors.ts';
import type { MemoryUse, StorageId } from '../contract.ts';
import { Heap } from './heap.ts';
import { heapStart, MOST_PAGES, PAGE } from './protocol.ts';

/** One storage. It is on the host, in the heap, or in both with the same content. */
export interface Block {
  readonly bytes: number;
  /** Its address in the heap. */
  at: number | undefined;
  host: Uint8Array<ArrayBuffer> | undefined;
  /** True until something was written: then there is no content to move. */
  fresh: boolean;
}

/** Shared memory of the largest size that this engine grants room for. */
function sharedMemory(bytes: number): WebAssembly.Memory {
  const initial = Math.ceil(bytes / PAGE);
  for (let maximum = MOST_PAGES; ; maximum /= 2)
    try {
      return new WebAssembly.Memory({ initial, maximum, shared: true });
    } catch (error) {
      if (maximum / 2 < initial) throw error;
    }
}

/** Memory grows by an eighth of what it has, or by so many bytes, at least. */
const GROWTH = 2 ** 24;

export class WasmMemory {
  readonly heap: Heap;
  /** The memory that all threads and the page share; undefined where the worker has its own, and once it is released. */
  shared: WebAssembly.Memory | undefined;
  readonly #blocks: Map<StorageId, Block> = new Map();
  /** Bytes that memory has grown to. */
  committed: number;
  #next: StorageId = 1;
  #live = 0;
  #peak = 0;

  /** `limit`: bytes that the heap is allowed, for tests. */
  constructor(threads: number, shares: boolean, limit: number = Infinity) {
    const start = heapStart(threads);
    this.shared = shares ? sharedMemory(start) : undefined;
    this.committed = Math.ceil(start / PAGE) * PAGE;
    this.heap = new Heap(start, Math.min(MOST_PAGES * PAGE, start + limit));
  }

  block(id: StorageId): Block {
    const found = this.#blocks.get(id);
    if (!found) throw new Error(`broken invariant: storage ${id} is not on this device`);
    return found;
  }

  allocate(bytes: number): { id: StorageId; block: Block } {
    const at = this.shared && this.place(bytes);
    const block: Block = { bytes, at, host: at === undefined ? onHost(bytes) : undefined, fresh: true };
    const id = this.#next++;
    this.#blocks.set(id, block);
    this.#live += bytes;
    this.#peak = Math.max(this.#peak, this.#live + this.#pooled());
    return { id, block };
  }

  /** Forgets a storage. Its place in the heap is given up by `leave`, once no call that waits wants it. */
  forget(id: StorageId): Block {
    const block = this.block(id);
    this.#blocks.delete(id);
    this.#live -= block.bytes;
    return block;
  }

  /** An address in shared memory, which grows for it; undefined where it cannot. */
  place(bytes: number): number | undefined {
    const at = this.heap.take(bytes);
    if (at === undefined || !this.shared || this.heap.top <= this.committed) return at;
    if (this.#grow(this.shared)) return at;
    this.heap.give(at);
    this.heap.limit = this.committed;
    return undefined;
  }

  /** Notes that a call has so many bytes of scratch memory beside all blocks. */
  countScratch(bytes: number): void {
    this.#peak = Math.max(this.#peak, this.#live + this.#pooled() + bytes);
  }

  /** True where more was taken than a memory of the worker's own has. */
  get isShort(): boolean {
    return !this.shared && this.heap.top > this.committed;
  }

  /** What memory should grow to so that all that was taken lies in it. */
  wanted(): number {
    const generous = this.committed + Math.max(GROWTH, this.committed / 8);
    const limit = Math.min(this.heap.limit, MOST_PAGES * PAGE);
    return Math.ceil(Math.max(this.heap.top, Math.min(generous, limit)) / PAGE) * PAGE;
  }

  #grow(memory: WebAssembly.Memory): boolean {
    for (const bytes of [this.wanted(), Math.ceil(this.heap.top / PAGE) * PAGE])
      try {
        memory.grow((bytes - this.committed) / PAGE);
        this.committed = bytes;
        return true;
      } catch {
        // A smaller step may still do.
      }
    return false;
  }

  /** Gives up a block's place in the heap. */
  leave(block: Block): void {
    if (block.at !== undefined) this.heap.give(block.at);
    block.at = undefined;
  }

  /** A block's bytes, where the page can see them. In shared memory only while no kernel is at work. */
  view(block: Block): Uint8Array | undefined {
    if (block.host) return block.host;
    if (!this.shared || block.at === undefined) return undefined;
    return new Uint8Array(this.shared.buffer, block.at, Math.ceil(block.bytes / 8) * 8);
  }

  /**
   * Lets go of all bytes. A device that is closed may be held for long, and each shared memory keeps gigabytes of addresses, of which
   * a page has enough for some hundred.
   */
  release(): void {
    this.shared = undefined;
    for (const block of this.#blocks.values()) block.host = undefined;
  }

  use(): MemoryUse {
    return { live: this.#live, pooled: this.#pooled(), peak: this.#peak };
  }

  /** Bytes between what is taken. Wasm memory never shrinks, but what lies behind the last block counts as given back. */
  #pooled(): number {
    return this.heap.top - this.heap.start - this.heap.used;
  }
}

/** Whole doubles, so that any dtype can be viewed on them. */
export function onHost(bytes: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(Math.ceil(bytes / 8) * 8);
  } catch (cause) {
    throw new OutOfMemoryError(
      `allocate: no memory for ${bytes} bytes. Dispose tensors that are done with, or work in blocks.`,
      { cause },
    );
  }
}
