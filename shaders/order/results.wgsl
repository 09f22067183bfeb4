// Writes the numbers or the ids of sorted lists where the results have them: the rank of a pair becomes the place along the
// axis that was ordered.
// Constant: GROUP invocations in a workgroup.

struct Params {
  first_group: u32,  // both filled in by the launcher: see lib/grid.wgsl
  group_count: u32,
  largest: u32,       // 1 where larger numbers came first
  ids: u32,           // 1 where ids are written, 0 where numbers are
  count: u32,         // results of this pass
  inner: u32,         // rows whose results lie side by side
  ranks: u32,         // results of a row in this pass
  base: u32,          // where the first pair lies
  outer_stride: u32,  // from the pairs of one run of rows to those of the next
  row_stride: u32,    // … and of one row
  out_base: u32,      // where the first result lies
  out_outer: u32,     // from one run of rows to the next
  out_rank: u32,      // from one result of a row to its next
  first_id: u32,      // what is added to ids
}
@group(0) @binding(0) var<storage, read_write> results: array<u32>;
@group(0) @binding(1) var<storage, read> pairs: array<vec2u>;
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
  let rank = element / params.inner % params.ranks;
  let outer = element / params.inner / params.ranks;
  let pair = pairs[params.base + outer * params.outer_stride + inner * params.row_stride + rank];
  results[params.out_base + outer * params.out_outer + rank * params.out_rank + inner] =
    select(bits_of_key(pair.x), pair.y + params.first_id, params.ids != 0u);
}
