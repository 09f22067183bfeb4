// One invocation a row below the panel's square: solves row·L₁₁⁻ᵀ by forward substitution. See params.wgsl.

var<workgroup> square: array<f32, BLOCK * BLOCK>;  // L₁₁

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = group_number(workgroup, workgroups);
  if (group >= params.group_count) { return; }
  let start = factor_of(group / params.groups) + params.first;
  for (var e = lane; e < BLOCK * BLOCK; e += GROUP) {
    square[e] = factor[start + (params.first + e / BLOCK) * params.order + e % BLOCK];
  }
  workgroupBarrier();
  let row = params.first + BLOCK + (group % params.groups) * GROUP + lane;
  if (row >= params.order) { return; }
  let at = start + row * params.order;
  var solved: array<f32, BLOCK>;
  for (var j = 0u; j < BLOCK; j++) {
    var sum = factor[at + j];
    for (var k = 0u; k < j; k++) { sum -= solved[k] * square[j * BLOCK + k]; }
    sum /= square[j * BLOCK + j];
    solved[j] = sum;
    factor[at + j] = sum;
  }
}
