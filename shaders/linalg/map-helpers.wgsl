// Helpers for the expressions of linalg's maps.

// a, and b where a is infinite or no number.
fn finite_or(a: vec4f, b: vec4f) -> vec4f {
  return select(a, b, (bitcast<vec4u>(a) & vec4u(MAGNITUDE_BITS)) >= vec4u(INFINITY_BITS));
}

// The power of two that brings a magnitude to [1, 2), or near it at the ends of the range; 1 for 0, ∞ and NaN.
fn unit_scales(a: vec4f) -> vec4f {
  let bits = bitcast<vec4u>(a) & vec4u(MAGNITUDE_BITS);
  let exponents = clamp(bits >> vec4u(23u), vec4u(1u), vec4u(253u));
  let plain = bitcast<vec4f>((vec4u(254u) - exponents) << vec4u(23u));
  return select(plain, vec4f(1.0), (bits == vec4u()) | (bits >= vec4u(INFINITY_BITS)));
}
