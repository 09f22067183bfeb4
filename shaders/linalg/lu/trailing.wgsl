// One invocation 4 × 4 elements of what follows the panel: subtracts L₂₁·U₁₂. See params.wgsl.

// Subtracts four neighbours of a row.
fn subtract(start: u32, row: u32, column: u32, sums: vec4f) {
  if (row >= params.order) { return; }
  let at = start + row * params.order + column;
  let rest = params.order - column;
  factor[at] -= sums.x;
  if (rest > 1u) { factor[at + 1u] -= sums.y; }
  if (rest > 2u) { factor[at + 2u] -= sums.z; }
  if (rest > 3u) { factor[at + 3u] -= sums.w; }
}

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = group_number(workgroup, workgroups);
  let order = params.order;
  let begin = params.first + BLOCK;
  let fours = (order - begin + 3u) / 4u;
  let place = (group % params.groups) * GROUP + lane;
  if (group >= params.group_count || place >= fours * fours) { return; }
  let row = begin + place / fours * 4u;
  let column = begin + place % fours * 4u;
  let start = factor_of(group / params.groups);
  // Rows and columns beyond the last are not stored: any number will do.
  let last = order - 1u;
  let panel = start + params.first;
  let left_0 = panel + row * order;
  let left_1 = panel + min(row + 1u, last) * order;
  let left_2 = panel + min(row + 2u, last) * order;
  let left_3 = panel + min(row + 3u, last) * order;
  let right_0 = start + params.first * order + column;
  let right_1 = right_0 + min(1u, last - column);
  let right_2 = right_0 + min(2u, last - column);
  let right_3 = right_0 + min(3u, last - column);
  var sums_0 = vec4f();
  var sums_1 = vec4f();
  var sums_2 = vec4f();
  var sums_3 = vec4f();
  for (var k = 0u; k < BLOCK; k++) {
    let down = k * order;
    let across = vec4f(factor[right_0 + down], factor[right_1 + down], factor[right_2 + down], factor[right_3 + down]);
    sums_0 += factor[left_0 + k] * across;
    sums_1 += factor[left_1 + k] * across;
    sums_2 += factor[left_2 + k] * across;
    sums_3 += factor[left_3 + k] * across;
  }
  subtract(start, row, column, sums_0);
  subtract(start, row + 1u, column, sums_1);
  subtract(start, row + 2u, column, sums_2);
  subtract(start, row + 3u, column, sums_3);
}
