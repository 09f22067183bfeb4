// One workgroup SIDE fours of columns of a matrix: C − V·T·(Vᵀ·C), or with Tᵀ, over the rows from the panel's first on. Sums
// of Vᵀ·C are 4 × 4 numbers an invocation, PARTS of which share the rows. See params.wgsl.

const VS: u32 = BLOCK / 4u;                  // fours of a row of V
const PARTS: u32 = LANES / (VS * SIDE);
const CHAIN: u32 = 32u;                      // products that one sum takes before it is added to the next

@group(0) @binding(0) var<storage, read_write> work: array<vec4f>;
var<workgroup> partial: array<vec4f, PARTS * BLOCK * SIDE>;  // a row of Vᵀ·C after the other, each SIDE fours
var<workgroup> shares: array<vec4f, BLOCK * SIDE>;           // T·Vᵀ·C

struct Sums { a: vec4f, b: vec4f, c: vec4f, d: vec4f }

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = group_number(workgroup, workgroups);
  if (group >= params.group_count) { return; }
  let matrix = group / params.groups;
  let side = lane % SIDE;
  let four = params.target_first + (group % params.groups) * SIDE + side;
  let stored = four < params.target_fours;
  let v = matrix * params.stride_work + params.first / 4u;
  // Fours behind the last are not stored: any will do.
  let into = matrix * params.stride_work + params.target_at + min(four, params.target_fours - 1u);
  let own_v = lane / SIDE % VS;
  let part = lane / (SIDE * VS);
  var total = Sums();
  for (var row = params.first + part; row < params.rows; row += PARTS * CHAIN) {
    let end = min(params.rows, row + PARTS * CHAIN);
    var sums = Sums();
    for (var at = row; at < end; at += PARTS) {
      let left = work[v + at * params.fours_a + own_v];
      let right = work[into + at * params.target_fours];
      sums.a += left.x * right;
      sums.b += left.y * right;
      sums.c += left.z * right;
      sums.d += left.w * right;
    }
    total.a += sums.a;
    total.b += sums.b;
    total.c += sums.c;
    total.d += sums.d;
  }
  let place = (part * BLOCK + own_v * 4u) * SIDE + side;
  partial[place] = total.a;
  partial[place + SIDE] = total.b;
  partial[place + 2u * SIDE] = total.c;
  partial[place + 3u * SIDE] = total.d;
  workgroupBarrier();
  for (var e = lane; e < BLOCK * SIDE; e += LANES) {
    for (var k = 1u; k < PARTS; k++) { partial[e] += partial[k * BLOCK * SIDE + e]; }
  }
  workgroupBarrier();
  let triangle = panel_of(matrix, params.first / BLOCK) + params.turned * BLOCK * VS;
  for (var e = lane; e < BLOCK * SIDE; e += LANES) {
    let row = triangle + e / SIDE * VS;
    var sum = vec4f();
    for (var k = 0u; k < VS; k++) {
      let t = work[row + k];
      let start = k * 4u * SIDE + e % SIDE;
      sum += t.x * partial[start] + t.y * partial[start + SIDE] + t.z * partial[start + 2u * SIDE] + t.w * partial[start + 3u * SIDE];
    }
    shares[e] = sum;
  }
  workgroupBarrier();
  if (!stored) { return; }
  let last = params.rows - 1u;
  for (var row = params.first + lane / SIDE * 4u; row < params.rows; row += LANES / SIDE * 4u) {
    // Rows beyond the last are not stored: any number will do.
    let row_1 = min(row + 1u, last);
    let row_2 = min(row + 2u, last);
    let row_3 = min(row + 3u, last);
    var sums = Sums();
    for (var k = 0u; k < VS; k++) {
      let start = k * 4u * SIDE + side;
      let across = Sums(shares[start], shares[start + SIDE], shares[start + 2u * SIDE], shares[start + 3u * SIDE]);
      sums.a += times(work[v + row * params.fours_a + k], across);
      sums.b += times(work[v + row_1 * params.fours_a + k], across);
      sums.c += times(work[v + row_2 * params.fours_a + k], across);
      sums.d += times(work[v + row_3 * params.fours_a + k], across);
    }
    work[into + row * params.target_fours] -= sums.a;
    if (row + 1u < params.rows) { work[into + row_1 * params.target_fours] -= sums.b; }
    if (row + 2u < params.rows) { work[into + row_2 * params.target_fours] -= sums.c; }
    if (row + 3u < params.rows) { work[into + row_3 * params.target_fours] -= sums.d; }
  }
}

// A four of a row of V times four rows.
fn times(left: vec4f, right: Sums) -> vec4f {
  return left.x * right.a + left.y * right.b + left.z * right.c + left.w * right.d;
}
