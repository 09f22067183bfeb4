// One invocation an element of A on or below the diagonal: tells where K·Kᵀ misses it. See params.wgsl.

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let element = group_number(workgroup, workgroups) * GROUP + lane;
  let order = params.order;
  if (element >= order * order) { return; }
  let i = element / order;
  let j = element % order;
  if (j > i) { return; }
  let left = abs(remainder(i, j, order));
  if (is_nan(left)) {
    factor[params.base_factor + i] = bitcast<f32>(params.nan_bits);
  } else if (left > params.negligible * max(state[order], 0.0)) {
    atomicMax(&status[0], i + 1u);
  }
}
