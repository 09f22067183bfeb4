// 2·b·c / (a·d + b·c) of the table of counts [[a, b], [c, d]]; 0 where b·c is 0
fn pair_finish(pair: Pair, left: f32, right: f32) -> f32 {
  let n = counts_of(pair);
  let crossed = n.only_x * n.only_y;
  if (is_zero(crossed)) { return 0.0; }
  return (2.0 * crossed) / (n.both * n.neither + crossed);
}
