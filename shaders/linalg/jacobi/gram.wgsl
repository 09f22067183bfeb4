// A workgroup a part of a meeting's products: an invocation 4 × 4 of them, over columns that are brought in SOME at a time.
// See params.wgsl.

@group(0) @binding(0) var<storage, read> work: array<f32>;         // the rows
@group(0) @binding(1) var<storage, read> state: array<f32>;        // how far the matrices are
@group(0) @binding(2) var<storage, read_write> products: array<vec4f>; // G, in parts: ROWS × ROWS each

const SOME: u32 = 16u;         // few, since software adapters compile long over large arrays of a workgroup
const LINE: u32 = SOME + 1u;  // neighbours in a column lie in different banks

var<workgroup> tile: array<f32, ROWS * LINE>;

fn four(row: u32, column: u32) -> vec4f {
  let at = row * LINE + column;
  return vec4f(tile[at], tile[at + LINE], tile[at + 2u * LINE], tile[at + 3u * LINE]);
}

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = group_number(workgroup, workgroups);
  if (group >= params.group_count) { return; }
  let meeting = meeting_at(group / params.parts);
  if (state[state_of(meeting.matrix)] != 0.0) { return; }
  let begin = group % params.parts * params.span;
  let end = min(params.length, begin + params.span);
  let row = lane / 8u * 4u;
  let column = lane % 8u * 4u;
  var sum_0 = vec4f();
  var sum_1 = vec4f();
  var sum_2 = vec4f();
  var sum_3 = vec4f();
  for (var first = begin; first < end; first += SOME) {
    workgroupBarrier();
    for (var e = lane; e < ROWS * SOME; e += GROUP) {
      let own = row_of(meeting, e / SOME);
      let at = first + e % SOME;
      let value = work[start_of(meeting, min(own, params.rows - 1u)) + min(at, end - 1u)];
      tile[e / SOME * LINE + e % SOME] = select(0.0, value, own < params.rows && at < end);
    }
    workgroupBarrier();
    for (var k = 0u; k < SOME; k++) {
      let left = four(row, k);
      let right = four(column, k);
      sum_0 += left.x * right;
      sum_1 += left.y * right;
      sum_2 += left.z * right;
      sum_3 += left.w * right;
    }
  }
  let at = (group * ROWS * ROWS + row * ROWS + column) / 4u;
  products[at] = sum_0;
  products[at + ROWS / 4u] = sum_1;
  products[at + ROWS / 2u] = sum_2;
  products[at + ROWS / 4u * 3u] = sum_3;
}
