// Rows of a are prepared ones, which end with their numbers. Rows of b lie as they came, and are changed when they are read, by
// what a pass before found of each (prepare.wgsl, MEASURE): the two parts of its mean, a power of two and what to divide by.
// Constants: MEAN, ROOTS, as there.

fn value_a(row: u32) -> f32 { return behind_a(row).x; }
fn square_a(row: u32) -> f32 { return behind_a(row).y; }
fn own_b(column: u32) -> vec4f { return numbers[params.numbers_base + min(column, params.m - 1u)]; }
fn value_b(column: u32, batch: u32) -> f32 {
  let own = own_b(column);
  return select(select(1.0, 0.0, is_zero(own.z)), own.w, is_nan(own.w));
}
// Rows of unit length; shares are no squares, and nobody asks for these.
fn square_b(column: u32, batch: u32) -> f32 { return value_b(column, batch); }
fn changed_b(y: vec4f, own: vec4f, k: u32) -> vec4f {
  var x = y;
  if (MEAN) { x = (x - own.x) - own.y; }
  x = x * own.z / own.w;
  if (ROOTS) { x = sqrt(x); }
  return within(x, k);
}
