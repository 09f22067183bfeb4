// One workgroup ACROSS columns of a matrix, DOWN = LANES / ACROSS invocations a column: the power of two that brings the
// column's largest magnitude to [1, 2), or near it at the ends of the range, and its reciprocal. 1 for columns of zeros and
// for those that have a NaN or an infinity. See params.wgsl.

const DOWN: u32 = LANES / ACROSS;

@group(0) @binding(0) var<storage, read> source: array<f32>;
@group(0) @binding(1) var<storage, read_write> work: array<f32>;
var<workgroup> found: array<u32, LANES>;

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = group_number(workgroup, workgroups);
  if (group >= params.group_count) { return; }
  let matrix = group / params.groups;
  let column = (group % params.groups) * ACROSS + lane % ACROSS;
  // Columns beyond the last are not stored: any number will do.
  let at = params.base + matrix * params.stride_matrix + min(column, params.columns - 1u) * params.stride_column;
  var most = 0u;
  for (var row = lane / ACROSS; row < params.rows; row += DOWN) {
    most = max(most, magnitude_bits(source[at + row * params.stride_row]));
  }
  found[lane] = most;
  workgroupBarrier();
  if (lane >= ACROSS || column >= params.fours_a * 4u) { return; }
  for (var k = 1u; k < DOWN; k++) { most = max(most, found[lane + k * ACROSS]); }
  let exponent = clamp(most >> 23u, 1u, 253u);
  let plain = most == 0u || most >= INFINITY_BITS;
  let into = scales_of(matrix) * 4u + column;
  work[into] = select(bitcast<f32>((254u - exponent) << 23u), 1.0, plain);
  work[into + params.fours_a * 4u] = select(bitcast<f32>(exponent << 23u), 1.0, plain);
}
