// One workgroup: columns `first` to `end` of K. Where the pivots have run out, columns of 0. See params.wgsl.

var<workgroup> values: array<f32, GROUP>;   // the largest of what is left, by invocation
var<workgroup> places: array<u32, GROUP>;   // … and where it stands

// Whether a number comes before another as a pivot: NaN first, then the larger one, then the earlier one.
fn precedes(value: f32, place: u32, other: f32, other_place: u32) -> bool {
  if (is_nan(value) || is_nan(other)) { return is_nan(value) && (!is_nan(other) || place < other_place); }
  return value > other || (value == other && place < other_place);
}

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  if (group_number(workgroup, workgroups) > 0u) { return; }
  let order = params.order;
  if (params.first == 0u) {
    for (var i = lane; i < order; i += GROUP) { state[i] = source[params.base_source + i * (order + 1u)]; }
  }
  for (var step = params.first; step < params.end; step++) {
    storageBarrier();
    var value = bitcast<f32>(params.minus_infinity_bits);
    var place = order;
    for (var i = lane; i < order; i += GROUP) {
      if (precedes(state[i], i, value, place)) { value = state[i]; place = i; }
    }
    values[lane] = value;
    places[lane] = place;
    workgroupBarrier();
    value = values[0];
    place = places[0];
    for (var other = 1u; other < GROUP; other++) {
      if (precedes(values[other], places[other], value, place)) { value = values[other]; place = places[other]; }
    }
    if (step == 0u && lane == 0u) { state[order] = value; }
    let scale = select(state[order], value, step == 0u);
    let done = value <= params.rounding * max(scale, 0.0) && !is_nan(value);
    let root = select(sqrt(max(value, 0.0)), bitcast<f32>(params.nan_bits), is_nan(value));
    for (var i = lane; i < order; i += GROUP) {
      var share = 0.0;
      let left = state[i];
      if (!done && !was_pivot(left)) {
        share = root;
        if (i != place) {
          share = remainder(i, place, step) / root;
          let most = sqrt(max(left, 0.0));
          if (!is_nan(share)) { share = clamp(share, -most, most); }
        }
        state[i] = select(left - share * share, bitcast<f32>(params.minus_infinity_bits), i == place);
      }
      factor[params.base_factor + step * order + i] = share;
    }
    workgroupBarrier();
  }
}
