// Columns that differ / (those + twice the columns true in both)
fn pair_finish(pair: Pair, left: f32, right: f32) -> f32 {
  let n = counts_of(pair);
  let differing = n.only_x + n.only_y;
  return ratio(differing, 2.0 * n.both + differing);
}
