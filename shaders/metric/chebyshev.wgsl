// max |x − y| over the columns whose weight is not 0. Magnitudes are compared as bits, so that a NaN wins.
alias Pair = u32;

fn pair_start() -> Pair { return 0u; }
fn pair_step(pair: Pair, x: Four, y: Four, w: vec4f) -> Pair {
  var apart = bitcast<vec4u>(x - y) & vec4u(MAGNITUDE_BITS);
  if (WEIGHTED) { apart = select(apart, vec4u(), (bitcast<vec4u>(w) & vec4u(MAGNITUDE_BITS)) == vec4u()); }
  return max(pair, max(max(apart.x, apart.y), max(apart.z, apart.w)));
}
fn pair_join(a: Pair, b: Pair) -> Pair { return max(a, b); }
fn pair_finish(pair: Pair, left: f32, right: f32) -> f32 { return bitcast<f32>(pair); }
