// sum + x·y as a product and a sum: a software adapter fuses nothing.

fn add_products(sum: f32, x: vec4f, y: vec4f) -> f32 { return sum + dot(x, y); }
