// One invocation a row: nothing to join, and no workgroup memory, whose mere presence costs a barrier.

fn lanes_sum(value: vec2f, index: u32) -> vec2f { return value; }
fn lanes_max(value: u32, index: u32) -> u32 { return value; }
