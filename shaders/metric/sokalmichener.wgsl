// 2·differing / (equal + 2·differing), as in SciPy
fn pair_finish(pair: Pair, left: f32, right: f32) -> f32 {
  let n = counts_of(pair);
  let differing = 2.0 * (n.only_x + n.only_y);
  return ratio(differing, n.both + n.neither + differing);
}
