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

type Four = [number, number, number, number];

/**
 * Changes of weights that wait to be taken off a vector of products, each times its row of a matrix: four at once, so that the vector
 * is read and written once for four. Until then whoever wants an element of it counts them in.
 */
export class Changes {
  readonly #factors: Four = [0, 0, 0, 0];
  readonly #rows: Four = [0, 0, 0, 0];
  #count = 0;

  /** Element k of the vector, less what waits. */
  less(vector: Float64Array, matrix: Float64Array | Float32Array, k: number): number {
    let value = vector[k] as number;
    for (let at = 0; at < this.#count; at++)
      value -= (this.#factors[at] as number) * (matrix[(this.#rows[at] as number) + k] as number);
    return value;
  }

  /** Notes a change, and where its row begins. Vectors have `n` elements. */
  add(vector: Float64Array, matrix: Float64Array | Float32Array, factor: number, row: number, n: number): void {
    this.#factors[this.#count] = factor;
    this.#rows[this.#count++] = row;
    if (this.#count === 4) this.settle(vector, matrix, n);
  }

  /** Takes off what waits. */
  settle(vector: Float64Array, matrix: Float64Array | Float32Array, n: number): void {
    if (this.#count === 0) return;
    this.#factors.fill(0, this.#count);
    this.#rows.fill(this.#rows[0], this.#count);
    subtractFour(vector, this.#factors, this.#rows, matrix, n);
    this.#count = 0;
  }
}

function subtractFour(
  vector: Float64Array,
  [a, b, c, d]: Four,
  [atA, atB, atC, atD]: Four,
  matrix: Float64Array | Float32Array,
  n: number,
): void {
  for (let i = 0; i < n; i++)
    vector[i] =
      (vector[i] as number) -
      a * (matrix[atA + i] as number) -
      b * (matrix[atB + i] as number) -
      c * (matrix[atC + i] as number) -
      d * (matrix[atD + i] as number);
}

/** vector −= Σ weightⱼ·columnⱼ. Returns how many columns had a weight. */
export function subtractAll(vector: Float64Array, weights: Float64Array, columns: Float64Array): number {
  const n = vector.length;
  const changes = new Changes();
  let used = 0;
  for (let j = 0; j < weights.length; j++) {
    if (weights[j] === 0) continue;
    changes.add(vector, columns, weights[j] as number, j * n, n);
    used++;
  }
  changes.settle(vector, columns, n);
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

/** Rows that are walked together: pieces of two columns and four vectors stay in the nearest cache. */
const PIECE = 512;

/**
 * XᵀX of listed columns, into a square whose rows are `stride` apart: places (k, l) and (l, k) for `first` ≤ k < `count` and all l ≤ k.
 * Tiles of 2 × 4 sums.
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
  const sums = new Float64Array(TILE);
  // What is beyond the list repeats its last column and is not kept.
  const at = (k: number): number => (list[Math.min(k, count - 1)] as number) * n;
  for (let top = first; top < count; top += 2) {
    for (let left = 0; left <= Math.min(top + 1, count - 1); left += 4) {
      const four: Four = [at(left), at(left + 1), at(left + 2), at(left + 3)];
      twoByFour(columns, at(top), at(top + 1), columns, four, n, sums);
      for (let k = 0; k < 2 && top + k < count; k++)
        for (let l = 0; l < 4 && left + l < count; l++) {
          const value = sums[4 * k + l] as number;
          out[(top + k) * stride + left + l] = value;
          out[(left + l) * stride + top + k] = value;
        }
      steps += TILE * n;
      if (steps >= STEPS_AT_ONCE) {
        yield steps;
        steps = 0;
      }
    }
  }
  yield steps;
}

/** Sums that stay in a processor's registers, with what they are made of. */
const TILE = 8;

/** Σ x·v of two columns, at x0 and x1, with the four vectors at `four`: four sums of one, four of the other. */
function twoByFour(
  x: Float64Array,
  x0: number,
  x1: number,
  v: Float64Array,
  [v0, v1, v2, v3]: Four,
  n: number,
  sums: Float64Array,
): void {
  sums.fill(0);
  for (let from = 0; from < n; from += PIECE)
    addTile(x, x0, x1, v, v0, v1, v2, v3, from, Math.min(n, from + PIECE), sums);
}

/** Adds what rows `from` … `to` − 1 have of them. */
function addTile(
  x: Float64Array,
  x0: number,
  x1: number,
  v: Float64Array,
  v0: number,
  v1: number,
  v2: number,
  v3: number,
  from: number,
  to: number,
  sums: Float64Array,
): void {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let e = 0;
  let f = 0;
  let g = 0;
  let h = 0;
  for (let i = from; i < to; i++) {
    const one = x[x0 + i] as number;
    const other = x[x1 + i] as number;
    let value = v[v0 + i] as number;
    a += one * value;
    e += other * value;
    value = v[v1 + i] as number;
    b += one * value;
    f += other * value;
    value = v[v2 + i] as number;
    c += one * value;
    g += other * value;
    value = v[v3 + i] as number;
    d += one * value;
    h += other * value;
  }
  [a, b, c, d, e, f, g, h].forEach((found, k) => (sums[k] = (sums[k] as number) + found));
}

/** Columns between two pauses. */
const COLUMNS = 64;

/** Takes weights × columns off vectors: vectors [count, n], weights [count, p]. */
export function* takeFits(
  columns: Float64Array,
  n: number,
  weights: Float64Array,
  count: number,
  vectors: Float64Array,
): Generator<number, void> {
  const p = weights.length / count;
  for (let k = 0; k < count; k++)
    yield n * subtractAll(vectors.subarray(k * n, (k + 1) * n), weights.subarray(k * p, (k + 1) * p), columns);
}

/** Products of all columns with vectors [count, n], into out [count, p]: two columns and four vectors at a time. */
export function* correlate(
  columns: Float64Array,
  n: number,
  vectors: Float64Array,
  count: number,
  out: Float64Array,
): Generator<number, void> {
  const p = out.length / count;
  const sums = new Float64Array(TILE);
  for (let first = 0; first < count; first += 4) {
    const four = [0, 1, 2, 3].map(k => Math.min(first + k, count - 1) * n) as Four;
    for (let j = 0; j < p; j += 2) {
      twoByFour(columns, j * n, Math.min(j + 1, p - 1) * n, vectors, four, n, sums);
      for (let k = 0; k < 4 && first + k < count; k++)
        for (let l = 0; l < 2 && j + l < p; l++) out[(first + k) * p + j + l] = sums[4 * l + k] as number;
      if (j % COLUMNS === 0) yield 4 * n * COLUMNS;
    }
  }
}
