// Numbers to packed bools: true where not 0 (NaN is not 0). One invocation a packed word: it reads up to 32 elements.
// Constants: GROUP invocations in a workgroup; FLOAT: the elements are f32, where −0 is 0 too.

struct Params {
  first_group: u32,  // both filled in by the launcher: see lib/grid.wgsl
  group_count: u32,
  count: u32,      // packed words
  row_words: u32,  // packed words in a row
  length: u32,     // elements in a row
  base_in: u32,    // where the elements begin
  base_out: u32,   // where the packed words begin
}
@group(0) @binding(0) var<storage, read> elements: array<u32>;
@group(0) @binding(1) var<storage, read_write> packed: array<u32>;
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
  let count = min(32u, params.length - first);
  var bits = 0u;
  for (var k = 0u; k < count; k++) {
    var value = elements[params.base_in + row * params.length + first + k];
    if (FLOAT) { value = value & 0x7fffffffu; }
    if (value != 0u) { bits |= 1u << k; }
  }
  packed[params.base_out + word] = bits;
}
