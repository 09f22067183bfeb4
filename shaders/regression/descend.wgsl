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
  tolerance: f32,    // the dual gap that solves a problem, as a share of yᵀy; and the first bound of changes
  least: f32,        // the share of their size up to which changes are rounding
  max_sweeps: u32,
  visits: u32,       // coefficients to visit in this pass, about
}
@group(0) @binding(0) var<storage, read> grams: array<f32>;
@group(0) @binding(1) var<storage, read> targets: array<f32>;        // q of each chain, and behind it yᵀy
@group(0) @binding(2) var<storage, read> which: array<u32>;          // the Gram matrix of each chain
@group(0) @binding(3) var<storage, read> lambdas: array<vec2f>;      // λ₁ and λ₂ of each problem
@group(0) @binding(4) var<storage, read> start: array<f32>;          // where chains start
@group(0) @binding(5) var<storage, read_write> weights: array<f32>;  // w of each problem
@group(0) @binding(6) var<storage, read_write> went: array<vec2f>;   // its sweeps, and what is left of its gap: UNFINISHED until that is known
@group(0) @binding(7) var<storage, read_write> scratch: array<f32>;  // of each workgroup: the gradient, and the listed coefficients
@group(1) @binding(0) var<uniform> params: Params;

const UNFINISHED: f32 = 3e38;
const CHAIN: u32 = 32u;  // elements of an invocation's sums at a time

var<workgroup> slots: array<vec2f, 2>;     // the changes of this coefficient and of the next: Δw, and √g·|Δw|
var<workgroup> sums: array<vec4f, GROUP>;  // what each invocation has for the dual gap
var<workgroup> tops: array<vec2f, GROUP>;
var<workgroup> counts: array<u32, GROUP>;  // … and how many coefficients it lists
var<workgroup> found: vec3f;               // what they came to: all of the list, in what changes are measured, the gap
var<workgroup> largest: f32;               // a sweep's largest change
var<workgroup> before: vec2f;              // what earlier passes left in `went`

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

// Where a coefficient of a problem behind the first begins: at the w before, moved on by `ahead` of how that came from its own
// predecessor, where there are two. What would change its sign, or has just come, does not move.
fn begun(at: u32, ahead: f32) -> f32 {
  let near = weights[at - params.p];
  if (params.step == 1u) { return near; }
  let far = weights[at - 2u * params.p];
  let moved = fma(ahead, near - far, near);
  return select(select(0.0, moved, (moved > 0.0) == (near > 0.0)), near, near == 0.0 || far == 0.0);
}

// How far along the line from the problem before the last one through the last: 0 for penalties that do not go on the same way.
fn way_ahead(problem: u32) -> f32 {
  if (params.step < 2u) { return 0.0; }
  let last = lambdas[problem - 1u].x;
  let step = last - lambdas[problem - 2u].x;
  if (step == 0.0) { return 0.0; }
  return clamp((lambdas[problem].x - last) / step, 0.0, 1.0);
}

// r = q − G·w, for this invocation's coefficients.
fn refresh(place: Place, chain: u32, lane: u32) {
  for (var k = lane; k < params.p; k += GROUP) {
    var total = targets[chain * (params.p + 1u) + k];
    for (var first = 0u; first < params.p; first += CHAIN) {
      let end = min(first + CHAIN, params.p);
      var sum = 0.0;
      for (var j = first; j < end; j++) { sum = fma(weights[place.w + j], grams[place.gram + j * params.p + k], sum); }
      total -= sum;
    }
    scratch[place.gradient + k] = total;
  }
}

// Whether a coefficient is worth a visit.
fn is_listed(place: Place, k: u32, lambda: vec2f) -> bool {
  let slope = scratch[place.gradient + k];
  let over = select(abs(slope), slope, params.positive == 1u) > lambda.x;
  return diagonal_of(place, k) > 0.0 && (over || weights[place.w + k] != 0.0);
}

// Lists those coefficients, in an order that depends on nothing but GROUP, and returns `found`.
fn look(place: Place, chain: u32, lambda: vec2f, lane: u32) -> vec3f {
  let target_at = chain * (params.p + 1u);
  var own = vec4f();  // Σ w·(q + r), Σ|w|, Σ w², Σ w·c
  var most = vec2f();
  var count = 0u;
  for (var first = lane; first < params.p; first += CHAIN * GROUP) {
    var part = vec4f();
    for (var k = first; k < min(first + CHAIN * GROUP, params.p); k += GROUP) {
      let root = sqrt(max(diagonal_of(place, k), 0.0));
      let w = weights[place.w + k];
      let q = targets[target_at + k];
      let slope = scratch[place.gradient + k];
      let c = fma(-lambda.y, w, slope);
      part += vec4f(w * (q + slope), abs(w), w * w, w * c);
      let sizes = vec2f(max(abs(w) * root, abs(q) / root), select(abs(c), c, params.positive == 1u));
      most = select(most, max(most, sizes), root > 0.0);
      count += select(0u, 1u, is_listed(place, k, lambda));
    }
    own += part;
  }
  sums[lane] = own;
  tops[lane] = most;
  counts[lane] = count;
  workgroupBarrier();
  var next = 0u;
  for (var other = 0u; other < lane; other++) { next += counts[other]; }
  for (var k = lane; k < params.p; k += GROUP) {
    if (is_listed(place, k, lambda)) {
      scratch[place.list + next] = f32(k);
      next++;
    }
  }
  if (lane == GROUP - 1u) {
    for (var other = 0u; other < lane; other++) {
      own += sums[other];
      most = max(most, tops[other]);
    }
    let square = targets[target_at + params.p];
    let scale = select(1.0, lambda.x / most.y, most.y > lambda.x);
    let residual = square - own.x + lambda.y * own.z;
    let gap = 0.5 * (1.0 - scale) * (1.0 - scale) * residual + lambda.x * own.y - scale * own.w;
    found = vec3f(f32(next), most.x, max(gap, 0.0) / square);
  }
  storageBarrier();
  return workgroupUniformLoad(&found);
}

// Visits the listed coefficients in turn. Returns the largest √g·|Δw|.
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
  // All have the same. Whoever goes on has waited for all: the next sweep begins with a slot that this one may end with.
  if (lane == 0u) { largest = most; }
  return workgroupUniformLoad(&largest);
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
  if (lane == 0u) { before = select(went[problem], vec2f(0.0, UNFINISHED), params.begins == 1u); }
  let earlier = workgroupUniformLoad(&before);
  if (earlier.y < UNFINISHED) { return; }
  let place = Place(which[chain] * p * p, problem * p, group * 2u * p, group * 2u * p + p);
  if (params.begins == 1u) {
    let ahead = way_ahead(problem);
    for (var k = lane; k < p; k += GROUP) {
      if (params.step == 0u) { weights[place.w + k] = start[chain * p + k]; }
      else { weights[place.w + k] = begun(place.w + k, ahead); }
    }
  }
  storageBarrier();
  workgroupBarrier();
  refresh(place, chain, lane);
  let lambda = lambdas[problem];
  var sweeps = u32(earlier.x);
  var visits = 0u;
  var first = UNFINISHED;
  var bound = params.tolerance;
  var left = UNFINISHED;
  for (var round = 0u; round <= params.max_sweeps; round++) {
    let seen = look(place, chain, lambda, lane);
    let count = u32(seen.x);
    if (count == 0u || first <= params.least) {
      left = 0.0;
      break;
    }
    if (sweeps >= params.max_sweeps || (round > 0u && seen.z <= params.tolerance)) {
      left = seen.z;
      break;
    }
    if (visits >= params.visits) { break; }
    first = sweep(place, lambda, count, lane) / seen.y;
    sweeps++;
    visits += count;
    var change = first;
    while (change > max(bound, params.least) && sweeps < params.max_sweeps && visits < params.visits) {
      change = sweep(place, lambda, count, lane) / seen.y;
      sweeps++;
      visits += count;
    }
    bound *= 0.5;
  }
  if (lane == 0u) { went[problem] = vec2f(f32(sweeps), left); }
}
