/**
 * The loops of the reduce primitive: each takes `count` vectors of four float32 (or uint32) that lie `step` bytes apart
 * and brings every lane into an accumulator of its own. A row is walked with a step of 16, and its lanes are joined
 * afterwards; columns are walked with the distance of their rows.
 *
 * Sums are kept in doubles: no power of a float32 that is offered here leaves their range, one rounding is left in the
 * end, and reading memory takes longer. What is compared are unsigned keys, on top of which NaN lies: exact on any
 * engine. Nothing here can be fused, so both builds give the same bits.
 */

/** What is added up, or EXTREME: nothing is added, the largest key stays. `wasm.ts` has the same list. */
export const enum Walk {
  /** x, or |x| where the mask is for that. */
  VALUES,
  SQUARES,
  /** 1 for every x that is not 0. */
  COUNT,
  CUBES,
  FOURTHS,
  ROOTS,
  THREE_HALVES,
  RECIPROCALS,
  EXTREME,
}

/** One plane of results as it lies behind `params`: where each of its words is. */
export const enum Plane {
  WALK = 0,
  /** Which bits of an element count. */
  MASK = 4,
  /** With MASK, these three turn bits into keys. */
  SIGN = 8,
  FLIP = 12,
  SHIFT = 16,
  /** Bits of an element that changes nothing. */
  NEUTRAL = 20,
  /** What becomes of the sum: `endings.as`. */
  ENDING = 24,
  SIZE = 28,
}

/** Bytes of an accumulator: four doubles, or four keys. */
export const ACC: usize = 32;

/** What is added for two elements, the low half of a vector. */
@inline
function terms(walk: Walk, two: v128, mask: v128): v128 {
  if (walk == Walk.SQUARES) {
    const x = f64x2.promote_low_f32x4(two);
    return f64x2.mul(x, x);
  }
  const x = f64x2.promote_low_f32x4(v128.and(two, mask));
  if (walk == Walk.VALUES) return x;
  switch (walk) {
    case Walk.COUNT:
      return v128.and(f64x2.ne(x, f64x2.splat(0)), f64x2.splat(1));
    case Walk.CUBES:
      return f64x2.mul(f64x2.mul(x, x), x);
    case Walk.FOURTHS: {
      const square = f64x2.mul(x, x);
      return f64x2.mul(square, square);
    }
    case Walk.ROOTS:
      return f64x2.sqrt(x);
    case Walk.THREE_HALVES:
      return f64x2.mul(x, f64x2.sqrt(x));
    default:
      return f64x2.div(f64x2.splat(1), x);
  }
}

/** acc += Σ terms, in two chains of additions a lane, so that they overlap. */
@inline
function sums(walk: Walk, mask: v128, at: usize, step: usize, count: u32, acc: usize): void {
  let a = v128.load(acc);
  let b = v128.load(acc, 16);
  let c = f64x2.splat(0);
  let d = c;
  for (; count >= 2; count -= 2) {
    a = f64x2.add(a, terms(walk, v128.load64_zero(at), mask));
    b = f64x2.add(b, terms(walk, v128.load64_zero(at, 8), mask));
    at += step;
    c = f64x2.add(c, terms(walk, v128.load64_zero(at), mask));
    d = f64x2.add(d, terms(walk, v128.load64_zero(at, 8), mask));
    at += step;
  }
  if (count) {
    a = f64x2.add(a, terms(walk, v128.load64_zero(at), mask));
    b = f64x2.add(b, terms(walk, v128.load64_zero(at, 8), mask));
  }
  v128.store(acc, f64x2.add(a, c));
  v128.store(acc, f64x2.add(b, d), 16);
}

/** The same for terms that are chosen as it goes: they take longer than the choice. */
@inline
function otherSums(walk: Walk, mask: v128, at: usize, step: usize, count: u32, acc: usize): void {
  let a = v128.load(acc);
  let b = v128.load(acc, 16);
  for (; count; count--, at += step) {
    a = f64x2.add(a, terms(walk, v128.load64_zero(at), mask));
    b = f64x2.add(b, terms(walk, v128.load64_zero(at, 8), mask));
  }
  v128.store(acc, a);
  v128.store(acc, b, 16);
}

/**
 * key = ((bits & MASK) ^ (SIGN where bits are negative) ^ FLIP) + SHIFT
 *
 * With SIGN, negative numbers come in order below the others; FLIP turns the order round; SHIFT brings the least number
 * to 0 and lets every NaN, of either sign, come out above the largest.
 */
@inline
function keysOf(bits: v128, mask: v128, sign: v128, flip: v128, shift: v128): v128 {
  return i32x4.add(v128.xor(v128.and(bits, mask), v128.xor(v128.and(i32x4.shr_s(bits, 31), sign), flip)), shift);
}

/** acc = the largest key. */
@inline
function extremes(plane: usize, mask: v128, at: usize, step: usize, count: u32, acc: usize): void {
  const sign = v128.load32_splat(plane, Plane.SIGN);
  const flip = v128.load32_splat(plane, Plane.FLIP);
  const shift = v128.load32_splat(plane, Plane.SHIFT);
  let a = v128.load(acc);
  let b = a;
  for (; count >= 2; count -= 2) {
    a = i32x4.max_u(a, keysOf(v128.load(at), mask, sign, flip, shift));
    at += step;
    b = i32x4.max_u(b, keysOf(v128.load(at), mask, sign, flip, shift));
    at += step;
  }
  if (count) a = i32x4.max_u(a, keysOf(v128.load(at), mask, sign, flip, shift));
  v128.store(acc, i32x4.max_u(a, b));
}

/** Walks that begin `pitch` bytes apart, with accumulators beside each other. */
export function walk(plane: usize, at: usize, step: usize, count: u32, pitch: usize, walks: u32, acc: usize): void {
  const kind = <Walk>load<u32>(plane, Plane.WALK);
  const mask = v128.load32_splat(plane, Plane.MASK);
  for (; walks; walks--, at += pitch, acc += ACC)
    if (kind == Walk.VALUES) sums(Walk.VALUES, mask, at, step, count, acc);
    else if (kind == Walk.SQUARES) sums(Walk.SQUARES, mask, at, step, count, acc);
    else if (kind == Walk.EXTREME) extremes(plane, mask, at, step, count, acc);
    else otherSums(kind, mask, at, step, count, acc);
}

/**
 * The same for five planes in one go: COUNT, VALUES and SQUARES of |x|, and its largest and smallest. The accumulators
 * of a plane lie `next` bytes behind those of the one before.
 */
export function walkFive(
  at: usize,
  step: usize,
  count: u32,
  pitch: usize,
  walks: u32,
  acc: usize,
  next: usize,
): void {
  const mask = i32x4.splat(0x7fffffff);
  const endless = i32x4.splat(0x7f800000);
  for (; walks; walks--, at += pitch, acc += ACC) {
    const values = acc + next;
    const squares = values + next;
    const largest = squares + next;
    const smallest = largest + next;
    let from = at;
    let zeros = i32x4.splat(0);
    let a = v128.load(values);
    let b = v128.load(values, 16);
    let c = v128.load(squares);
    let d = v128.load(squares, 16);
    let most = v128.load(largest);
    let least = v128.load(smallest);
    for (let left = count; left; left--, from += step) {
      const x = v128.and(v128.load(from), mask);
      zeros = i32x4.add(zeros, i32x4.eq(x, i32x4.splat(0)));
      most = i32x4.max_u(most, x);
      least = i32x4.max_u(least, i32x4.sub(endless, x));
      const low = f64x2.promote_low_f32x4(x);
      const high = f64x2.promote_low_f32x4(v128.and(v128.load64_zero(from, 8), mask));
      a = f64x2.add(a, low);
      b = f64x2.add(b, high);
      c = f64x2.add(c, f64x2.mul(low, low));
      d = f64x2.add(d, f64x2.mul(high, high));
    }
    v128.store(values, a);
    v128.store(values, b, 16);
    v128.store(squares, c);
    v128.store(squares, d, 16);
    v128.store(largest, most);
    v128.store(smallest, least);
    // What is true counts as −1.
    const others = i32x4.add(zeros, i32x4.splat(count));
    v128.store(acc, f64x2.add(v128.load(acc), f64x2.convert_low_i32x4_u(others)));
    const high = f64x2.convert_low_i32x4_u(v128.shuffle<u64>(others, others, 1, 1));
    v128.store(acc, f64x2.add(v128.load(acc, 16), high), 16);
  }
}

/** Bits of an element as a key, and back. */
export function keyOf(plane: usize, bits: u32): u32 {
  const sign = <u32>(<i32>bits >> 31) & load<u32>(plane, Plane.SIGN);
  return ((bits & load<u32>(plane, Plane.MASK)) ^ sign ^ load<u32>(plane, Plane.FLIP)) + load<u32>(plane, Plane.SHIFT);
}

export function bitsOf(plane: usize, key: u32): u32 {
  const bits = (key - load<u32>(plane, Plane.SHIFT)) ^ load<u32>(plane, Plane.FLIP);
  return bits ^ (<u32>(<i32>bits >> 31) & load<u32>(plane, Plane.SIGN));
}
