// Merges the partial accumulators of each cell, which rows.wgsl or columns.wgsl left one behind the other, and finishes
// the results. LANES invocations share a cell. Here `segments` is how many partials a cell has and `inner` the cells.
// Constants: GROUP invocations in a workgroup, LANES a power of two ≤ GROUP, FINAL whether results are written or, for one
// cell alone, its merged accumulator. Goes with
// output.wgsl and one of lanes-*.wgsl.

// Partials are merged in runs of runs, so that no sum is one long chain.
const RUN: u32 = 16u;

@group(0) @binding(0) var<storage, read> partials: array<u32>;

fn read_partial(at: u32) -> Acc {
  var words: array<u32, ACC_WORDS>;
  for (var k = 0u; k < ACC_WORDS; k++) { words[k] = partials[at + k]; }
  return acc_unpack(words);
}

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let cell = group_number(workgroup, workgroups) * (GROUP / LANES) + index / LANES;
  let lane = index % LANES;
  let busy = cell < params.inner;
  var acc = acc_start();
  if (busy) {
    let mine = (params.segments + LANES - 1u - lane) / LANES;
    for (var far = 0u; far < mine; far += RUN * RUN) {
      var run_of_runs = acc_start();
      for (var near = far; near < min(mine, far + RUN * RUN); near += RUN) {
        var run = acc_start();
        for (var k = near; k < min(mine, near + RUN); k++) {
          run = acc_merge(run, read_partial(params.base + cell * params.stride_inner + (lane + k * LANES) * ACC_WORDS));
        }
        run_of_runs = acc_merge(run_of_runs, run);
      }
      acc = acc_merge(acc, run_of_runs);
    }
  }
  acc = join_lanes(acc, index);
  if (busy && lane == 0u) {
    if (FINAL) { write_results(acc, params.out_base + cell * params.out_inner); } else { write_partial(acc, params.out_base); }
  }
}
