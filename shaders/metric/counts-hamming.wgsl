// The share of columns that differ
fn pair_finish(pair: Pair, left: f32, right: f32) -> f32 {
  let n = counts_of(pair);
  let differing = n.only_x + n.only_y;
  return ratio(differing, n.both + differing + n.neither);
}
