// One workgroup a matrix: factors the panel's square on the diagonal, column by column, and watches the pivots.
// See params.wgsl.

var<workgroup> square: array<f32, BLOCK * BLOCK>;

// √pivot; NaN, and a status word, for one that is not positive enough.
fn root_of(pivot: f32, matrix: u32, index: u32, told: bool) -> f32 {
  let nan = is_nan(pivot);
  let at = params.base_source + matrix * params.stride_matrix + index * (params.stride_row + params.stride_column);
  let low = !nan && pivot <= params.tolerance * source[at];
  if (told && (low || (nan && params.nan_fails == 1u))) {
    let place = (params.first_matrix + matrix) * params.order + index;
    atomicMax(&status[0], 0xffffffffu - 2u * place - select(0u, 1u, nan));
  }
  return select(sqrt(max(pivot, 0.0)), bitcast<f32>(params.nan_bits), nan || low);
}

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let matrix = group_number(workgroup, workgroups);
  if (matrix >= params.group_count) { return; }
  let size = min(BLOCK, params.order - params.first);
  let corner = factor_of(matrix) + params.first * (params.order + 1u);
  for (var e = lane; e < size * size; e += GROUP) {
    square[e / size * BLOCK + e % size] = factor[corner + e / size * params.order + e % size];
  }
  workgroupBarrier();
  for (var j = 0u; j < size; j++) {
    let root = root_of(square[j * BLOCK + j], matrix, params.first + j, lane == 0u);
    workgroupBarrier();
    for (var i = j + lane; i < size; i += GROUP) {
      square[i * BLOCK + j] = select(square[i * BLOCK + j] / root, root, i == j);
    }
    workgroupBarrier();
    let rest = size - j - 1u;
    for (var e = lane; e < rest * rest; e += GROUP) {
      let row = j + 1u + e / rest;
      let column = j + 1u + e % rest;
      if (column <= row) { square[row * BLOCK + column] -= square[row * BLOCK + j] * square[column * BLOCK + j]; }
    }
    workgroupBarrier();
  }
  for (var e = lane; e < size * size; e += GROUP) {
    let row = e / size;
    let column = e % size;
    if (column <= row) { factor[corner + row * params.order + column] = square[row * BLOCK + column]; }
  }
}
