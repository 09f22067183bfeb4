// √Σ w·(x − y)²
fn pair_finish(pair: Pair, left: f32, right: f32) -> f32 { return root(pair); }
fn pair_scaled(pair: Pair, top: f32, exponent: i32, left: f32, right: f32) -> f32 {
  return scale_by_power_of_two(root(pair) * top, exponent);
}
