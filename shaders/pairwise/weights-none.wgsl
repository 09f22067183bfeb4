// All columns count alike; what fills up the last four does not count.

const WEIGHTED = false;
fn weight(k: u32) -> vec4f {
  return select(vec4f(), vec4f(1.0), vec4<bool>(!TAIL) | (vec4u(4u * k) + vec4u(0u, 1u, 2u, 3u) < vec4u(params.length)));
}
// A value as its column's weight makes it: written so that a multiplication by one costs nothing.
fn weighed(value: vec4f, w: vec4f) -> vec4f { return value; }
