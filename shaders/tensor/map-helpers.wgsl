// Helpers for the expressions of map.wgsl: IEEE results at the edges, which WGSL leaves open, by bit tests. Selections
// instead of branches: four elements at a time seldom agree.

fn nan4() -> vec4f { return vec4f(bitcast<f32>(params.nan_bits)); }
fn magnitudes(x: vec4f) -> vec4u { return bitcast<vec4u>(x) & vec4u(MAGNITUDE_BITS); }
fn nans(x: vec4f) -> vec4<bool> { return magnitudes(x) > vec4u(INFINITY_BITS); }
fn zeros(x: vec4f) -> vec4<bool> { return magnitudes(x) == vec4u(); }
fn negatives(x: vec4f) -> vec4<bool> { return (bitcast<vec4u>(x) >> vec4u(31u)) == vec4u(1u); }
// ∞ with the sign bit of `sign`. The bits come from a parameter, so that no compiler folds them.
fn infinities(sign: vec4u) -> vec4f {
  return bitcast<vec4f>(vec4u(params.nan_bits & INFINITY_BITS) | (sign & vec4u(0x80000000u)));
}

// a / b. WGSL promises division for divisors from 2⁻¹²⁶ to 2¹²⁶ alone: larger ones are brought down with their dividend.
fn quotient(a: vec4f, b: vec4f) -> vec4f {
  let top = magnitudes(a);
  let bottom = magnitudes(b);
  let endless = vec4u(INFINITY_BITS);
  let sign = bitcast<vec4u>(a) ^ bitcast<vec4u>(b);
  let large = bottom > vec4u(0x7e000000u);
  let shrink = select(vec4f(1.0), vec4f(0.0625), large);
  let special = (bottom == vec4u()) | (max(top, bottom) >= endless);
  let safe = select(b * shrink, vec4f(1.0), special);
  let plain = (a * shrink) / safe;
  let undefined = (max(top, bottom) > endless) | ((top == bottom) & ((top == vec4u()) | (top == endless)));
  let edge = select(infinities(sign), bitcast<vec4f>(sign & vec4u(0x80000000u)), (bottom == endless) | (top == vec4u()));
  return select(select(plain, edge, special), nan4(), undefined);
}
// a / b for norms b ≥ 0, and 0 where b is 0. Nothing is compared but b with numbers, so NaN and ∞ go the hardware's way.
fn share_of_norm(a: vec4f, b: vec4f) -> vec4f {
  let shrink = select(vec4f(1.0), vec4f(0.0625), b > vec4f(8.507059e37));
  return select((a * shrink) / (b * shrink), vec4f(), zeros(b));
}

fn roots(x: vec4f) -> vec4f {
  let kept = zeros(x) | (bitcast<vec4u>(x) == vec4u(INFINITY_BITS));
  let undefined = nans(x) | (negatives(x) & !zeros(x));
  return select(select(sqrt(select(x, vec4f(1.0), kept | undefined)), x, kept), nan4(), undefined);
}
fn exponentials(x: vec4f) -> vec4f {
  let clamped = clamp(select(x, vec4f(), nans(x)), vec4f(-104.0), vec4f(88.75));
  let high = clamped > vec4f(88.72283);
  let plain = exp(select(clamped, vec4f(), high));
  let edges = select(plain, infinities(vec4u()), high);
  return select(select(edges, vec4f(), clamped <= vec4f(-104.0)), nan4(), nans(x));
}
fn logarithms(x: vec4f) -> vec4f {
  let kept = bitcast<vec4u>(x) == vec4u(INFINITY_BITS);
  let undefined = nans(x) | (negatives(x) & !zeros(x));
  let plain = log(select(x, vec4f(1.0), kept | undefined | zeros(x)));
  let edges = select(select(plain, x, kept), infinities(vec4u(0x80000000u)), zeros(x));
  return select(edges, nan4(), undefined);
}
// max and min that keep NaN.
fn most_of(a: vec4f, b: vec4f) -> vec4f { return select(select(a, b, b > a), nan4(), nans(a) | nans(b)); }
fn least_of(a: vec4f, b: vec4f) -> vec4f { return select(select(a, b, b < a), nan4(), nans(a) | nans(b)); }

// Cut to whole numbers and held in range; NaN becomes 0.
fn to_uints(x: vec4f) -> vec4u {
  let low = nans(x) | (x <= vec4f());
  let high = x >= vec4f(4294967296.0);
  let plain = vec4u(select(x, vec4f(), low | high));
  return select(select(plain, vec4u(0xffffffffu), high & !low), vec4u(), low);
}
