// The L2 norm: √Σx², guarded as scaled-squares.wgsl tells.

const ACC_WORDS: u32 = 2u;
const PLANES: u32 = 1u;
alias Acc = Squares;
struct Block { sum: vec4f }

fn block_start() -> Block { return Block(vec4f()); }
fn block_step(block: Block, four: vec4<Element>, k: vec4u) -> Block { return Block(fma(four, four, block.sum)); }
fn block_merge(a: Block, b: Block) -> Block { return Block(a.sum + b.sum); }
fn block_acc(block: Block, component: u32) -> Acc { return Squares(block.sum[component], 0); }
fn block_fold(block: Block) -> Acc { return Squares((block.sum.x + block.sum.y) + (block.sum.z + block.sum.w), 0); }

fn acc_start() -> Acc { return Squares(0.0, 0); }
fn acc_merge(a: Acc, b: Acc) -> Acc { return squares_merge(a, b); }
fn acc_trusted(acc: Acc) -> bool { return squares_trusted(acc); }
fn acc_pack(acc: Acc) -> array<u32, ACC_WORDS> { return array<u32, ACC_WORDS>(bitcast<u32>(acc.sum), bitcast<u32>(acc.exponent)); }
fn acc_unpack(words: array<u32, ACC_WORDS>) -> Acc { return Squares(bitcast<f32>(words[0]), bitcast<i32>(words[1])); }
fn acc_results(acc: Acc) -> array<u32, PLANES> { return array<u32, PLANES>(squares_root(acc)); }

fn guard_start() -> vec4u { return vec4u(); }
fn guard_step(level: vec4u, four: vec4<Element>) -> vec4u { return max(level, bitcast<vec4u>(four) & vec4u(MAGNITUDE_BITS)); }
fn guard_fold(level: vec4u) -> vec4u { return vec4u(max(max(level.x, level.y), max(level.z, level.w))); }
alias Guard = Scale;
fn guard_of(level: vec4u) -> Guard { return scale_of(level); }
fn guarded_step(block: Block, four: vec4<Element>, guard: Guard) -> Block {
  let x = four * guard.first * guard.second;
  return Block(fma(x, x, block.sum));
}
fn guarded_fold(guarded: Block, block: Block, level: vec4u, guard: Guard) -> Acc {
  return squares_of_scaled(block_fold(guarded).sum, level.x, guard.exponents.x);
}
fn guarded_acc(guarded: Block, block: Block, component: u32, level: vec4u, guard: Guard) -> Acc {
  return squares_of_scaled(guarded.sum[component], level[component], guard.exponents[component]);
}
