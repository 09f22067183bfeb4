// Rows changed before a metric sees them, and a number or two of each row beside it: LANES invocations a row.
// A prepared row is its fours, padded with zeros, and one four more: what the metric wants to know of the row (1, or 0 where
// it has no direction or no shares, NaN where it holds one), and the square of its length.
// Constants: GROUP, LANES, and what to do:
//   CENTRE  √w·(x − c): a common centre taken away, so that products of rows do not cancel
//   UNIT    √w·x / ‖√w·x‖, with MEAN after the row's own (weighted) mean is taken away
//   SHARES  x / Σx, with ROOTS the roots of those
//   MEASURE nothing to the rows: what they would be changed by is written, a four a row, for whoever changes them later:
//           the two parts of the mean, a power of two to scale by (0 in rows without direction or shares), what to divide by
//           (NaN where there is one)

struct Params {
  first_group: u32,  // both filled in by the launcher: see lib/grid.wgsl
  group_count: u32,
  rows: u32,
  length: u32,         // elements in a row, and fours of them
  fours: u32,
  base: u32,           // where the rows begin and how far they are apart, in elements
  stride: u32,
  w_base: u32,         // where weights and centre begin, in elements
  centre_base: u32,
  out_base: u32,       // where prepared rows begin, in fours
  nan_bits: u32,
}
@group(1) @binding(0) var<uniform> params: Params;

const BLOCK: u32 = 16u;

fn at(k: u32) -> vec4u { return vec4u(4u * k) + vec4u(0u, 1u, 2u, 3u); }
fn element(row: u32, k: u32) -> vec4f {
  let i = row + 4u * k;
  return select(vec4f(), vec4f(rows[i], rows[i + 1u], rows[i + 2u], rows[i + 3u]), at(k) < vec4u(params.length));
}
fn weight_of(k: u32) -> vec4f {
  let i = params.w_base + 4u * k;
  return select(vec4f(), vec4f(weight_at(i), weight_at(i + 1u), weight_at(i + 2u), weight_at(i + 3u)), at(k) < vec4u(params.length));
}
fn centre_of(k: u32) -> vec4f {
  let i = params.centre_base + 4u * k;
  return select(vec4f(), vec4f(centre_at(i), centre_at(i + 1u), centre_at(i + 2u), centre_at(i + 3u)), at(k) < vec4u(params.length));
}
fn across(four: vec4f) -> f32 { return (four.x + four.y) + (four.z + four.w); }

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let unit = group_number(workgroup, workgroups) * GROUP + index;
  // Lanes behind the last row do its work once more, so that all meet at the barriers.
  let number = min(unit / LANES, params.rows - 1u);
  let lane = index % LANES;
  let row = params.base + number * params.stride;
  let out = params.out_base + number * (params.fours + 1u);

  // The mean, found of differences to the first element: of a constant row it is exact.
  var start = 0.0;
  var mean = 0.0;
  if (MEAN) {
    start = rows[row];
    var sums = vec2f();
    for (var block = lane; block < params.fours; block += BLOCK * LANES) {
      var part = vec2f();
      for (var k = block; k < min(block + BLOCK * LANES, params.fours); k += LANES) {
        let w = weight_of(k);
        part += vec2f(across(w * (element(row, k) - start)), across(w));
      }
      sums += part;
    }
    let total = lanes_sum(sums, index);
    mean = total.x / total.y;
  }

  // The largest magnitude, the plain sum, and whether an entry is negative.
  var tops = vec4u();
  var sums = vec2f();
  for (var block = lane; block < params.fours; block += BLOCK * LANES) {
    var part = vec2f();
    for (var k = block; k < min(block + BLOCK * LANES, params.fours); k += LANES) {
      var x = element(row, k);
      if (MEAN) { x = (x - start) - mean; }
      if (WEIGHTED) { x = select(x, vec4f(), weight_of(k) == vec4f()); }
      if (!SHARES) { x = select(vec4f(), x, at(k) < vec4u(params.length)); }
      tops = max(tops, bitcast<vec4u>(x) & vec4u(MAGNITUDE_BITS));
      part += vec2f(across(x), across(select(vec4f(), vec4f(1.0), x < vec4f())));
    }
    sums += part;
  }
  let total = lanes_sum(sums, index);
  let top = lanes_max(max(max(tops.x, tops.y), max(tops.z, tops.w)), index);
  // 2^−exponent is a normal number: what is left of the largest rows is up to 4.
  let exponent = clamp(i32(top >> 23u), 1, 253) - 127;
  let endless = top >= INFINITY_BITS;
  var known = 1.0;
  if (top == 0u || (SHARES && (is_zero(total.x) || total.y > 0.0))) { known = 0.0; }
  if (top > INFINITY_BITS || (endless && !CENTRE)) { known = bitcast<f32>(params.nan_bits); }

  // What to divide by.
  var length = 1.0;
  if (UNIT) {
    var squares = 0.0;
    for (var block = lane; block < params.fours; block += BLOCK * LANES) {
      var part = 0.0;
      for (var k = block; k < min(block + BLOCK * LANES, params.fours); k += LANES) {
        var x = element(row, k);
        if (MEAN) { x = (x - start) - mean; }
        let y = scaled(x, -exponent);
        part += dot(weight_of(k) * y, y);
      }
      squares += part;
    }
    length = sqrt(lanes_sum(vec2f(squares, 0.0), index).x);
  }
  if (SHARES) { length = total.x; }

  if (MEASURE) {
    let power = select(1.0, bitcast<f32>(u32(127 - exponent) << 23u), UNIT);
    let divisor = select(length, bitcast<f32>(params.nan_bits), is_nan(known));
    if (lane == 0u) { prepared[params.out_base + number] = vec4f(start, mean, select(power, 0.0, is_zero(known)), select(divisor, 1.0, is_zero(known))); }
    return;
  }

  var square = 0.0;
  for (var block = lane; block < params.fours; block += BLOCK * LANES) {
    var part = 0.0;
    for (var k = block; k < min(block + BLOCK * LANES, params.fours); k += LANES) {
      var x = element(row, k);
      if (MEAN) { x = (x - start) - mean; }
      if (CENTRE) { x = x - centre_of(k); }
      if (UNIT) { x = scaled(x, -exponent) / length; }
      if (SHARES) { x = x / length; }
      if (ROOTS) { x = sqrt(x); }
      if (WEIGHTED) { x = x * sqrt(weight_of(k)); }
      if (is_zero(known)) { x = vec4f(); }
      x = select(vec4f(), x, at(k) < vec4u(params.length));
      if (is_nan(known)) { x = vec4f(bitcast<f32>(params.nan_bits)); }
      prepared[out + k] = x;
      part += dot(x, x);
    }
    square += part;
  }
  let whole = lanes_sum(vec2f(square, 0.0), index).x;
  if (lane == 0u) { prepared[out + params.fours] = vec4f(known, whole, 0.0, 0.0); }
}

// x·2ⁿ in two steps, since 2ⁿ itself may not be a normal number.
fn scaled(x: vec4f, n: i32) -> vec4f {
  let half = n / 2;
  return x * bitcast<f32>(u32(half + 127) << 23u) * bitcast<f32>(u32(n - half + 127) << 23u);
}
