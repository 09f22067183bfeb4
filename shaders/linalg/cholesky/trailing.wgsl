// One workgroup a BLOCK × BLOCK tile of what follows the panel, on or below the diagonal: subtracts L₂₁·L₂₁ᵀ. An
// invocation owns 4 × 4 elements, so GROUP = (BLOCK / 4)². See params.wgsl.

const SIDE = BLOCK / 4u;    // invocations along a side of the tile
const PITCH = BLOCK + 1u;   // rows lie so far apart that neighbours fall into different banks
var<workgroup> left: array<f32, BLOCK * PITCH>;   // L₂₁ of the tile's rows
var<workgroup> right: array<f32, BLOCK * PITCH>;  // … and of the rows that its columns belong to

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = group_number(workgroup, workgroups);
  if (group >= params.group_count) { return; }
  let begin = params.first + BLOCK;
  let tiles = (params.order - begin + BLOCK - 1u) / BLOCK;
  let tile = group % params.groups;
  let first_row = begin + tile / tiles * BLOCK;
  let first_column = begin + tile % tiles * BLOCK;
  if (first_column > first_row) { return; }
  let start = factor_of(group / params.groups);
  for (var e = lane; e < BLOCK * BLOCK; e += GROUP) {
    let i = e / BLOCK;
    let k = e % BLOCK;
    // Rows beyond the last are not stored: any number will do.
    let row = min(first_row + i, params.order - 1u);
    let column = min(first_column + i, params.order - 1u);
    left[i * PITCH + k] = factor[start + row * params.order + params.first + k];
    right[i * PITCH + k] = factor[start + column * params.order + params.first + k];
  }
  workgroupBarrier();
  let y = lane / SIDE * 4u;
  let x = lane % SIDE * 4u;
  var sums = array<vec4f, 4>();
  for (var k = 0u; k < BLOCK; k++) {
    let across = vec4f(
      right[x * PITCH + k],
      right[(x + 1u) * PITCH + k],
      right[(x + 2u) * PITCH + k],
      right[(x + 3u) * PITCH + k],
    );
    sums[0] += left[y * PITCH + k] * across;
    sums[1] += left[(y + 1u) * PITCH + k] * across;
    sums[2] += left[(y + 2u) * PITCH + k] * across;
    sums[3] += left[(y + 3u) * PITCH + k] * across;
  }
  for (var i = 0u; i < 4u; i++) {
    let row = first_row + y + i;
    for (var j = 0u; j < 4u; j++) {
      let column = first_column + x + j;
      if (row < params.order && column <= row) { factor[start + row * params.order + column] -= sums[i][j]; }
    }
  }
}
