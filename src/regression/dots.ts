/** Loops over columns of doubles: products with a vector and with each other. They are where solvers spend their time. */

/** Steps of work that a computation does between two pauses that it offers. */
export const STEPS_AT_ONCE: number = 2 ** 20;

/** Σ column[i]·vector[i], of the column that begins at `from`. */
export function dot(columns: Float64Array, from: number, vector: Float64Array, n: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const even = n - (n & 3);
  for (let i = 0; i < even; i += 4) {
    a += (columns[from + i] as number) * (vector[i] as number);
    b += (columns[from + i + 1] as number) * (vector[i + 1] as number);
    c += (columns[from + i + 2] as number) * (vector[i + 2] as number);
    d += (columns[from + i + 3] as number) * (vector[i + 3] as number);
  }
  for (let i = even; i < n; i++) a += (columns[from + i] as number) * (vector[i] as number);
  return a + b + (c + d);
}

/** vector −= factor·column. */
export function subtract(vector: Float64Array, factor: number, columns: Float64Array, from: number, n: number): void {
  for (let i = 0; i < n; i++) vector[i] = (vector[i] as number) - factor * (columns[from + i] as number);
}

/** vector −= a·(column at `atA`) + b·(column at `atB`): the vector is read and written once for both. */
export function subtractTwo(
  vector: Float64Array,
  a: number,
  atA: number,
  b: number,
  atB: number,
  columns: Float64Array,
  n: number,
): void {
  for (let i = 0; i < n; i++)
    vector[i] = (vector[i] as number) - a * (columns[atA + i] as number) - b * (columns[atB + i] as number);
}

/** vector −= Σ weightⱼ·columnⱼ. Returns how many columns had a weight. */
export function subtractAll(vector: Float64Array, weights: Float64Array, columns: Float64Array): number {
  const n = vector.length;
  let used = 0;
  let before = -1;
  for (let j = 0; j < weights.length; j++) {
    if (weights[j] === 0) continue;
    used++;
    if (before < 0) {
      before = j;
      continue;
    }
    subtractTwo(vector, weights[before] as number, before * n, weights[j] as number, j * n, columns, n);
    before = -1;
  }
  if (before >= 0) subtract(vector, weights[before] as number, columns, before * n, n);
  return used;
}

/** Products of the listed columns with a vector, into their places of `out`; four at a time, so that the vector is read once for them. */
export function* productsWith(
  columns: Float64Array,
  n: number,
  list: Int32Array,
  count: number,
  vector: Float64Array,
  out: Float64Array,
): Generator<number, void> {
  let steps = 0;
  const whole = count - (count & 3);
  for (let at = 0; at < whole; at += 4) {
    fourDots(columns, n, list, at, vector, out);
    steps += 4 * n;
    if (steps >= STEPS_AT_ONCE) {
      yield steps;
      steps = 0;
    }
  }
  for (let at = whole; at < count; at++) {
    const j = list[at] as number;
    out[j] = dot(columns, j * n, vector, n);
  }
  yield steps;
}

function fourDots(
  columns: Float64Array,
  n: number,
  list: Int32Array,
  at: number,
  vector: Float64Array,
  out: Float64Array,
): void {
  const [j0, j1, j2, j3] = [list[at] as number, list[at + 1] as number, list[at + 2] as number, list[at + 3] as number];
  const [f0, f1, f2, f3] = [j0 * n, j1 * n, j2 * n, j3 * n];
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let i = 0; i < n; i++) {
    const v = vector[i] as number;
    s0 += (columns[f0 + i] as number) * v;
    s1 += (columns[f1 + i] as number) * v;
    s2 += (columns[f2 + i] as number) * v;
    s3 += (columns[f3 + i] as number) * v;
  }
  out[j0] = s0;
  out[j1] = s1;
  out[j2] = s2;
  out[j3] = s3;
}

/** Rows of columns between two sums of a Gram matrix: a piece of eight columns stays in the cache. */
const PIECE = 256;

/**
 * XᵀX of listed columns, into a square whose rows are `stride` apart: places (k, l) and (l, k) for `first` ≤ k < `count` and all l ≤ k.
 * Tiles of 4 × 4 sums.
 */
export function* gramOf(
  columns: Float64Array,
  n: number,
  list: Int32Array,
  first: number,
  count: number,
  out: Float64Array,
  stride: number,
): Generator<number, void> {
  let steps = 0;
  const sums = new Float64Array(16);
  const froms = new Int32Array(8);
  for (let top = first; top < count; top += 4) {
    for (let left = 0; left <= Math.min(top + 3, count - 1); left += 4) {
      // What is beyond the list repeats its last column and is not kept.
      for (let a = 0; a < 4; a++) {
        froms[a] = (list[Math.min(top + a, count - 1)] as number) * n;
        froms[4 + a] = (list[Math.min(left + a, count - 1)] as number) * n;
      }
      sums.fill(0);
      for (let from = 0; from < n; from += PIECE) tile(columns, froms, from, Math.min(n, from + PIECE), sums);
      for (let a = 0; a < 4 && top + a < count; a++)
        for (let b = 0; b < 4 && left + b < count; b++) {
          const value = sums[4 * a + b] as number;
          out[(top + a) * stride + left + b] = value;
          out[(left + b) * stride + top + a] = value;
        }
      steps += 16 * n;
      if (steps >= STEPS_AT_ONCE) {
        yield steps;
        steps = 0;
      }
    }
  }
  yield steps;
}

function tile(x: Float64Array, froms: Int32Array, begin: number, end: number, sums: Float64Array): void {
  const [r0, r1, r2, r3] = [froms[0] as number, froms[1] as number, froms[2] as number, froms[3] as number];
  const [q0, q1, q2, q3] = [froms[4] as number, froms[5] as number, froms[6] as number, froms[7] as number];
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  let s20 = 0;
  let s21 = 0;
  let s22 = 0;
  let s23 = 0;
  let s30 = 0;
  let s31 = 0;
  let s32 = 0;
  let s33 = 0;
  for (let i = begin; i < end; i++) {
    const b0 = x[q0 + i] as number;
    const b1 = x[q1 + i] as number;
    const b2 = x[q2 + i] as number;
    const b3 = x[q3 + i] as number;
    const a0 = x[r0 + i] as number;
    s00 += a0 * b0;
    s01 += a0 * b1;
    s02 += a0 * b2;
    s03 += a0 * b3;
    const a1 = x[r1 + i] as number;
    s10 += a1 * b0;
    s11 += a1 * b1;
    s12 += a1 * b2;
    s13 += a1 * b3;
    const a2 = x[r2 + i] as number;
    s20 += a2 * b0;
    s21 += a2 * b1;
    s22 += a2 * b2;
    s23 += a2 * b3;
    const a3 = x[r3 + i] as number;
    s30 += a3 * b0;
    s31 += a3 * b1;
    s32 += a3 * b2;
    s33 += a3 * b3;
  }
  const found = [s00, s01, s02, s03, s10, s11, s12, s13, s20, s21, s22, s23, s30, s31, s32, s33];
  for (let k = 0; k < 16; k++) sums[k] = (sums[k] as number) + (found[k] as number);
}

type Four = readonly Float64Array[];

/** Takes weights × columns `from` … `to` − 1 off four residuals. */
export function fourResiduals(residuals: Four, weights: Four, columns: Float64Array, from: number, to: number): void {
  const [r0, r1, r2, r3] = residuals as [Float64Array, Float64Array, Float64Array, Float64Array];
  const [w0, w1, w2, w3] = weights as [Float64Array, Float64Array, Float64Array, Float64Array];
  const n = r0.length;
  for (let j = from; j < to; j++) {
    const [a, b, c, d] = [w0[j] as number, w1[j] as number, w2[j] as number, w3[j] as number];
    if (a === 0 && b === 0 && c === 0 && d === 0) continue;
    const at = j * n;
    for (let i = 0; i < n; i++) {
      const value = columns[at + i] as number;
      r0[i] = (r0[i] as number) - a * value;
      r1[i] = (r1[i] as number) - b * value;
      r2[i] = (r2[i] as number) - c * value;
      r3[i] = (r3[i] as number) - d * value;
    }
  }
}

/** Rows at a time: of four vectors and a column, so that they stay in the nearest cache. */
const FOUR_ROWS = 1024;

/** Products of columns `from` … `to` − 1 with four vectors: out [4, p]. */
export function fourProducts(
  columns: Float64Array,
  n: number,
  vectors: Four,
  from: number,
  to: number,
  out: Float64Array,
): void {
  const p = out.length / 4;
  for (let k = 0; k < 4; k++) out.fill(0, k * p + from, k * p + to);
  for (let begin = 0; begin < n; begin += FOUR_ROWS) {
    const end = Math.min(n, begin + FOUR_ROWS);
    for (let j = from; j < to; j++) addProducts(columns, j * n, vectors, begin, end, out, j);
  }
}

function addProducts(
  columns: Float64Array,
  at: number,
  vectors: Four,
  begin: number,
  end: number,
  out: Float64Array,
  j: number,
): void {
  const [v0, v1, v2, v3] = vectors as [Float64Array, Float64Array, Float64Array, Float64Array];
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let i = begin; i < end; i++) {
    const value = columns[at + i] as number;
    s0 += value * (v0[i] as number);
    s1 += value * (v1[i] as number);
    s2 += value * (v2[i] as number);
    s3 += value * (v3[i] as number);
  }
  const p = out.length / 4;
  out[j] = (out[j] as number) + s0;
  out[p + j] = (out[p + j] as number) + s1;
  out[2 * p + j] = (out[2 * p + j] as number) + s2;
  out[3 * p + j] = (out[3 * p + j] as number) + s3;
}
