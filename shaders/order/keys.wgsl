// Pairs of a key and an id, and the order of all selections: the smaller key comes first, and of equal keys the smaller id.
// Keys are unsigned: integer comparisons are exact where WGSL's float comparisons may assume that no NaN exists.
// Constant: UNSIGNED where numbers are u32. `params.largest` is 1 where the largest numbers come first, else 0.

const NAN_KEY: u32 = 0xffffffffu;         // NaN is last whichever way
const MIRROR: u32 = 0xfffffffeu;          // keys of numbers lie from −∞ at 0x007fffff to +∞ at 0xff800000
const LAST: vec2u = vec2u(0xffffffffu);   // no pair comes after it: what fills up a list

fn keys_of(bits: vec4u) -> vec4u {
  let largest = params.largest != 0u;
  if (UNSIGNED) { return select(bits, ~bits, largest); }
  let magnitude = bits & vec4u(MAGNITUDE_BITS);
  // −0 counts as +0; negative numbers run backwards below the positive ones.
  let negative = (bits != magnitude) & (magnitude != vec4u());
  let straight = select(magnitude | vec4u(0x80000000u), ~bits, negative);
  let keys = select(straight, vec4u(MIRROR) - straight, largest);
  return select(keys, vec4u(NAN_KEY), magnitude > vec4u(INFINITY_BITS));
}

fn key_of(bits: u32) -> u32 { return keys_of(vec4u(bits)).x; }

// The bits of the number behind a key.
fn bits_of_key(key: u32) -> u32 {
  let largest = params.largest != 0u;
  if (UNSIGNED) { return select(key, ~key, largest); }
  let straight = select(key, MIRROR - key, largest);
  let number = select(~straight, straight & MAGNITUDE_BITS, straight >= 0x80000000u);
  return select(number, NAN_BITS, key == NAN_KEY);
}

fn before(a: vec2u, b: vec2u) -> bool { return (a.x < b.x) || ((a.x == b.x) && (a.y < b.y)); }
