// Σ w·(x − y)², what all metrics of squared differences sum. Where that left the range in which nothing can have been
// lost, the pair is walked again, scaled.
alias Pair = f32;

const SAFE_LEAST: u32 = 0x17800000u;  // 2⁻⁸⁰
const SAFE_MOST: u32 = 0x71800000u;   // 2¹⁰⁰

fn pair_start() -> Pair { return 0.0; }
fn pair_step(pair: Pair, x: Four, y: Four, w: vec4f) -> Pair {
  let apart = x - y;
  return add_products(pair, weighed(apart, w), apart);
}
fn pair_join(a: Pair, b: Pair) -> Pair { return a + b; }
fn pair_trusted(pair: Pair) -> bool {
  let bits = bitcast<u32>(pair);
  return bits >= SAFE_LEAST && bits < SAFE_MOST;
}
