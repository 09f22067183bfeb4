// A workgroup a meeting: rotations until its G is diagonal, or as many sweeps of them as it is given. In a round sixteen
// pairs of rows that have nothing in common are rotated at once: half of the invocations keep a column of J each, the others
// share G. See params.wgsl; src/linalg/jacobi/cpu.ts has the formulas.

@group(0) @binding(0) var<storage, read> products: array<f32>;     // G, in parts
@group(0) @binding(1) var<storage, read_write> state: array<f32>;  // how far the matrices are
@group(0) @binding(2) var<storage, read_write> turns: array<f32>;  // Jᵀ of each meeting, and behind it 1, or 0 where nothing is to turn

const LINE: u32 = ROWS + 1u;          // neighbours in a column lie in different banks
const TURN: u32 = ROWS * ROWS + 16u;  // from one J to the next

// The only large array: a software adapter takes a second to compile for every thousand words that are to be zero at first.
var<workgroup> g: array<f32, ROWS * LINE>;
var<workgroup> rotations: array<vec2f, HALF>;  // sin θ and tan(θ/2)
var<workgroup> most: array<f32, GROUP>;
var<workgroup> ranks: array<u32, ROWS>;        // where the rows of J go
var<workgroup> turning: u32;

// The two rows that pair k of a round rotates.
fn pair_of(round: u32, k: u32) -> vec2u {
  let turn = ROWS - 1u;
  let a = (round + k) % turn;
  let b = select((round + turn - k) % turn, turn, k == 0u);
  return vec2u(min(a, b), max(a, b));
}

// |γ| / √(αβ), 0 where a row is nothing.
fn cosine_of(alpha: f32, beta: f32, gamma: f32) -> f32 {
  let some = alpha > params.nothing && beta > params.nothing;
  return select(0.0, abs(gamma) / (sqrt(max(alpha, params.nothing)) * sqrt(max(beta, params.nothing))), some);
}

fn rotation_of(alpha: f32, beta: f32, gamma: f32) -> vec2f {
  let difference = alpha - beta;
  let double = 2.0 * gamma;
  // tan θ = 1 / (cot 2θ ± √(1 + cot² 2θ)), by whichever of tan 2θ and cot 2θ is not above 1.
  let by_tangent = abs(difference) >= abs(double);
  let ratio = select(difference / double, double / select(1.0, difference, difference != 0.0), by_tangent);
  let root = sqrt(1.0 + ratio * ratio);
  let sign = select(1.0, -1.0, ratio < 0.0);
  let tangent = select(sign / (abs(ratio) + root), ratio / (1.0 + root), by_tangent);
  let half = tangent / (1.0 + sqrt(1.0 + tangent * tangent));
  let square = 1.0 + half * half;
  var sine = 2.0 * half / square;
  // A division may be off by some roundings, which would show in the lengths of rows.
  sine += fma(-sine, square, 2.0 * half) / square;
  return select(vec2f(), vec2f(sine, half), cosine_of(alpha, beta, gamma) > 0.125 * params.tolerance);
}

// Two numbers, rotated.
fn turned(x: f32, y: f32, turn: vec2f) -> vec2f {
  return vec2f(x + turn.x * (y - turn.y * x), y - turn.x * (x + turn.y * y));
}

// The 2 × 2 elements of G in the rows of one pair and the columns of another, rotated from both sides; and their mirror image.
fn turn_block(rows: vec2u, columns: vec2u, by_rows: vec2f, by_columns: vec2f) {
  let left = turned(g[rows.x * LINE + columns.x], g[rows.y * LINE + columns.x], by_rows);
  let right = turned(g[rows.x * LINE + columns.y], g[rows.y * LINE + columns.y], by_rows);
  let above = turned(left.x, right.x, by_columns);
  let below = turned(left.y, right.y, by_columns);
  g[rows.x * LINE + columns.x] = above.x;
  g[rows.x * LINE + columns.y] = above.y;
  g[rows.y * LINE + columns.x] = below.x;
  g[rows.y * LINE + columns.y] = below.y;
  g[columns.x * LINE + rows.x] = above.x;
  g[columns.y * LINE + rows.x] = above.y;
  g[columns.x * LINE + rows.y] = below.x;
  g[columns.y * LINE + rows.y] = below.y;
}

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let unit = group_number(workgroup, workgroups);
  if (unit >= params.group_count) { return; }
  let meeting = meeting_at(unit);
  if (lane == 0u) { turning = select(1u, 0u, state[state_of(meeting.matrix)] != 0.0); }
  for (var e = lane; e < ROWS * ROWS; e += GROUP) {
    var sum = 0.0;
    for (var part = 0u; part < params.parts; part++) { sum += products[(unit * params.parts + part) * ROWS * ROWS + e]; }
    g[e / ROWS * LINE + e % ROWS] = sum;
  }
  workgroupBarrier();
  var largest = 0.0;
  for (var e = lane; e < ROWS * ROWS; e += GROUP) {
    let row = e / ROWS;
    let column = e % ROWS;
    let cosine = cosine_of(g[row * LINE + row], g[column * LINE + column], g[row * LINE + column]);
    if (row < column) { largest = max(largest, cosine); }
  }
  most[lane] = largest;
  workgroupBarrier();
  if (lane == 0u && turning == 1u) {
    for (var other = 1u; other < GROUP; other++) { largest = max(largest, most[other]); }
    most[0] = largest;
    let slot = state_of(meeting.matrix) + 2u + meeting.number;
    state[slot] = max(state[slot], largest);
    turning = select(0u, 1u, largest > 0.125 * params.tolerance);
  }
  let turns_now = workgroupUniformLoad(&turning);
  if (lane == 0u) { turns[unit * TURN + ROWS * ROWS] = f32(turns_now); }
  if (turns_now == 0u) { return; }
  var column: array<f32, ROWS>;  // of J, by its rows
  column[lane % ROWS] = 1.0;
  for (var step = 0u; step < params.sweeps * (ROWS - 1u); step++) {
    let round = step % (ROWS - 1u);
    if (lane < HALF) {
      let pair = pair_of(round, lane);
      rotations[lane] = rotation_of(g[pair.x * LINE + pair.x], g[pair.y * LINE + pair.y], g[pair.x * LINE + pair.y]);
    }
    workgroupBarrier();
    if (lane < ROWS) {
      for (var k = 0u; k < HALF; k++) {
        let pair = pair_of(round, k);
        let own = turned(column[pair.x], column[pair.y], rotations[k]);
        column[pair.x] = own.x;
        column[pair.y] = own.y;
      }
    } else {
      // Every two pairs once: k with itself and with the eight behind it, of which the last is also reached from there.
      for (var e = lane - ROWS; e < HALF * (HALF / 2u + 1u); e += GROUP - ROWS) {
        let k = e % HALF;
        let other = (k + e / HALF) % HALF;
        if (e / HALF < HALF / 2u || k < other) {
          turn_block(pair_of(round, k), pair_of(round, other), rotations[k], rotations[other]);
        }
      }
    }
    workgroupBarrier();
  }
  // The longest row comes first, and what is no row last. What may be the last sweep leaves rows where they are: one that changes
  // its block does not meet all others.
  if (lane < ROWS) {
    let own = g[lane * LINE + lane];
    let exists = row_of(meeting, lane) < params.rows;
    var rank = 0u;
    for (var other = 0u; other < ROWS; other++) {
      let length = g[other * LINE + other];
      let counts = row_of(meeting, other) < params.rows;
      let longer = length > own || (length == own && other < lane);
      if ((counts && !exists) || (counts == exists && longer)) { rank++; }
    }
    ranks[lane] = select(lane, rank, most[0] > params.tolerance);
  }
  workgroupBarrier();
  if (lane < ROWS) {
    for (var i = 0u; i < ROWS; i++) { g[i * LINE + lane] = column[i]; }
  }
  workgroupBarrier();
  if (lane < ROWS) {
    // Roundings of many rotations add up in the lengths of J's rows, which would show in those of X: 1/√square is
    // 1 + (1 − square)/2 next to 1.
    var square = 0.0;
    for (var k = 0u; k < ROWS; k++) { square += g[lane * LINE + k] * g[lane * LINE + k]; }
    let unit_length = 1.5 - 0.5 * square;
    for (var k = 0u; k < ROWS; k++) { turns[unit * TURN + k * ROWS + ranks[lane]] = g[lane * LINE + k] * unit_length; }
  }
}
