// Columns true in both / columns that differ
fn pair_finish(pair: Pair, left: f32, right: f32) -> f32 {
  let n = counts_of(pair);
  return ratio(n.both, n.only_x + n.only_y);
}
