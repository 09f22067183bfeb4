// One expression over up to three strided operands, four neighbours along the innermost axis at a time.
// The lowering adds the bindings, `load_a`, `load_b`, `load_c` (four elements of an operand), `store` and `apply` with the
// expression, the aliases A, B, C, Out for vec4f or vec4u, and the constants
//   GROUP  invocations in a workgroup
//   RANK   axes of the walk, 1 to 8
// Expressions see `a`, `b`, `c` as vectors and may use the helpers of map-helpers.wgsl.

struct Params {
  first_group: u32,  // both filled in by the launcher: see lib/grid.wgsl
  group_count: u32,
  count: u32,                   // fours of the walk
  inner: u32,                   // elements of the innermost axis
  base_out: u32,                // where the walk begins in the output
  base_a: u32,                  // … and in each operand
  base_b: u32,
  base_c: u32,
  value_a: u32,                 // bits of an operand that is one immediate value
  value_b: u32,
  value_c: u32,
  nan_bits: u32,                // the bits of a NaN, which WGSL cannot write down
  inner_strides: vec4u,         // elements from one neighbour to the next: a, b, c, output
  shape: array<vec4u, 2>,       // lengths of the other axes, from the one beside the innermost outwards
  strides_a: array<vec4u, 2>,   // elements from one index to the next, 0 to repeat
  strides_b: array<vec4u, 2>,
  strides_c: array<vec4u, 2>,
  strides_out: array<vec4u, 2>,
}
@group(1) @binding(0) var<uniform> params: Params;

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let four = group_number(workgroup, workgroups) * GROUP + lane;
  if (four >= params.count) { return; }
  var rest = 0u;
  var k = four * 4u;
  if (RANK > 1u) {
    let fours = (params.inner + 3u) / 4u;
    rest = four / fours;
    k = (four - rest * fours) * 4u;
  }
  var a = params.base_a;
  var b = params.base_b;
  var c = params.base_c;
  var out = params.base_out;
  for (var axis = 0u; axis < RANK - 1u; axis++) {
    let quad = axis / 4u;
    let part = axis % 4u;
    let length = params.shape[quad][part];
    // The outermost axis takes what is left.
    var index = rest;
    if (axis + 2u < RANK) {
      rest = rest / length;
      index = index - rest * length;
    }
    a += index * params.strides_a[quad][part];
    b += index * params.strides_b[quad][part];
    c += index * params.strides_c[quad][part];
    out += index * params.strides_out[quad][part];
  }
  store(out, k, apply(load_a(a, k), load_b(b, k), load_c(c, k)), min(4u, params.inner - k));
}
