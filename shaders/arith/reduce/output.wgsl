// Where every reduction kernel writes: results plane by plane, or the words of a partial accumulator.

@group(0) @binding(1) var<storage, read_write> results: array<u32>;

fn write_results(acc: Acc, at: u32) {
  let outputs = acc_results(acc);
  for (var plane = 0u; plane < PLANES; plane++) { results[at + plane * params.out_plane] = outputs[plane]; }
}

fn write_partial(acc: Acc, at: u32) {
  let words = acc_pack(acc);
  for (var k = 0u; k < ACC_WORDS; k++) { results[at + k] = words[k]; }
}
