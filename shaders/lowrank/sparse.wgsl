// out[i, k] = Σ values[e]·x[columns[e], k] over the entries e of row i, in their order: one invocation an element of out.
// Sums go 32 steps at a time. Constants: GROUP invocations in a workgroup.

struct Params {
  first_group: u32,  // both filled in by the launcher: see lib/grid.wgsl
  group_count: u32,
  count: u32,        // elements of out in this pass
  width: u32,        // columns of x and out
  base_starts: u32,  // where the rows of this pass begin in their bindings
  base_out: u32,
}
@group(0) @binding(0) var<storage, read> starts: array<u32>;   // the first entry of each row, and the end of the last
@group(0) @binding(1) var<storage, read> columns: array<u32>;  // of all entries
@group(0) @binding(2) var<storage, read> values: array<f32>;
@group(0) @binding(3) var<storage, read> x: array<f32>;        // all of it, row-major
@group(0) @binding(4) var<storage, read_write> out: array<f32>;
@group(1) @binding(0) var<uniform> params: Params;

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let element = group_number(workgroup, workgroups) * GROUP + lane;
  if (element >= params.count) { return; }
  let row = element / params.width;
  let k = element % params.width;
  let last = starts[params.base_starts + row + 1u];
  var total = 0.0;
  for (var start = starts[params.base_starts + row]; start < last; start += 32u) {
    let end = min(start + 32u, last);
    var sum = 0.0;
    for (var e = start; e < end; e++) { sum = fma(values[e], x[columns[e] * params.width + k], sum); }
    total += sum;
  }
  out[params.base_out + element] = total;
}
