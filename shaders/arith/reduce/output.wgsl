// Where every reduction kernel writes: results plane by plane, or the words of a partial accumulator.
// Constants: FIRST_PLANE and WRITTEN, the planes that this kernel writes: all, unless they do not fit one binding.

@group(0) @binding(1) var<storage, read_write> results: array<u32>;

fn write_results(acc: Acc, at: u32) {
  let outputs = acc_results(acc);
  for (var k = 0u; k < WRITTEN; k++) { results[at + k * params.out_plane] = outputs[FIRST_PLANE + k]; }
}

fn write_partial(acc: Acc, at: u32) {
  let words = acc_pack(acc);
  for (var k = 0u; k < ACC_WORDS; k++) { results[at + k] = words[k]; }
}
