// Projects rows onto the simplex of their radius, Σy = r and y ≥ 0, or onto the ball Σ|y| ≤ r.
// Constants: GROUP invocations in a workgroup; BALL, true for the ball. simplex-group.wgsl has a workgroup share a row,
// simplex-alone.wgsl has each invocation take one: LANES, `row_of`, `lane_of` and `joined` are theirs.
//
// y = max(v − θ, 0), where v is x or |x|, and θ is the root of Σ max(v − θ, 0) = r. Newton's steps come to it from the left
// and never pass it; when no more elements are left behind, the last one was exact. All of it is measured from the largest
// v, and θ is kept as a number and what is left of it, so that the sum is right to the rounding of its terms.

struct Params {
  first_group: u32,   // both filled in by the launcher: see lib/grid.wgsl
  group_count: u32,
  rows: u32,
  length: u32,        // elements of a row
  base_x: u32,        // where rows begin in their bindings
  base_radii: u32,
  radius_step: u32,   // from one row's radius to the next: 0 where all have the same
  base_out: u32,
  slack: f32,         // the share of r by which a sum may be off and yet be r
  nan_bits: u32,
  nothing: u32,       // 0, which no compiler knows: see `settled`
}
@group(0) @binding(0) var<storage, read> x: array<u32>;       // floats, as bits
@group(0) @binding(1) var<storage, read> radii: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<u32>;
@group(1) @binding(0) var<uniform> params: Params;

// Newton's steps at most. Each takes at least two bits of the product of the sum that is too much and of how many make it.
const ROUNDS: u32 = 64u;
// Steps of one short sum, and such sums that are added up before they join the others.
const CHAIN: u32 = 32u;

// The bits of v.
fn bits_at(at: u32) -> u32 { return select(x[at], x[at] & MAGNITUDE_BITS, BALL); }

// Keeps a compiler from adding up what is subtracted before it is.
fn settled(value: f32) -> f32 { return bitcast<f32>(bitcast<u32>(value) ^ params.nothing); }

// v − θ: `top` is the largest v, `theta` and `rest` are θ from there.
fn over(v: f32, top: f32, theta: f32, rest: f32) -> f32 {
  return settled(settled(v - top) - theta) - rest;
}

// Σv, how many are no numbers or infinite, how many are below 0, the largest.
fn look(start: u32, lane: u32) -> vec4f {
  var seen = vec4f(0.0, 0.0, 0.0, bitcast<f32>(0xff7fffffu));
  var several = 0.0;
  var sums = 0u;
  for (var block = lane; block < params.length; block += LANES * CHAIN) {
    let end = min(params.length, block + LANES * CHAIN);
    var sum = 0.0;
    for (var k = block; k < end; k += LANES) {
      let bits = bits_at(start + k);
      let flawed = (bits & MAGNITUDE_BITS) >= INFINITY_BITS;
      let v = bitcast<f32>(select(bits, 0u, flawed));
      sum += v;
      seen.y += select(0.0, 1.0, flawed);
      seen.z += select(0.0, 1.0, v < 0.0);
      seen.w = max(seen.w, v);
    }
    several += sum;
    sums += 1u;
    if (sums % CHAIN == 0u) {
      seen.x += several;
      several = 0.0;
    }
  }
  seen.x += several;
  return seen;
}

// Σ max(v − θ, 0), and how many terms are not 0.
fn excess(start: u32, lane: u32, top: f32, theta: f32, rest: f32) -> vec4f {
  var seen = vec4f();
  var several = 0.0;
  var sums = 0u;
  for (var block = lane; block < params.length; block += LANES * CHAIN) {
    let end = min(params.length, block + LANES * CHAIN);
    var sum = 0.0;
    for (var k = block; k < end; k += LANES) {
      let y = over(bitcast<f32>(bits_at(start + k)), top, theta, rest);
      sum += max(y, 0.0);
      seen.y += select(0.0, 1.0, y > 0.0);
    }
    several += sum;
    sums += 1u;
    if (sums % CHAIN == 0u) {
      seen.x += several;
      several = 0.0;
    }
  }
  seen.x += several;
  return seen;
}

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let row = row_of(group_number(workgroup, workgroups), index);
  let lane = lane_of(index);
  if (row >= params.rows) { return; }
  let start = params.base_x + row * params.length;
  let target_at = params.base_out + row * params.length;
  let radius = radii[params.base_radii + row * params.radius_step];
  let seen = joined(look(start, lane), lane);
  let slack = radius * params.slack;
  let at_rest = seen.x <= radius + slack && (BALL || (seen.z == 0.0 && seen.x >= radius - slack));
  if (seen.y > 0.0 || at_rest || radius == 0.0) {
    let kept = seen.y == 0.0 && at_rest;
    let other = select(0u, params.nan_bits, seen.y > 0.0);
    for (var k = lane; k < params.length; k += LANES) { out[target_at + k] = select(other, x[start + k], kept); }
    return;
  }
  let top = seen.w;
  var theta = -radius;
  var rest = 0.0;
  var count = 0.0;
  // When a step left nothing behind, two more find the rest.
  var left = 2u;
  for (var round = 0u; round < ROUNDS && left > 0u; round++) {
    let found = joined(excess(start, lane, top, theta, rest), lane);
    let shift = (found.x - radius) / max(found.y, 1.0);
    if (found.y == count) {
      rest += shift;
      left -= 1u;
    } else {
      theta += shift;
      count = found.y;
    }
  }
  for (var k = lane; k < params.length; k += LANES) {
    let y = over(bitcast<f32>(bits_at(start + k)), top, theta, rest);
    let sign = select(0u, x[start + k] & 0x80000000u, BALL);
    out[target_at + k] = select(0u, bitcast<u32>(y) | sign, y > 0.0);
  }
}
