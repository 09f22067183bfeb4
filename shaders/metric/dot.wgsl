// −Σ w·x·y, so that smaller is closer
alias Pair = f32;

fn pair_start() -> Pair { return 0.0; }
fn pair_step(pair: Pair, x: Four, y: Four, w: vec4f) -> Pair { return add_products(pair, weighed(x, w), y); }
fn pair_join(a: Pair, b: Pair) -> Pair { return a + b; }
fn pair_finish(pair: Pair, left: f32, right: f32) -> f32 { return -pair; }
