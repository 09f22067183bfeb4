/** xᵖ of four numbers at once, by a logarithm and an exponential of its own. */
import { madd } from '../device/wasm/simd'

/** √½ as bits. */
const ROOT_HALF: i32 = 0x3f3504f3

/** 2ⁿ of whole n from −126 to 127. */
@inline
function twoTo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23)
}

/**
 * xᵖ for x ≥ 0, within a few roundings; 0, ∞ and NaN are their own powers. At `p` lie two numbers: the first 12 bits of
 * the exponent, whose product with a small whole number is exact, and the rest.
 *
 * x = 2ᵉ·m with m from √½ to √2;  xᵖ = 2ⁿ·2ʳ with n the whole number next to p·(e + log₂ m), so that r is small.
 */
export function power(x: v128, p: usize): v128 {
  const isSmall = f32x4.lt(x, f32x4.splat(1.17549435e-38))
  const bits = v128.bitselect(f32x4.mul(x, f32x4.splat(16777216)), x, isSmall)
  const whole = i32x4.shr_s(i32x4.sub(bits, i32x4.splat(ROOT_HALF)), 23)
  const e = f32x4.sub(f32x4.convert_i32x4_s(whole), v128.and(isSmall, f32x4.splat(24)))
  // log₂ m = s·(2/ln 2)·(1 + s²/3 + s⁴/5 + …) with s = (m − 1)/(m + 1).
  const t = f32x4.sub(i32x4.sub(bits, i32x4.shl(whole, 23)), f32x4.splat(1))
  const s = f32x4.div(t, f32x4.add(t, f32x4.splat(2)))
  const q = f32x4.mul(s, s)
  let sum = madd(q, f32x4.splat(0.43173941), f32x4.splat(0.57671427))
  sum = madd(sum, q, f32x4.splat(0.96179885))
  sum = madd(sum, q, f32x4.splat(2.88539008))
  const log = f32x4.mul(sum, s)
  const high = v128.load32_splat(p)
  const exact = f32x4.mul(high, e)
  const rest = madd(high, log, f32x4.mul(v128.load32_splat(p, 4), f32x4.add(e, log)))
  const n = f32x4.nearest(f32x4.add(exact, rest))
  const r = f32x4.add(f32x4.sub(exact, n), rest)
  // 2ʳ = 1 + r·ln 2 + …
  sum = madd(r, f32x4.splat(1.5471678e-4), f32x4.splat(1.3405718e-3))
  sum = madd(sum, r, f32x4.splat(9.6180216e-3))
  sum = madd(sum, r, f32x4.splat(5.5503117e-2))
  sum = madd(sum, r, f32x4.splat(0.240226512))
  sum = madd(sum, r, f32x4.splat(0.693147216))
  sum = madd(sum, r, f32x4.splat(1))
  // 2ⁿ in two halves, since it may not be a normal number where the power is.
  const up = i32x4.trunc_sat_f32x4_s(f32x4.pmax(f32x4.pmin(n, f32x4.splat(254)), f32x4.splat(-252)))
  const half = i32x4.shr_s(up, 1)
  const found = f32x4.mul(f32x4.mul(sum, twoTo(half)), twoTo(i32x4.sub(up, half)))
  const isOwn = v128.or(f32x4.eq(x, f32x4.splat(0)), v128.not(f32x4.lt(x, f32x4.splat(Infinity))))
  return v128.bitselect(x, found, isOwn)
}
