// The share (by weight) of columns where x and y differ. A NaN differs from everything.
struct Pair { differing: f32, weight: f32 }

fn pair_start() -> Pair { return Pair(0.0, 0.0); }
fn pair_step(pair: Pair, x: Four, y: Four, w: vec4f) -> Pair {
  let counted = select(vec4f(), w, differ(x, y));
  var weight = pair.weight;
  if (WEIGHTED) { weight += (w.x + w.y) + (w.z + w.w); }
  return Pair(pair.differing + ((counted.x + counted.y) + (counted.z + counted.w)), weight);
}
fn pair_join(a: Pair, b: Pair) -> Pair { return Pair(a.differing + b.differing, a.weight + b.weight); }
fn pair_finish(pair: Pair, left: f32, right: f32) -> f32 {
  return ratio(pair.differing, select(params.size, pair.weight, WEIGHTED));
}
