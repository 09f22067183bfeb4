// Gathers the elements that do not come after their row's limit, in any order: what is sorted later has one order only.
// Constants: GROUP invocations in a workgroup, ITEMS elements of each, a multiple of four. A segment is GROUP · ITEMS elements.

@group(0) @binding(0) var<storage, read_write> survivors: array<vec2u>;
@group(0) @binding(3) var<storage, read> limits: array<vec2u>;                // the pairs of a sorted list
@group(0) @binding(4) var<storage, read_write> cursors: array<atomic<u32>>;   // survivors of each row

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let unit = group_number(workgroup, workgroups);
  let row = unit / params.segments;
  let start = (params.first_segment + unit % params.segments) * params.segment;
  if (row >= params.rows) { return; }
  let end = min(row_length(row), start + params.segment);
  let limit = limits[params.limit_base + row * params.limit_row];
  let out = params.out_base + row * params.out_row;
  for (var item = 0u; item < ITEMS; item += 4u) {
    let i = start + item * GROUP + lane;
    // Four at once where all four are there.
    if (i + 3u * GROUP < end) {
      if (!any(load_keys(row, i, GROUP) <= vec4u(limit.x))) { continue; }
    }
    for (var j = i; j < min(end, i + 4u * GROUP); j += GROUP) {
      let pair = load_pair(row, j);
      if (!before(limit, pair)) {
        survivors[out + atomicAdd(&cursors[params.first_count + row], 1u)] = pair;
      }
    }
  }
}
