// One invocation an element of R: what the panels left above their squares, and those from `corners`; zeros below the diagonal.
// See params.wgsl.

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
  let row = place / params.width;
  let column = place % params.width;
  var value = 0.0;
  if (row <= column) {
    let panel = row / BLOCK;
    let corner = (panel_of(matrix, panel) + 2u * BLOCK * (BLOCK / 4u)) * 4u + row % BLOCK * BLOCK + column % BLOCK;
    let plain = (matrix * params.stride_work + row * params.fours_a) * 4u + column;
    let reciprocal = (scales_of(matrix) + params.fours_a) * 4u + column;
    value = work[select(plain, corner, panel == column / BLOCK)] * work[reciprocal];
  }
  result[params.base + matrix * params.height * params.width + place] = value;
}
