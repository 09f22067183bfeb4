/**
 * The workers of a wasm device: starting them in a page, in Node and in Deno, posting batches to the one that leads, and
 * matching its replies. What is in a batch, the backend knows.
 */
import { UnsupportedError } from '../../errors.ts';
import type { LostInfo } from '../contract.ts';
import { READY, type Command, type Reply, type Start } from './protocol.ts';
import script from './worker.ts?script';

/** One worker, the same for pages and native runtimes. */
interface Hand {
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  /** Whether a native process should stay alive for it. */
  hold(held: boolean): void;
  end(): void;
}

interface Ears {
  onMessage(message: unknown): void;
  onError(message: string): void;
}

/** The part of node:worker_threads that is used here; Deno has it too. */
interface NativeWorker {
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  on(event: 'message' | 'error', listener: (value: unknown) => void): void;
  ref(): void;
  unref(): void;
  terminate(): Promise<number>;
}

interface NativeThreads {
  readonly Worker: new (script: string | URL, options: { eval: boolean }) => NativeWorker;
}

const nativeThreads = (): NativeThreads | undefined =>
  (
    globalThis as { process?: { getBuiltinModule?(name: string): NativeThreads | undefined } }
  ).process?.getBuiltinModule?.('node:worker_threads');

/** Why memory cannot be handed to several threads here; nothing where it can. WebKit has pages that are isolated and cannot. */
export function whyNotShared(): string {
  if (nativeThreads() === undefined && !globalThis.crossOriginIsolated) return 'this page is not cross-origin isolated';
  return typeof SharedArrayBuffer === 'function' ? '' : 'this browser has no SharedArrayBuffer';
}

/** Threads that a machine of this many processors is given by default. */
export const defaultThreads = (): number => Math.max(1, Math.min(16, globalThis.navigator?.hardwareConcurrency ?? 2));

function hire(workerUrl: string | URL | undefined, ears: Ears): Hand {
  const native = nativeThreads();
  if (native) {
    const worker = workerUrl
      ? new native.Worker(new URL(workerUrl), { eval: false })
      : new native.Worker(script, { eval: true });
    worker.on('message', message => ears.onMessage(message));
    worker.on('error', error => ears.onError(error instanceof Error ? error.message : String(error)));
    // Listening holds the process, too.
    worker.unref();
    return {
      post: (message, transfer) => worker.postMessage(message, transfer),
      hold: held => (held ? worker.ref() : worker.unref()),
      end: () => void worker.terminate(),
    };
  }
  const url = workerUrl ?? URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  const worker = new Worker(url);
  worker.addEventListener('message', ({ data }) => ears.onMessage(data));
  worker.addEventListener('error', event => {
    event.preventDefault();
    ears.onError(event.message || `the worker script ${workerUrl ? String(workerUrl) : 'from a blob'} did not load`);
  });
  return {
    post: (message, transfer = []) => worker.postMessage(message, [...transfer]),
    hold: () => {},
    end: () => {
      worker.terminate();
      if (!workerUrl) URL.revokeObjectURL(String(url));
    },
  };
}

const refused = (why: string, workerUrl: string | URL | undefined): UnsupportedError =>
  new UnsupportedError(
    workerUrl
      ? `openDevice: the worker at ${String(workerUrl)} did not start (${why}). Serve unitball's dist/worker.js there, from the page's own origin.`
      : `openDevice: the wasm device could not start a worker (${why}). Where a page's security policy forbids workers from blobs, serve unitball's dist/worker.js and give its address as { workerUrl }.`,
  );

export interface CrewOptions {
  readonly threads: number;
  /** Shared by all threads; without it the one thread has a memory of its own. */
  readonly memory: WebAssembly.Memory | undefined;
  readonly workerUrl: string | URL | undefined;
}

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

export class Crew {
  /** Resolves when a worker ends by itself; never rejects. */
  readonly lost: Promise<LostInfo>;
  readonly #hands: Hand[] = [];
  readonly #waiting: Map<number, Waiting> = new Map();
  #announceLoss: (info: LostInfo) => void = () => {};
  #next = 0;
  /** Milliseconds that kernels took so far. */
  kernelMs = 0;

  private constructor() {
    this.lost = new Promise(resolve => (this.#announceLoss = resolve));
  }

  /** Resolves once the leading worker takes batches; the others come when they come. */
  static async start({ threads, memory, workerUrl }: CrewOptions): Promise<Crew> {
    const crew = new Crew();
    try {
      await new Promise<void>((resolve, reject) => {
        for (let thread = 0; thread < threads; thread++) {
          const hand = hire(workerUrl, {
            onMessage: message => (message === READY ? resolve() : crew.#take(message as Reply)),
            onError: why => {
              reject(refused(why, workerUrl));
              crew.#lose(why);
            },
          });
          crew.#hands.push(hand);
          if (thread === 0) hand.hold(true);
          hand.post({ start: true, thread, threads, memory } satisfies Start);
        }
      });
    } catch (error) {
      crew.end();
      throw error instanceof UnsupportedError ? error : refused(String(error), workerUrl);
    }
    crew.#hands[0]?.hold(false);
    return crew;
  }

  /** Batches without a reply yet. */
  get underway(): number {
    return this.#waiting.size;
  }

  /** Posts commands; what they carry is handed over, not copied. Rejects when the workers end first. */
  post(commands: readonly Command[]): Promise<Reply> {
    const batch = this.#next++;
    const [leader] = this.#hands;
    if (!leader) return Promise.reject(new Error('the workers were ended'));
    const reply = new Promise<Reply>((resolve, reject) => this.#waiting.set(batch, { resolve, reject }));
    const carried = commands.flatMap(command =>
      command.do === 'write' && command.content.buffer instanceof ArrayBuffer ? [command.content.buffer] : [],
    );
    leader.hold(true);
    leader.post({ batch, commands }, [...new Set(carried)]);
    return reply;
  }

  end(): void {
    for (const hand of this.#hands.splice(0)) hand.end();
    for (const { reject } of this.#waiting.values()) reject(new Error('the workers were ended'));
    this.#waiting.clear();
  }

  #take(reply: Reply): void {
    this.kernelMs += reply.kernelMs;
    this.#waiting.get(reply.batch)?.resolve(reply);
    this.#waiting.delete(reply.batch);
    if (this.#waiting.size === 0) this.#hands[0]?.hold(false);
  }

  #lose(why: string): void {
    if (this.#hands.length === 0) return;
    this.#announceLoss({ reason: 'unknown', message: `a worker of the wasm device ended: ${why}` });
    this.end();
  }
}
