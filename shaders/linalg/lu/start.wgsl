// One invocation an element of a factor: what it is made from. See params.wgsl.

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = group_number(workgroup, workgroups);
  let matrix = group / params.groups;
  let element = (group % params.groups) * GROUP + lane;
  let order = params.order;
  if (group >= params.group_count || element >= order * order) { return; }
  let at = params.base_source + matrix * params.stride_matrix;
  factor[factor_of(matrix) + element] = source[at + element / order * params.stride_row + element % order * params.stride_column];
  if (element < order) { rows[params.base_rows + matrix * order + element] = element; }
}
