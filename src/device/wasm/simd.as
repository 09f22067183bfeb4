/** Vectors of four float32 and of two float64: what every kernel needs and the instruction set lacks. Files of other rooms import it. */

/** a·b + c, rounded once where the engine has relaxed SIMD, else twice. */
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** The same of two float64. */
@inline
export function madd64(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_madd(a, b, c);
  return f64x2.add(f64x2.mul(a, b), c);
}

/** |x| of four: `mask` is `magnitudeMask()`, which a loop keeps in a register. */
@inline
export function magnitude(x: v128, mask: v128): v128 {
  return v128.and(x, mask);
}

@inline
export function magnitudeMask(): v128 {
  return i32x4.splat(0x7fffffff);
}
