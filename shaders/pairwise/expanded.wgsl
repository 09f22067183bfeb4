// Σ w·(x − y)² of prepared rows as ‖x‖² + ‖y‖² − 2x·y: half the arithmetic. Where little is left of the sum the rounding of
// its parts shows: such a pair is marked for a careful walk.

// What must be left of ‖x‖² + ‖y‖².
const LEFT_LEAST: f32 = 0.125;

fn product_step(sum: f32, x: vec4f, y: vec4f, w: vec4f) -> f32 { return add_products(sum, x, y); }
fn product_join(a: f32, b: f32) -> f32 { return a + b; }
fn expanded_bits(product: f32, square_left: f32, square_right: f32, left: f32, right: f32) -> u32 {
  let squares = square_left + square_right;
  let pair = squares - 2.0 * product;
  if (!(pair >= LEFT_LEAST * squares) || !pair_trusted(squares)) { return MARK; }
  return bitcast<u32>(pair_finish(pair, left, right));
}
