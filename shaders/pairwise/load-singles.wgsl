// Rows that begin anywhere: four elements one by one, zeros behind the end of a row. `Source` is one element.
// Constant: TAIL, true where rows are not whole fours long.

fn row_a(row: u32, batch: u32) -> u32 { return params.a_base + batch * params.a_batch + min(row, params.n - 1u) * params.a_stride; }
fn row_b(row: u32, batch: u32) -> u32 { return params.b_base + batch * params.b_batch + min(row, params.m - 1u) * params.b_stride; }
fn four_a(row: u32, k: u32) -> Four {
  let i = row + 4u * k;
  return within(Four(a[i], a[i + 1u], a[i + 2u], a[i + 3u]), k);
}
fn four_b(row: u32, k: u32) -> Four {
  let i = row + 4u * k;
  return within(Four(b[i], b[i + 1u], b[i + 2u], b[i + 3u]), k);
}
fn within(four: Four, k: u32) -> Four {
  return select(Four(), four, vec4<bool>(!TAIL) | (vec4u(4u * k) + vec4u(0u, 1u, 2u, 3u) < vec4u(params.length)));
}
// The four behind the last one of a row, which prepared rows have.
fn behind_a(row: u32) -> Four {
  let i = row + 4u * params.fours;
  return Four(a[i], a[i + 1u], a[i + 2u], a[i + 3u]);
}
