// 1 − x·y / ‖x‖‖y‖, as half the squared distance of unit rows: near-equal directions keep their relative accuracy, equal
// ones are exactly 0 apart.
fn pair_finish(pair: Pair, left: f32, right: f32) -> f32 {
  if (is_zero(left) || is_zero(right)) { return params.zero_vector; }
  return 0.5 * pair;
}
fn pair_scaled(pair: Pair, top: f32, exponent: i32, left: f32, right: f32) -> f32 {
  return pair_finish(scale_by_power_of_two(pair * top * top, 2 * exponent), left, right);
}
