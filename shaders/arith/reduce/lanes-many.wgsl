// LANES neighbouring invocations share a result: a tree in workgroup memory; the first lane has the whole.

var<workgroup> lane_accumulators: array<Acc, GROUP>;

fn join_lanes(acc: Acc, index: u32) -> Acc {
  lane_accumulators[index] = acc;
  for (var half = LANES / 2u; half > 0u; half = half / 2u) {
    workgroupBarrier();
    if (index % LANES < half) {
      lane_accumulators[index] = acc_merge(lane_accumulators[index], lane_accumulators[index + half]);
    }
  }
  return lane_accumulators[index];
}
