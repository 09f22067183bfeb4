/** Vectors that are not whole, and sums across vectors. */

/** The first of four elements, `bytes` of them, and zeros behind them. */
export function some(at: usize, bytes: usize): v128 {
  if (bytes >= 16) return v128.load(at)
  let found = i32x4.splat(0)
  if (bytes > 0) found = v128.load32_lane(at, found, 0)
  if (bytes > 4) found = v128.load32_lane(at, found, 1, 4)
  if (bytes > 8) found = v128.load32_lane(at, found, 2, 8)
  return found
}

/** The sum of four numbers. */
@inline
export function across(x: v128): f32 {
  const two = f32x4.add(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1))
  return f32x4.extract_lane(two, 0) + f32x4.extract_lane(two, 1)
}

/** The first two of four numbers as doubles. */
@inline
export function lowDoubles(x: v128): v128 {
  return f64x2.promote_low_f32x4(x)
}

/** The last two of four numbers as doubles. */
@inline
export function highDoubles(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3))
}

/** Two and two doubles as four numbers. */
@inline
export function fromDoubles(low: v128, high: v128): v128 {
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5)
}

/** The sum of four doubles. */
@inline
export function acrossDoubles(low: v128, high: v128): f64 {
  const two = f64x2.add(low, high)
  return f64x2.extract_lane(two, 0) + f64x2.extract_lane(two, 1)
}
