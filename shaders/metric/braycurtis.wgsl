// Σ w·|x − y| / Σ w·|x + y|; two rows of zeros are NaN apart
struct Pair { apart: f32, both: f32 }

fn pair_start() -> Pair { return Pair(0.0, 0.0); }
fn pair_step(pair: Pair, x: Four, y: Four, w: vec4f) -> Pair {
  let apart = weighed(abs(x - y), w);
  let both = weighed(abs(x + y), w);
  return Pair(
    pair.apart + ((apart.x + apart.y) + (apart.z + apart.w)),
    pair.both + ((both.x + both.y) + (both.z + both.w)),
  );
}
fn pair_join(a: Pair, b: Pair) -> Pair { return Pair(a.apart + b.apart, a.both + b.both); }
fn pair_finish(pair: Pair, left: f32, right: f32) -> f32 { return ratio(pair.apart, pair.both); }
