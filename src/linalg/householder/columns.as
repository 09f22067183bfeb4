/**
 * What the Householder kernels do with columns that lie contiguous and are whole fours long: sums of products, one column or
 * four taken off others, tiles of block reflections, and tiles turned into rows.
 */
import { madd } from '../../device/wasm/simd'

/** Columns of a panel: so many floats lie from the shares of one column to those of the next. */
export const BLOCK: usize = 32
/** Bytes of a column that sums run over before they are added up in doubles. */
const CHAIN: usize = 1024

@inline
function across(x: v128): f64 {
  return (<f64>f32x4.extract_lane(x, 0) + <f64>f32x4.extract_lane(x, 1))
    + (<f64>f32x4.extract_lane(x, 2) + <f64>f32x4.extract_lane(x, 3))
}

/** a·b */
export function dot(a: usize, b: usize, bytes: usize): f64 {
  let sum: f64 = 0
  for (let k: usize = 0; k < bytes; ) {
    const stop = min(k + CHAIN, bytes)
    let s = f32x4.splat(0), t = s
    for (; k + 32 <= stop; k += 32) {
      s = madd(v128.load(a + k), v128.load(b + k), s)
      t = madd(v128.load(a + k, 16), v128.load(b + k, 16), t)
    }
    if (k < stop) {
      s = madd(v128.load(a + k), v128.load(b + k), s)
      k += 16
    }
    sum += across(f32x4.add(s, t))
  }
  return sum
}

/** v·c for four columns, `down` bytes apart; the sums lie in `into`, in doubles. */
export function dotFour(v: usize, c: usize, down: usize, bytes: usize, into: usize): void {
  const d = c + down, e = d + down, f = e + down
  let sumC: f64 = 0, sumD: f64 = 0, sumE: f64 = 0, sumF: f64 = 0
  for (let k: usize = 0; k < bytes; ) {
    const stop = min(k + CHAIN, bytes)
    let c0 = f32x4.splat(0), c1 = c0, d0 = c0, d1 = c0, e0 = c0, e1 = c0, f0 = c0, f1 = c0
    for (; k + 32 <= stop; k += 32) {
      const x = v128.load(v + k), y = v128.load(v + k, 16)
      c0 = madd(x, v128.load(c + k), c0)
      c1 = madd(y, v128.load(c + k, 16), c1)
      d0 = madd(x, v128.load(d + k), d0)
      d1 = madd(y, v128.load(d + k, 16), d1)
      e0 = madd(x, v128.load(e + k), e0)
      e1 = madd(y, v128.load(e + k, 16), e1)
      f0 = madd(x, v128.load(f + k), f0)
      f1 = madd(y, v128.load(f + k, 16), f1)
    }
    if (k < stop) {
      const x = v128.load(v + k)
      c0 = madd(x, v128.load(c + k), c0)
      d0 = madd(x, v128.load(d + k), d0)
      e0 = madd(x, v128.load(e + k), e0)
      f0 = madd(x, v128.load(f + k), f0)
      k += 16
    }
    sumC += across(f32x4.add(c0, c1))
    sumD += across(f32x4.add(d0, d1))
    sumE += across(f32x4.add(e0, e1))
    sumF += across(f32x4.add(f0, f1))
  }
  store<f64>(into, sumC)
  store<f64>(into, sumD, 8)
  store<f64>(into, sumE, 16)
  store<f64>(into, sumF, 24)
}

/** c ← c − v·share for four columns; the shares lie in `shares`, in doubles. */
export function takeFour(v: usize, c: usize, down: usize, bytes: usize, shares: usize): void {
  const d = c + down, e = d + down, f = e + down
  const shareC = f32x4.splat(<f32>-load<f64>(shares)), shareD = f32x4.splat(<f32>-load<f64>(shares, 8))
  const shareE = f32x4.splat(<f32>-load<f64>(shares, 16)), shareF = f32x4.splat(<f32>-load<f64>(shares, 24))
  for (let k: usize = 0; k < bytes; k += 16) {
    const x = v128.load(v + k)
    v128.store(c + k, madd(x, shareC, v128.load(c + k)))
    v128.store(d + k, madd(x, shareD, v128.load(d + k)))
    v128.store(e + k, madd(x, shareE, v128.load(e + k)))
    v128.store(f + k, madd(x, shareF, v128.load(f + k)))
  }
}

/** The sums of four vectors' lanes, side by side. */
@inline
function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7))
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7))
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7))
}

@inline
function addTo(at: usize, x: v128): void { v128.store(at, f32x4.add(v128.load(at), x)) }

/** Adds v·c of four columns v and two columns c to `into` and, behind 32 floats, for the second of them. */
export function projectTile(v: usize, c: usize, down: usize, bytes: usize, into: usize): void {
  const v1 = v + down, v2 = v1 + down, v3 = v2 + down, d = c + down
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, d0 = c0, d1 = c0, d2 = c0, d3 = c0
  for (let k: usize = 0; k < bytes; k += 16) {
    const x = v128.load(c + k), y = v128.load(d + k)
    let own = v128.load(v + k)
    c0 = madd(own, x, c0)
    d0 = madd(own, y, d0)
    own = v128.load(v1 + k)
    c1 = madd(own, x, c1)
    d1 = madd(own, y, d1)
    own = v128.load(v2 + k)
    c2 = madd(own, x, c2)
    d2 = madd(own, y, d2)
    own = v128.load(v3 + k)
    c3 = madd(own, x, c3)
    d3 = madd(own, y, d3)
  }
  addTo(into, sums(c0, c1, c2, c3))
  addTo(into + BLOCK * 4, sums(d0, d1, d2, d3))
}

/** c ← c + V·share for two fours of rows of four columns, with `count` columns of V; the shares of a column are 32 floats. */
@inline
export function addTile(v: usize, count: usize, c: usize, down: usize, shares: usize): void {
  const d = c + down, e = d + down, f = e + down
  let c0 = v128.load(c), c1 = v128.load(c, 16), d0 = v128.load(d), d1 = v128.load(d, 16)
  let e0 = v128.load(e), e1 = v128.load(e, 16), f0 = v128.load(f), f1 = v128.load(f, 16)
  for (let i: usize = 0; i < count * 4; i += 4, v += down) {
    const x = v128.load(v), y = v128.load(v, 16)
    let share = v128.load32_splat(shares + i)
    c0 = madd(x, share, c0)
    c1 = madd(y, share, c1)
    share = v128.load32_splat(shares + i, BLOCK * 4)
    d0 = madd(x, share, d0)
    d1 = madd(y, share, d1)
    share = v128.load32_splat(shares + i, BLOCK * 8)
    e0 = madd(x, share, e0)
    e1 = madd(y, share, e1)
    share = v128.load32_splat(shares + i, BLOCK * 12)
    f0 = madd(x, share, f0)
    f1 = madd(y, share, f1)
  }
  v128.store(c, c0)
  v128.store(c, c1, 16)
  v128.store(d, d0)
  v128.store(d, d1, 16)
  v128.store(e, e0)
  v128.store(e, e1, 16)
  v128.store(f, f0)
  v128.store(f, f1, 16)
}

/** Four floats of which the last ones may be beyond the end of a row. */
@inline
function storeSome(at: usize, x: v128, count: usize): void {
  if (count >= 4) return v128.store(at, x)
  store<f32>(at, f32x4.extract_lane(x, 0))
  if (count > 1) store<f32>(at, f32x4.extract_lane(x, 1), 4)
  if (count > 2) store<f32>(at, f32x4.extract_lane(x, 2), 8)
}

/** Four rows of four columns, `down` bytes apart, times four scales, as up to four rows of a result of `width` columns. */
@inline
export function turnTile(from: usize, down: usize, scales: v128, into: usize, width: usize, rows: usize, count: usize): void {
  const a = v128.load(from), b = v128.load(from + down), c = v128.load(from + 2 * down), d = v128.load(from + 3 * down)
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5), AB = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5), CD = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
  storeSome(into, f32x4.mul(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), scales), count)
  if (rows > 1) storeSome(into + width * 4, f32x4.mul(v128.shuffle<f32>(ab, cd, 2, 3, 6, 7), scales), count)
  if (rows > 2) storeSome(into + width * 8, f32x4.mul(v128.shuffle<f32>(AB, CD, 0, 1, 4, 5), scales), count)
  if (rows > 3) storeSome(into + width * 12, f32x4.mul(v128.shuffle<f32>(AB, CD, 2, 3, 6, 7), scales), count)
}
