// Packed bools to words of 0 and 1. One invocation a packed word: it writes up to 32 elements.
// Constants: GROUP invocations in a workgroup.

struct Params {
  first_group: u32,  // both filled in by the launcher: see lib/grid.wgsl
  group_count: u32,
  count: u32,      // packed words
  row_words: u32,  // packed words in a row
  length: u32,     // elements in a row
  base_in: u32,    // where the packed words begin
  base_out: u32,   // where the elements begin
}
@group(0) @binding(0) var<storage, read> packed: array<u32>;
@group(0) @binding(1) var<storage, read_write> elements: array<u32>;
@group(1) @binding(0) var<uniform> params: Params;

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let word = group_number(workgroup, workgroups) * GROUP + lane;
  if (word >= params.count) { return; }
  let row = word / params.row_words;
  let first = (word % params.row_words) * 32u;
  let bits = packed[params.base_in + word];
  let count = min(32u, params.length - first);
  for (var k = 0u; k < count; k++) {
    elements[params.base_out + row * params.length + first + k] = (bits >> k) & 1u;
  }
}
