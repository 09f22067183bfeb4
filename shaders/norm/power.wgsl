// General p-norms: (Σ|x|^p)^(1/p) for any real p but 0, as sum · 2^(p·exponent). Every segment is scaled by the power of two
// near its ruling element – the largest for p > 0, the smallest for p < 0 – so that no power overflows, what underflows
// does not matter, and log2 is taken near 1, where it is exact. Goes with scaled-squares.wgsl for its Scale.

const ACC_WORDS: u32 = 2u;
const PLANES: u32 = 1u;
// Values of the constant POWER; 0 for any other exponent.
const CUBE: u32 = 1u;
const FOURTH: u32 = 2u;
const ROOT: u32 = 3u;
const THREE_HALVES: u32 = 4u;
const RECIPROCAL: u32 = 5u;
struct Acc { sum: f32, exponent: i32 }
struct Block { sum: vec4f }


fn block_start() -> Block { return Block(vec4f()); }
fn block_step(block: Block, four: vec4<Element>, k: vec4u) -> Block { return block; }
fn block_merge(a: Block, b: Block) -> Block { return Block(a.sum + b.sum); }
fn block_acc(block: Block, component: u32) -> Acc { return Acc(block.sum[component], 0); }
fn block_fold(block: Block) -> Acc { return acc_start(); }

fn acc_start() -> Acc { return Acc(0.0, 0); }
// Every segment takes the second, scaled look. Here EXPONENT_INFINITY is an infinity for p > 0, a zero for p < 0.
fn acc_trusted(acc: Acc) -> bool { return false; }
fn acc_merge(a: Acc, b: Acc) -> Acc {
  let special = max(a.exponent, b.exponent);
  if (special >= EXPONENT_INFINITY) { return Acc(0.0, special); }
  if (is_zero(a.sum)) { return b; }
  if (is_zero(b.sum)) { return a; }
  let p = params.power;
  let ruling = select(min(a.exponent, b.exponent), max(a.exponent, b.exponent), p > 0.0);
  return Acc(a.sum * weight(a.exponent - ruling) + b.sum * weight(b.exponent - ruling), ruling);
}
// 2^(p·d), at most 1 by the choice of the ruling exponent. Whole and fractional part apart, which keeps exp2 exact.
fn weight(d: i32) -> f32 {
  let power = params.power * f32(d);
  if (power < -140.0) { return 0.0; }
  let whole = floor(power);
  return scale_by_power_of_two(exp2(power - whole), i32(whole));
}
fn acc_pack(acc: Acc) -> array<u32, ACC_WORDS> { return array<u32, ACC_WORDS>(bitcast<u32>(acc.sum), bitcast<u32>(acc.exponent)); }
fn acc_unpack(words: array<u32, ACC_WORDS>) -> Acc { return Acc(bitcast<f32>(words[0]), bitcast<i32>(words[1])); }
fn acc_results(acc: Acc) -> array<u32, PLANES> {
  let p = params.power;
  if (acc.exponent >= EXPONENT_NAN) { return array<u32, PLANES>(NAN_BITS); }
  // An infinity for p > 0, no finite element for p < 0: ∞. Nothing but zeros for p > 0, a zero for p < 0: 0.
  let endless = acc.exponent >= EXPONENT_INFINITY;
  if (endless || is_zero(acc.sum)) { return array<u32, PLANES>(select(0u, INFINITY_BITS, endless == (p > 0.0))); }
  let power = log2(acc.sum) / p + f32(acc.exponent);
  if (power >= 128.0) { return array<u32, PLANES>(INFINITY_BITS); }
  if (power < -149.0) { return array<u32, PLANES>(0u); }
  // The exponent apart again: exp2 of a small number is accurate, of a large one it is not.
  let root = log2(acc.sum) / p;
  let whole = floor(root);
  return array<u32, PLANES>(bitcast<u32>(scale_by_power_of_two(exp2(root - whole), i32(whole) + acc.exponent)));
}

// Levels are keys whose largest rules: magnitude bits for p > 0; for p < 0 mirrored ones, zero and then NaN on top.
const ZERO_KEY: u32 = 0xfffffffeu;
const NAN_KEY: u32 = 0xffffffffu;

fn guard_start() -> vec4u { return vec4u(); }
fn guard_step(level: vec4u, four: vec4<Element>) -> vec4u {
  let bits = bitcast<vec4u>(four) & vec4u(MAGNITUDE_BITS);
  if (params.power > 0.0) { return max(level, bits); }
  return max(level, select(vec4u(ZERO_KEY) - bits, vec4u(NAN_KEY), bits > vec4u(INFINITY_BITS)));
}
fn guard_fold(level: vec4u) -> vec4u { return vec4u(max(max(level.x, level.y), max(level.z, level.w))); }
alias Guard = Scale;
fn guard_of(level: vec4u) -> Guard { return scale_of(select(vec4u(ZERO_KEY) - level, level, params.power > 0.0)); }
fn guarded_step(block: Block, four: vec4<Element>, guard: Guard) -> Block {
  let bits = bitcast<vec4u>(four) & vec4u(MAGNITUDE_BITS);
  // Zeros and infinities never add to a sum: where they rule, the level tells.
  let counts = (bits != vec4u()) & (bits < vec4u(INFINITY_BITS));
  let x = select(vec4f(1.0), bitcast<vec4f>(bits) * guard.first * guard.second, counts);
  return Block(block.sum + select(vec4f(), powers_of(x), counts));
}
// The exponents that need no logarithm; POWER says which one this is.
fn powers_of(x: vec4f) -> vec4f {
  if (POWER == CUBE) { return x * x * x; }
  if (POWER == FOURTH) { return (x * x) * (x * x); }
  if (POWER == ROOT) { return sqrt(x); }
  if (POWER == THREE_HALVES) { return x * sqrt(x); }
  if (POWER == RECIPROCAL) { return 1.0 / x; }
  return exp2(params.power * log2(x));
}
fn guarded_acc(guarded: Block, block: Block, component: u32, level: vec4u, guard: Guard) -> Acc {
  let key = level[component];
  if (params.power > 0.0) {
    if (key > INFINITY_BITS) { return Acc(0.0, EXPONENT_NAN); }
    if (key == INFINITY_BITS) { return Acc(0.0, EXPONENT_INFINITY); }
  } else {
    if (key == NAN_KEY) { return Acc(0.0, EXPONENT_NAN); }
    if (key == ZERO_KEY) { return Acc(0.0, EXPONENT_INFINITY); }
  }
  return Acc(guarded.sum[component], guard.exponents[component]);
}
