// The L0 "norm": how many elements are not 0. NaN is not 0, −0 is.

const ACC_WORDS: u32 = 1u;
const PLANES: u32 = 1u;
alias Acc = u32;
struct Block { count: vec4u }

fn block_start() -> Block { return Block(vec4u()); }
fn block_step(block: Block, four: vec4<Element>, k: vec4u) -> Block {
  let zero = (bitcast<vec4u>(four) & vec4u(MAGNITUDE_BITS)) == vec4u();
  return Block(block.count + select(vec4u(1u), vec4u(), zero));
}
fn block_merge(a: Block, b: Block) -> Block { return Block(a.count + b.count); }
fn block_acc(block: Block, component: u32) -> Acc { return block.count[component]; }
fn block_fold(block: Block) -> Acc { return block.count.x + block.count.y + block.count.z + block.count.w; }

fn acc_start() -> Acc { return 0u; }
fn acc_merge(a: Acc, b: Acc) -> Acc { return a + b; }
fn acc_pack(acc: Acc) -> array<u32, ACC_WORDS> { return array<u32, ACC_WORDS>(acc); }
fn acc_unpack(words: array<u32, ACC_WORDS>) -> Acc { return words[0]; }
fn acc_results(acc: Acc) -> array<u32, PLANES> { return array<u32, PLANES>(bitcast<u32>(f32(acc))); }
