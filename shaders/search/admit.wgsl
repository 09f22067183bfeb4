// Makes NaN of distances that must not be found: of points whose bit in a mask is 0, and what is above a radius or NaN.
// Constants: GROUP invocations in a workgroup; ITEMS distances of one invocation. `word_of(i)` is word i of the mask.

struct Params {
  first_group: u32,  // both filled in by the launcher: see lib/grid.wgsl
  group_count: u32,
  count: u32,      // distances of this pass
  length: u32,     // … in a row
  base: u32,       // where the first one lies; rows follow each other
  first_bit: u32,  // the bit of a row's first distance
  radius: u32,     // the key of the largest distance that may stay
  nan: u32,        // the bits of NaN
}
@group(0) @binding(0) var<storage, read_write> distances: array<u32>;  // as bits
@group(1) @binding(0) var<uniform> params: Params;

// Unsigned numbers in the order of floats; a NaN is one whichever key it has.
fn key_of(bits: u32) -> u32 {
  return select(bits | 0x80000000u, ~bits, (bits >> 31u) != 0u);
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
    let bit = params.first_bit + element % params.length;
    let at = params.base + element;
    let allowed = ((word_of(bit >> 5u) >> (bit & 31u)) & 1u) != 0u;
    if (!allowed || key_of(distances[at]) > params.radius) { distances[at] = params.nan; }
  }
}
