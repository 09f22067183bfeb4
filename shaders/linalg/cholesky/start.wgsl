// One invocation an element of a factor: what it is made from, 0 above the diagonal. See params.wgsl.

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = group_number(workgroup, workgroups);
  let matrix = group / params.groups;
  let element = (group % params.groups) * GROUP + lane;
  if (group >= params.group_count || element >= params.order * params.order) { return; }
  let row = element / params.order;
  let column = element % params.order;
  var value = 0.0;
  if (column <= row) {
    value = source[params.base_source + matrix * params.stride_matrix + row * params.stride_row + column * params.stride_column];
  }
  factor[factor_of(matrix) + element] = value;
}
