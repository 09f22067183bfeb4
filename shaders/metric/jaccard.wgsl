// Of the columns where x or y is not 0, the share (by weight) where they differ; 0 where there are none.
struct Pair { differing: f32, present: f32 }

fn pair_start() -> Pair { return Pair(0.0, 0.0); }
fn pair_step(pair: Pair, x: Four, y: Four, w: vec4f) -> Pair {
  // What differs is not 0 on one side at least.
  let counted = select(vec4f(), w, differ(x, y));
  let magnitudes = (bitcast<vec4u>(x) | bitcast<vec4u>(y)) & vec4u(MAGNITUDE_BITS);
  let present = select(w, vec4f(), magnitudes == vec4u());
  return Pair(
    pair.differing + ((counted.x + counted.y) + (counted.z + counted.w)),
    pair.present + ((present.x + present.y) + (present.z + present.w)),
  );
}
fn pair_join(a: Pair, b: Pair) -> Pair { return Pair(a.differing + b.differing, a.present + b.present); }
fn pair_finish(pair: Pair, left: f32, right: f32) -> f32 {
  if (is_zero(pair.present)) { return 0.0; }
  return pair.differing / pair.present;
}
