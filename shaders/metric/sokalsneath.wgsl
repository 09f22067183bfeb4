// 2·differing / (true in both + 2·differing)
fn pair_finish(pair: Pair, left: f32, right: f32) -> f32 {
  let n = counts_of(pair);
  let differing = 2.0 * (n.only_x + n.only_y);
  return ratio(differing, n.both + differing);
}
