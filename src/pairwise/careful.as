/**
 * The second look at a pair whose sum in float32 overflowed, may have lost terms to underflow, or is NaN: in doubles,
 * over the rows as they came.
 */
import { acrossDoubles, highDoubles, lowDoubles, some } from './lanes'
import { Block, NONE, SumParams, POWER_ROOT, SHARES, SQUARE_ROOT } from './params'
import { power } from './power'
import { numbersOfA, numbersOfB, rowOfA, rowOfB } from './rows'
import { PRODUCTS, RELATIVES, SQUARES, TOGETHER } from './steps'

/** Where the exponents of a power and of its root lie. */
const POWER = offsetof<SumParams>('powerHigh')
const ROOT = offsetof<SumParams>('rootHigh')

/** `bytes` of the weights from byte `k` on. */
function weightsAt(p: SumParams, k: usize, bytes: usize): v128 {
  return p.weightStep == 0 ? f32x4.splat(1) : some(p.weights + k, bytes)
}

/** |x − y| of the next elements, `bytes` of them, in units of 1/`factor`. */
function apartAt(x: usize, y: usize, bytes: usize, factor: f32): v128 {
  const unit = f32x4.splat(factor)
  return f32x4.abs(f32x4.sub(f32x4.mul(some(x, bytes), unit), f32x4.mul(some(y, bytes), unit)))
}

/** max |x − y| where w > 0; NaN where there is one. */
function largestDifference(p: SumParams, x: usize, y: usize, factor: f32): f32 {
  const bytes = p.length * 4
  let found = i32x4.splat(0)
  for (let k: usize = 0; k < bytes; k += 16) {
    const isCounted = f32x4.gt(weightsAt(p, k, bytes - k), f32x4.splat(0))
    found = i32x4.max_s(found, v128.and(apartAt(x + k, y + k, bytes - k, factor), isCounted))
  }
  found = i32x4.max_s(found, v128.shuffle<i32>(found, found, 2, 3, 0, 1))
  found = i32x4.max_s(found, v128.shuffle<i32>(found, found, 1, 0, 3, 2))
  return f32x4.extract_lane(found, 0)
}

/** One prepared element: as `prepared` of rows.as. */
function preparedOne(x: f64, numbers: usize, preparation: usize): f64 {
  const found = (x - load<f64>(numbers)) * load<f64>(numbers, 8)
  return preparation == SHARES ? sqrt(found) : found
}

/** A sum of products, squares, absolutes, relatives or what is together. */
function sumInDoubles(sum: i32, p: SumParams, x: usize, y: usize, xNumbers: usize, yNumbers: usize): f64 {
  const bytes = p.length * 4
  const preparation = p.preparation
  let found: f64 = 0
  for (let k: usize = 0; k < bytes; k += 4) {
    let u = <f64>load<f32>(x + k)
    let v = <f64>load<f32>(y + k)
    if (preparation != 0) {
      u = preparedOne(u, xNumbers, preparation)
      v = preparedOne(v, yNumbers, preparation)
    }
    let one = u - v
    if (sum == PRODUCTS) one = u * v
    else if (sum == SQUARES) one *= one
    else {
      one = abs(sum == TOGETHER ? u + v : one)
      if (sum == RELATIVES && one != 0) one /= abs(u) + abs(v)
    }
    found += p.weightStep == 0 ? one : one * <f64>load<f32>(p.weights + k)
  }
  return found
}

/** top·(Σ w·(|x − y|/top)ᵖ)^(1/p) */
function powerRoot(p: SumParams, x: usize, y: usize): f32 {
  const bytes = p.length * 4
  let factor: f32 = 1
  let top = largestDifference(p, x, y, factor)
  if (!(top < 1e30)) {
    // Differences of large numbers may overflow.
    factor = 0.25
    top = largestDifference(p, x, y, factor)
    if (top == Infinity) return top
  }
  const unit = f32x4.splat(top == 0 ? 1 : top)
  let low = f64x2.splat(0), high = low
  for (let k: usize = 0; k < bytes; k += 16) {
    const rest = bytes - k
    const ratio = f32x4.div(apartAt(x + k, y + k, rest, factor), unit)
    const terms = f32x4.mul(weightsAt(p, k, rest), power(ratio, changetype<usize>(p) + POWER))
    low = f64x2.add(low, lowDoubles(terms))
    high = f64x2.add(high, highDoubles(terms))
  }
  const sum = f32x4.splat(<f32>acrossDoubles(low, high))
  return <f32>(<f64>top / <f64>factor * <f64>f32x4.extract_lane(power(sum, changetype<usize>(p) + ROOT), 0))
}

/** Whether two rows have the same bits. */
function areEqual(x: usize, y: usize, bytes: usize): bool {
  for (let k: usize = 0; k < bytes; k += 16)
    if (v128.any_true(v128.xor(some(x + k, bytes - k), some(y + k, bytes - k)))) return false
  return true
}

/** The number of pair (i, j) of the block, whose sum came to `found`. */
export function carefulPair(p: SumParams, block: Block, i: usize, j: usize, found: f32): f32 {
  // Of differences only NaN itself makes NaN, if no weights do.
  const isPlain = p.weightStep == 0 || p.preparation != 0
  if (isNaN(found) && isPlain && p.sum != PRODUCTS && p.sum != RELATIVES) return found
  const x = rowOfA(p, block, i), y = rowOfB(p, block, j)
  let sum: f64 = 0
  // Equal rows are common.
  if (found != 0 || !areEqual(x, y, p.length * 4)) {
    if (p.root == POWER_ROOT) return powerRoot(p, x, y)
    sum = sumInDoubles(p.sum, p, x, y, numbersOfA(p, block, i), numbersOfB(p, block, j))
  }
  if (p.over != NONE) return <f32>(sum / sumInDoubles(TOGETHER, p, x, y, 0, 0))
  sum = min(sum, <f64>p.most) / <f64>p.divisor + <f64>p.shift
  return <f32>(p.root == SQUARE_ROOT ? sqrt(sum) : sum)
}
