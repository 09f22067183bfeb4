// √(½ Σ x·ln(x/m) + y·ln(y/m)) of shares, m = (x + y)/2. With t = (x − y)/(x + y) a term is (x + y)/2 times
// (1 + t)·ln(1 + t) + (1 − t)·ln(1 − t), which for small t is a series without cancellation.
alias Pair = f32;

fn pair_start() -> Pair { return 0.0; }
fn pair_step(pair: Pair, x: Four, y: Four, w: vec4f) -> Pair {
  let both = x + y;
  let none = (bitcast<vec4u>(both) & vec4u(MAGNITUDE_BITS)) == vec4u();
  let t = abs(x - y) / select(both, vec4f(1.0), none);
  let u = t * t;
  let series = u * (1.0 + u * (1.0 / 6.0 + u * (1.0 / 15.0 + u * (1.0 / 28.0 + u * (1.0 / 45.0 + u / 66.0)))));
  let rest = 1.0 - t;
  let last = select(rest * log(max(rest, vec4f(1e-30))), vec4f(), rest <= vec4f());
  let plain = (1.0 + t) * log(1.0 + t) + last;
  let terms = 0.5 * both * select(plain, series, t < vec4f(0.4));
  return pair + ((terms.x + terms.y) + (terms.z + terms.w));
}
fn pair_join(a: Pair, b: Pair) -> Pair { return a + b; }
fn pair_finish(pair: Pair, left: f32, right: f32) -> f32 {
  // As SciPy has it: no shares, no finite distance, not even from a NaN.
  if (is_zero(left) || is_zero(right)) { return bitcast<f32>(params.infinity_bits); }
  if (is_nan(left) || is_nan(right)) { return bitcast<f32>(params.nan_bits); }
  return root(0.5 * pair);
}
