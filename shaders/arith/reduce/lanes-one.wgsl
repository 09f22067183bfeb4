// One invocation a result: nothing to join, and no workgroup memory, whose mere presence costs a barrier.

fn join_lanes(acc: Acc, index: u32) -> Acc { return acc; }
