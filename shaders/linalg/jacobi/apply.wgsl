// A workgroup some columns of a meeting: X becomes J·X. An invocation has a column, which it keeps in a column of `tile` that
// nobody else looks at. See params.wgsl.

@group(0) @binding(0) var<storage, read> turns: array<vec4f>;       // Jᵀ of each meeting, and behind it 1, or 0 where nothing is to turn
@group(0) @binding(1) var<storage, read_write> work: array<f32>;    // the rows

const FOURS: u32 = ROWS / 4u;
const TURN: u32 = ROWS * FOURS + 4u;  // from one J to the next

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = group_number(workgroup, workgroups);
  let unit = group / params.groups;
  let column = group % params.groups * GROUP + lane;
  if (group >= params.group_count || column >= params.stride || turns[unit * TURN + ROWS * FOURS].x == 0.0) { return; }
  let meeting = meeting_at(unit);
  var own: array<f32, ROWS>;
  for (var i = 0u; i < ROWS; i++) {
    let row = row_of(meeting, i);
    let value = work[start_of(meeting, min(row, params.rows - 1u)) + column];
    own[i] = select(0.0, value, row < params.rows);
  }
  for (var i = 0u; i < ROWS; i += 4u) {
    var sums = vec4f();
    for (var k = 0u; k < ROWS; k++) { sums += turns[unit * TURN + k * FOURS + i / 4u] * own[k]; }
    for (var k = 0u; k < 4u; k++) {
      let row = row_of(meeting, i + k);
      if (row < params.rows) { work[start_of(meeting, row) + column] = sums[k]; }
    }
  }
}
