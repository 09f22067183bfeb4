// Bit tests and exact scaling. WGSL lets a compiler assume that there are no NaNs and infinities, so `v != v` cannot be
// trusted: look at the bits instead.

const MAGNITUDE_BITS: u32 = 0x7fffffffu;  // all but the sign
const INFINITY_BITS: u32 = 0x7f800000u;   // magnitudes above it are NaN
const NAN_BITS: u32 = 0x7fc00000u;        // the NaN that results carry

fn magnitude_bits(x: f32) -> u32 { return bitcast<u32>(x) & MAGNITUDE_BITS; }
fn is_nan(x: f32) -> bool { return magnitude_bits(x) > INFINITY_BITS; }
fn is_zero(x: f32) -> bool { return magnitude_bits(x) == 0u; }

// x·2ⁿ for |n| ≤ 252, exact wherever the result is a normal number. Two steps, since 2ⁿ itself may not be representable.
fn scale_by_power_of_two(x: f32, n: i32) -> f32 {
  let half = n / 2;
  return x * bitcast<f32>(u32(half + 127) << 23u) * bitcast<f32>(u32(n - half + 127) << 23u);
}
