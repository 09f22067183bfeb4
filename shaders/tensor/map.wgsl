// One expression over up to three strided operands (a, b, c), element by element.
// The lowering adds: the bindings, `load`-functions for the operands, `apply` with the expression, and the constants
//   GROUP  invocations in a workgroup
//   ITEMS  elements that one invocation computes
//   RANK   axes of the walk, 1 to 8
// and the aliases A, B, C, Out for f32 or u32.

struct Params {
  first_group: u32,  // both filled in by the launcher: see lib/grid.wgsl
  group_count: u32,
  count: u32,                   // elements of the walk
  base_out: u32,                // where the walk begins in the output
  base_a: u32,                  // … and in each operand
  base_b: u32,
  base_c: u32,
  value_a: u32,                 // bits of an operand that is one immediate value
  value_b: u32,
  value_c: u32,
  nan_bits: u32,                // the bits of a NaN, which WGSL cannot write down
  unused: u32,
  shape: array<vec4u, 2>,       // lengths of the axes
  strides_a: array<vec4u, 2>,   // elements from one index to the next, 0 to repeat
  strides_b: array<vec4u, 2>,
  strides_c: array<vec4u, 2>,
  strides_out: array<vec4u, 2>,
}
@group(1) @binding(0) var<uniform> params: Params;

// Helpers for expressions.
fn nan() -> f32 { return bitcast<f32>(params.nan_bits); }
fn to_u32(x: f32) -> u32 {
  if (is_nan(x) || x <= 0.0) { return 0u; }
  if (x >= 4294967040.0) { return select(4294967040u, 4294967295u, x > 4294967040.0); }
  return u32(x);
}

// IEEE results at the edges, which WGSL leaves open.
fn infinity(sign: u32) -> f32 { return bitcast<f32>((params.nan_bits & INFINITY_BITS) | (sign & 0x80000000u)); }
fn quotient(a: f32, b: f32) -> f32 {
  let top = magnitude_bits(a);
  let bottom = magnitude_bits(b);
  let sign = bitcast<u32>(a) ^ bitcast<u32>(b);
  if (max(top, bottom) > INFINITY_BITS) { return nan(); }
  if (bottom == 0u) { return select(infinity(sign), nan(), top == 0u); }
  if (top == INFINITY_BITS) { return select(infinity(sign), nan(), bottom == INFINITY_BITS); }
  if (bottom == INFINITY_BITS) { return 0.0; }
  // WGSL promises division for divisors from 2⁻¹²⁶ to 2¹²⁶ alone.
  if (bottom > 0x7e000000u) { return (a * 0.0625) / (b * 0.0625); }
  return a / b;
}
fn quotient_or_zero(a: f32, b: f32) -> f32 {
  if (is_zero(b)) { return 0.0; }
  return quotient(a, b);
}
fn root(x: f32) -> f32 {
  if (is_zero(x) || bitcast<u32>(x) == INFINITY_BITS) { return x; }
  if (x < 0.0 || is_nan(x)) { return nan(); }
  return sqrt(x);
}
fn exponential(x: f32) -> f32 {
  if (is_nan(x)) { return nan(); }
  if (x > 88.72284) { return infinity(0u); }
  if (x < -104.0) { return 0.0; }
  return exp(x);
}
fn logarithm(x: f32) -> f32 {
  if (is_zero(x)) { return infinity(0x80000000u); }
  if (x < 0.0 || is_nan(x)) { return nan(); }
  if (magnitude_bits(x) == INFINITY_BITS) { return x; }
  return log(x);
}
// min and max that keep NaN.
fn most_of(a: f32, b: f32) -> f32 {
  if (is_nan(a) || is_nan(b)) { return nan(); }
  return select(a, b, b > a);
}
fn least_of(a: f32, b: f32) -> f32 {
  if (is_nan(a) || is_nan(b)) { return nan(); }
  return select(a, b, b < a);
}

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = group_number(workgroup, workgroups);
  for (var item = 0u; item < ITEMS; item++) {
    let element = (group * ITEMS + item) * GROUP + lane;
    if (element >= params.count) { return; }
    var a = params.base_a;
    var b = params.base_b;
    var c = params.base_c;
    var out = params.base_out;
    var rest = element;
    for (var step = 0u; step < RANK; step++) {
      let axis = RANK - 1u - step;
      let quad = axis / 4u;
      let part = axis % 4u;
      var index = rest;
      if (axis > 0u) {
        let length = params.shape[quad][part];
        index = rest % length;
        rest = rest / length;
      }
      a += index * params.strides_a[quad][part];
      b += index * params.strides_b[quad][part];
      c += index * params.strides_c[quad][part];
      out += index * params.strides_out[quad][part];
    }
    result[out] = apply(loadA(a), loadB(b), loadC(c));
  }
}
