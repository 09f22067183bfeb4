// LANES neighbouring invocations share a row: trees in workgroup memory, whose result all lanes get.

var<workgroup> lane_sums: array<vec2f, GROUP>;
var<workgroup> lane_tops: array<u32, GROUP>;

fn lanes_sum(value: vec2f, index: u32) -> vec2f {
  workgroupBarrier();
  lane_sums[index] = value;
  for (var half = LANES / 2u; half > 0u; half = half / 2u) {
    workgroupBarrier();
    if (index % LANES < half) { lane_sums[index] += lane_sums[index + half]; }
  }
  workgroupBarrier();
  return lane_sums[index - index % LANES];
}
fn lanes_max(value: u32, index: u32) -> u32 {
  workgroupBarrier();
  lane_tops[index] = value;
  for (var half = LANES / 2u; half > 0u; half = half / 2u) {
    workgroupBarrier();
    if (index % LANES < half) { lane_tops[index] = max(lane_tops[index], lane_tops[index + half]); }
  }
  workgroupBarrier();
  return lane_tops[index - index % LANES];
}
