// √(½ Σ (√x − √y)²) of shares; rows come as the roots of their shares.
fn pair_finish(pair: Pair, left: f32, right: f32) -> f32 {
  if (is_zero(left) || is_zero(right)) { return bitcast<f32>(params.nan_bits); }
  return root(0.5 * pair);
}
fn pair_scaled(pair: Pair, top: f32, exponent: i32, left: f32, right: f32) -> f32 {
  return scale_by_power_of_two(pair_finish(pair, left, right) * top, exponent);
}
