// How many numbers of a row of results are below the threshold. A NaN is not.
struct Sink { count: u32 }
const SINK_WORDS: u32 = 1u;

fn sink_start() -> Sink { return Sink(0u); }
fn sink_take(sink: Sink, bits: u32, column: u32) -> Sink {
  let number = (bits & MAGNITUDE_BITS) <= INFINITY_BITS;
  return Sink(sink.count + select(0u, 1u, number && bitcast<f32>(bits) < params.threshold));
}
fn sink_merge(a: Sink, b: Sink) -> Sink { return Sink(a.count + b.count); }
fn sink_word(sink: Sink, word: u32) -> u32 { return sink.count; }
fn sink_of(first: u32, second: u32) -> Sink { return Sink(first); }
fn sink_result(sink: Sink) -> u32 { return sink.count; }
