// What the two kernels of the semi-definite factorisation share: A = K·Kᵀ with the largest remaining diagonal element as
// each pivot.
//   steps  columns of K, one after the other
//   rest   looks at what remains of A in the end
// Constants: GROUP invocations in a workgroup.

struct Params {
  first_group: u32,  // both filled in by the launcher: see lib/grid.wgsl
  group_count: u32,
  order: u32,               // rows and columns
  first: u32,               // the first column of K that this pass finds
  end: u32,                 // the column behind the last
  base_source: u32,
  base_factor: u32,
  rounding: f32,            // pivots up to this share of the scale are rounding
  negligible: f32,          // the share of the scale that may remain in the end
  nan_bits: u32,            // the bits of a NaN and of −∞, which WGSL cannot write down
  minus_infinity_bits: u32,
}
@group(0) @binding(0) var<storage, read> source: array<f32>;                   // A, dense and symmetric
@group(0) @binding(1) var<storage, read_write> factor: array<f32>;             // Kᵀ, dense: a row is a column of K
@group(0) @binding(2) var<storage, read_write> state: array<f32>;              // what is left of the diagonal, −∞ where it was a pivot; behind it the scale
@group(0) @binding(3) var<storage, read_write> status: array<atomic<u32>, 1>;  // 0, or 1 + the last row of which too much remains
@group(1) @binding(0) var<uniform> params: Params;

fn was_pivot(left: f32) -> bool { return bitcast<u32>(left) == params.minus_infinity_bits; }

// Element (i, j) of A, less what the first `columns` columns of K make of it.
fn remainder(i: u32, j: u32, columns: u32) -> f32 {
  let order = params.order;
  var sum = source[params.base_source + i * order + j];
  for (var k = 0u; k < columns; k++) {
    sum -= factor[params.base_factor + k * order + i] * factor[params.base_factor + k * order + j];
  }
  return sum;
}
