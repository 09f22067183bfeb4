// A careful walk takes the rows as they were before they were centred: there nothing has been rounded yet.

fn near_row_a(row: u32, batch: u32) -> u32 { return params.raw_a_base + row * params.raw_a_stride; }
fn near_row_b(row: u32, batch: u32) -> u32 { return params.raw_b_base + row * params.raw_b_stride; }
fn near_a(row: u32, k: u32) -> vec4f {
  let i = row + 4u * k;
  return raw_within(vec4f(raw_a[i], raw_a[i + 1u], raw_a[i + 2u], raw_a[i + 3u]), k);
}
fn near_b(row: u32, k: u32) -> vec4f {
  let i = row + 4u * k;
  return raw_within(vec4f(raw_b[i], raw_b[i + 1u], raw_b[i + 2u], raw_b[i + 3u]), k);
}
fn raw_within(four: vec4f, k: u32) -> vec4f {
  return select(vec4f(), four, vec4u(4u * k) + vec4u(0u, 1u, 2u, 3u) < vec4u(params.length));
}
