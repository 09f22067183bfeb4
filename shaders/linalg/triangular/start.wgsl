// One invocation an element of X: what it is made from. See params.wgsl.

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = group_number(workgroup, workgroups);
  let matrix = group / params.groups;
  let element = (group % params.groups) * GROUP + lane;
  if (group >= params.group_count || element >= params.order * params.columns) { return; }
  let column = element % params.columns;
  let own = element / params.columns;
  var row = own;
  if (params.has_rows == 1u) { row = rows[params.base_rows + matrix * params.rows_matrix + own]; }
  var value = select(0.0, 1.0, row == column);
  if (params.is_identity == 0u) {
    value = right[params.base_right + matrix * params.right_matrix + row * params.right_row + column * params.right_column];
  }
  solution[solution_of(matrix) + own * params.solution_row + column] = value;
}
