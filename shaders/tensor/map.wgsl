// One expression over up to three strided operands, four neighbours along the innermost axis at a time.
// The lowering adds the bindings, `load_a`, `load_b`, `load_c` (four elements of an operand), `store`, `apply` with the
// expression, `place` (where the elements of an outer index begin), the aliases A, B, C, Out for vec4f or vec4u, and the
// constants
//   GROUP  invocations in a workgroup
//   ITEMS  neighbouring fours that one invocation computes
//   WHOLE  true where the innermost axis is whole ITEMS of fours
// Expressions see `a`, `b`, `c` as vectors and may use the helpers of map-helpers.wgsl.

struct Params {
  first_group: u32,  // both filled in by the launcher: see lib/grid.wgsl
  group_count: u32,
  count: u32,                   // invocations of the walk
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

// Where a walk stands in the three operands and the output, in elements.
struct Place { a: u32, b: u32, c: u32, out: u32 }

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let invocation = group_number(workgroup, workgroups) * GROUP + lane;
  if (invocation >= params.count) { return; }
  let step = ITEMS * 4u;
  let runs = (params.inner + step - 1u) / step;
  let outer = invocation / runs;
  let first = (invocation - outer * runs) * step;
  let here = place(outer);
  for (var item = 0u; item < ITEMS; item++) {
    let k = first + item * 4u;
    if (WHOLE || k < params.inner) {
      store(here.out, k, apply(load_a(here.a, k), load_b(here.b, k), load_c(here.c, k)), min(4u, params.inner - k));
    }
  }
}
