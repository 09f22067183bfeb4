// Sums of squares that neither overflow nor underflow: sum · 4^exponent. Almost always the exponent is 0 and the sum is
// what plain addition gives; a segment whose plain sum leaves the trusted range is summed again, scaled by a power of two
// near its largest element. Infinities and NaN travel as exponents, so that no float ever has to carry them.

struct Squares { sum: f32, exponent: i32 }

const EXPONENT_INFINITY: i32 = 100000;
const EXPONENT_NAN: i32 = 200000;
// A segment has at most 2²⁰ elements. Below 2⁻⁸⁰, squares that underflowed (each under 2⁻¹²⁶) might matter to the sum;
// sums up to 2¹⁰⁰ can be added 2²⁷ times without overflow. As bits, so that a NaN falls outside too.
const TRUSTED_LEAST: u32 = 0x17800000u;  // 2⁻⁸⁰
const TRUSTED_MOST: u32 = 0x71800000u;   // 2¹⁰⁰

fn squares_trusted(squares: Squares) -> bool {
  let bits = bitcast<u32>(squares.sum);
  return bits >= TRUSTED_LEAST && bits <= TRUSTED_MOST;
}

fn squares_merge(a: Squares, b: Squares) -> Squares {
  if (a.exponent == b.exponent) {
    if (a.exponent >= EXPONENT_INFINITY) { return a; }
    return Squares(a.sum + b.sum, a.exponent);
  }
  return squares_align(a, b);
}

// Merges sums of different exponents: brings both to a sum in [1, 4), then the smaller one to the larger one's scale.
fn squares_align(a: Squares, b: Squares) -> Squares {
  if (max(a.exponent, b.exponent) >= EXPONENT_INFINITY) { return Squares(0.0, max(a.exponent, b.exponent)); }
  if (is_zero(a.sum)) { return b; }
  if (is_zero(b.sum)) { return a; }
  let x = squares_normal(a);
  let y = squares_normal(b);
  let apart = abs(x.exponent - y.exponent);
  // 4⁻⁶⁰ is far below a float's last bit, whatever the number of terms.
  if (x.exponent > y.exponent) { return Squares(x.sum + select(0.0, scale_by_power_of_two(y.sum, -2 * min(apart, 60)), apart < 60), x.exponent); }
  return Squares(y.sum + select(0.0, scale_by_power_of_two(x.sum, -2 * min(apart, 60)), apart < 60), y.exponent);
}

fn squares_normal(squares: Squares) -> Squares {
  let half = (i32(bitcast<u32>(squares.sum) >> 23u) - 127) >> 1u;
  return Squares(scale_by_power_of_two(squares.sum, -2 * half), squares.exponent + half);
}

// The bits of √(sum · 4^exponent).
fn squares_root(squares: Squares) -> u32 {
  if (squares.exponent >= EXPONENT_NAN) { return NAN_BITS; }
  if (squares.exponent >= EXPONENT_INFINITY) { return INFINITY_BITS; }
  if (squares.exponent == 0) { return bitcast<u32>(sqrt(squares.sum)); }
  let x = squares_normal(squares);
  if (x.exponent > 127) { return INFINITY_BITS; }
  return bitcast<u32>(scale_by_power_of_two(sqrt(x.sum), x.exponent));
}

// The power of two near the largest magnitude of each component, and 2^−exponent in two factors: one alone may not be
// representable. `level` are magnitude bits.
struct Scale { exponents: vec4i, first: vec4f, second: vec4f }

fn scale_of(level: vec4u) -> Scale {
  let special = (level == vec4u()) | (level >= vec4u(INFINITY_BITS));
  let exponents = select(vec4i(level >> vec4u(23u)) - vec4i(127), vec4i(), special);
  let half = -exponents / vec4i(2);
  return Scale(exponents, powers_of_two(half), powers_of_two(-exponents - half));
}
fn powers_of_two(n: vec4i) -> vec4f { return bitcast<vec4f>(vec4u(n + vec4i(127)) << vec4u(23u)); }

fn squares_of_scaled(sum: f32, level: u32, exponent: i32) -> Squares {
  if (level > INFINITY_BITS) { return Squares(0.0, EXPONENT_NAN); }
  if (level == INFINITY_BITS) { return Squares(0.0, EXPONENT_INFINITY); }
  if (level == 0u) { return Squares(0.0, 0); }
  return Squares(sum, exponent);
}
