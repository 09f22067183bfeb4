// Looks for an element that must not be: a number other than 0 and 1 where true and false are meant, or a negative (or
// NaN) weight. Writes nothing but the status word, from which the first such element can be told.
// Constants: GROUP invocations in a workgroup; ITEMS elements of one invocation; BINARY: 0 and 1 are asked for, else
// numbers ≥ 0; FLOAT: the elements are f32, else u32.

struct Params {
  first_group: u32,  // both filled in by the launcher: see lib/grid.wgsl
  group_count: u32,
  count: u32,   // elements of this pass
  length: u32,  // elements of this pass in a row
  stride: u32,  // elements from one row to the next
  base: u32,    // where the first row begins
  row: u32,     // the first row of this pass, among all
  column: u32,  // its first column, among all
  columns: u32, // columns of all
}
@group(0) @binding(0) var<storage, read> elements: array<u32>;                  // as bits
@group(0) @binding(1) var<storage, read_write> status: array<atomic<u32>, 1>;  // 0, or 0xffffffff − the first such element
@group(1) @binding(0) var<uniform> params: Params;

const ONE_BITS: u32 = 0x3f800000u;

fn is_wrong(bits: u32) -> bool {
  if (!BINARY) { return bits > INFINITY_BITS && bits != 0x80000000u; }
  if (FLOAT) { return (bits & MAGNITUDE_BITS) != 0u && bits != ONE_BITS; }
  return bits > 1u;
}

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let start = group_number(workgroup, workgroups) * GROUP * ITEMS + lane;
  for (var item = 0u; item < ITEMS; item++) {
    let element = start + item * GROUP;
    if (element >= params.count) { return; }
    let row = element / params.length;
    let column = element - row * params.length;
    if (is_wrong(elements[params.base + row * params.stride + column])) {
      let position = (params.row + row) * params.columns + params.column + column;
      atomicMax(&status[0], 0xffffffffu - min(position, 0xfffffffeu));
    }
  }
}
