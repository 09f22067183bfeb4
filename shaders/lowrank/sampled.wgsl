// out[e] = base[e] + sign·Σ left[rows[e], k]·right[columns[e], k]: one invocation an entry of a sparse pattern.
// Sums go 32 steps at a time. Constants: GROUP invocations in a workgroup.

struct Params {
  first_group: u32,  // both filled in by the launcher: see lib/grid.wgsl
  group_count: u32,
  count: u32,         // entries of this pass
  width: u32,         // columns of both factors
  sign: f32,          // 1 or −1
  base_rows: u32,     // where the entries of this pass begin in each binding
  base_columns: u32,
  base_base: u32,
  base_out: u32,
}
@group(0) @binding(0) var<storage, read> rows: array<u32>;
@group(0) @binding(1) var<storage, read> columns: array<u32>;
@group(0) @binding(2) var<storage, read> left: array<f32>;   // all of it, row-major
@group(0) @binding(3) var<storage, read> right: array<f32>;
@group(0) @binding(4) var<storage, read> base: array<f32>;
@group(0) @binding(5) var<storage, read_write> out: array<f32>;
@group(1) @binding(0) var<uniform> params: Params;

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let entry = group_number(workgroup, workgroups) * GROUP + lane;
  if (entry >= params.count) { return; }
  let x = rows[params.base_rows + entry] * params.width;
  let y = columns[params.base_columns + entry] * params.width;
  var total = 0.0;
  for (var start = 0u; start < params.width; start += 32u) {
    let end = min(start + 32u, params.width);
    var sum = 0.0;
    for (var k = start; k < end; k++) { sum = fma(left[x + k], right[y + k], sum); }
    total += sum;
  }
  out[params.base_out + entry] = base[params.base_base + entry] + params.sign * total;
}
