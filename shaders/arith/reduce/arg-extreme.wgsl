// The index of the smallest or largest element, by key (keys.wgsl); of equal ones the lowest index.

const ACC_WORDS: u32 = 2u;
const PLANES: u32 = 1u;
const NOWHERE: u32 = 0xffffffffu;
struct Acc { key: u32, at: u32 }
struct Block { key: vec4u, at: vec4u }

fn block_start() -> Block { return Block(vec4u(), vec4u(NOWHERE)); }
fn block_step(block: Block, four: vec4<Element>, k: vec4u) -> Block {
  let keys = keys_of(four);
  // Indices only grow, so a later equal key never wins.
  let better = (keys > block.key) | (block.at == vec4u(NOWHERE));
  return Block(select(block.key, keys, better), select(block.at, k, better));
}
fn block_merge(a: Block, b: Block) -> Block {
  let better = (b.key > a.key) | ((b.key == a.key) & (b.at < a.at));
  return Block(select(a.key, b.key, better), select(a.at, b.at, better));
}
fn block_acc(block: Block, component: u32) -> Acc { return Acc(block.key[component], block.at[component]); }
fn block_fold(block: Block) -> Acc {
  return acc_merge(
    acc_merge(block_acc(block, 0u), block_acc(block, 1u)),
    acc_merge(block_acc(block, 2u), block_acc(block, 3u)),
  );
}

fn acc_start() -> Acc { return Acc(0u, NOWHERE); }
fn acc_merge(a: Acc, b: Acc) -> Acc {
  if (b.key > a.key || (b.key == a.key && b.at < a.at)) { return b; }
  return a;
}
fn acc_pack(acc: Acc) -> array<u32, ACC_WORDS> { return array<u32, ACC_WORDS>(acc.key, acc.at); }
fn acc_unpack(words: array<u32, ACC_WORDS>) -> Acc { return Acc(words[0], words[1]); }
fn acc_results(acc: Acc) -> array<u32, PLANES> { return array<u32, PLANES>(acc.at); }
