// One minus the correlation of x and y: the cosine distance of rows minus their means.
fn pair_finish(pair: Pair, left: f32, right: f32) -> f32 {
  if (is_zero(left) || is_zero(right)) { return params.zero_vector; }
  return 0.5 * pair;
}
fn pair_scaled(pair: Pair, top: f32, exponent: i32, left: f32, right: f32) -> f32 {
  return pair_finish(scale_by_power_of_two(pair * top * top, 2 * exponent), left, right);
}
