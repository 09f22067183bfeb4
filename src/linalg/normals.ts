/**
 * Random numbers, normal or uniform, that a seed determines, the same on every device and machine: the i-th one is made of the
 * counter i and the seed alone, normal ones by Box and Muller's formula. For sketches of matrices, not for cryptography.
 */
import type { Pace } from '../tensor/index.ts';

/** Numbers between two pauses. */
const AT_ONCE = 2 ** 17;
/** What a number of a large count is as work, beside a product and a sum. */
const STEPS = 32;

/** Mixes 32 bits so that each depends on all (the finaliser "lowbias32" of Chris Wellons). */
function mixed(bits: number): number {
  let z = bits | 0;
  z = Math.imul(z ^ (z >>> 16), 0x7feb352d);
  z = Math.imul(z ^ (z >>> 15), 0x846ca68b);
  return (z ^ (z >>> 16)) >>> 0;
}

/** `count` normal numbers of mean 0 and variance 1, rounded to float32. */
export function normals(count: number, seed: number): Float32Array {
  const out = new Float32Array(count);
  fill(out, keyOf(seed), 0, count);
  return out;
}

/** `count` numbers spread evenly over [0, 1): of 24 bits, which float32 holds. */
export function uniforms(count: number, seed: number): Float32Array {
  const key = mixed(keyOf(seed));
  return Float32Array.from({ length: count }, (_, i) => (mixed(Math.imul(i, 0x9e3779b9) ^ key) >>> 8) / 2 ** 24);
}

/** The same as `normals`, of many, with pauses. */
export async function normalsAtPace(count: number, seed: number, pace: Pace): Promise<Float32Array> {
  const out = new Float32Array(count);
  for (let from = 0; from < count; from += AT_ONCE) {
    const to = Math.min(count, from + AT_ONCE);
    fill(out, keyOf(seed), from, to);
    await pace.spend((to - from) * STEPS);
  }
  return out;
}

const keyOf = (seed: number): number => mixed(mixed(seed % 2 ** 32) ^ mixed(Math.floor(seed / 2 ** 32) ^ 0x5bd1e995));

/** Numbers `from` up to `to` of a seed's sequence, two by two: `from` is even. */
function fill(out: Float32Array, key: number, from: number, to: number): void {
  for (let i = from; i < to; i += 2) {
    // In (0, 1], whose logarithm is finite, and an angle.
    const length = Math.sqrt(-2 * Math.log((mixed(Math.imul(i, 0x9e3779b9) ^ key) + 1) / 2 ** 32));
    const angle = (2 * Math.PI * mixed(Math.imul(i + 1, 0x9e3779b9) ^ key)) / 2 ** 32;
    out[i] = length * Math.cos(angle);
    if (i + 1 < to) out[i + 1] = length * Math.sin(angle);
  }
}
