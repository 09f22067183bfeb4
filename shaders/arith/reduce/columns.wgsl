// Reduces down a strided axis: one invocation owns four neighbouring inner indices and walks the axis for all four, so
// that loads stay contiguous and nothing is transposed. The inner stride is 1.
// Constants: GROUP invocations in a workgroup, FINAL whether results or partial accumulators are written, GUARDED as the
// reduction says (shaders/README.md has the contract of reductions). Rounding as in rows.wgsl. Goes with output.wgsl and
// one of load-*.wgsl.

const BLOCK: u32 = 16u;
const BLOCKS: u32 = 16u;

fn load(at: u32, columns: u32) -> vec4<Element> {
  if (columns >= 4u) { return load_four(at, 1u); }
  let filler = bitcast<Element>(params.neutral);
  var four = vec4<Element>(filler, filler, filler, filler);
  four.x = load_one(at);
  if (columns > 1u) { four.y = load_one(at + 1u); }
  if (columns > 2u) { four.z = load_one(at + 2u); }
  return four;
}

// Where in the binding the four columns begin, the rows to take of them, how many rows came before the binding, and how
// many columns there are (four or more: all four).
struct Segment { top: u32, first: u32, end: u32, before: u32, columns: u32 }

fn load_row(segment: Segment, k: u32) -> vec4<Element> { return load(segment.top + k * params.stride_axis, segment.columns); }

// BLOCK rows from row k on, four loads at a time.
fn reduce_block(segment: Segment, k: u32) -> Block {
  var block = block_start();
  for (var step = 0u; step < BLOCK; step += 4u) {
    let near = segment.top + (k + step) * params.stride_axis;
    let a = load_four(near, 1u);
    let b = load_four(near + params.stride_axis, 1u);
    let c = load_four(near + 2u * params.stride_axis, 1u);
    let d = load_four(near + 3u * params.stride_axis, 1u);
    block = block_step(block, a, vec4u(segment.before + k + step));
    block = block_step(block, b, vec4u(segment.before + k + step + 1u));
    block = block_step(block, c, vec4u(segment.before + k + step + 2u));
    block = block_step(block, d, vec4u(segment.before + k + step + 3u));
  }
  return block;
}

fn reduce_segment(segment: Segment) -> Block {
  // Fewer than four columns are walked with care, row by row.
  let blocks = select(0u, (segment.end - segment.first) / BLOCK, segment.columns >= 4u);
  var total = block_start();
  for (var done = 0u; done < blocks; done += BLOCKS) {
    let count = min(BLOCKS, blocks - done);
    var sum = block_start();
    for (var b = 0u; b < count; b++) { sum = block_merge(sum, reduce_block(segment, segment.first + (done + b) * BLOCK)); }
    total = block_merge(total, sum);
  }
  for (var near = segment.first + blocks * BLOCK; near < segment.end; near += BLOCK) {
    var rest = block_start();
    for (var k = near; k < min(segment.end, near + BLOCK); k++) { rest = block_step(rest, load_row(segment, k), vec4u(segment.before + k)); }
    total = block_merge(total, rest);
  }
  return total;
}

// The same, scaled: for a segment with a column whose plain result cannot be trusted.
fn guarded_segment(segment: Segment) -> Guarded {
  var level = guard_start();
  for (var k = segment.first; k < segment.end; k++) { level = guard_step(level, load_row(segment, k)); }
  let guard = guard_of(level);
  var total = block_start();
  for (var done = segment.first; done < segment.end; done += BLOCK * BLOCKS) {
    var sum = block_start();
    for (var near = done; near < min(segment.end, done + BLOCK * BLOCKS); near += BLOCK) {
      var block = block_start();
      for (var k = near; k < min(segment.end, near + BLOCK); k++) { block = guarded_step(block, load_row(segment, k), guard); }
      sum = block_merge(sum, block);
    }
    total = block_merge(total, sum);
  }
  return Guarded(total, level, guard);
}
struct Guarded { total: Block, level: vec4u, guard: Guard }

fn column_trusted(block: Block, component: u32, columns: u32) -> bool {
  return !GUARDED || component >= columns || acc_trusted(block_acc(block, component));
}

fn write(acc: Acc, at: u32, segment: u32) {
  if (FINAL) { write_results(acc, at); } else { write_partial(acc, at + segment * params.out_segment); }
}

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let unit = group_number(workgroup, workgroups) * GROUP + index;
  let quads = (params.inner + 3u) / 4u;
  // Neighbouring invocations take neighbouring columns.
  let inner = (unit % quads) * 4u;
  let segment = (unit / quads) % params.segments;
  let outer = unit / quads / params.segments;
  if (outer >= params.outer) { return; }

  let start = segment * params.segment_length;
  let end = min(params.length - params.first_segment * params.segment_length, start + params.segment_length);
  let columns = params.inner - inner;
  let top = params.base + outer * params.stride_outer + inner;
  let mine = Segment(top, start, max(start, end), params.first_segment * params.segment_length, columns);
  let plain = reduce_segment(mine);
  var accs = array<Acc, 4>(block_acc(plain, 0u), block_acc(plain, 1u), block_acc(plain, 2u), block_acc(plain, 3u));
  let trusted = column_trusted(plain, 0u, columns) && column_trusted(plain, 1u, columns) && column_trusted(plain, 2u, columns) && column_trusted(plain, 3u, columns);
  if (GUARDED && !trusted) {
    let scaled = guarded_segment(mine);
    accs[0] = guarded_acc(scaled.total, plain, 0u, scaled.level, scaled.guard);
    accs[1] = guarded_acc(scaled.total, plain, 1u, scaled.level, scaled.guard);
    accs[2] = guarded_acc(scaled.total, plain, 2u, scaled.level, scaled.guard);
    accs[3] = guarded_acc(scaled.total, plain, 3u, scaled.level, scaled.guard);
  }
  let at = params.out_base + outer * params.out_outer + inner * params.out_inner;
  write(accs[0], at, segment);
  if (columns > 1u) { write(accs[1], at + params.out_inner, segment); }
  if (columns > 2u) { write(accs[2], at + 2u * params.out_inner, segment); }
  if (columns > 3u) { write(accs[3], at + 3u * params.out_inner, segment); }
}
