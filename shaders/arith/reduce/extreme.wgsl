// The smallest or largest element, by key (keys.wgsl): min, max, max|x|, min|x|.

const ACC_WORDS: u32 = 1u;
const PLANES: u32 = 1u;
alias Acc = u32;
struct Block { top: vec4u }

fn block_start() -> Block { return Block(vec4u()); }
fn block_step(block: Block, four: vec4<Element>, k: vec4u) -> Block { return Block(max(block.top, keys_of(four))); }
fn block_merge(a: Block, b: Block) -> Block { return Block(max(a.top, b.top)); }
fn block_acc(block: Block, component: u32) -> Acc { return block.top[component]; }
fn block_fold(block: Block) -> Acc { return max(max(block.top.x, block.top.y), max(block.top.z, block.top.w)); }

fn acc_start() -> Acc { return 0u; }
fn acc_merge(a: Acc, b: Acc) -> Acc { return max(a, b); }
fn acc_pack(acc: Acc) -> array<u32, ACC_WORDS> { return array<u32, ACC_WORDS>(acc); }
fn acc_unpack(words: array<u32, ACC_WORDS>) -> Acc { return words[0]; }
fn acc_results(acc: Acc) -> array<u32, PLANES> { return array<u32, PLANES>(bits_of_key(acc)); }
