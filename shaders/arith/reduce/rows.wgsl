// Reduces along the axis that an invocation walks: LANES invocations share one segment of one cell, each takes four
// neighbours at a time. Fit for contiguous rows; right for any strides.
// Constants: GROUP invocations in a workgroup, LANES a power of two ≤ GROUP, FINAL whether results or partial
// accumulators are written, TAIL whether a segment may end within four elements, GUARDED as the reduction says (shaders/README.md has the contract of reductions).
// Goes with output.wgsl, one of load-*.wgsl and one of lanes-*.wgsl.
//
// Rounding: BLOCK steps go into one accumulator, BLOCKS blocks into the next, so that no sum is one long chain.
// Rare work stands outside the loops: a software adapter walks through branches that nobody takes.

const BLOCK: u32 = 32u;
const BLOCKS: u32 = 16u;
const HOP: u32 = LANES * 4u;  // from one step of a lane to its next

// Where in the binding the reduced axis begins, the elements to take of it, and how many came before the binding.
struct Segment { row: u32, first: u32, end: u32, before: u32 }

fn load_full(segment: Segment, k: u32) -> vec4<Element> { return load_four(segment.row + k * axis_stride(), axis_stride()); }

// The last elements of a row, filled up to four.
fn load_last(segment: Segment, k: u32) -> vec4<Element> {
  let at = segment.row + k * axis_stride();
  let filler = bitcast<Element>(params.neutral);
  var four = vec4<Element>(filler, filler, filler, filler);
  four.x = load_one(at);
  if (k + 1u < segment.end) { four.y = load_one(at + axis_stride()); }
  if (k + 2u < segment.end) { four.z = load_one(at + 2u * axis_stride()); }
  return four;
}

// How many steps from element k on take four elements that are all there.
fn full_steps(segment: Segment, k: u32) -> u32 {
  if (k + 4u > segment.end) { return 0u; }
  return (segment.end - k - 4u) / HOP + 1u;
}

fn step_at(block: Block, segment: Segment, k: u32, four: vec4<Element>) -> Block {
  return block_step(block, four, vec4u(segment.before + k) + vec4u(0u, 1u, 2u, 3u));
}

// BLOCK full steps from element k on, four loads at a time.
fn reduce_block(segment: Segment, k: u32) -> Block {
  var block = block_start();
  for (var step = 0u; step < BLOCK; step += 4u) {
    let near = k + step * HOP;
    let a = load_full(segment, near);
    let b = load_full(segment, near + HOP);
    let c = load_full(segment, near + 2u * HOP);
    let d = load_full(segment, near + 3u * HOP);
    block = step_at(block, segment, near, a);
    block = step_at(block, segment, near + HOP, b);
    block = step_at(block, segment, near + 2u * HOP, c);
    block = step_at(block, segment, near + 3u * HOP, d);
  }
  return block;
}

fn reduce_segment(segment: Segment, lane: u32) -> Block {
  let start = segment.first + lane * 4u;
  let steps = full_steps(segment, start);
  let blocks = steps / BLOCK;
  var total = block_start();
  for (var done = 0u; done < blocks; done += BLOCKS) {
    let count = min(BLOCKS, blocks - done);
    var sum = block_start();
    for (var b = 0u; b < count; b++) { sum = block_merge(sum, reduce_block(segment, start + (done + b) * BLOCK * HOP)); }
    total = block_merge(total, sum);
  }
  var rest = block_start();
  for (var step = blocks * BLOCK; step < steps; step++) {
    let k = start + step * HOP;
    rest = step_at(rest, segment, k, load_full(segment, k));
  }
  let last = start + steps * HOP;
  if (TAIL && last < segment.end) {
    // Places behind the end have no index.
    let k = vec4u(last) + vec4u(0u, 1u, 2u, 3u);
    let indices = select(vec4u(segment.before) + k, vec4u(0xffffffffu), k >= vec4u(segment.end));
    rest = block_step(rest, load_last(segment, last), indices);
  }
  return block_merge(total, rest);
}

// The same, scaled: for a segment whose plain result cannot be trusted.
fn guarded_segment(segment: Segment, lane: u32, plain: Block) -> Acc {
  let start = segment.first + lane * 4u;
  let steps = full_steps(segment, start);
  let last = start + steps * HOP;
  var level = guard_start();
  for (var step = 0u; step < steps; step++) { level = guard_step(level, load_full(segment, start + step * HOP)); }
  if (TAIL && last < segment.end) { level = guard_step(level, load_last(segment, last)); }
  level = guard_fold(level);
  let guard = guard_of(level);
  var total = block_start();
  for (var done = 0u; done < steps; done += BLOCK * BLOCKS) {
    var sum = block_start();
    for (var near = done; near < min(steps, done + BLOCK * BLOCKS); near += BLOCK) {
      var block = block_start();
      for (var step = near; step < min(steps, near + BLOCK); step++) {
        block = guarded_step(block, load_full(segment, start + step * HOP), guard);
      }
      sum = block_merge(sum, block);
    }
    total = block_merge(total, sum);
  }
  if (TAIL && last < segment.end) { total = block_merge(total, guarded_step(block_start(), load_last(segment, last), guard)); }
  return guarded_fold(total, plain, level, guard);
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
    let mine = Segment(row, start, min(params.length - before, start + params.segment_length), before);
    let plain = reduce_segment(mine, lane);
    acc = block_fold(plain);
    if (GUARDED && !acc_trusted(acc)) { acc = guarded_segment(mine, lane, plain); }
  }
  acc = join_lanes(acc, index);
  if (busy && lane == 0u) {
    let at = params.out_base + outer * params.out_outer + inner * params.out_inner;
    if (FINAL) { write_results(acc, at); } else { write_partial(acc, at + segment * params.out_segment); }
  }
}
