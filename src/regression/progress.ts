/** How fits tell how far they are. */
import type { LongOptions } from '../tensor/index.ts';

/** Tells that `done` of `total` are done. Whoever hears of it may have had enough: an abort takes effect at once. */
export const teller =
  ({ signal, onProgress }: LongOptions, stage: string, total: number) =>
  (done: number): void => {
    onProgress?.({ stage, done, total });
    signal?.throwIfAborted();
  };
