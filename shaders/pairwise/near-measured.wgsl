// A careful walk takes the same rows as the quick one, those of b changed as they are read. A row of b is its number here.

fn near_row_a(row: u32, batch: u32) -> u32 { return row_a(row, batch); }
fn near_row_b(row: u32, batch: u32) -> u32 { return row; }
fn near_a(row: u32, k: u32) -> vec4f { return four_a(row, k); }
fn near_b(row: u32, k: u32) -> vec4f { return changed_b(four_b(row_b(row, 0u), k), own_b(row), k); }
