// Elements as they came: a number each, with an id that was given.

@group(0) @binding(1) var<storage, read> source: array<u32>;  // float32 or uint32, as bits
@group(0) @binding(2) var<storage, read> ids: array<u32>;

fn row_length(row: u32) -> u32 { return params.length; }

fn place_of(row: u32, i: u32) -> u32 { return params.base + row * params.row_stride + i * params.step; }

fn load_pair(row: u32, i: u32) -> vec2u {
  return vec2u(key_of(source[place_of(row, i)]), ids[params.ids_base + row * params.ids_row + i * params.step]);
}

// The keys of four elements, `hop` apart.
fn load_keys(row: u32, i: u32, hop: u32) -> vec4u {
  let at = place_of(row, i);
  let apart = hop * params.step;
  return keys_of(vec4u(source[at], source[at + apart], source[at + 2u * apart], source[at + 3u * apart]));
}
