// One invocation 4 × 4 elements of X behind the block: subtracts T₂₁·X₁. See params.wgsl.

// Subtracts four neighbours of a row.
fn subtract(start: u32, row: u32, column: u32, sums: vec4f) {
  if (row >= params.order) { return; }
  let at = start + row * params.solution_row + column;
  let rest = params.columns - column;
  solution[at] -= sums.x;
  if (rest > 1u) { solution[at + 1u] -= sums.y; }
  if (rest > 2u) { solution[at + 2u] -= sums.z; }
  if (rest > 3u) { solution[at + 3u] -= sums.w; }
}

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = group_number(workgroup, workgroups);
  let begin = params.first + BLOCK;
  let across = (params.columns + 3u) / 4u;
  let place = (group % params.groups) * GROUP + lane;
  if (group >= params.group_count || place >= (params.order - begin + 3u) / 4u * across) { return; }
  let row = begin + place / across * 4u;
  let column = place % across * 4u;
  let matrix = group / params.groups;
  // Rows and columns beyond the last are not stored: any number will do.
  let last_row = params.order - 1u;
  let last = params.columns - 1u - column;
  let block = triangle_of(matrix) + params.first * params.triangle_column;
  var left_0 = block + row * params.triangle_row;
  var left_1 = block + min(row + 1u, last_row) * params.triangle_row;
  var left_2 = block + min(row + 2u, last_row) * params.triangle_row;
  var left_3 = block + min(row + 3u, last_row) * params.triangle_row;
  let start = solution_of(matrix);
  var right = start + params.first * params.solution_row + column;
  var sums_0 = vec4f();
  var sums_1 = vec4f();
  var sums_2 = vec4f();
  var sums_3 = vec4f();
  for (var k = 0u; k < BLOCK; k++) {
    let four = vec4f(
      solution[right],
      solution[right + min(1u, last)],
      solution[right + min(2u, last)],
      solution[right + min(3u, last)],
    );
    sums_0 += triangle[left_0] * four;
    sums_1 += triangle[left_1] * four;
    sums_2 += triangle[left_2] * four;
    sums_3 += triangle[left_3] * four;
    left_0 += params.triangle_column;
    left_1 += params.triangle_column;
    left_2 += params.triangle_column;
    left_3 += params.triangle_column;
    right += params.solution_row;
  }
  subtract(start, row, column, sums_0);
  subtract(start, row + 1u, column, sums_1);
  subtract(start, row + 2u, column, sums_2);
  subtract(start, row + 3u, column, sums_3);
}
