// One weight a column, zeros behind the end.

const WEIGHTED = true;
fn weight(k: u32) -> vec4f {
  let i = params.w_base + 4u * k;
  let four = vec4f(weights[i], weights[i + 1u], weights[i + 2u], weights[i + 3u]);
  return select(vec4f(), four, vec4u(4u * k) + vec4u(0u, 1u, 2u, 3u) < vec4u(params.length));
}
fn weighed(value: vec4f, w: vec4f) -> vec4f { return w * value; }
