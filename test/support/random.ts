/**
 * Seeded random inputs: the same numbers on every lane and every machine. Floats come rounded to float32, so that a
 * tensor of either float dtype and a reference in doubles start from the same numbers. Not for statistics.
 */

const TURN = 2 * Math.PI;

/** Mixes a counter into 32 well spread bits. */
function mixed(counter: number): number {
  let z = counter | 0;
  z = Math.imul(z ^ (z >>> 16), 0x7feb352d);
  z = Math.imul(z ^ (z >>> 15), 0x846ca68b);
  return (z ^ (z >>> 16)) >>> 0;
}

export class Random {
  #counter: number;

  constructor(seed: number) {
    this.#counter = mixed(seed ^ 0x5bd1e995);
  }

  /** 32 random bits. */
  bits(): number {
    this.#counter = (this.#counter + 0x9e3779b9) | 0;
    return mixed(this.#counter);
  }

  /** One double in [0, 1). */
  unit(): number {
    return this.bits() / 2 ** 32;
  }

  /** `count` numbers spread evenly over [low, high). */
  uniform(count: number, low = 0, high = 1): Float32Array {
    return this.#filled(count, () => low + (high - low) * this.unit());
  }

  /** `count` normal numbers of mean 0. */
  normal(count: number, deviation = 1): Float32Array {
    return this.#filled(
      count,
      () => deviation * Math.sqrt(-2 * Math.log(1 - this.unit())) * Math.cos(TURN * this.unit()),
    );
  }

  /** `count` whole numbers of [low, high). */
  ints(count: number, low: number, high: number): number[] {
    return Array.from({ length: count }, () => low + Math.floor(this.unit() * (high - low)));
  }

  /** Normal numbers of which about a share of `zeros` is 0. */
  sparse(count: number, zeros: number): Float32Array {
    return this.normal(count).map(x => (this.unit() < zeros ? 0 : x));
  }

  #filled(count: number, next: () => number): Float32Array {
    const out = new Float32Array(count);
    for (let i = 0; i < count; i++) out[i] = next();
    return out;
  }
}
