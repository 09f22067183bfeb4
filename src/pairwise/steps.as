/**
 * What is summed of a pair of rows, an element at a time, and the two loops around it: over a tile of rows of a times
 * eight packed rows of b, whose sums stay in registers, and over two rows as they lie.
 */
import { madd, magnitude, magnitudeMask } from '../device/wasm/simd'
import { across } from './lanes'
import { Block, SumParams } from './params'
import { power } from './power'

// The sums, numbered as in wasm/words.ts. The first three have loops of their own for what has no weights.
export const PRODUCTS = 0 // Σ w·x·y
export const SQUARES = 1 // Σ w·(x − y)²
export const ABSOLUTES = 2 // Σ w·|x − y|
export const LARGEST = 3 // max |x − y| where w > 0, compared as bits: NaN is above everything
export const POWERS = 4 // Σ w·|x − y|ᵖ, and where multiplications and roots are enough for that:
export const THIRDS = 5 // p = 3 and 4
export const HALVES = 6 // p = 1½ and ½
export const RELATIVES = 7 // Σ w·|x − y| / (|x| + |y|), where 0/0 counts 0
export const TOGETHER = 8 // Σ w·|x + y|
export const UNEQUAL = 9 // Σ w where x ≠ y
export const EITHER = 10 // Σ w where x ≠ 0 or y ≠ 0
export const ALL = 11 // Σ w

/** Steps that one accumulator takes before it is added to the next: short chains keep rounding errors small. */
const CHAIN: usize = 32

/** One term, without its weight. Of two powers `even` chooses, with all bits set, 4 and ½. */
@inline
function term(sum: i32, x: v128, y: v128, mask: v128, p: SumParams): v128 {
  if (sum == PRODUCTS) return f32x4.mul(x, y)
  if (sum == TOGETHER) return magnitude(f32x4.add(x, y), mask)
  const apart = f32x4.sub(x, y)
  if (sum == SQUARES) return f32x4.mul(apart, apart)
  const size = magnitude(apart, mask)
  if (sum == POWERS) return power(size, offsetof<SumParams>('powerHigh') + changetype<usize>(p))
  if (sum == RELATIVES) {
    const whole = f32x4.add(magnitude(x, mask), magnitude(y, mask))
    // A whole that overflowed makes the sum NaN, so that the pair is looked at again.
    return madd(whole, f32x4.splat(0), f32x4.div(size, f32x4.pmax(whole, f32x4.splat(1e-45))))
  }
  const even = i32x4.splat(p.even)
  if (sum == THIRDS) return f32x4.mul(f32x4.mul(apart, apart), v128.bitselect(f32x4.mul(size, size), size, even))
  if (sum == HALVES) return f32x4.mul(f32x4.sqrt(size), v128.bitselect(f32x4.splat(1), size, even))
  return size
}

/** Takes one element of four pairs into what four pairs came to so far. */
@inline
export function step(sum: i32, weighted: bool, found: v128, x: v128, y: v128, w: v128, mask: v128, p: SumParams): v128 {
  if (sum == LARGEST) {
    const size = magnitude(f32x4.sub(x, y), mask)
    return i32x4.max_s(found, weighted ? v128.and(size, f32x4.gt(w, f32x4.splat(0))) : size)
  }
  if (sum == UNEQUAL) return f32x4.add(found, v128.and(w, f32x4.ne(x, y)))
  if (sum == EITHER) return f32x4.add(found, v128.and(w, f32x4.ne(v128.or(x, y), f32x4.splat(0))))
  if (sum == ALL) return f32x4.add(found, w)
  if (weighted) return madd(w, term(sum, x, y, mask, p), found)
  if (sum == PRODUCTS) return madd(x, y, found)
  const apart = f32x4.sub(x, y)
  return sum == SQUARES ? madd(apart, apart, found) : f32x4.add(found, magnitude(apart, mask))
}

/** Two partial results as one. */
@inline
export function join(sum: i32, a: v128, b: v128): v128 {
  return sum == LARGEST ? i32x4.max_s(a, b) : f32x4.add(a, b)
}

@inline
function joinInto(sum: i32, at: usize, a: v128, b: v128): void {
  v128.store(at, join(sum, v128.load(at), a))
  v128.store(at, join(sum, v128.load(at, 16), b), 16)
}

/**
 * Takes a piece of each row into the sums of four rows (of two, where weighted) and eight of b, whose elements lie side
 * by side.
 */
@inline
function tile(sum: i32, weighted: bool, p: SumParams, block: Block): void {
  const x0 = block.x0, x1 = block.x1, x2 = block.x2, x3 = block.x3, bytes = block.bytes
  const into = block.into, down = block.down, weightStep = p.weightStep
  const mask = magnitudeMask()
  let y = block.y, weights = block.pieceWeights
  for (let k: usize = 0; k < bytes; ) {
    const stop = min(k + 4 * CHAIN, bytes)
    let a = f32x4.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a, w = a
    for (; k < stop; k += 4) {
      const u = v128.load(y)
      const v = v128.load(y, 16)
      y += 32
      if (weighted) {
        w = v128.load32_splat(weights)
        weights += weightStep
      }
      let x = v128.load32_splat(x0 + k)
      a = step(sum, weighted, a, x, u, w, mask, p)
      b = step(sum, weighted, b, x, v, w, mask, p)
      x = v128.load32_splat(x1 + k)
      c = step(sum, weighted, c, x, u, w, mask, p)
      d = step(sum, weighted, d, x, v, w, mask, p)
      if (!weighted) {
        x = v128.load32_splat(x2 + k)
        e = step(sum, weighted, e, x, u, w, mask, p)
        f = step(sum, weighted, f, x, v, w, mask, p)
        x = v128.load32_splat(x3 + k)
        g = step(sum, weighted, g, x, u, w, mask, p)
        h = step(sum, weighted, h, x, v, w, mask, p)
      }
    }
    joinInto(sum, into, a, b)
    joinInto(sum, into + down, c, d)
    if (!weighted) {
      joinInto(sum, into + 2 * down, e, f)
      joinInto(sum, into + 3 * down, g, h)
    }
  }
}

// One function each: where several stand in one, the compiler folds loops together that differ in their steps.
function products(p: SumParams, block: Block): void { tile(PRODUCTS, false, p, block) }
function squares(p: SumParams, block: Block): void { tile(SQUARES, false, p, block) }
function absolutes(p: SumParams, block: Block): void { tile(ABSOLUTES, false, p, block) }
function weightedProducts(p: SumParams, block: Block): void { tile(PRODUCTS, true, p, block) }
function weightedSquares(p: SumParams, block: Block): void { tile(SQUARES, true, p, block) }
function weightedAbsolutes(p: SumParams, block: Block): void { tile(ABSOLUTES, true, p, block) }
function largest(p: SumParams, block: Block): void { tile(LARGEST, true, p, block) }
function powers(p: SumParams, block: Block): void { tile(POWERS, true, p, block) }
function thirds(p: SumParams, block: Block): void { tile(THIRDS, true, p, block) }
function halves(p: SumParams, block: Block): void { tile(HALVES, true, p, block) }
function relatives(p: SumParams, block: Block): void { tile(RELATIVES, true, p, block) }
function together(p: SumParams, block: Block): void { tile(TOGETHER, true, p, block) }
function unequal(p: SumParams, block: Block): void { tile(UNEQUAL, true, p, block) }
function either(p: SumParams, block: Block): void { tile(EITHER, true, p, block) }
function all(p: SumParams, block: Block): void { tile(ALL, true, p, block) }

/**
 * Rows that `runTile` takes at once. Two weighted rows keep a processor as busy as four would, with half the code;
 * prepared rows have their weights in them.
 */
@inline
export function tileRows(sum: i32, p: SumParams): usize {
  return sum <= ABSOLUTES && (p.weightStep == 0 || p.preparation != 0) ? 4 : 2
}

/** Takes the piece that the block points at into the tile. */
export function runTile(sum: i32, p: SumParams, block: Block): void {
  if (tileRows(sum, p) == 4) {
    if (sum == PRODUCTS) products(p, block)
    else if (sum == SQUARES) squares(p, block)
    else absolutes(p, block)
    return
  }
  switch (sum) {
    case PRODUCTS: return weightedProducts(p, block)
    case SQUARES: return weightedSquares(p, block)
    case ABSOLUTES: return weightedAbsolutes(p, block)
    case LARGEST: return largest(p, block)
    case POWERS: return powers(p, block)
    case THIRDS: return thirds(p, block)
    case HALVES: return halves(p, block)
    case RELATIVES: return relatives(p, block)
    case TOGETHER: return together(p, block)
    case UNEQUAL: return unequal(p, block)
    case EITHER: return either(p, block)
    default: return all(p, block)
  }
}

/** One sum, of two rows as they lie. One after the other is how memory is read fastest. */
@inline
function stream(sum: i32, x: usize, y: usize, bytes: usize): f32 {
  const mask = magnitudeMask()
  const p = changetype<SumParams>(0)
  const none = f32x4.splat(0)
  let found = none
  for (let k: usize = 0; k < bytes; ) {
    let a = none, b = none, c = none, d = none
    const stop = min(k + 64 * CHAIN, bytes)
    for (; k + 64 <= stop; k += 64) {
      a = step(sum, false, a, v128.load(x + k), v128.load(y + k), none, mask, p)
      b = step(sum, false, b, v128.load(x + k, 16), v128.load(y + k, 16), none, mask, p)
      c = step(sum, false, c, v128.load(x + k, 32), v128.load(y + k, 32), none, mask, p)
      d = step(sum, false, d, v128.load(x + k, 48), v128.load(y + k, 48), none, mask, p)
    }
    for (; k + 16 <= stop; k += 16) a = step(sum, false, a, v128.load(x + k), v128.load(y + k), none, mask, p)
    for (; k < stop; k += 4) b = step(sum, false, b, v128.load32_zero(x + k), v128.load32_zero(y + k), none, mask, p)
    found = f32x4.add(found, f32x4.add(f32x4.add(a, b), f32x4.add(c, d)))
  }
  return across(found)
}

function streamProducts(x: usize, y: usize, bytes: usize): f32 { return stream(PRODUCTS, x, y, bytes) }
function streamSquares(x: usize, y: usize, bytes: usize): f32 { return stream(SQUARES, x, y, bytes) }
function streamAbsolutes(x: usize, y: usize, bytes: usize): f32 { return stream(ABSOLUTES, x, y, bytes) }

/** Products, squares or absolutes of two rows, summed. */
export function runStream(sum: i32, x: usize, y: usize, bytes: usize): f32 {
  if (sum == PRODUCTS) return streamProducts(x, y, bytes)
  return sum == SQUARES ? streamSquares(x, y, bytes) : streamAbsolutes(x, y, bytes)
}
