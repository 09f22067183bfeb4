// Of the columns that are true on one side at least, the share that differs; 0 where there are none
fn pair_finish(pair: Pair, left: f32, right: f32) -> f32 {
  let n = counts_of(pair);
  let differing = n.only_x + n.only_y;
  if (is_zero(n.both + differing)) { return 0.0; }
  return differing / (n.both + differing);
}
