// One invocation an element of Q. See params.wgsl.

@group(0) @binding(0) var<storage, read> work: array<f32>;
@group(0) @binding(1) var<storage, read_write> result: array<f32>;

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = group_number(workgroup, workgroups);
  let matrix = group / params.groups;
  let place = (group % params.groups) * LANES + lane;
  if (group >= params.group_count || place >= params.height * params.width) { return; }
  let at = (q_of(matrix) + place / params.width * params.fours_q) * 4u + place % params.width;
  result[params.base + matrix * params.height * params.width + place] = work[at];
}
