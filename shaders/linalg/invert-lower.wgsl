// W = L⁻¹ of a lower triangular matrix by forward substitution: one invocation four neighbouring columns, down the rows of
// this pass four at a time. Rows above them were found by earlier passes.
// Constants: GROUP invocations in a workgroup.

struct Params {
  first_group: u32,  // both filled in by the launcher: see lib/grid.wgsl
  group_count: u32,
  order: u32,         // rows and columns
  first: u32,         // the first row of this pass, a multiple of four
  end: u32,           // the row behind the last
  base_lower: u32,
  base_inverse: u32,
}
@group(0) @binding(0) var<storage, read> lower: array<f32>;          // L, dense
@group(0) @binding(1) var<storage, read_write> inverse: array<f32>;  // W, dense
@group(1) @binding(0) var<uniform> params: Params;

// What the identity has at four neighbours of a row.
fn identity(row: u32, column: u32) -> vec4f {
  return select(vec4f(), vec4f(1.0), vec4u(row) == vec4u(column, column + 1u, column + 2u, column + 3u));
}

fn store(row: u32, column: u32, values: vec4f) {
  if (row >= params.order) { return; }
  let at = params.base_inverse + row * params.order + column;
  inverse[at] = values.x;
  if (column + 1u < params.order) { inverse[at + 1u] = values.y; }
  if (column + 2u < params.order) { inverse[at + 2u] = values.z; }
  if (column + 3u < params.order) { inverse[at + 3u] = values.w; }
}

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let column = (group_number(workgroup, workgroups) * GROUP + lane) * 4u;
  let order = params.order;
  if (column >= order) { return; }
  let last = order - 1u;
  for (var row = params.first; row < params.end; row += 4u) {
    // Rows and columns beyond the last are not stored: any number will do.
    let row_0 = params.base_lower + row * order;
    let row_1 = params.base_lower + min(row + 1u, last) * order;
    let row_2 = params.base_lower + min(row + 2u, last) * order;
    let row_3 = params.base_lower + min(row + 3u, last) * order;
    var rest_0 = identity(row, column);
    var rest_1 = identity(row + 1u, column);
    var rest_2 = identity(row + 2u, column);
    var rest_3 = identity(row + 3u, column);
    for (var k = column; k < row; k++) {
      let at = params.base_inverse + k * order + column;
      let across = vec4f(inverse[at], inverse[at + 1u], inverse[at + 2u], inverse[at + 3u]);
      rest_0 -= lower[row_0 + k] * across;
      rest_1 -= lower[row_1 + k] * across;
      rest_2 -= lower[row_2 + k] * across;
      rest_3 -= lower[row_3 + k] * across;
    }
    rest_0 /= lower[row_0 + row];
    rest_1 = (rest_1 - lower[row_1 + row] * rest_0) / lower[row_1 + row + 1u];
    rest_2 = (rest_2 - lower[row_2 + row] * rest_0 - lower[row_2 + row + 1u] * rest_1) / lower[row_2 + row + 2u];
    rest_3 -= lower[row_3 + row] * rest_0 + lower[row_3 + row + 1u] * rest_1 + lower[row_3 + row + 2u] * rest_2;
    rest_3 /= lower[row_3 + row + 3u];
    store(row, column, rest_0);
    store(row + 1u, column, rest_1);
    store(row + 2u, column, rest_2);
    store(row + 3u, column, rest_3);
  }
}
