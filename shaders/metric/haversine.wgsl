// The angle between two places on a sphere, given as [latitude, longitude] in radians:
// 2·asin √(sin²(Δlat/2) + cos lat₁ · cos lat₂ · sin²(Δlon/2)).
// WGSL promises little for sin and asin: both are polynomials here.
alias Pair = f32;

const PI: f32 = 3.14159265;
const HALF_PI: f32 = 1.57079633;
const HALF_PI_REST: f32 = -4.37113883e-8;  // π/2 − HALF_PI

fn sine(angle: f32) -> f32 {
  let turns = round(angle / PI);
  let r = (angle - turns * 3.140625) - turns * 9.67653589e-4;
  let u = r * r;
  let value = r * (1.0 + u * (-0.166666667 + u * (8.33333333e-3 + u * (-1.98412698e-4 + u * (2.75573192e-6 - u * 2.50521084e-8)))));
  return select(value, -value, (i32(turns) & 1) != 0);
}
fn cosine(angle: f32) -> f32 { return sine((HALF_PI - abs(angle)) + HALF_PI_REST); }
fn arcsine_small(s: f32) -> f32 {
  let u = s * s;
  return s * (1.0 + u * (0.166666667 + u * (0.075 + u * (0.0446428571 + u * (0.0303819444 + u * (0.0223721591 + u * (0.0173527644 + u * (0.01396484 + u * 0.0115518)))))))); 
}
fn pair_start() -> Pair { return 0.0; }
fn pair_step(pair: Pair, x: Four, y: Four, w: vec4f) -> Pair {
  let up = sine(0.5 * (x.x - y.x));
  let along = sine(0.5 * (x.y - y.y));
  return pair + up * up + cosine(x.x) * cosine(y.x) * along * along;
}
fn pair_join(a: Pair, b: Pair) -> Pair { return a + b; }
fn pair_finish(pair: Pair, left: f32, right: f32) -> f32 {
  if (magnitude_bits(pair) >= INFINITY_BITS) { return bitcast<f32>(params.nan_bits); }
  let square = clamp(pair, 0.0, 1.0);
  if (square <= 0.25) { return 2.0 * arcsine_small(root(square)); }
  // asin s = π/2 − 2·asin √((1 − s)/2)
  return 2.0 * ((HALF_PI - 2.0 * arcsine_small(root(0.5 * (1.0 - root(square))))) + HALF_PI_REST);
}
