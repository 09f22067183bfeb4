// A workgroup a meeting: rotations until its G is diagonal, or as many sweeps of them as it is given. In a round sixteen
// pairs that have nothing in common are rotated at once. See params.wgsl; src/linalg/jacobi/cpu.ts has the formulas.

@group(0) @binding(0) var<storage, read> products: array<f32>;     // G, in parts
@group(0) @binding(1) var<storage, read_write> state: array<f32>;  // how far the matrices are
@group(0) @binding(2) var<storage, read_write> turns: array<f32>;  // Jᵀ of each meeting, and behind it 1, or 0 where nothing is to turn

const LINE: u32 = ROWS + 1u;           // neighbours in a column lie in different banks
const TURN: u32 = ROWS * ROWS + 16u;   // from one J to the next

var<workgroup> g: array<f32, ROWS * LINE>;
var<workgroup> j: array<f32, ROWS * LINE>;
var<workgroup> rotations: array<vec2f, HALF>;  // sin θ and tan(θ/2)
var<workgroup> most: array<f32, GROUP>;
var<workgroup> turning: u32;

// The two rows that pair k of a round rotates.
fn pair_of(round: u32, k: u32) -> vec2u {
  let turn = ROWS - 1u;
  let a = (round + k) % turn;
  let b = select((round + turn - k) % turn, turn, k == 0u);
  return vec2u(min(a, b), max(a, b));
}

// γ² / (αβ) without leaving the range: the cosine of two rows, 0 where one is nothing.
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
    j[e / ROWS * LINE + e % ROWS] = select(0.0, 1.0, e / ROWS == e % ROWS);
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
    let slot = state_of(meeting.matrix) + 2u + meeting.number;
    state[slot] = max(state[slot], largest);
    turning = select(0u, 1u, largest > params.tolerance);
  }
  let turns_now = workgroupUniformLoad(&turning);
  if (lane == 0u) { turns[unit * TURN + ROWS * ROWS] = f32(turns_now); }
  if (turns_now == 0u) { return; }
  for (var step = 0u; step < params.sweeps * (ROWS - 1u); step++) {
    let round = step % (ROWS - 1u);
    for (var k = lane; k < HALF; k += GROUP) {
      let pair = pair_of(round, k);
      rotations[k] = rotation_of(g[pair.x * LINE + pair.x], g[pair.y * LINE + pair.y], g[pair.x * LINE + pair.y]);
    }
    workgroupBarrier();
    for (var e = lane; e < HALF * ROWS; e += GROUP) {
      let pair = pair_of(round, e / ROWS);
      let turn = rotations[e / ROWS];
      let x = pair.x * LINE + e % ROWS;
      let y = pair.y * LINE + e % ROWS;
      let own = vec4f(g[x], g[y], j[x], j[y]);
      g[x] = own.x + turn.x * (own.y - turn.y * own.x);
      g[y] = own.y - turn.x * (own.x + turn.y * own.y);
      j[x] = own.z + turn.x * (own.w - turn.y * own.z);
      j[y] = own.w - turn.x * (own.z + turn.y * own.w);
    }
    workgroupBarrier();
    for (var e = lane; e < HALF * ROWS; e += GROUP) {
      let pair = pair_of(round, e / ROWS);
      let turn = rotations[e / ROWS];
      let x = e % ROWS * LINE + pair.x;
      let y = e % ROWS * LINE + pair.y;
      let own = vec2f(g[x], g[y]);
      g[x] = own.x + turn.x * (own.y - turn.y * own.x);
      g[y] = own.y - turn.x * (own.x + turn.y * own.y);
    }
    workgroupBarrier();
  }
  // The longest row comes first, and what is no row last.
  for (var i = lane; i < ROWS; i += GROUP) {
    let own = g[i * LINE + i];
    let exists = row_of(meeting, i) < params.rows;
    var rank = 0u;
    for (var other = 0u; other < ROWS; other++) {
      let length = g[other * LINE + other];
      let counts = row_of(meeting, other) < params.rows;
      let longer = length > own || (length == own && other < i);
      if ((counts && !exists) || (counts == exists && longer)) { rank++; }
    }
    // Roundings of many rotations add up in the lengths of J's rows, which would show in those of X: 1/√square is
    // 1 + (1 − square)/2 next to 1.
    var square = 0.0;
    for (var k = 0u; k < ROWS; k++) { square += j[i * LINE + k] * j[i * LINE + k]; }
    let unit_length = 1.5 - 0.5 * square;
    for (var k = 0u; k < ROWS; k++) { turns[unit * TURN + k * ROWS + rank] = j[i * LINE + k] * unit_length; }
  }
}
