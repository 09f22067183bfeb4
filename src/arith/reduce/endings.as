/**
 * What becomes of what the walks found. A *value* is 64 bits: of sums the double; of extremes the key above the
 * mirrored index, so that the larger value is the larger key, and of equal keys the one that comes first. Values of
 * segments are joined in their order, and what is made of the last is a result.
 */
import { ACC, Plane, Walk, bitsOf, keyOf } from './walks';

/** `wasm.ts` has the same list. */
export const enum Ending {
  /** The sum, or the extreme element. */
  NONE,
  MEAN,
  ROOT,
  CUBE_ROOT,
  FOURTH_ROOT,
  SQUARE,
  /** The power ⅔. */
  TWO_THIRDS,
  RECIPROCAL,
  /** Where the extreme element is, of float32 or of uint32. */
  INDEX,
  INDEX_UINT,
}

/** Two values of the same cell, the first one before the second. */
export function join(plane: usize, a: u64, b: u64): u64 {
  if (load<u32>(plane, Plane.WALK) == Walk.EXTREME) return max(a, b);
  return reinterpret<u64>(reinterpret<f64>(a) + reinterpret<f64>(b));
}

/** Turns accumulators into values where they lie: each into four, or into one where its lanes are of one cell. */
export function settle(plane: usize, acc: usize, count: u32, oneCell: bool): void {
  const extreme = load<u32>(plane, Plane.WALK) == Walk.EXTREME;
  for (let to = acc; count; count--, acc += ACC) {
    let a = v128.load(acc);
    let b = v128.load(acc, 16);
    if (extreme) {
      b = i64x2.shl(i64x2.extend_high_i32x4_u(a), 32);
      a = i64x2.shl(i64x2.extend_low_i32x4_u(a), 32);
    }
    if (oneCell) {
      const even = join(plane, i64x2.extract_lane(a, 0), i64x2.extract_lane(b, 0));
      store<u64>(to, join(plane, even, join(plane, i64x2.extract_lane(a, 1), i64x2.extract_lane(b, 1))));
      to += 8;
    } else {
      v128.store(acc, a);
      v128.store(acc, b, 16);
    }
  }
}

/**
 * Puts the index into an extreme value: that of the first element that equals it, or of the first NaN. Elements lie
 * `stride` bytes apart from `at` on, and `before` come in front of them. −0 equals 0 and all NaN are alike, so their
 * keys become the same.
 */
export function locate(plane: usize, value: usize, at: usize, stride: usize, before: u32): void {
  const ending = <Ending>load<u32>(plane, Plane.ENDING);
  let key = load<u32>(value, 4);
  const bits = bitsOf(plane, key);
  const wanted = reinterpret<f32>(bits);
  let index = before;
  if (ending == Ending.INDEX_UINT) {
    for (; load<u32>(at) != bits; at += stride) index++;
  } else if (wanted != wanted) {
    for (; load<f32>(at) == load<f32>(at); at += stride) index++;
    key = -1;
  } else {
    for (; load<f32>(at) != wanted; at += stride) index++;
    if (wanted == 0) key = keyOf(plane, 0);
  }
  store<u64>(value, (<u64>key << 32) | ~index);
}

/** ∛x for x ≥ 0: a guess from a third of the exponent, and Newton's steps, each with twice the digits. */
function cubeRoot(x: f64): f64 {
  // 0, ∞ and NaN are their own.
  if (!(x > 0 && x < Infinity)) return x;
  let root = reinterpret<f64>(reinterpret<u64>(x) / 3 + 0x2a9f800000000000);
  for (let step = 0; step < 4; step++) root -= (root - x / (root * root)) / 3;
  return root;
}

function ended(ending: Ending, sum: f64, length: f64): f64 {
  switch (ending) {
    case Ending.MEAN:
      return sum / length;
    case Ending.ROOT:
      return sqrt(sum);
    case Ending.CUBE_ROOT:
      return cubeRoot(sum);
    case Ending.FOURTH_ROOT:
      return sqrt(sqrt(sum));
    case Ending.SQUARE:
      return sum * sum;
    case Ending.TWO_THIRDS: {
      const root = cubeRoot(sum);
      return root * root;
    }
    case Ending.RECIPROCAL:
      return 1 / sum;
    default:
      return sum;
  }
}

/** Writes the results of `cells` values, `stride` bytes apart; `length` elements went into each. */
export function finish(plane: usize, values: usize, cells: u32, length: u32, to: usize, stride: usize): void {
  const ending = <Ending>load<u32>(plane, Plane.ENDING);
  const extreme = load<u32>(plane, Plane.WALK) == Walk.EXTREME;
  for (; cells; cells--, values += 8, to += stride) {
    if (!extreme) store<f32>(to, <f32>ended(ending, load<f64>(values), length));
    else if (ending < Ending.INDEX) store<u32>(to, bitsOf(plane, load<u32>(values, 4)));
    else store<u32>(to, ~load<u32>(values));
  }
}
