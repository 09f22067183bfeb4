// Numbers as unsigned keys whose order is the order wanted: the largest key wins, NaN before all. Integer comparisons are
// exact where WGSL's float comparisons may assume that no NaN exists.
// Constants: LEAST to look for the smallest, MAGNITUDE to compare |x|, UNSIGNED where elements are u32.

const NAN_KEY: u32 = 0xffffffffu;
// Keys of numbers lie at or below 0xff800000 (+∞), so this mirrors them without touching NAN_KEY.
const MIRROR: u32 = 0xfffffffeu;

fn keys_of(four: vec4<Element>) -> vec4u {
  let bits = bitcast<vec4u>(four);
  if (UNSIGNED) { return select(bits, ~bits, LEAST); }
  let magnitude = bits & vec4u(MAGNITUDE_BITS);
  var keys = magnitude;
  if (!MAGNITUDE) {
    // −0 counts as +0; negative numbers run backwards below the positive ones.
    let negative = (bits != magnitude) & (magnitude != vec4u());
    keys = select(magnitude | vec4u(0x80000000u), ~bits, negative);
  }
  keys = select(keys, vec4u(MIRROR) - keys, LEAST);
  return select(keys, vec4u(NAN_KEY), magnitude > vec4u(INFINITY_BITS));
}

// The bits of the number behind a key.
fn bits_of_key(key: u32) -> u32 {
  if (UNSIGNED) { return select(key, ~key, LEAST); }
  if (key == NAN_KEY) { return NAN_BITS; }
  let straight = select(key, MIRROR - key, LEAST);
  if (MAGNITUDE) { return straight; }
  return select(~straight, straight & MAGNITUDE_BITS, straight >= 0x80000000u);
}
