// A workgroup a part of a meeting's products: an invocation 4 × 4 of them, over columns that are brought in CHUNK at a time.
// See params.wgsl.

@group(0) @binding(0) var<storage, read> work: array<f32>;         // the rows
@group(0) @binding(1) var<storage, read> state: array<f32>;        // how far the matrices are
@group(0) @binding(2) var<storage, read_write> products: array<f32>; // G, in parts: ROWS × ROWS each

const LINE: u32 = CHUNK + 1u;  // neighbours in a column lie in different banks

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
  for (var first = begin; first < end; first += CHUNK) {
    workgroupBarrier();
    for (var e = lane; e < ROWS * CHUNK; e += GROUP) {
      let own = row_of(meeting, e / CHUNK);
      let at = first + e % CHUNK;
      var value = 0.0;
      if (own < params.rows && at < end) { value = work[start_of(meeting, own) + at]; }
      tile[e / CHUNK * LINE + e % CHUNK] = value;
    }
    workgroupBarrier();
    for (var k = 0u; k < CHUNK; k++) {
      let left = four(row, k);
      let right = four(column, k);
      sum_0 += left.x * right;
      sum_1 += left.y * right;
      sum_2 += left.z * right;
      sum_3 += left.w * right;
    }
  }
  for (var i = 0u; i < 4u; i++) {
    let at = group * ROWS * ROWS + row * ROWS + column + i;
    products[at] = sum_0[i];
    products[at + ROWS] = sum_1[i];
    products[at + 2u * ROWS] = sum_2[i];
    products[at + 3u * ROWS] = sum_3[i];
  }
}
