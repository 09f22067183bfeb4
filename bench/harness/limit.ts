/** Time limits: a peer that is far too slow must not take the others' time, nor run on in the background of theirs. */

export class TooSlow extends Error {}

/** How many times the limit we wait for something late to end, so that it disturbs nobody. */
const PATIENCE = 3;

/** Rejects with `TooSlow` where a promise takes longer than the limit, once it has ended or patience has. */
export async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const alarm = new Promise<never>((_, reject) => {
    const seconds = (limitMs * PATIENCE) / 1000;
    timer = setTimeout(() => reject(new TooSlow(`no answer within ${seconds} s`)), limitMs * PATIENCE);
  });
  const begun = performance.now();
  try {
    const value = await Promise.race([work, alarm]);
    const taken = performance.now() - begun;
    if (taken > limitMs) throw new TooSlow(`a call took ${(taken / 1000).toPrecision(3)} s`);
    return value;
  } finally {
    clearTimeout(timer);
  }
}
