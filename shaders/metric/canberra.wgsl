// Σ w·|x − y| / (|x| + |y|), where 0/0 counts as 0
alias Pair = f32;

fn pair_start() -> Pair { return 0.0; }
fn pair_step(pair: Pair, x: Four, y: Four, w: vec4f) -> Pair {
  let both = abs(x) + abs(y);
  let none = bitcast<vec4u>(both) == vec4u();
  let shares = weighed(select(abs(x - y) / select(both, vec4f(1.0), none), vec4f(), none), w);
  return pair + ((shares.x + shares.y) + (shares.z + shares.w));
}
fn pair_join(a: Pair, b: Pair) -> Pair { return a + b; }
fn pair_finish(pair: Pair, left: f32, right: f32) -> f32 { return pair; }
