// General p-norms: (Σ|x|^p)^(1/p) for any real p but 0, as r·(Σ(|x|/r)^p)^(1/p), where r is the element that rules the sum:
// the largest for p > 0, the smallest for p < 0. So no power overflows, whatever p; what underflows does not matter; and
// log2 is taken near 1, where it is exact. A first walk over a segment finds r, a second one sums.
//
// Levels are keys of elements, of which the largest rules: magnitude bits for p > 0; for p < 0 mirrored ones, with zero
// and then NaN on top. A level of 0 is nothing yet.
// Constants: POWER, one of the exponents below that need no logarithm, or 0.

const ACC_WORDS: u32 = 2u;
const PLANES: u32 = 1u;
struct Acc { sum: f32, level: u32 }
struct Block { sum: vec4f }

const CUBE: u32 = 1u;
const FOURTH: u32 = 2u;
const ROOT: u32 = 3u;
const THREE_HALVES: u32 = 4u;
const RECIPROCAL: u32 = 5u;

const ZERO_KEY: u32 = 0xfffffffeu;
const NAN_KEY: u32 = 0xffffffffu;

fn is_positive() -> bool { return params.power > 0.0; }
// True where the ruling element makes the whole sum: NaN, or an infinite power of it.
fn is_special(level: u32) -> bool { return level >= select(ZERO_KEY, INFINITY_BITS, is_positive()); }
fn bits_of_level(level: u32) -> u32 { return select(ZERO_KEY - level, level, is_positive()); }

fn block_start() -> Block { return Block(vec4f()); }
// Nothing in the first walk: every segment takes the guarded one.
fn block_step(block: Block, four: vec4<Element>, k: vec4u) -> Block { return block; }
fn block_merge(a: Block, b: Block) -> Block { return Block(a.sum + b.sum); }
fn block_acc(block: Block, component: u32) -> Acc { return acc_start(); }
fn block_fold(block: Block) -> Acc { return acc_start(); }

fn acc_start() -> Acc { return Acc(0.0, 0u); }
fn acc_trusted(acc: Acc) -> bool { return false; }
fn acc_merge(a: Acc, b: Acc) -> Acc {
  let level = max(a.level, b.level);
  if (is_special(level)) { return Acc(0.0, level); }
  if (is_zero(a.sum)) { return b; }
  if (is_zero(b.sum)) { return a; }
  return Acc(weighted(a, level) + weighted(b, level), level);
}
// A sum that was relative to its own ruling element, relative to that of `level`.
fn weighted(acc: Acc, level: u32) -> f32 {
  if (acc.level == level) { return acc.sum; }
  // A sixteenth of both: WGSL promises division by numbers up to 2¹²⁶.
  let ratio = (bitcast<f32>(bits_of_level(acc.level)) * 0.0625) / (bitcast<f32>(bits_of_level(level)) * 0.0625);
  return acc.sum * powers_of(vec4f(ratio)).x;
}
fn acc_pack(acc: Acc) -> array<u32, ACC_WORDS> { return array<u32, ACC_WORDS>(bitcast<u32>(acc.sum), acc.level); }
fn acc_unpack(words: array<u32, ACC_WORDS>) -> Acc { return Acc(bitcast<f32>(words[0]), words[1]); }
fn acc_results(acc: Acc) -> array<u32, PLANES> { return array<u32, PLANES>(root_bits(acc)); }
fn root_bits(acc: Acc) -> u32 {
  if (acc.level > select(ZERO_KEY, INFINITY_BITS, is_positive())) { return NAN_BITS; }
  // An infinity for p > 0, or only infinities for p < 0: ∞. A zero for p < 0, or only zeros for p > 0: 0.
  let special = is_special(acc.level);
  if (special || is_zero(acc.sum)) { return select(0u, INFINITY_BITS, special == is_positive()); }
  // The exponent apart: exp2 of a small number is accurate, of a large one it is not.
  let root = log2(acc.sum) / params.power;
  let whole = i32(clamp(floor(root), -200.0, 200.0));
  let rest = exp2(root - floor(root));
  let ruling = bitcast<f32>(bits_of_level(acc.level));
  // Down before up, up before down: no step leaves the range that the result is in.
  if (whole < 0) { return bitcast<u32>(scale_by_power_of_two(ruling, whole) * rest); }
  return bitcast<u32>(scale_by_power_of_two(ruling * rest, whole));
}

// Magnitude bits, where what a GPU may flush to zero is zero from the start.
fn normal_bits(four: vec4<Element>) -> vec4u {
  let bits = bitcast<vec4u>(four) & vec4u(MAGNITUDE_BITS);
  return select(bits, vec4u(), bits < vec4u(0x00800000u));
}

fn guard_start() -> vec4u { return vec4u(); }
fn guard_step(level: vec4u, four: vec4<Element>) -> vec4u {
  let bits = normal_bits(four);
  let mirrored = select(vec4u(ZERO_KEY) - bits, vec4u(NAN_KEY), bits > vec4u(INFINITY_BITS));
  return max(level, select(mirrored, bits, is_positive()));
}
fn guard_fold(level: vec4u) -> vec4u { return vec4u(max(max(level.x, level.y), max(level.z, level.w))); }
// The ruling elements, brought below 2¹²⁶, to which WGSL promises division, and the factor that did it.
struct Guard { ruling: vec4f, shrink: vec4f }
fn guard_of(level: vec4u) -> Guard {
  let bits = select(vec4u(ZERO_KEY) - level, level, is_positive());
  let plain = (bits != vec4u()) & (bits < vec4u(INFINITY_BITS));
  let ruling = select(vec4f(1.0), bitcast<vec4f>(bits), plain);
  let shrink = select(vec4f(1.0), vec4f(0.0625), ruling > vec4f(8.507059e37));
  return Guard(ruling * shrink, shrink);
}
fn guarded_step(block: Block, four: vec4<Element>, guard: Guard) -> Block {
  let bits = normal_bits(four);
  // Zeros and infinities never add to a sum: where they rule, the level tells.
  let counts = (bits != vec4u()) & (bits < vec4u(INFINITY_BITS));
  let ratio = select(guard.ruling, bitcast<vec4f>(bits) * guard.shrink, counts) / guard.ruling;
  return Block(block.sum + select(vec4f(), powers_of(ratio), counts));
}
fn powers_of(x: vec4f) -> vec4f {
  if (POWER == CUBE) { return x * x * x; }
  if (POWER == FOURTH) { return (x * x) * (x * x); }
  if (POWER == ROOT) { return sqrt(x); }
  if (POWER == THREE_HALVES) { return x * sqrt(x); }
  if (POWER == RECIPROCAL) { return 1.0 / x; }
  return exp2(max(params.power * log2(x), vec4f(-200.0)));
}
fn guarded_fold(guarded: Block, block: Block, level: vec4u, guard: Guard) -> Acc {
  let sum = (guarded.sum.x + guarded.sum.y) + (guarded.sum.z + guarded.sum.w);
  return Acc(select(sum, 0.0, is_special(level.x)), level.x);
}
fn guarded_acc(guarded: Block, block: Block, component: u32, level: vec4u, guard: Guard) -> Acc {
  return Acc(select(guarded.sum[component], 0.0, is_special(level[component])), level[component]);
}
