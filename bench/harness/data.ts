/** Fresh random numbers: a new seed each run, which the report names. */

export const freshSeed = (): number => crypto.getRandomValues(new Uint32Array(1))[0] ?? 1;

/** Uniform in (−1, 1): a 32-bit xorshift is random enough to keep a library from guessing sums. Neighbouring seeds have nothing in common. */
export function uniform(count: number, seed: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(count);
  let state = scattered(seed) || 1;
  for (let k = 0; k < count; k++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    out[k] = state / 2 ** 31;
  }
  return out;
}

/** Another 32-bit number for each, by multiplications and shifts that can be undone: none of two seeds. */
function scattered(seed: number): number {
  let x = (seed ^ 0x9e3779b9) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
