// One invocation a four of A or of Q: scaled columns of the source, with zeros behind the last; the identity. See params.wgsl.

@group(0) @binding(0) var<storage, read> source: array<f32>;
@group(0) @binding(1) var<storage, read_write> work: array<vec4f>;

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = group_number(workgroup, workgroups);
  let matrix = group / params.groups;
  let place = (group % params.groups) * LANES + lane;
  let of_a = params.rows * params.fours_a;
  if (group >= params.group_count || place >= of_a + params.rows * params.fours_q) { return; }
  let into = matrix * params.stride_work + place;
  if (place >= of_a) {
    let row = (place - of_a) / params.fours_q;
    let columns = (place - of_a) % params.fours_q * 4u + vec4u(0u, 1u, 2u, 3u);
    work[into] = select(vec4f(), vec4f(1.0), columns == vec4u(row));
    return;
  }
  let four = place % params.fours_a;
  let columns = four * 4u + vec4u(0u, 1u, 2u, 3u);
  let at = params.base + matrix * params.stride_matrix + place / params.fours_a * params.stride_row
    + min(columns, vec4u(params.columns - 1u)) * params.stride_column;
  let values = vec4f(source[at.x], source[at.y], source[at.z], source[at.w]);
  work[into] = select(vec4f(), values * work[scales_of(matrix) + four], columns < vec4u(params.columns));
}
