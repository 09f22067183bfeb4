// Every number is kept: as a matrix, or (CONDENSED) as the triangle above its diagonal, row by row. Of one set of rows with
// itself (MIRRORED) a number above the diagonal stands below it too, where no tile is walked.

fn put(row: u32, column: u32, batch: u32, bits: u32) {
  if (CONDENSED && params.first_column + column <= params.first_row + row) { return; }
  if (MIRRORED) {
    if (column < row) { return; }
    result[place(column, row, batch)] = bits;
  }
  result[place(row, column, batch)] = bits;
}
fn place(row: u32, column: u32, batch: u32) -> u32 {
  if (CONDENSED) {
    let i = params.first_row + row;
    let j = params.first_column + column;
    // Unsigned arithmetic wraps round: the base takes what the binding leaves out.
    return params.out_base + ((i * (2u * params.whole - i - 1u)) >> 1u) + (j - i - 1u);
  }
  return params.out_base + batch * params.out_batch + row * params.out_stride + column;
}
