// Metrics whose plain sum is always the answer.

fn pair_bits(pair: Pair, left: f32, right: f32) -> u32 { return bitcast<u32>(pair_finish(pair, left, right)); }
