// One invocation a column of X: a block of its rows by forward substitution. See params.wgsl.

var<workgroup> square: array<f32, BLOCK * BLOCK>;  // the block's triangle

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = group_number(workgroup, workgroups);
  if (group >= params.group_count) { return; }
  let first = params.first;
  let size = min(BLOCK, params.order - first);
  let matrix = group / params.groups;
  let start = triangle_of(matrix);
  for (var e = lane; e < size * size; e += GROUP) {
    let row = e / size;
    let column = e % size;
    if (column <= row) {
      let value = triangle[start + (first + row) * params.triangle_row + (first + column) * params.triangle_column];
      square[row * BLOCK + column] = value;
      if (column == row && params.unit == 0u && is_zero(value)) {
        atomicMax(&status[0], 0xffffffffu - (params.first_matrix + matrix) * params.order - first - row);
      }
    }
  }
  workgroupBarrier();
  let column = (group % params.groups) * GROUP + lane;
  if (column >= params.columns) { return; }
  var at = solution_of(matrix) + first * params.solution_row + column;
  var solved: array<f32, BLOCK>;
  for (var j = 0u; j < size; j++) {
    var sum = solution[at];
    for (var k = 0u; k < j; k++) { sum -= square[j * BLOCK + k] * solved[k]; }
    if (params.unit == 0u) { sum /= square[j * BLOCK + j]; }
    solved[j] = sum;
    solution[at] = sum;
    at += params.solution_row;
  }
}
