// What the strips of a row came to, made one: an invocation a row. Small, so that one loop does.
// Constant: GROUP.

struct Params {
  first_group: u32,  // both filled in by the launcher: see lib/grid.wgsl
  group_count: u32,
  rows: u32,
  strips: u32,
  base: u32,         // where the first row's partial results begin
  stride: u32,       // from one row's to the next
  out_base: u32,
  threshold: f32,    // not used here; the sink of countBelow speaks of it
}
@group(0) @binding(0) var<storage, read> partials: array<u32>;
@group(0) @binding(1) var<storage, read_write> result: array<u32>;
@group(1) @binding(0) var<uniform> params: Params;

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row = group_number(workgroup, workgroups) * GROUP + lane;
  if (row >= params.rows) { return; }
  let at = params.base + row * params.stride;
  var sink = sink_start();
  for (var strip = 0u; strip < params.strips; strip++) {
    let first = at + strip * SINK_WORDS;
    sink = sink_merge(sink, sink_of(partials[first], partials[first + SINK_WORDS - 1u]));
  }
  result[params.out_base + row] = sink_result(sink);
}
