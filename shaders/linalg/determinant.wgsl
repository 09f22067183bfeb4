// One invocation a matrix: sign, logarithm and value of the determinant, from the diagonal of L\U and the exchanges of rows.
// The product is kept as a number of [1, 2) times a power of two, so that nothing leaves float32's range on the way.
// Constants: GROUP invocations in a workgroup.

struct Params {
  first_group: u32,  // both filled in by the launcher: see lib/grid.wgsl
  group_count: u32,
  matrices: u32,         // of this pass
  order: u32,            // numbers on a diagonal
  base_diagonal: u32,
  base_exchanges: u32,
  base_sign: u32,        // where this pass writes
  base_logarithm: u32,
  base_value: u32,
  nan_bits: u32,         // the bits of a NaN and of ∞, which WGSL cannot write down
  infinity_bits: u32,
}
@group(0) @binding(0) var<storage, read> diagonal: array<f32>;
@group(0) @binding(1) var<storage, read> exchanges: array<u32>;         // the row that each row changed places with
@group(0) @binding(2) var<storage, read_write> signs: array<f32>;
@group(0) @binding(3) var<storage, read_write> logarithms: array<f32>;
@group(0) @binding(4) var<storage, read_write> values: array<f32>;
@group(1) @binding(0) var<uniform> params: Params;

const LOGARITHM_OF_2: f32 = 0.6931472;
const ONE_BITS: u32 = 0x3f800000u;
const FRACTION_BITS: u32 = 0x007fffffu;

// 1 ≤ x < 2 times 2ⁿ, as a float32: ∞ or 0 beyond the range.
fn power_of(mantissa: f32, exponent: i32) -> f32 {
  let value = scale_by_power_of_two(mantissa, clamp(exponent, -200, 127));
  return select(value, bitcast<f32>(params.infinity_bits), exponent > 127);
}

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let matrix = group_number(workgroup, workgroups) * GROUP + lane;
  if (matrix >= params.matrices) { return; }
  let start = params.base_diagonal + matrix * params.order;
  let list = params.base_exchanges + matrix * params.order;
  var mantissa = 1.0;
  var exponent = 0i;
  var negative = 0u;
  var largest = 0u;
  var least = INFINITY_BITS;
  for (var i = 0u; i < params.order; i++) {
    let word = bitcast<u32>(diagonal[start + i]);
    let bits = word & MAGNITUDE_BITS;
    largest = max(largest, bits);
    least = min(least, bits);
    negative ^= (word >> 31u) ^ select(0u, 1u, exchanges[list + i] != i);
    // Subnormal numbers, too, become 1.… times a power of two: arithmetic might take them for 0.
    let shift = select(0u, countLeadingZeros(bits) - 8u, bits <= FRACTION_BITS);
    let share = bitcast<f32>(((bits << shift) & FRACTION_BITS) | ONE_BITS);
    let product = bitcast<u32>(mantissa * share);
    mantissa = bitcast<f32>((product & FRACTION_BITS) | ONE_BITS);
    exponent += i32(max(bits >> 23u, 1u)) - i32(shift) + i32(product >> 23u) - 254;
  }
  let is_infinite = largest == INFINITY_BITS;
  let has_zero = least == 0u;
  let is_nothing = largest > INFINITY_BITS || (is_infinite && has_zero);
  let nan = bitcast<f32>(params.nan_bits);
  let infinity = bitcast<f32>(params.infinity_bits);
  let sign = select(1.0, -1.0, negative == 1u);
  let plain = log(mantissa) + f32(exponent) * LOGARITHM_OF_2;
  let size = select(power_of(mantissa, exponent), infinity, is_infinite);
  signs[params.base_sign + matrix] = select(select(sign, 0.0, has_zero), nan, is_nothing);
  logarithms[params.base_logarithm + matrix] = select(select(select(plain, infinity, is_infinite), -infinity, has_zero), nan, is_nothing);
  values[params.base_value + matrix] = select(select(sign * size, 0.0, has_zero), nan, is_nothing);
}
