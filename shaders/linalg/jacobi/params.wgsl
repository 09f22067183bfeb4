// What the four kernels of the jacobi primitive share. In a meeting of two blocks of rows, 32 rows in all (src/linalg/jacobi/plan.ts):
//   gram         their products with each other, G = X·Xᵀ, in parts of the columns
//   diagonalize  rotations J that make J·G·Jᵀ diagonal (two-sided Jacobi, within a workgroup), and how far from it G was
//   apply        X becomes J·X
// and behind the last meeting of a sweep
//   judge        whether rows are orthogonal
// Every element of G is as exact as its two rows are long, and so are those of J: a rotation's sine is about the ratio of its
// rows' lengths. So rows of different lengths keep their relative accuracy, as if they were rotated pair by pair; and what
// rounding leaves of G is met again in the next sweep, which begins from the rows themselves.
// Constants: GROUP invocations in a workgroup; ROWS = 32 of a meeting, HALF of them in a block.

struct Params {
  first_group: u32,  // both filled in by the launcher: see lib/grid.wgsl
  group_count: u32,
  groups: u32,        // workgroups that J·X gets
  matrices: u32,      // matrices of this pass
  rows: u32,          // rows of a matrix
  length: u32,        // elements of a row that are to become orthogonal
  stride: u32,        // all elements of a row
  blocks: u32,        // blocks of a matrix, an even number
  round: u32,         // the round of the sweep
  meetings: u32,      // meetings of a matrix in a round
  first_meeting: u32, // the first meeting of this pass, counted over the matrices in `work`
  base_work: u32,     // where the first matrix begins
  base_state: u32,    // … and its state: 0 until it is done and then what `nothing` was, the cosine
  state_length: u32,  // … of the last sweep, one for each meeting
  span: u32,          // columns of a part of G
  parts: u32,         // parts of G
  sweeps: u32,        // sweeps within a meeting
  tolerance: f32,     // cosines up to it are rounding
  nothing: f32,       // square sums up to it are no rows
}
@group(1) @binding(0) var<uniform> params: Params;

// Two blocks of a matrix.
struct Meeting {
  matrix: u32,
  number: u32,  // counted within its round
  first: u32,   // rows where the blocks begin
  second: u32,
}

// The circle method: the last block stays in its place, the others go round.
fn meeting_at(unit: u32) -> Meeting {
  let place = params.first_meeting + unit;
  let number = place % params.meetings;
  let turn = params.blocks - 1u;
  let a = (params.round + number) % turn;
  let b = select((params.round + turn - number) % turn, turn, number == 0u);
  return Meeting(place / params.meetings, number, min(a, b) * HALF, max(a, b) * HALF);
}

// The row of a matrix that is row i of a meeting; at or beyond `rows` there is none.
fn row_of(meeting: Meeting, i: u32) -> u32 {
  return select(meeting.second + i - HALF, meeting.first + i, i < HALF);
}

// Where the state of a matrix begins.
fn state_of(matrix: u32) -> u32 { return params.base_state + matrix * params.state_length; }

// Where a row begins.
fn start_of(meeting: Meeting, row: u32) -> u32 {
  return params.base_work + (meeting.matrix * params.rows + row) * params.stride;
}
