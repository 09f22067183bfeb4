// The guard half of the reduction contract for reductions that need none (GUARDED = false): never called.

fn acc_trusted(acc: Acc) -> bool { return true; }
fn guard_start() -> vec4u { return vec4u(); }
fn guard_step(level: vec4u, four: vec4<Element>) -> vec4u { return level; }
fn guard_fold(level: vec4u) -> vec4u { return level; }
struct Guard { unused: u32 }
fn guard_of(level: vec4u) -> Guard { return Guard(0u); }
fn guarded_step(block: Block, four: vec4<Element>, guard: Guard) -> Block { return block; }
fn guarded_fold(guarded: Block, block: Block, level: vec4u, guard: Guard) -> Acc { return acc_start(); }
fn guarded_acc(guarded: Block, block: Block, component: u32, level: vec4u, guard: Guard) -> Acc { return acc_start(); }
