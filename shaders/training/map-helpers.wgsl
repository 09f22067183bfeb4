// Helpers for the expressions of training's maps. They stand on those of tensor/map-helpers.wgsl.

// 1, −1, and x itself where that is 0 or no number.
fn signs(x: vec4f) -> vec4f {
  let ones = bitcast<vec4f>((bitcast<vec4u>(x) & vec4u(0x80000000u)) | vec4u(0x3f800000u));
  return select(ones, x, zeros(x) | nans(x));
}
