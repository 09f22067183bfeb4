// A careful walk takes the same rows as the quick one.

fn near_row_a(row: u32, batch: u32) -> u32 { return row_a(row, batch); }
fn near_row_b(row: u32, batch: u32) -> u32 { return row_b(row, batch); }
fn near_a(row: u32, k: u32) -> vec4f { return four_a(row, k); }
fn near_b(row: u32, k: u32) -> vec4f { return four_b(row, k); }
