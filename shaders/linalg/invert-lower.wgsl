// W = L⁻¹ of a lower triangular matrix: one invocation a column, down the rows of this pass by forward substitution. Rows
// above them were found by earlier passes.
// Constants: GROUP invocations in a workgroup.

struct Params {
  first_group: u32,  // both filled in by the launcher: see lib/grid.wgsl
  group_count: u32,
  order: u32,         // rows and columns
  first: u32,         // the first row of this pass
  end: u32,           // the row behind the last
  base_lower: u32,
  base_inverse: u32,
}
@group(0) @binding(0) var<storage, read> lower: array<f32>;          // L, dense
@group(0) @binding(1) var<storage, read_write> inverse: array<f32>;  // W, dense
@group(1) @binding(0) var<uniform> params: Params;

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let column = group_number(workgroup, workgroups) * GROUP + lane;
  let order = params.order;
  if (column >= order) { return; }
  for (var row = params.first; row < params.end; row++) {
    let at = params.base_lower + row * order;
    var sum = select(0.0, 1.0, row == column);
    for (var k = column; k < row; k++) { sum -= lower[at + k] * inverse[params.base_inverse + k * order + column]; }
    inverse[params.base_inverse + row * order + column] = select(0.0, sum / lower[at + row], row >= column);
  }
}
