// Pairs that an earlier pass wrote.
// Constant: COUNTED where only the device knows how many pairs a row has.

@group(0) @binding(1) var<storage, read> source: array<vec2u>;  // key and id
@group(0) @binding(2) var<storage, read> counts: array<u32>;    // pairs of each row, where COUNTED

fn row_length(row: u32) -> u32 {
  if (COUNTED) { return min(params.length, counts[params.first_count + row]); }
  return params.length;
}

fn load_pair(row: u32, i: u32) -> vec2u { return source[params.base + row * params.row_stride + i]; }

// The keys of four elements, `hop` apart.
fn load_keys(row: u32, i: u32, hop: u32) -> vec4u {
  let at = params.base + row * params.row_stride + i;
  return vec4u(source[at].x, source[at + hop].x, source[at + 2u * hop].x, source[at + 3u * hop].x);
}
