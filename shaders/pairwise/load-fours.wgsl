// Rows that begin at whole fours and are whole fours long: `Source` is a vec4.

fn row_a(row: u32, batch: u32) -> u32 { return params.a_base + batch * params.a_batch + min(row, params.n - 1u) * params.a_stride; }
fn row_b(row: u32, batch: u32) -> u32 { return params.b_base + batch * params.b_batch + min(row, params.m - 1u) * params.b_stride; }
fn four_a(row: u32, k: u32) -> Four { return a[row + k]; }
fn four_b(row: u32, k: u32) -> Four { return b[row + k]; }
fn within(four: Four, k: u32) -> Four { return four; }
// The four behind the last one of a row, which prepared rows have.
fn behind_a(row: u32) -> Four { return a[row + params.fours]; }
