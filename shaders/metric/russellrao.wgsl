// The share of columns that are not true in both
fn pair_finish(pair: Pair, left: f32, right: f32) -> f32 {
  let n = counts_of(pair);
  let others = n.only_x + n.only_y + n.neither;
  return ratio(others, n.both + others);
}
