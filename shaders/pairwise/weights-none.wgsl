// All columns count alike.

const WEIGHTED = false;
fn weight(k: u32) -> vec4f { return vec4f(1.0); }
// A value as its column's weight makes it: written so that a multiplication by one costs nothing.
fn weighed(value: vec4f, w: vec4f) -> vec4f { return value; }
