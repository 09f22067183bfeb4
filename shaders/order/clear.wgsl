// Sets the counts of survivors to zero.
// Constant: GROUP invocations in a workgroup.

struct Params {
  first_group: u32,  // both filled in by the launcher: see lib/grid.wgsl
  group_count: u32,
  rows: u32,
}
@group(0) @binding(0) var<storage, read_write> counts: array<u32>;
@group(1) @binding(0) var<uniform> params: Params;

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group_number(workgroup, workgroups) * GROUP + lane;
  if (row < params.rows) { counts[row] = 0u; }
}
