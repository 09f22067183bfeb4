/**
 * The loops that factorisations and substitutions share: products of four rows and eight columns whose sums stay in
 * registers, and forward substitution of eight right sides at once. A *panel* is eight columns packed row by row.
 */
import { madd } from '../../device/wasm/simd'

/** Columns of a panel, and the bytes of one of its rows. */
export const ACROSS: usize = 8
export const PANEL_ROW: usize = 32

/** Rows that are solved, and columns that are factored, at a time. */
export const BLOCK: usize = 32

/** Steps that one accumulator takes: what comes after them is added in doubles. */
const CHAIN: usize = 64

// Places in what the caller gives for work: four rows of eight sums, and the same in doubles.
const TOTALS: usize = 128
export const WORK_BYTES: usize = 384

/**
 * Σ x·P over `count` steps for four rows of x, whose elements are `step` bytes apart, and the eight columns of a panel: four
 * rows of eight sums to `into`.
 */
export function tile(x0: usize, x1: usize, x2: usize, x3: usize, step: usize, panel: usize, count: usize, into: usize): void {
  let a = f32x4.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a
  for (const end = panel + count * PANEL_ROW; panel < end; panel += PANEL_ROW) {
    const u = v128.load(panel)
    const v = v128.load(panel, 16)
    let x = v128.load32_splat(x0)
    a = madd(x, u, a)
    b = madd(x, v, b)
    x = v128.load32_splat(x1)
    c = madd(x, u, c)
    d = madd(x, v, d)
    x = v128.load32_splat(x2)
    e = madd(x, u, e)
    f = madd(x, v, f)
    x = v128.load32_splat(x3)
    g = madd(x, u, g)
    h = madd(x, v, h)
    x0 += step
    x1 += step
    x2 += step
    x3 += step
  }
  v128.store(into, a)
  v128.store(into, b, 16)
  v128.store(into, c, 32)
  v128.store(into, d, 48)
  v128.store(into, e, 64)
  v128.store(into, f, 80)
  v128.store(into, g, 96)
  v128.store(into, h, 112)
}

/** Takes a tile's sums away from the first `rows` rows and `columns` columns at `at`. */
@inline
export function subtractTile(at: usize, stride: usize, sums: usize, rows: usize, columns: usize): void {
  for (let i: usize = 0; i < rows; i++, at += stride, sums += PANEL_ROW) subtractRow(at, sums, columns)
}

@inline
export function subtractRow(at: usize, sums: usize, columns: usize): void {
  if (columns >= ACROSS) {
    v128.store(at, f32x4.sub(v128.load(at), v128.load(sums)))
    v128.store(at, f32x4.sub(v128.load(at, 16), v128.load(sums, 16)), 16)
  } else {
    for (let j: usize = 0; j < columns; j++) store<f32>(at + j * 4, load<f32>(at + j * 4) - load<f32>(sums + j * 4))
  }
}

@inline
function low(x: v128): v128 {
  return f64x2.promote_low_f32x4(x)
}

@inline
function high(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3))
}

@inline
function narrow(x: v128, y: v128): v128 {
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(x), f32x4.demote_f64x2_zero(y), 0, 1, 4, 5)
}

function addToTotals(sums: usize, totals: usize): void {
  for (let k: usize = 0; k < 128; k += 16, totals += 32) {
    const four = v128.load(sums + k)
    v128.store(totals, f64x2.add(v128.load(totals), low(four)))
    v128.store(totals, f64x2.add(v128.load(totals, 16), high(four)), 16)
  }
}

/**
 * Row `i` of a panel in doubles: less its totals and less the `count` rows of the panel right before it, by their elements at
 * `t`; then divided by the element behind those, but where the diagonal is ones. Returns whether that is 0.
 */
function finishRow(panel: usize, i: usize, count: usize, t: usize, step: usize, totals: usize, isUnit: bool): bool {
  const row = panel + i * PANEL_ROW
  const left = v128.load(row)
  const right = v128.load(row, 16)
  let a = f64x2.sub(low(left), v128.load(totals))
  let b = f64x2.sub(high(left), v128.load(totals, 16))
  let c = f64x2.sub(low(right), v128.load(totals, 32))
  let d = f64x2.sub(high(right), v128.load(totals, 48))
  for (let before = row - count * PANEL_ROW; before < row; before += PANEL_ROW, t += step) {
    const share = f64x2.splat(load<f32>(t))
    const u = v128.load(before)
    const v = v128.load(before, 16)
    a = f64x2.sub(a, f64x2.mul(share, low(u)))
    b = f64x2.sub(b, f64x2.mul(share, high(u)))
    c = f64x2.sub(c, f64x2.mul(share, low(v)))
    d = f64x2.sub(d, f64x2.mul(share, high(v)))
  }
  let isZero = false
  if (!isUnit) {
    const diagonal = load<f32>(t)
    const divisor = f64x2.splat(diagonal)
    isZero = diagonal == 0
    a = f64x2.div(a, divisor)
    b = f64x2.div(b, divisor)
    c = f64x2.div(c, divisor)
    d = f64x2.div(d, divisor)
  }
  v128.store(row, narrow(a, b))
  v128.store(row, narrow(c, d), 16)
  return isZero
}

/**
 * T·X = B in place, for the right sides of a panel and a lower triangle of `order` rows at `t`; rows and columns of T are
 * `down` and `step` bytes apart. The first `from` rows of X are 0. Returns the first row whose diagonal element is 0, or `order`.
 */
export function substitute(
  panel: usize, t: usize, down: usize, step: usize, from: usize, order: usize, isUnit: bool, work: usize,
): usize {
  const totals = work + TOTALS
  let failed = order
  for (let i = from; i < order; i += 4) {
    const rows = min<usize>(4, order - i)
    const last = order - 1
    const x0 = t + i * down
    const x1 = t + min(i + 1, last) * down
    const x2 = t + min(i + 2, last) * down
    const x3 = t + min(i + 3, last) * down
    memory.fill(totals, 0, 256)
    for (let k = from; k < i; k += CHAIN) {
      const at = k * step
      tile(x0 + at, x1 + at, x2 + at, x3 + at, step, panel + k * PANEL_ROW, min(CHAIN, i - k), work)
      addToTotals(work, totals)
    }
    for (let r: usize = 0; r < rows; r++) {
      const isZero = finishRow(panel, i + r, r, t + (i + r) * down + i * step, step, totals + r * 64, isUnit)
      if (isZero && failed == order) failed = i + r
    }
  }
  return failed
}

/** Copies the first `columns` elements of a row of a panel. */
@inline
export function unpackRow(row: usize, into: usize, columns: usize): void {
  if (columns >= ACROSS) {
    v128.store(into, v128.load(row))
    v128.store(into, v128.load(row, 16), 16)
  } else {
    for (let j: usize = 0; j < columns; j++) store<f32>(into + j * 4, load<f32>(row + j * 4))
  }
}

/** Copies `columns` elements, `step` bytes apart, to a row of a panel, with zeros behind them. */
@inline
export function packRow(from: usize, step: usize, row: usize, columns: usize): void {
  if (columns >= ACROSS && step == 4) {
    v128.store(row, v128.load(from))
    v128.store(row, v128.load(from, 16), 16)
  } else {
    for (let j: usize = 0; j < ACROSS; j++) store<f32>(row + j * 4, j < columns ? load<f32>(from + j * step) : 0)
  }
}

/** Raises a status word, which other threads may raise too. */
export function tell(status: usize, word: u32): void {
  let seen = atomic.load<u32>(status)
  while (word > seen) {
    const found = atomic.cmpxchg<u32>(status, seen, word)
    if (found == seen) return
    seen = found
  }
}
