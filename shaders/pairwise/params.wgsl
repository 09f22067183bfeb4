// The parameter block of the pairwise kernels, and small helpers of the fragments in shaders/metric/.

struct Params {
  first_group: u32,  // both filled in by the launcher: see lib/grid.wgsl
  group_count: u32,
  units: u32,          // tiles of this pass: batches · row_tiles · strips
  row_tiles: u32,      // tiles above each other
  strips: u32,         // strips side by side; a unit walks one strip of one row of tiles
  strip_tiles: u32,    // tiles in a strip
  n: u32,              // rows of a and of b in this pass
  m: u32,
  length: u32,         // stored elements in a row
  fours: u32,          // … and fours of them, the last perhaps not full
  a_base: u32,         // where the rows begin, and how far they and the matrices of a stack are apart:
  a_stride: u32,       // in fours where the kernel reads fours, else in elements
  a_batch: u32,
  b_base: u32,
  b_stride: u32,
  b_batch: u32,
  raw_a_base: u32,     // the same for rows as they were before they were prepared, in elements
  raw_a_stride: u32,
  raw_b_base: u32,
  raw_b_stride: u32,
  w_base: u32,         // where the weights begin, in elements
  out_base: u32,       // where this pass begins in the results
  out_stride: u32,     // from one row of results to the next
  out_batch: u32,
  first_row: u32,      // the rows and columns of the whole that this pass begins at
  first_column: u32,
  whole: u32,          // rows of the whole, for condensed order
  size: f32,           // elements in a row, unpacked
  power: f32,          // p of a Minkowski distance
  zero_vector: f32,    // what a metric of directions gives for a vector without one
  threshold: f32,      // of countBelow
  nan_bits: u32,       // bits of values that WGSL cannot write down
  infinity_bits: u32,
  numbers_base: u32,   // where the numbers of the rows of b begin, in fours
}
@group(1) @binding(0) var<uniform> params: Params;

// Stands in the results for a number that has yet to be found by a careful walk. No computed NaN has these bits.
const MARK: u32 = 0x7fc0d157u;

fn root(x: f32) -> f32 {
  if (is_zero(x) || magnitude_bits(x) >= INFINITY_BITS) { return x; }
  return sqrt(x);
}
// a / b with IEEE's answers for b = 0.
fn ratio(a: f32, b: f32) -> f32 {
  if (is_zero(b)) { return bitcast<f32>(select(params.infinity_bits, params.nan_bits, magnitude_bits(a) - 1u >= INFINITY_BITS)); }
  return a / b;
}
// Where floats are not equal; a NaN differs from everything.
fn differ(x: vec4f, y: vec4f) -> vec4<bool> {
  let p = bitcast<vec4u>(x);
  let q = bitcast<vec4u>(y);
  let magnitudes = vec4u(MAGNITUDE_BITS);
  return ((p != q) & (((p | q) & magnitudes) != vec4u())) | ((p & magnitudes) > vec4u(INFINITY_BITS));
}
