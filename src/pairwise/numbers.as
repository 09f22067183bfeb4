/** What rows have of their own: the shift and the scale by which each is prepared. */
import { acrossDoubles, highDoubles, lowDoubles } from './lanes'
import { CENTRED, SHARES } from './params'

@unmanaged
class RowsParams {
  rows: usize
  weights: usize
  numbers: usize
  count: usize
  length: usize
  /** Bytes from one row to the next; 4, or 0 where there are no weights. */
  stride: usize
  weightStep: usize
  preparation: usize
}

/** Rows of one chunk. */
const ROWS: usize = 64

/** Σ w·(x − shift), or of the squares of these differences */
function total(isSquared: bool, p: RowsParams, row: usize, shift: f64): f64 {
  const bytes = p.length * 4
  const all = f64x2.splat(shift)
  let low = f64x2.splat(0), high = low
  let k: usize = 0
  for (; k + 16 <= bytes; k += 16) {
    const x = v128.load(row + k)
    let u = f64x2.sub(lowDoubles(x), all)
    let v = f64x2.sub(highDoubles(x), all)
    if (isSquared) {
      u = f64x2.mul(u, u)
      v = f64x2.mul(v, v)
    }
    if (p.weightStep != 0) {
      const w = v128.load(p.weights + k)
      u = f64x2.mul(u, lowDoubles(w))
      v = f64x2.mul(v, highDoubles(w))
    }
    low = f64x2.add(low, u)
    high = f64x2.add(high, v)
  }
  let rest: f64 = 0
  for (; k < bytes; k += 4) {
    let u = <f64>load<f32>(row + k) - shift
    if (isSquared) u *= u
    if (p.weightStep != 0) u *= <f64>load<f32>(p.weights + k)
    rest += u
  }
  return acrossDoubles(low, high) + rest
}

function totalWeight(p: RowsParams): f64 {
  if (p.weightStep == 0) return <f64>p.length
  let found: f64 = 0
  for (let k: usize = 0; k < p.length; k++) found += <f64>load<f32>(p.weights + k * 4)
  return found
}

/** The weighted mean, found around the first element that counts: the mean of equal numbers is that number exactly. */
function meanOf(p: RowsParams, row: usize): f64 {
  let k: usize = 0
  if (p.weightStep != 0) while (k + 4 < p.length * 4 && !(load<f32>(p.weights + k) > 0)) k += 4
  const first = <f64>load<f32>(row + k)
  return first + total(false, p, row, first) / totalWeight(p)
}

function hasNegative(p: RowsParams, row: usize): bool {
  for (let k: usize = 0; k < p.length; k++) if (load<f32>(row + k * 4) < 0) return true
  return false
}

/**
 * Writes the shift and the scale of 64 rows. The scale is 0 where a row has no direction, or no sum, and NaN where it
 * has NaN; a row with an infinite length has a shift of NaN.
 */
export function measure(params: usize, chunk: usize, bench: usize): void {
  const p = changetype<RowsParams>(params)
  const end = min(p.count, (chunk + 1) * ROWS)
  for (let i = chunk * ROWS; i < end; i++) {
    const row = p.rows + i * p.stride
    let shift: f64 = 0
    let length: f64 = 0
    if (p.preparation == SHARES) length = hasNegative(p, row) ? 0 : total(false, p, row, 0)
    else if (p.length > 0) {
      if (p.preparation == CENTRED) shift = meanOf(p, row)
      length = sqrt(total(true, p, row, shift))
    }
    const isEndless = length == Infinity
    store<f64>(p.numbers + i * 16, isEndless ? NaN : shift)
    store<f64>(p.numbers + i * 16, isEndless ? 1 : length == 0 ? 0 : 1 / length, 8)
  }
}
