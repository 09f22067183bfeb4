// A workgroup a chain: one problem min ½·wᵀGw − qᵀw + λ₁‖w‖₁ + ½·λ₂‖w‖², by coordinate descent, or as much of it as a pass may take.
// src/regression/gram/settle.ts has the formulas and the order of work. An invocation has every GROUP-th coefficient and its part of
// the gradient, which nobody else looks at; what a coefficient's own invocation makes of it is told to all through `slots`.
// Constants: GROUP invocations in a workgroup.

struct Params {
  first_group: u32,  // both filled in by the launcher: see lib/grid.wgsl
  group_count: u32,
  p: u32,            // coefficients of a problem
  steps: u32,        // problems of a chain
  first_chain: u32,  // the chain of the first workgroup
  step: u32,         // the problem of each chain that this pass is about
  begins: u32,       // 1 in a problem's first pass: w is that of the problem before
  positive: u32,     // 1 where coefficients must not be below 0
  tolerance: f32,    // the share of their size up to which changes are none
  max_sweeps: u32,
  visits: u32,       // coefficients to visit in this pass, about
}
@group(0) @binding(0) var<storage, read> grams: array<f32>;
@group(0) @binding(1) var<storage, read> targets: array<f32>;        // q of each chain
@group(0) @binding(2) var<storage, read> which: array<u32>;          // the Gram matrix of each chain
@group(0) @binding(3) var<storage, read> lambdas: array<vec2f>;      // λ₁ and λ₂ of each problem
@group(0) @binding(4) var<storage, read> start: array<f32>;          // where chains start
@group(0) @binding(5) var<storage, read_write> weights: array<f32>;  // w of each problem
@group(0) @binding(6) var<storage, read_write> went: array<vec2f>;   // its sweeps, and what the last one changed
@group(0) @binding(7) var<storage, read_write> scratch: array<f32>;  // of each workgroup: the gradient, and the listed coefficients
@group(1) @binding(0) var<uniform> params: Params;

var<workgroup> slots: array<vec2f, 2>;      // the changes of this coefficient and of the next: Δw, and √g·|Δw|
var<workgroup> numbers: array<f32, GROUP>;  // what all invocations found, to be put together
var<workgroup> counts: array<u32, GROUP>;
var<workgroup> largest: f32;                // what they came to
var<workgroup> listed: u32;
var<workgroup> before: vec2f;               // what earlier passes left in `went`; at first nothing

// Where a chain's numbers begin.
struct Place {
  gram: u32,
  w: u32,
  gradient: u32,
  list: u32,
}

fn diagonal_of(place: Place, j: u32) -> f32 { return grams[place.gram + j * (params.p + 1u)]; }

// The next value of a coefficient; zeros are exact.
fn proposed(place: Place, j: u32, lambda: vec2f) -> vec2f {
  let diagonal = diagonal_of(place, j);
  let old = weights[place.w + j];
  let wish = fma(diagonal, old, scratch[place.gradient + j]);
  let over = select(abs(wish), wish, params.positive == 1u) - lambda.x;
  let after = select(0.0, select(over, -over, wish < 0.0) / (diagonal + lambda.y), over > 0.0);
  weights[place.w + j] = after;
  return vec2f(after - old, abs(after - old) * sqrt(diagonal));
}

// The largest number that an invocation has; all must come here.
fn largest_of(own: f32, lane: u32) -> f32 {
  numbers[lane] = own;
  workgroupBarrier();
  if (lane == 0u) {
    var most = own;
    for (var other = 1u; other < GROUP; other++) { most = max(most, numbers[other]); }
    largest = most;
  }
  return workgroupUniformLoad(&largest);
}

// r = q − G·w, and max |qⱼ|/√gⱼⱼ of this invocation's coefficients. Sums go 32 steps at a time.
fn refresh(place: Place, chain: u32, lane: u32) -> f32 {
  var reach = 0.0;
  for (var k = lane; k < params.p; k += GROUP) {
    let diagonal = diagonal_of(place, k);
    let q = targets[chain * params.p + k];
    reach = max(reach, select(0.0, abs(q) / sqrt(diagonal), diagonal > 0.0));
    var total = q;
    for (var first = 0u; first < params.p; first += 32u) {
      let end = min(first + 32u, params.p);
      var sum = 0.0;
      for (var j = first; j < end; j++) { sum = fma(weights[place.w + j], grams[place.gram + j * params.p + k], sum); }
      total -= sum;
    }
    scratch[place.gradient + k] = total;
  }
  return reach;
}

// Lists what is worth a visit, in an order that depends on nothing but GROUP. Returns how many of its coefficients are 0 now.
fn look(place: Place, lambda: vec2f, size: f32, lane: u32) -> u32 {
  var count = 0u;
  var fresh = 0u;
  // Twice: to count, and with the place known to write.
  var next = 0u;
  for (var turn = 0u; turn < 2u; turn++) {
    for (var k = lane; k < params.p; k += GROUP) {
      let diagonal = diagonal_of(place, k);
      let slope = scratch[place.gradient + k];
      let over = select(abs(slope), slope, params.positive == 1u) - lambda.x;
      let is_zero = weights[place.w + k] == 0.0;
      let is_new = is_zero && over * sqrt(diagonal) > params.tolerance * size * (diagonal + lambda.y);
      let counts_in = diagonal > 0.0 && (is_new || !is_zero);
      if (counts_in && turn == 1u) {
        scratch[place.list + next] = f32(k);
        next++;
      }
      count += select(0u, 1u, counts_in && turn == 0u);
      fresh += select(0u, 1u, counts_in && is_new && turn == 0u);
    }
    if (turn == 0u) { counts[lane] = count; }
    workgroupBarrier();
    if (turn == 0u) { for (var other = 0u; other < lane; other++) { next += counts[other]; } }
  }
  if (lane == GROUP - 1u) { listed = next; }
  return fresh;
}

// Visits the listed coefficients in turn. Returns the largest √g·|Δw|. Whoever goes on waits for all first: the next sweep begins
// with a slot that this one may end with.
fn sweep(place: Place, lambda: vec2f, count: u32, lane: u32) -> f32 {
  var most = 0.0;
  var j = u32(scratch[place.list]);
  if (lane == j % GROUP) { slots[0] = proposed(place, j, lambda); }
  for (var e = 0u; e < count; e++) {
    workgroupBarrier();
    let change = slots[e & 1u];
    let row = place.gram + j * params.p;
    if (change.x != 0.0) {
      for (var k = lane; k < params.p; k += GROUP) {
        scratch[place.gradient + k] = fma(-change.x, grams[row + k], scratch[place.gradient + k]);
      }
    }
    most = max(most, change.y);
    j = u32(scratch[place.list + min(e + 1u, count - 1u)]);
    if (e + 1u < count && lane == j % GROUP) { slots[(e + 1u) & 1u] = proposed(place, j, lambda); }
  }
  return most;
}

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = group_number(workgroup, workgroups);
  if (group >= params.group_count) { return; }
  let chain = params.first_chain + group;
  let problem = chain * params.steps + params.step;
  let p = params.p;
  if (lane == 0u) { before = select(went[problem], vec2f(0.0, 3e38), params.begins == 1u); }
  let earlier = workgroupUniformLoad(&before);
  if (earlier.y <= params.tolerance) { return; }
  let place = Place(which[chain] * p * p, problem * p, group * 2u * p, group * 2u * p + p);
  if (params.begins == 1u) {
    for (var k = lane; k < p; k += GROUP) {
      if (params.step == 0u) { weights[place.w + k] = start[chain * p + k]; }
      else { weights[place.w + k] = weights[place.w - p + k]; }
    }
  }
  storageBarrier();
  workgroupBarrier();
  let lambda = lambdas[problem];
  let reach = largest_of(refresh(place, chain, lane), lane);
  var sweeps = u32(earlier.x);
  var left = 0.0;
  var visits = 0u;
  var is_over = false;
  for (var round = 0u; round <= params.max_sweeps && !is_over; round++) {
    var own = reach;
    for (var k = lane; k < p; k += GROUP) {
      own = max(own, abs(weights[place.w + k]) * sqrt(max(diagonal_of(place, k), 0.0)));
    }
    let size = largest_of(own, lane);
    counts[lane] = look(place, lambda, size, lane);
    storageBarrier();
    let count = workgroupUniformLoad(&listed);
    let fresh = largest_of(f32(counts[lane]), lane);
    if (count == 0u || (round > 0u && fresh == 0.0)) { break; }
    left = 3e38;
    for (var more = 0u; more < params.max_sweeps && left > params.tolerance; more++) {
      if (sweeps == params.max_sweeps || visits >= params.visits) {
        left = max(left, 2.0 * params.tolerance);
        is_over = true;
        break;
      }
      let change = sweep(place, lambda, count, lane);
      left = largest_of(change, lane) / size;
      sweeps++;
      visits += count;
    }
  }
  if (lane == 0u) { went[problem] = vec2f(f32(sweeps), left); }
}
