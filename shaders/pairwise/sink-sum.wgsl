// The sum of a row of results: chains of a strip's tiles, then strips.
struct Sink { sum: f32 }
const SINK_WORDS: u32 = 1u;

fn sink_start() -> Sink { return Sink(0.0); }
fn sink_take(sink: Sink, bits: u32, column: u32) -> Sink { return Sink(sink.sum + bitcast<f32>(bits)); }
fn sink_merge(a: Sink, b: Sink) -> Sink { return Sink(a.sum + b.sum); }
fn sink_word(sink: Sink, word: u32) -> u32 { return bitcast<u32>(sink.sum); }
fn sink_of(first: u32, second: u32) -> Sink { return Sink(bitcast<f32>(first)); }
fn sink_result(sink: Sink) -> u32 { return bitcast<u32>(sink.sum); }
