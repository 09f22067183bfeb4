// Prepared rows end with a four: the number that the metric wants of a row, and the square of its length.

fn value_a(row: u32) -> f32 { return a[row + params.fours].x; }
fn value_b(column: u32, batch: u32) -> f32 { return b[row_b(column, batch) + params.fours].x; }
fn square_a(row: u32) -> f32 { return a[row + params.fours].y; }
fn square_b(column: u32, batch: u32) -> f32 { return b[row_b(column, batch) + params.fours].y; }
