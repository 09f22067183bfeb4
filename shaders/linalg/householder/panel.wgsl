// One workgroup a matrix: the reflections I − τ·v·vᵀ of a panel of BLOCK columns, column by column.
//
// With x the column below the diagonal and α the element on it, β = ∓√(α² + x·x), v = (1, x·scale) with scale = 1/(α − β), and
// τ = (β − α)/β. One walk over the rows finds x·c for every column c of the panel: x·x for β, what the reflection takes off
// the columns behind it, and for those before it what T needs. x stays as it is until the panel is done, and its scale is kept
// beside it. See params.wgsl.

const DOWN: u32 = LANES / ACROSS;  // invocations of a column; ACROSS columns are taken at once
const CHAIN: u32 = 32u;            // products that one sum takes before it is added to the next
// Squares below it are nothing next to a column that was scaled to 1, and too small to be summed.
const NOTHING: f32 = 0x1p-90;

@group(0) @binding(0) var<storage, read_write> work: array<f32>;
var<workgroup> partial: array<f32, DOWN * BLOCK>;
var<workgroup> products: array<f32, BLOCK>;       // x·c of every column
var<workgroup> scale_of: array<f32, BLOCK>;       // of columns that are done
var<workgroup> triangle: array<f32, BLOCK * BLOCK>;  // T

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let matrix = group_number(workgroup, workgroups);
  if (matrix >= params.group_count) { return; }
  let stride = params.fours_a * 4u;
  let size = min(BLOCK, params.reflections - params.first);
  let start = matrix * params.stride_work * 4u + params.first;
  let own = panel_of(matrix, params.first / BLOCK) * 4u;
  let corner = own + 2u * BLOCK * BLOCK;
  let across = min(BLOCK, stride - params.first);
  let down = lane / ACROSS;
  for (var e = lane; e < BLOCK * BLOCK; e += LANES) { triangle[e] = 0.0; }
  for (var c = lane; c < BLOCK; c += LANES) { scale_of[c] = 0.0; }
  workgroupBarrier();
  for (var j = 0u; j < size; j++) {
    let begin = params.first + j + 1u;
    let diagonal = start + (begin - 1u) * stride;
    for (var c = lane % ACROSS; c < across; c += ACROSS) {
      var sum = 0.0;
      for (var row = begin + down; row < params.rows; row += DOWN * CHAIN) {
        let end = min(params.rows, row + DOWN * CHAIN);
        var chain = 0.0;
        for (var at = row; at < end; at += DOWN) { chain += work[start + at * stride + j] * work[start + at * stride + c]; }
        sum += chain;
      }
      partial[down * BLOCK + c] = sum;
    }
    workgroupBarrier();
    for (var c = lane; c < across; c += LANES) {
      var sum = partial[c];
      for (var k = 1u; k < DOWN; k++) { sum += partial[k * BLOCK + c]; }
      products[c] = sum;
    }
    workgroupBarrier();
    let alpha = work[diagonal + j];
    let squares = products[j];
    let none = squares <= NOTHING;
    let length = sqrt(alpha * alpha + squares);
    let beta = select(select(-length, length, alpha < 0.0), alpha, none);
    let tau = select((beta - alpha) / beta, 0.0, none);
    let scale = select(1.0 / (alpha - beta), 0.0, none);
    for (var c = lane % ACROSS; c < across; c += ACROSS) {
      if (c < j) { continue; }
      let taken = tau * (work[diagonal + c] + products[c] * scale);
      if (down == 0u) { work[corner + j * BLOCK + c] = select(work[diagonal + c] - taken, beta, c == j); }
      if (c == j) { continue; }
      let share = taken * scale;
      for (var at = begin + down; at < params.rows; at += DOWN) {
        work[start + at * stride + c] -= work[start + at * stride + j] * share;
      }
    }
    // T's column: −τ·T·Vᵀv above the diagonal.
    for (var c = lane; c <= j; c += LANES) {
      var sum = 0.0;
      for (var k = c; k < j; k++) {
        sum += triangle[c * BLOCK + k] * scale_of[k] * (work[diagonal + k] + products[k] * scale);
      }
      triangle[c * BLOCK + j] = select(-tau * sum, tau, c == j);
    }
    if (lane == 0u) { scale_of[j] = scale; }
    storageBarrier();
    workgroupBarrier();
  }
  for (var e = lane; e < BLOCK * BLOCK; e += LANES) {
    work[own + e] = triangle[e];
    work[own + BLOCK * BLOCK + e] = triangle[e % BLOCK * BLOCK + e / BLOCK];
  }
  // V takes the panel's place, with what stands above and on its diagonal.
  for (var row = params.first + down; row < params.rows; row += DOWN) {
    for (var c = lane % ACROSS; c < across; c += ACROSS) {
      let at = start + row * stride + c;
      let on = params.first + c;
      let below = work[at] * scale_of[c];
      work[at] = select(select(0.0, 1.0, row == on), below, row > on && c < size);
    }
  }
}
