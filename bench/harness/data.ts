/** Fresh random numbers: a new seed each run, which the report names. */

export const freshSeed = (): number => crypto.getRandomValues(new Uint32Array(1))[0] ?? 1;

/** Uniform in (−1, 1): a 32-bit xorshift is random enough to keep a library from guessing sums. */
export function uniform(count: number, seed: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(count);
  let state = seed | 1;
  for (let k = 0; k < count; k++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    out[k] = state / 2 ** 31;
  }
  return out;
}
