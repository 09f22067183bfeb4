// A symmetric matrix as condensed distances: one invocation a pair of a row i and a column j of the matrix. A pass sees a
// block of rows i, and the rows j of a second block, where the mirror images (j, i) lie.
// Constants: GROUP invocations in a workgroup; CHECK: an element that differs from its mirror image, or is not 0 on the
// diagonal, is told by the status word; FLOAT: the elements are f32, else u32.

struct Params {
  first_group: u32,  // both filled in by the launcher: see lib/grid.wgsl
  group_count: u32,
  count: u32,     // pairs of this pass
  columns: u32,   // rows of the second block
  n: u32,         // rows and columns of the matrix
  i_first: u32,   // the first row of the first block
  j_first: u32,   // … and of the second
  stride: u32,    // elements from one row of the matrix to the next
  base_i: u32,    // where the blocks begin
  base_j: u32,
  base_out: u32,  // where the condensed row of i_first begins
}
@group(0) @binding(0) var<storage, read> upper: array<u32>;                     // any 32-bit dtype, as bits
@group(0) @binding(1) var<storage, read> lower: array<u32>;
@group(0) @binding(2) var<storage, read_write> condensed: array<u32>;
@group(0) @binding(3) var<storage, read_write> status: array<atomic<u32>, 1>;  // 0, or 0xffffffff − (i·n + j) of the first
@group(1) @binding(0) var<uniform> params: Params;

// Where the pairs of row i begin: i·n − i(i+1)/2.
fn row_start(i: u32) -> u32 {
  return i * params.n - select(i * ((i + 1u) / 2u), (i / 2u) * (i + 1u), i % 2u == 0u);
}

fn is_none(bits: u32) -> bool { return select(bits, bits & MAGNITUDE_BITS, FLOAT) == 0u; }
fn is_nothing(bits: u32) -> bool { return FLOAT && (bits & MAGNITUDE_BITS) > INFINITY_BITS; }

fn are_equal(a: u32, b: u32) -> bool {
  return a == b || (is_none(a) && is_none(b)) || (is_nothing(a) && is_nothing(b));
}

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let pair = group_number(workgroup, workgroups) * GROUP + lane;
  if (pair >= params.count) { return; }
  let i_own = pair / params.columns;
  let j_own = pair - i_own * params.columns;
  let i = params.i_first + i_own;
  let j = params.j_first + j_own;
  if (j < i) { return; }
  let value = upper[params.base_i + i_own * params.stride + j];
  if (CHECK) {
    let right = (i == j && is_none(value)) || (i != j && are_equal(value, lower[params.base_j + j_own * params.stride + i]));
    if (!right) { atomicMax(&status[0], 0xffffffffu - min(i * params.n + j, 0xfffffffeu)); }
  }
  if (i != j) { condensed[params.base_out + row_start(i) - row_start(params.i_first) + j - i - 1u] = value; }
}
