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

// Adds up to BLOCK rows from `first` on to the four sums.
fn reduce_block(sums: ptr<function, array<Acc, 4>>, at: u32, first: u32, steps: u32, columns: u32) {
  var block = block_start();
  for (var step = 0u; step < steps; step++) {
    block = block_step(block, load(at + step * params.stride_axis, columns), vec4u(params.first_segment * params.segment_length + first + step));
  }
  var parts: array<Acc, 4>;
  var trusted = true;
  for (var j = 0u; j < 4u; j++) {
    parts[j] = block_acc(block, j);
    trusted = trusted && (!GUARDED || j >= columns || acc_trusted(parts[j]));
  }
  if (GUARDED && !trusted) {
    var level = guard_start();
    for (var step = 0u; step < steps; step++) { level = guard_step(level, load(at + step * params.stride_axis, columns)); }
    let exponents = guard_exponents(level);
    var guarded = block_start();
    for (var step = 0u; step < steps; step++) {
      guarded = guarded_step(guarded, load(at + step * params.stride_axis, columns), exponents);
    }
    for (var j = 0u; j < 4u; j++) { parts[j] = guarded_acc(guarded, block, j, level, exponents); }
  }
  for (var j = 0u; j < 4u; j++) { (*sums)[j] = acc_merge((*sums)[j], parts[j]); }
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
  let left = params.length - params.first_segment * params.segment_length;
  let end = min(left, start + params.segment_length);
  let columns = params.inner - inner;
  let top = params.base + outer * params.stride_outer + inner;
  var totals: array<Acc, 4>;
  for (var j = 0u; j < 4u; j++) { totals[j] = acc_start(); }
  var k = start;
  let stretches = (max(end, start) - start + BLOCK * BLOCKS - 1u) / (BLOCK * BLOCKS);
  for (var stretch = 0u; stretch < stretches; stretch++) {
    var sums: array<Acc, 4>;
    for (var j = 0u; j < 4u; j++) { sums[j] = acc_start(); }
    for (var block = 0u; block < BLOCKS; block++) {
      if (k < end) {
        reduce_block(&sums, top + k * params.stride_axis, k, min(BLOCK, end - k), columns);
        k += BLOCK;
      }
    }
    for (var j = 0u; j < 4u; j++) { totals[j] = acc_merge(totals[j], sums[j]); }
  }
  for (var j = 0u; j < min(4u, columns); j++) {
    let at = params.out_base + outer * params.out_outer + (inner + j) * params.out_inner;
    if (FINAL) { write_results(totals[j], at); } else { write_partial(totals[j], at + segment * params.out_segment); }
  }
}
