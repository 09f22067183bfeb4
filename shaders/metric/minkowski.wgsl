// (Σ w·|x − y|^p)^(1/p). Powers leave the range of float32 soon: then the pair is walked again, scaled.
alias Pair = f32;

const SAFE_LEAST: u32 = 0x17800000u;  // 2⁻⁸⁰
const SAFE_MOST: u32 = 0x71800000u;   // 2¹⁰⁰

fn pair_start() -> Pair { return 0.0; }
fn pair_step(pair: Pair, x: Four, y: Four, w: vec4f) -> Pair {
  let apart = abs(x - y);
  // 0, ∞ and NaN are their own powers, whatever exp2 and log2 make of them.
  let magnitudes = bitcast<vec4u>(apart) & vec4u(MAGNITUDE_BITS);
  let kept = (magnitudes == vec4u()) | (magnitudes >= vec4u(INFINITY_BITS));
  let powers = weighed(select(exp2(params.power * log2(select(apart, vec4f(1.0), kept))), apart, kept), w);
  return pair + ((powers.x + powers.y) + (powers.z + powers.w));
}
fn pair_join(a: Pair, b: Pair) -> Pair { return a + b; }
fn pair_trusted(pair: Pair) -> bool {
  let bits = bitcast<u32>(pair);
  return bits >= SAFE_LEAST && bits < SAFE_MOST;
}
fn pair_finish(pair: Pair, left: f32, right: f32) -> f32 {
  if (is_zero(pair)) { return 0.0; }
  if (magnitude_bits(pair) >= INFINITY_BITS) { return pair; }
  return exp2(log2(pair) / params.power);
}
fn pair_scaled(pair: Pair, top: f32, exponent: i32, left: f32, right: f32) -> f32 {
  return scale_by_power_of_two(pair_finish(pair, left, right) * top, exponent);
}
