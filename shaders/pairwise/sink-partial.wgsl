// Where a strip leaves what it came to, for each of its rows.

fn keep(row: u32, strip: u32, sink: Sink) {
  if (row >= params.n) { return; }
  let at = params.out_base + row * params.out_stride + strip * SINK_WORDS;
  for (var word = 0u; word < SINK_WORDS; word++) { result[at + word] = sink_word(sink, word); }
}
