// Metrics of x − y whose plain sum may leave the range of float32 or, found as ‖x‖² + ‖y‖² − 2x·y, may cancel. A pair that
// cannot be trusted is marked, and walked once more: first for its largest difference, then divided by it.
// `near_a`, `near_b` give the rows as they were before they were prepared, where that matters.

fn pair_bits(pair: Pair, left: f32, right: f32) -> u32 {
  return select(MARK, bitcast<u32>(pair_finish(pair, left, right)), pair_trusted(pair));
}

fn careful_pair(row: u32, column: u32, batch: u32) -> f32 {
  let near_row = near_row_a(row, batch);
  let near_column = near_row_b(column, batch);
  let left = value_a(row_a(row, batch));
  let right = value_b(column, batch);
  var tops = vec4u();
  for (var k = 0u; k < params.fours; k++) {
    let apart = bitcast<vec4u>(near_a(near_row, k) - near_b(near_column, k)) & vec4u(MAGNITUDE_BITS);
    var counted = apart;
    if (WEIGHTED) { counted = select(apart, vec4u(), bitcast<vec4u>(weight(k)) == vec4u()); }
    tops = max(tops, counted);
  }
  let top_bits = max(max(tops.x, tops.y), max(tops.z, tops.w));
  if (top_bits > INFINITY_BITS) { return bitcast<f32>(params.nan_bits); }
  if (top_bits == INFINITY_BITS) { return bitcast<f32>(params.infinity_bits); }
  if (top_bits == 0u) { return pair_finish(pair_start(), left, right); }
  // top · 2^exponent is the largest difference; subnormal ones count as the smallest normal number.
  let exponent = max(i32(top_bits >> 23u), 1) - 127;
  let top = max(scale_by_power_of_two(bitcast<f32>(top_bits), -exponent), 1.0);
  var total = pair_start();
  for (var block = 0u; block < params.fours; block += BLOCK) {
    var part = pair_start();
    for (var k = block; k < min(block + BLOCK, params.fours); k++) {
      let apart = near_a(near_row, k) - near_b(near_column, k);
      // Two steps, since 2^−exponent may not be a normal number.
      let half = -exponent / 2;
      let first = bitcast<f32>(u32(half + 127) << 23u);
      let second = bitcast<f32>(u32(-exponent - half + 127) << 23u);
      part = pair_step(part, apart * first * second / top, Four(), weight(k));
    }
    total = pair_join(total, part);
  }
  return pair_scaled(total, top, exponent, left, right);
}
