/**
 * Eight sums at once, for metrics that are little more than a sum: two rows of a against four of b. Every element that is
 * loaded serves several pairs, and eight chains of additions overlap. JavaScript has no vectors; this is what comes next.
 */
import type { PairSettings } from './metric.ts';

/**
 * Finds the sums of eight pairs. `x` holds two rows, one behind the other; `y`, from `at` on, four rows with their elements
 * interleaved. `out` takes the sums of the first row of x with the four of y, then those of the second.
 */
export type EightSums = (x: Float64Array, y: Float64Array, at: number, length: number, out: Float64Array) => void;

/** How a metric without weights follows from a plain sum. */
export interface PairSums {
  readonly eight: EightSums;
  /** Whether the number can be told from the sum; where it cannot, the metric's `pair` is asked. */
  readonly isSure: (sum: number, left: number, right: number) => boolean;
  readonly finish: (sum: number, settings: PairSettings, left: number, right: number) => number;
}

/** Σ|x − y| */
export const absoluteSums: EightSums = (x, y, at, length, out) => {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let e = 0;
  let f = 0;
  let g = 0;
  let h = 0;
  for (let k = 0, j = at; k < length; k++, j += 4) {
    const u = x[k] as number;
    const v = x[k + length] as number;
    const p = y[j] as number;
    const q = y[j + 1] as number;
    const r = y[j + 2] as number;
    const s = y[j + 3] as number;
    a += Math.abs(u - p);
    b += Math.abs(u - q);
    c += Math.abs(u - r);
    d += Math.abs(u - s);
    e += Math.abs(v - p);
    f += Math.abs(v - q);
    g += Math.abs(v - r);
    h += Math.abs(v - s);
  }
  put(out, a, b, c, d, e, f, g, h);
};

/** Σ(x − y)² */
export const squareSums: EightSums = (x, y, at, length, out) => {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let e = 0;
  let f = 0;
  let g = 0;
  let h = 0;
  for (let k = 0, j = at; k < length; k++, j += 4) {
    const u = x[k] as number;
    const v = x[k + length] as number;
    const p = y[j] as number;
    const q = y[j + 1] as number;
    const r = y[j + 2] as number;
    const s = y[j + 3] as number;
    a += (u - p) * (u - p);
    b += (u - q) * (u - q);
    c += (u - r) * (u - r);
    d += (u - s) * (u - s);
    e += (v - p) * (v - p);
    f += (v - q) * (v - q);
    g += (v - r) * (v - r);
    h += (v - s) * (v - s);
  }
  put(out, a, b, c, d, e, f, g, h);
};

/** Σ x·y */
export const productSums: EightSums = (x, y, at, length, out) => {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let e = 0;
  let f = 0;
  let g = 0;
  let h = 0;
  for (let k = 0, j = at; k < length; k++, j += 4) {
    const u = x[k] as number;
    const v = x[k + length] as number;
    const p = y[j] as number;
    const q = y[j + 1] as number;
    const r = y[j + 2] as number;
    const s = y[j + 3] as number;
    a += u * p;
    b += u * q;
    c += u * r;
    d += u * s;
    e += v * p;
    f += v * q;
    g += v * r;
    h += v * s;
  }
  put(out, a, b, c, d, e, f, g, h);
};

function put(
  out: Float64Array,
  a: number,
  b: number,
  c: number,
  d: number,
  e: number,
  f: number,
  g: number,
  h: number,
): void {
  out[0] = a;
  out[1] = b;
  out[2] = c;
  out[3] = d;
  out[4] = e;
  out[5] = f;
  out[6] = g;
  out[7] = h;
}
