// One invocation a column outside of the panel: exchanges its rows as the panel's were, and on the right of the panel solves
// L₁₁·u = a by forward substitution. See params.wgsl.

var<workgroup> square: array<f32, BLOCK * BLOCK>;  // L₁₁

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = group_number(workgroup, workgroups);
  if (group >= params.group_count) { return; }
  let order = params.order;
  let first = params.first;
  let width = min(BLOCK, order - first);
  let matrix = group / params.groups;
  let start = factor_of(matrix);
  for (var e = lane; e < width * width; e += GROUP) {
    square[e / width * BLOCK + e % width] = factor[start + (first + e / width) * order + first + e % width];
  }
  workgroupBarrier();
  let place = (group % params.groups) * GROUP + lane;
  if (place >= order - width) { return; }
  let column = start + select(place + width, place, place < first);
  let list = params.base_exchanges + matrix * order + first;
  for (var j = 0u; j < width; j++) {
    let upper = column + (first + j) * order;
    let lower = column + exchanges[list + j] * order;
    let value = factor[lower];
    factor[lower] = factor[upper];
    factor[upper] = value;
  }
  if (place < first) { return; }
  var solved: array<f32, BLOCK>;
  for (var j = 0u; j < width; j++) {
    let at = column + (first + j) * order;
    var sum = factor[at];
    for (var k = 0u; k < j; k++) { sum -= square[j * BLOCK + k] * solved[k]; }
    solved[j] = sum;
    factor[at] = sum;
  }
}
