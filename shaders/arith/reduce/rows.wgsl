// Reduces along the axis that an invocation walks: LANES invocations share one segment of one cell, each takes four
// neighbours at a time. Fit for contiguous rows; right for any strides.
// Constants: GROUP invocations in a workgroup, LANES a power of two ≤ GROUP, FINAL whether results or partial
// accumulators are written, GUARDED as the reduction says (shaders/README.md has the contract of reductions).
// Goes with output.wgsl, one of load-*.wgsl and one of lanes-*.wgsl.
//
// Rounding: BLOCK steps go into one accumulator, BLOCKS blocks into the next, so that no sum is one long chain.

const BLOCK: u32 = 16u;
const BLOCKS: u32 = 16u;


// Where in the binding the reduced axis begins, the elements to take of it, and how many came before the binding.
struct Segment { row: u32, first: u32, end: u32, before: u32 }

fn load(segment: Segment, k: u32) -> vec4<Element> {
  let at = segment.row + k * params.stride_axis;
  if (k + 4u <= segment.end) { return load_four(at, params.stride_axis); }
  let filler = bitcast<Element>(params.neutral);
  var four = vec4<Element>(filler, filler, filler, filler);
  four.x = load_one(at);
  if (k + 1u < segment.end) { four.y = load_one(at + params.stride_axis); }
  if (k + 2u < segment.end) { four.z = load_one(at + 2u * params.stride_axis); }
  return four;
}

fn reduce_block(segment: Segment, first: u32) -> Acc {
  let hop = LANES * 4u;
  let steps = min(BLOCK, (segment.end - first + hop - 1u) / hop);
  var block = block_start();
  for (var step = 0u; step < steps; step++) {
    let k = first + step * hop;
    block = block_step(block, load(segment, k), vec4u(segment.before + k) + vec4u(0u, 1u, 2u, 3u));
  }
  let sum = block_fold(block);
  if (!GUARDED || acc_trusted(sum)) { return sum; }
  // Out of the range in which float32 squares can be trusted: look again, scaled.
  var level = guard_start();
  for (var step = 0u; step < steps; step++) { level = guard_step(level, load(segment, first + step * hop)); }
  level = guard_fold(level);
  let exponents = guard_exponents(level);
  var guarded = block_start();
  for (var step = 0u; step < steps; step++) {
    let k = first + step * hop;
    guarded = guarded_step(guarded, load(segment, k), exponents);
  }
  return acc_merge(
    acc_merge(guarded_acc(guarded, block, 0u, level, exponents), guarded_acc(guarded, block, 1u, level, exponents)),
    acc_merge(guarded_acc(guarded, block, 2u, level, exponents), guarded_acc(guarded, block, 3u, level, exponents)),
  );
}

fn reduce_segment(segment: Segment, lane: u32) -> Acc {
  let stretch = LANES * 4u * BLOCK;
  var total = acc_start();
  if (segment.first >= segment.end) { return total; }
  let blocks = (segment.end - segment.first + stretch - 1u) / stretch;
  for (var done = 0u; done < blocks; done += BLOCKS) {
    let count = min(BLOCKS, blocks - done);
    var sum = acc_start();
    for (var k = 0u; k < count; k++) {
      let first = segment.first + (done + k) * stretch + lane * 4u;
      if (first < segment.end) { sum = acc_merge(sum, reduce_block(segment, first)); }
    }
    total = acc_merge(total, sum);
  }
  return total;
}

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let unit = group_number(workgroup, workgroups) * (GROUP / LANES) + index / LANES;
  let lane = index % LANES;
  let cell = unit / params.segments;
  let segment = unit % params.segments;
  let inner = cell % params.inner;
  let outer = cell / params.inner;
  let busy = outer < params.outer;
  var acc = acc_start();
  if (busy) {
    let before = params.first_segment * params.segment_length;
    let row = params.base + outer * params.stride_outer + inner * params.stride_inner;
    let start = segment * params.segment_length;
    acc = reduce_segment(Segment(row, start, min(params.length - before, start + params.segment_length), before), lane);
  }
  acc = join_lanes(acc, index);
  if (busy && lane == 0u) {
    let at = params.out_base + outer * params.out_outer + inner * params.out_inner;
    if (FINAL) { write_results(acc, at); } else { write_partial(acc, at + segment * params.out_segment); }
  }
}
