// Condensed distances as a symmetric matrix with zeros on its diagonal: one invocation an element of the matrix. A pass
// sees some rows of the matrix and a window of condensed rows (the pairs (i, i+1), (i, i+2), … of one i are a row), and
// leaves elements whose pair is outside the window to other passes.
// Constants: GROUP invocations in a workgroup.

struct Params {
  first_group: u32,  // both filled in by the launcher: see lib/grid.wgsl
  group_count: u32,
  count: u32,        // elements of this pass
  n: u32,            // rows and columns of the matrix
  first: u32,        // the first row of the matrix
  window: u32,       // the window's first condensed row
  window_end: u32,   // … and the one behind its last
  base_in: u32,      // where the window begins
  base_out: u32,     // where the rows begin
}
@group(0) @binding(0) var<storage, read> condensed: array<u32>;         // any 32-bit dtype, as bits
@group(0) @binding(1) var<storage, read_write> square: array<u32>;
@group(1) @binding(0) var<uniform> params: Params;

// Where the pairs of row i begin: i·n − i(i+1)/2.
fn row_start(i: u32) -> u32 {
  return i * params.n - select(i * ((i + 1u) / 2u), (i / 2u) * (i + 1u), i % 2u == 0u);
}

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let element = group_number(workgroup, workgroups) * GROUP + lane;
  if (element >= params.count) { return; }
  let row = params.first + element / params.n;
  let column = element % params.n;
  let i = min(row, column);
  if (i < params.window || i >= params.window_end) { return; }
  var value = 0u;
  if (row != column) {
    value = condensed[params.base_in + row_start(i) - row_start(params.window) + max(row, column) - i - 1u];
  }
  square[params.base_out + element] = value;
}
