/**
 * The kernels of the residuals and correlations primitives: float64, two at a time. Four vectors meet two columns, so that a
 * column is read once for four vectors and a vector once for two columns.
 */
import { madd64 } from '../../device/wasm/simd'

/** Rows that are walked together: pieces of four vectors and of two columns stay in the nearest cache. */
const PIECE: usize = 512
const LINE: usize = PIECE << 3
/** Columns of a chunk of `correlations`. */
const COLUMNS: usize = 16

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

/** On the bench: pieces of four vectors, and behind them what two columns are multiplied by, four times two numbers. */
const enum Bench {
  FACTORS = 16384,
}

/** Notes −weight of one of two columns for each of four vectors. True where one of them is not 0. */
function noteFactors(at: usize, weights: usize, apart: usize, count: usize): bool {
  let isUsed = false
  for (let k: usize = 0; k < 4; k++) {
    const weight = load<f64>(weights + min(k, count - 1) * apart)
    store<f64>(at + (k << 4), -weight)
    isUsed = isUsed || weight != 0
  }
  return isUsed
}

@inline
function takeTwo(r: usize, a: v128, x: v128, b: v128, z: v128): void {
  v128.store(r, madd64(b, z, madd64(a, x, v128.load(r))))
}

/** Adds two columns' pieces, at `x` and `z`, to those of four vectors, times the factors that were noted. */
function addTwo(bench: usize, rows: usize, x: usize, z: usize): void {
  const factors = bench + Bench.FACTORS
  const a0 = v128.load64_splat(factors), b0 = v128.load64_splat(factors, 8)
  const a1 = v128.load64_splat(factors, 16), b1 = v128.load64_splat(factors, 24)
  const a2 = v128.load64_splat(factors, 32), b2 = v128.load64_splat(factors, 40)
  const a3 = v128.load64_splat(factors, 48), b3 = v128.load64_splat(factors, 56)
  let r = bench
  const end = bench + ((rows & ~1) << 3)
  for (; r < end; r += 16, x += 16, z += 16) {
    const one = v128.load(x), other = v128.load(z)
    takeTwo(r, a0, one, b0, other)
    takeTwo(r + LINE, a1, one, b1, other)
    takeTwo(r + 2 * LINE, a2, one, b2, other)
    takeTwo(r + 3 * LINE, a3, one, b3, other)
  }
  if ((rows & 1) == 0) return
  const one = v128.load64_zero(x), other = v128.load64_zero(z)
  takeTwo(r, a0, one, b0, other)
  takeTwo(r + LINE, a1, one, b1, other)
  takeTwo(r + 2 * LINE, a2, one, b2, other)
  takeTwo(r + 3 * LINE, a3, one, b3, other)
}

/** A chunk is a piece of the rows, of four vectors. */
export function residuals(params: usize, chunk: usize, bench: usize): void {
  const n = load<usize>(params, Residuals.N)
  const p = load<usize>(params, Residuals.P)
  const quads = (load<usize>(params, Residuals.COUNT) + 3) >> 2
  const first = chunk % quads << 2
  const from = chunk / quads * PIECE
  const count = min<usize>(4, load<usize>(params, Residuals.COUNT) - first)
  const rows = min(PIECE, n - from)
  const y = load<usize>(params, Residuals.Y) + (from << 3)
  for (let k: usize = 0; k < 4; k++) memory.copy(bench + k * LINE, y, rows << 3)
  const weights = load<usize>(params, Residuals.WEIGHTS) + ((first * p) << 3)
  const columns = load<usize>(params, Residuals.COLUMNS) + (from << 3)
  let before: usize = 0
  for (let j: usize = 0; j < p; j++) {
    const waits = before != 0
    if (!noteFactors(bench + Bench.FACTORS + (waits ? 8 : 0), weights + (j << 3), p << 3, count)) continue
    const column = columns + ((j * n) << 3)
    if (waits) addTwo(bench, rows, before, column)
    before = waits ? 0 : column
  }
  if (before != 0) {
    for (let k: usize = 0; k < 4; k++) store<f64>(bench + Bench.FACTORS + 8 + (k << 4), 0)
    addTwo(bench, rows, before, before)
  }
  const out = load<usize>(params, Residuals.OUT) + ((first * n + from) << 3)
  for (let k: usize = 0; k < count; k++) memory.copy(out + ((k * n) << 3), bench + k * LINE, rows << 3)
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
