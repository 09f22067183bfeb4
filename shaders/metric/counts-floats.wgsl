// How rows of weighted 0s and 1s agree: the weight of columns true in both, in x alone, in y alone, in neither.
alias Pair = vec4f;
struct Counts { both: f32, only_x: f32, only_y: f32, neither: f32 }

fn pair_start() -> Pair { return vec4f(); }
fn pair_step(pair: Pair, x: Four, y: Four, w: vec4f) -> Pair {
  return pair + vec4f(dot(w * x, y), dot(w * x, 1.0 - y), dot(w * (1.0 - x), y), dot(w * (1.0 - x), 1.0 - y));
}
fn pair_join(a: Pair, b: Pair) -> Pair { return a + b; }
fn counts_of(pair: Pair) -> Counts { return Counts(pair.x, pair.y, pair.z, pair.w); }
