/**
 * The pace of long work: now and then it waits until the device has done what it was given a while ago, so that little
 * queues up, the event loop has its turn and an AbortSignal is heard. Short work is over before the first such pause.
 * Here, too, is what long operations of all rooms take as options.
 */
import type { Device } from './device.ts';
import type { Tensor } from './tensor.ts';

/** How far long work has come: `done` of `total` steps of a stage. */
export interface Progress {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
}

/** Options of every operation that may take long. */
export interface LongOptions {
  /** Ends the work: it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Steps of work – one element of one pair – between two pauses, at first and at least. */
const FIRST = 2 ** 26;
const LEAST = 2 ** 22;
/** Milliseconds that should lie between two pauses. */
const SOON = 20;
const LATE = 80;

/**
 * The most steps of one launch that a pause may follow: a cpu device computes at the call, others apart from the event loop.
 * Such cuts must not decide over bits of results.
 */
export const stepsAtOnce = (device: Device): number => (device.kind === 'cpu' ? FIRST : Infinity);

export class Pace {
  readonly #op: string;
  readonly #signal: AbortSignal | undefined;
  #budget = FIRST;
  #spent = 0;
  #since = performance.now();
  #underway: Promise<unknown> = Promise.resolve();

  constructor(op: string, signal: AbortSignal | undefined) {
    this.#op = op;
    this.#signal = signal;
    signal?.throwIfAborted();
  }

  /**
   * To be called after some steps were enqueued whose last ones write `written`; without it, somebody else waits for them.
   * Rejects once the signal is aborted.
   */
  async spend(steps: number, written?: Tensor): Promise<void> {
    this.#spent += steps;
    if (this.#spent < this.#budget) return;
    const before = this.#underway;
    // A word of what was written last comes when all of it is done.
    const storage = written?.storageFor(this.#op);
    this.#underway = storage?.engine.read(storage, 0, Math.min(4, storage.bytes), this.#op) ?? Promise.resolve();
    this.#underway.catch(() => undefined);
    await before;
    await new Promise(resolve => setTimeout(resolve, 0));
    this.#signal?.throwIfAborted();
    const now = performance.now();
    const took = now - this.#since;
    if (took < SOON) this.#budget *= 2;
    if (took > LATE) this.#budget = Math.max(LEAST, this.#budget / 2);
    this.#since = now;
    this.#spent = 0;
  }
}
