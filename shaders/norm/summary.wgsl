// L0, L1, L2, L∞ and min|x| in one read of the data; five planes of results in this order.

const ACC_WORDS: u32 = 6u;
const PLANES: u32 = 5u;
struct Acc { count: u32, sum: f32, squares: Squares, most: u32, least: u32 }
struct Block { count: vec4u, sum: vec4f, squares: vec4f, most: vec4u, least: vec4u }

// min|x| by mirrored keys, so that the largest key wins and NaN wins over all (0xffffffff).
fn least_keys(bits: vec4u) -> vec4u { return select(vec4u(0xfffffffeu) - bits, vec4u(0xffffffffu), bits > vec4u(INFINITY_BITS)); }

fn block_start() -> Block { return Block(vec4u(), vec4f(), vec4f(), vec4u(), vec4u()); }
fn block_step(block: Block, four: vec4<Element>, k: vec4u) -> Block {
  let bits = bitcast<vec4u>(four) & vec4u(MAGNITUDE_BITS);
  // Places that fill up the last four are 0 for every sum, but must not become the least.
  let inside = k < vec4u(params.length);
  return Block(
    block.count + select(vec4u(1u), vec4u(), bits == vec4u()),
    block.sum + abs(four),
    fma(four, four, block.squares),
    max(block.most, bits),
    max(block.least, select(vec4u(), least_keys(bits), inside)),
  );
}
fn block_merge(a: Block, b: Block) -> Block {
  return Block(a.count + b.count, a.sum + b.sum, a.squares + b.squares, max(a.most, b.most), max(a.least, b.least));
}
fn block_acc(block: Block, component: u32) -> Acc {
  return Acc(block.count[component], block.sum[component], Squares(block.squares[component], 0), block.most[component], block.least[component]);
}
fn block_fold(block: Block) -> Acc {
  let sum = (block.sum.x + block.sum.y) + (block.sum.z + block.sum.w);
  let squares = (block.squares.x + block.squares.y) + (block.squares.z + block.squares.w);
  return Acc(
    block.count.x + block.count.y + block.count.z + block.count.w,
    sum,
    Squares(squares, 0),
    max(max(block.most.x, block.most.y), max(block.most.z, block.most.w)),
    max(max(block.least.x, block.least.y), max(block.least.z, block.least.w)),
  );
}

fn acc_start() -> Acc { return Acc(0u, 0.0, Squares(0.0, 0), 0u, 0u); }
fn acc_merge(a: Acc, b: Acc) -> Acc {
  return Acc(a.count + b.count, a.sum + b.sum, squares_merge(a.squares, b.squares), max(a.most, b.most), max(a.least, b.least));
}
fn acc_trusted(acc: Acc) -> bool { return squares_trusted(acc.squares); }
fn acc_pack(acc: Acc) -> array<u32, ACC_WORDS> {
  return array<u32, ACC_WORDS>(
    acc.count, bitcast<u32>(acc.sum), bitcast<u32>(acc.squares.sum), bitcast<u32>(acc.squares.exponent), acc.most, acc.least,
  );
}
fn acc_unpack(words: array<u32, ACC_WORDS>) -> Acc {
  return Acc(words[0], bitcast<f32>(words[1]), Squares(bitcast<f32>(words[2]), bitcast<i32>(words[3])), words[4], words[5]);
}
fn acc_results(acc: Acc) -> array<u32, PLANES> {
  return array<u32, PLANES>(
    bitcast<u32>(f32(acc.count)),
    bitcast<u32>(acc.sum),
    squares_root(acc.squares),
    select(acc.most, NAN_BITS, acc.most > INFINITY_BITS),
    select(0xfffffffeu - acc.least, NAN_BITS, acc.least == 0xffffffffu),
  );
}

fn guard_start() -> vec4u { return vec4u(); }
fn guard_step(level: vec4u, four: vec4<Element>) -> vec4u { return max(level, bitcast<vec4u>(four) & vec4u(MAGNITUDE_BITS)); }
fn guard_fold(level: vec4u) -> vec4u { return vec4u(max(max(level.x, level.y), max(level.z, level.w))); }
alias Guard = Scale;
fn guard_of(level: vec4u) -> Guard { return scale_of(level); }
fn guarded_step(block: Block, four: vec4<Element>, guard: Guard) -> Block {
  let x = four * guard.first * guard.second;
  var next = block;
  next.squares = fma(x, x, block.squares);
  return next;
}
fn guarded_fold(guarded: Block, block: Block, level: vec4u, guard: Guard) -> Acc {
  var acc = block_fold(block);
  acc.squares = squares_of_scaled(block_fold(guarded).squares.sum, level.x, guard.exponents.x);
  return acc;
}
// Only the squares had to be looked at again: the rest is as the first look found it.
fn guarded_acc(guarded: Block, block: Block, component: u32, level: vec4u, guard: Guard) -> Acc {
  var acc = block_acc(block, component);
  acc.squares = squares_of_scaled(guarded.squares[component], level[component], guard.exponents[component]);
  return acc;
}
