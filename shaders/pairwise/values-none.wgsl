// Rows come as they are: no number of their own travels with them.

fn value_a(row: u32) -> f32 { return 1.0; }
fn value_b(column: u32, batch: u32) -> f32 { return 1.0; }
