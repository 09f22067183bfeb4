// The smallest number of a row of results, or (ARG) its column: NaN before all numbers, the lowest column among equal ones.
// Numbers are compared as the keys of arith/reduce/keys.wgsl with LEAST: the largest key wins.
struct Sink { key: u32, column: u32 }
const SINK_WORDS: u32 = 2u;

fn sink_start() -> Sink { return Sink(0u, 0xffffffffu); }
fn sink_take(sink: Sink, bits: u32, column: u32) -> Sink {
  return sink_merge(sink, Sink(keys_of(bitcast<vec4<Element>>(vec4u(bits))).x, column));
}
fn sink_merge(a: Sink, b: Sink) -> Sink {
  let later = b.key > a.key || (b.key == a.key && b.column < a.column);
  return Sink(select(a.key, b.key, later), select(a.column, b.column, later));
}
fn sink_word(sink: Sink, word: u32) -> u32 { return select(sink.key, sink.column, word == 1u); }
fn sink_of(first: u32, second: u32) -> Sink { return Sink(first, second); }
fn sink_result(sink: Sink) -> u32 { return select(bits_of_key(sink.key), sink.column, ARG); }
