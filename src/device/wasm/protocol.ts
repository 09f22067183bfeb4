/**
 * What the page and its workers tell each other: commands in batches, replies, and – where memory is shared – the control
 * block at its beginning, by which threads share the chunks of a pass. Types and constants; nothing here runs.
 */
import { BENCH_BYTES } from '../contract.ts';

/** Things that the leading worker does in the order in which they come. Addresses are bytes from the beginning of memory. */
export type Command =
  /** Makes a module known under a number: its binary, or (in shared memory) where that lies, for all threads to see. */
  | { readonly do: 'load'; readonly module: number; readonly binary: Uint8Array }
  | { readonly do: 'share'; readonly module: number; readonly at: number; readonly bytes: number }
  /** Calls a kernel for each chunk. `words` are what lies at `params`. */
  | {
      readonly do: 'run';
      readonly module: number;
      readonly kernel: string;
      readonly chunks: number;
      readonly words: Uint32Array;
    }
  | { readonly do: 'write'; readonly at: number; readonly content: Uint8Array }
  | { readonly do: 'fill'; readonly at: number; readonly bytes: number; readonly word: number }
  /** The answer comes with the reply, in the order of the reads. */
  | { readonly do: 'read'; readonly at: number; readonly bytes: number }
  /** Grows memory to so many bytes: `grown` of the reply says whether it could. */
  | { readonly do: 'grow'; readonly bytes: number };

export interface Batch {
  readonly batch: number;
  readonly commands: readonly Command[];
}

/** The first message to a worker. Without `memory` it makes one of its own, which nobody shares. */
export interface Start {
  readonly start: true;
  /** 0 leads: it takes batches, and calls the others to passes that have several chunks. */
  readonly thread: number;
  readonly threads: number;
  readonly memory?: WebAssembly.Memory | undefined;
}

export interface Reply {
  readonly batch: number;
  readonly answers: readonly ArrayBuffer[];
  readonly grown: boolean;
  /** Milliseconds that kernels took. */
  readonly kernelMs: number;
  /** What went wrong, in the engine's words: a kernel that trapped. */
  readonly error?: string | undefined;
}

/** What a worker says once it can take batches. */
export const READY = 'ready';

/** Bytes of one page of wasm memory, and the most pages that there can be: 4 GiB. */
export const PAGE = 65536;
export const MOST_PAGES = 65536;

/**
 * The control block, in 32-bit words. TICKET and GENERATION are the low and the high half of one 64-bit word: the next chunk
 * to take, of which pass. A ticket with CLOSED set takes nobody: the pass that it belongs to is over.
 */
export const control = {
  TICKET: 0,
  GENERATION: 1,
  CHUNKS: 2,
  MODULE: 3,
  KERNEL: 4,
  DONE: 5,
  FAILED: 6,
  /** Two words a module: where its binary lies, and its bytes. */
  MODULES: 16,
} as const;

export const CLOSED = 0x80000000n;

/** Modules that there can be, and where the addresses and parameters of the pass under way lie. */
export const MODULES_MOST = 100;
export const PARAMS_AT = 1024;
export const PARAM_WORDS_MOST = 2048;

/** Where the threads' benches begin, and behind them the heap. */
export const BENCHES_AT: number = PAGE;
export const heapStart = (threads: number): number => BENCHES_AT + threads * BENCH_BYTES;
