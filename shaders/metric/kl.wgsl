// Σ x·ln(x/y) of shares. As Σ x·ln(x/y) − x + y, which is the same for shares, no term is negative and nothing cancels;
// with t = (x − y)/y a term is y times (1 + t)·ln(1 + t) − t, for small t a series.
struct Pair { sum: f32, endless: u32 }

fn pair_start() -> Pair { return Pair(0.0, 0u); }
fn pair_step(pair: Pair, x: Four, y: Four, w: vec4f) -> Pair {
  let no_x = (bitcast<vec4u>(x) & vec4u(MAGNITUDE_BITS)) == vec4u();
  let no_y = (bitcast<vec4u>(y) & vec4u(MAGNITUDE_BITS)) == vec4u();
  let under = select(y, vec4f(1.0), no_y);
  let over = select(x, vec4f(1.0), no_x);
  let t = (x - under) / under;
  let series = 0.5 - t * (1.0 / 6.0 - t * (1.0 / 12.0 - t * (1.0 / 20.0 - t * (1.0 / 30.0 - t * (1.0 / 42.0 - t * (1.0 / 56.0 - t / 72.0))))));
  let plain = x * (log(over) - log(under)) - x + y;
  let near = abs(t) < vec4f(0.2);
  let terms = select(select(plain, under * t * t * series, near), y, no_x);
  let kept = select(terms, vec4f(), no_y);
  let endless = any(no_y & !no_x);
  return Pair(pair.sum + ((kept.x + kept.y) + (kept.z + kept.w)), pair.endless | select(0u, 1u, endless));
}
fn pair_join(a: Pair, b: Pair) -> Pair { return Pair(a.sum + b.sum, a.endless | b.endless); }
fn pair_finish(pair: Pair, left: f32, right: f32) -> f32 {
  if (is_nan(left) || is_nan(right) || is_zero(left) || is_zero(right)) { return bitcast<f32>(params.nan_bits); }
  if (pair.endless != 0u) { return bitcast<f32>(params.infinity_bits); }
  return pair.sum;
}
