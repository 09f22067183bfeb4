// An invocation a matrix: says how a sweep went, and makes ready for the next. See params.wgsl.

@group(0) @binding(0) var<storage, read_write> state: array<f32>;  // how far the matrices are

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let matrix = group_number(workgroup, workgroups) * GROUP + lane;
  if (matrix >= params.matrices) { return; }
  let at = state_of(matrix);
  if (state[at] != 0.0) { return; }
  var cosine = 0.0;
  for (var k = 0u; k < params.meetings; k++) {
    cosine = max(cosine, state[at + 2u + k]);
    state[at + 2u + k] = 0.0;
  }
  state[at] = select(0.0, params.nothing, cosine <= params.tolerance);
  state[at + 1u] = cosine;
}
