/**
 * The kernels of the residuals and correlations primitives: float64, two at a time. Vectors meet columns in small
 * groups whose sums stay in registers, so that each is read once for several others.
 */
import { madd64 } from '../../device/wasm/simd'

/** Rows that are walked together: pieces of four vectors and of two columns stay in the nearest cache. */
const PIECE: usize = 512
/** Columns of a chunk of `correlations`. */
const COLUMNS: usize = 16
/** Rows of a chunk of `residuals`, and columns whose parts of those rows are packed together. */
const ROWS: usize = 32
const PACKED: usize = 1024

/** The parameters of `residuals`, behind the addresses of columns, y, weights and out. */
const enum Residuals {
  COLUMNS = 0,
  Y = 4,
  WEIGHTS = 8,
  OUT = 12,
  N = 16,
  P = 20,
  COUNT = 24,
}

/** The parameters of `correlations`, behind the addresses of columns, vectors and out. */
const enum Correlations {
  COLUMNS = 0,
  VECTORS = 4,
  OUT = 8,
  N = 12,
  P = 16,
  COUNT = 20,
}

/** What `residuals` keeps on the bench: columns, eight rows of each side by side; two vectors; and what these take of which columns. */
const enum Bench {
  VECTORS = 262144,
  /** An entry is a column's place among the packed ones and its two weights. */
  ENTRIES = 262656,
  ENTRY = 24,
}

/** Packs columns: eight rows of all of them, then the next eight. What is beyond the rows is whatever was there. */
function pack(bench: usize, columns: usize, line: usize, width: usize, rows: usize): void {
  for (let j: usize = 0; j < width; j++)
    for (let i: usize = 0; i < rows; i += 8) {
      const into = bench + ((i * PACKED + (j << 3)) << 3)
      const column = columns + j * line + (i << 3)
      if (i + 8 > rows) {
        memory.copy(into, column, (rows - i) << 3)
        continue
      }
      v128.store(into, v128.load(column))
      v128.store(into, v128.load(column, 16), 16)
      v128.store(into, v128.load(column, 32), 32)
      v128.store(into, v128.load(column, 48), 48)
    }
}

/** True where some of these columns has a weight in one of the lists. */
function hasWeights(weights: usize, width: usize, count: usize, apart: usize): bool {
  for (let k: usize = 0; k < count; k++)
    for (let j: usize = 0; j < width; j++) if (load<f64>(weights + k * apart + (j << 3)) != 0) return true
  return false
}

/** Lists the packed columns that have a weight for one of two vectors: returns where the list ends. */
function list(entries: usize, width: usize, w: usize, v: usize): usize {
  for (let j: usize = 0; j < width; j++) {
    const a = load<f64>(w + (j << 3))
    const b = load<f64>(v + (j << 3))
    if (a == 0 && b == 0) continue
    store<usize>(entries, j << 6)
    store<f64>(entries, -a, 8)
    store<f64>(entries, -b, 16)
    entries += Bench.ENTRY
  }
  return entries
}

/** Takes what is listed off eight rows of two vectors. */
function takeOff(packed: usize, entries: usize, end: usize, v: usize, w: usize): void {
  let a = v128.load(v), b = v128.load(v, 16), c = v128.load(v, 32), d = v128.load(v, 48)
  let e = v128.load(w), f = v128.load(w, 16), g = v128.load(w, 32), h = v128.load(w, 48)
  for (; entries < end; entries += Bench.ENTRY) {
    const column = packed + load<usize>(entries)
    const one = v128.load64_splat(entries, 8)
    const other = v128.load64_splat(entries, 16)
    let x = v128.load(column)
    a = madd64(one, x, a)
    e = madd64(other, x, e)
    x = v128.load(column, 16)
    b = madd64(one, x, b)
    f = madd64(other, x, f)
    x = v128.load(column, 32)
    c = madd64(one, x, c)
    g = madd64(other, x, g)
    x = v128.load(column, 48)
    d = madd64(one, x, d)
    h = madd64(other, x, h)
  }
  v128.store(v, a)
  v128.store(v, b, 16)
  v128.store(v, c, 32)
  v128.store(v, d, 48)
  v128.store(w, e)
  v128.store(w, f, 16)
  v128.store(w, g, 32)
  v128.store(w, h, 48)
}

/** A chunk is some rows of all vectors. */
export function residuals(params: usize, chunk: usize, bench: usize): void {
  const p = load<usize>(params, Residuals.P)
  const line = load<usize>(params, Residuals.N) << 3
  const count = load<usize>(params, Residuals.COUNT)
  const from = chunk * ROWS << 3
  const rows = min(ROWS, load<usize>(params, Residuals.N) - chunk * ROWS)
  const columns = load<usize>(params, Residuals.COLUMNS) + from
  const out = load<usize>(params, Residuals.OUT) + from
  for (let k: usize = 0; k < count; k++) memory.copy(out + k * line, load<usize>(params, Residuals.Y) + from, rows << 3)
  const v = bench + Bench.VECTORS
  const w = v + (ROWS << 3)
  for (let first: usize = 0; first < p; first += PACKED) {
    const width = min(PACKED, p - first)
    if (!hasWeights(load<usize>(params, Residuals.WEIGHTS) + (first << 3), width, count, p << 3)) continue
    pack(bench, columns + first * line, line, width, rows)
    for (let k: usize = 0; k < count; k += 2) {
      // A last vector by itself meets itself.
      const next = min(k + 1, count - 1)
      const weights = load<usize>(params, Residuals.WEIGHTS) + (first << 3)
      const entries = bench + Bench.ENTRIES
      const end = list(entries, width, weights + ((k * p) << 3), weights + ((next * p) << 3))
      memory.copy(v, out + k * line, rows << 3)
      memory.copy(w, out + next * line, rows << 3)
      for (let i: usize = 0; i < rows; i += 8)
        takeOff(bench + ((i * PACKED) << 3), entries, end, v + (i << 3), w + (i << 3))
      memory.copy(out + k * line, v, rows << 3)
      memory.copy(out + next * line, w, rows << 3)
    }
  }
}

/** Adds both lanes to a number. */
@inline
function addTo(at: usize, sum: v128): void {
  store<f64>(at, load<f64>(at) + (f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)))
}

/** Adds products of pieces of two columns with pieces of four vectors to the sums at `into`: four of one column, four of the other. */
function multiplyTwo(into: usize, rows: usize, x: usize, z: usize, v0: usize, v1: usize, v2: usize, v3: usize): void {
  let a = f64x2.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a
  let one = a, other = a
  let at: usize = 0
  const end = (rows & ~1) << 3
  for (; at < end; at += 16) {
    one = v128.load(x + at)
    other = v128.load(z + at)
    let v = v128.load(v0 + at)
    a = madd64(one, v, a)
    e = madd64(other, v, e)
    v = v128.load(v1 + at)
    b = madd64(one, v, b)
    f = madd64(other, v, f)
    v = v128.load(v2 + at)
    c = madd64(one, v, c)
    g = madd64(other, v, g)
    v = v128.load(v3 + at)
    d = madd64(one, v, d)
    h = madd64(other, v, h)
  }
  if (rows & 1) {
    one = v128.load64_zero(x + at)
    other = v128.load64_zero(z + at)
    let v = v128.load64_zero(v0 + at)
    a = madd64(one, v, a)
    e = madd64(other, v, e)
    v = v128.load64_zero(v1 + at)
    b = madd64(one, v, b)
    f = madd64(other, v, f)
    v = v128.load64_zero(v2 + at)
    c = madd64(one, v, c)
    g = madd64(other, v, g)
    v = v128.load64_zero(v3 + at)
    d = madd64(one, v, d)
    h = madd64(other, v, h)
  }
  addTo(into, a)
  addTo(into + 8, b)
  addTo(into + 16, c)
  addTo(into + 24, d)
  addTo(into + 32, e)
  addTo(into + 40, f)
  addTo(into + 48, g)
  addTo(into + 56, h)
}

/** A chunk is some columns, with all vectors. */
export function correlations(params: usize, chunk: usize, bench: usize): void {
  const n = load<usize>(params, Correlations.N)
  const p = load<usize>(params, Correlations.P)
  const total = load<usize>(params, Correlations.COUNT)
  const first = chunk * COLUMNS
  const width = min(COLUMNS, p - first)
  const columns = load<usize>(params, Correlations.COLUMNS) + ((first * n) << 3)
  const out = load<usize>(params, Correlations.OUT) + (first << 3)
  const line = n << 3
  for (let k: usize = 0; k < total; k += 4) {
    const count = min<usize>(4, total - k)
    const vectors = load<usize>(params, Correlations.VECTORS) + k * line
    // What is beyond the last vector, or column, repeats it and is not kept.
    const v1 = vectors + min<usize>(1, count - 1) * line
    const v2 = vectors + min<usize>(2, count - 1) * line
    const v3 = vectors + (count - 1) * line
    memory.fill(bench, 0, COLUMNS << 5)
    for (let from: usize = 0; from < n; from += PIECE) {
      const rows = min(PIECE, n - from)
      const at = from << 3
      for (let j: usize = 0; j < width; j += 2) {
        const x = columns + j * line + at
        const z = columns + min(j + 1, width - 1) * line + at
        multiplyTwo(bench + (j << 5), rows, x, z, vectors + at, v1 + at, v2 + at, v3 + at)
      }
    }
    for (let j: usize = 0; j < width; j++)
      for (let own: usize = 0; own < count; own++)
        store<f64>(out + (((k + own) * p + j) << 3), load<f64>(bench + (j << 5) + (own << 3)))
  }
}
