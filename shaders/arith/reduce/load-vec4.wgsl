// Loading four neighbours at once: the reduced (or the inner) axis has stride 1 and every row begins at a multiple of 4.

@group(0) @binding(0) var<storage, read> elements: array<vec4<Element>>;

fn load_four(at: u32, stride: u32) -> vec4<Element> { return elements[at / 4u]; }
// Rows that are read in fours have stride 1.
fn axis_stride() -> u32 { return 1u; }
fn load_one(at: u32) -> Element { return elements[at / 4u][at % 4u]; }
