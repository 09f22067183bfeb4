// A point amid the rows: the mean of some of them, evenly picked. Any point will do; the nearer, the fewer pairs cancel.
// One invocation a column. Constant: GROUP.

struct Params {
  first_group: u32,  // both filled in by the launcher: see lib/grid.wgsl
  group_count: u32,
  length: u32,   // columns
  base: u32,     // where the rows begin
  stride: u32,   // from one picked row to the next
  picks: u32,
}
@group(0) @binding(0) var<storage, read> rows: array<f32>;
@group(0) @binding(1) var<storage, read_write> centre: array<f32>;
@group(1) @binding(0) var<uniform> params: Params;

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let column = group_number(workgroup, workgroups) * GROUP + lane;
  if (column >= params.length) { return; }
  let first = rows[params.base + column];
  var sum = 0.0;
  for (var pick = 1u; pick < params.picks; pick++) { sum += rows[params.base + pick * params.stride + column] - first; }
  let mean = first + sum / f32(params.picks);
  // A row that is not finite must not spoil the others.
  centre[column] = select(0.0, mean, magnitude_bits(mean) < INFINITY_BITS);
}
