// out[o, p, i] = x[o, indices[p], i]: one invocation an output element. A pass sees a window of positions along the axis
// and leaves picks outside it to other passes; an index outside the whole axis is reported in `status`.
// Constants: GROUP invocations in a workgroup.

struct Params {
  first_group: u32,  // both filled in by the launcher: see lib/grid.wgsl
  group_count: u32,
  count: u32,         // output elements of this pass
  length: u32,        // positions along the axis
  first: u32,         // the window's first position
  window: u32,        // positions in the window
  inner: u32,         // elements of one position
  picks: u32,         // indices of this pass
  all_picks: u32,     // indices of the whole take: from one outer index to the next in the output
  base_source: u32,   // where the window begins
  base_indices: u32,
  base_out: u32,
}
@group(0) @binding(0) var<storage, read> source: array<u32>;             // any 32-bit dtype, as bits
@group(0) @binding(1) var<storage, read> indices: array<u32>;
@group(0) @binding(2) var<storage, read_write> out: array<u32>;
@group(0) @binding(3) var<storage, read_write> status: array<atomic<u32>, 1>;  // 0, or 1 + an index that does not exist
@group(1) @binding(0) var<uniform> params: Params;

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let element = group_number(workgroup, workgroups) * GROUP + lane;
  if (element >= params.count) { return; }
  let inner = element % params.inner;
  let row = element / params.inner;
  let pick = row % params.picks;
  let outer = row / params.picks;
  let index = indices[params.base_indices + pick];
  if (index >= params.length) {
    atomicMax(&status[0], index + select(1u, 0u, index == 0xffffffffu));
    return;
  }
  if (index < params.first || index - params.first >= params.window) { return; }
  out[params.base_out + (outer * params.all_picks + pick) * params.inner + inner] =
    source[params.base_source + (outer * params.length + index - params.first) * params.inner + inner];
}
