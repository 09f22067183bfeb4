// How packed rows of bits agree: columns true in both, in x alone, in y alone, in neither. Padding is false on both sides.
struct Pair { both: u32, only_x: u32, only_y: u32 }
struct Counts { both: f32, only_x: f32, only_y: f32, neither: f32 }

fn ones(words: vec4u) -> u32 {
  let counts = countOneBits(words);
  return (counts.x + counts.y) + (counts.z + counts.w);
}
fn pair_start() -> Pair { return Pair(0u, 0u, 0u); }
fn pair_step(pair: Pair, x: Four, y: Four, w: vec4f) -> Pair {
  return Pair(pair.both + ones(x & y), pair.only_x + ones(x & ~y), pair.only_y + ones(y & ~x));
}
fn pair_join(a: Pair, b: Pair) -> Pair { return Pair(a.both + b.both, a.only_x + b.only_x, a.only_y + b.only_y); }
fn counts_of(pair: Pair) -> Counts {
  let neither = u32(params.size) - (pair.both + pair.only_x + pair.only_y);
  return Counts(f32(pair.both), f32(pair.only_x), f32(pair.only_y), f32(neither));
}
