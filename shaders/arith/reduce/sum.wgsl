// Sums: Σx, Σ|x| and the mean. NaN and infinities come out by IEEE addition.
// Constants: MAGNITUDE to take |x|, MEAN to divide by the length.

const ACC_WORDS: u32 = 1u;
const PLANES: u32 = 1u;
alias Acc = f32;
struct Block { sum: vec4f }

fn block_start() -> Block { return Block(vec4f()); }
fn block_step(block: Block, four: vec4<Element>, k: vec4u) -> Block {
  let x = vec4f(four);
  if (MAGNITUDE) { return Block(block.sum + abs(x)); }
  return Block(block.sum + x);
}
fn block_merge(a: Block, b: Block) -> Block { return Block(a.sum + b.sum); }
fn block_acc(block: Block, component: u32) -> Acc { return block.sum[component]; }
fn block_fold(block: Block) -> Acc { return (block.sum.x + block.sum.y) + (block.sum.z + block.sum.w); }

fn acc_start() -> Acc { return 0.0; }
fn acc_merge(a: Acc, b: Acc) -> Acc { return a + b; }
fn acc_pack(acc: Acc) -> array<u32, ACC_WORDS> { return array<u32, ACC_WORDS>(bitcast<u32>(acc)); }
fn acc_unpack(words: array<u32, ACC_WORDS>) -> Acc { return bitcast<f32>(words[0]); }
fn acc_results(acc: Acc) -> array<u32, PLANES> {
  if (!MEAN) { return array<u32, PLANES>(bitcast<u32>(acc)); }
  if (params.length == 0u) { return array<u32, PLANES>(NAN_BITS); }
  return array<u32, PLANES>(bitcast<u32>(acc / f32(params.length)));
}
