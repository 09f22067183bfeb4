// One workgroup a matrix: the columns of a panel, one after the other. Each invocation has every GROUP-th row, looks for the
// largest magnitude among them (as bits: NaN is above everything, so that it spreads) and takes the pivot's row away from
// them. See params.wgsl.

var<workgroup> largest: array<atomic<u32>, BLOCK>;  // the bits of the largest magnitude, by column
var<workgroup> place: array<atomic<u32>, BLOCK>;    // … and its first row
var<workgroup> pivot_row: array<f32, BLOCK>;        // the panel's part of the pivot's row

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let matrix = group_number(workgroup, workgroups);
  if (matrix >= params.group_count) { return; }
  let order = params.order;
  let first = params.first;
  let width = min(BLOCK, order - first);
  let start = factor_of(matrix) + first;
  let list = matrix * order;
  for (var c = lane; c < BLOCK; c += GROUP) { atomicStore(&place[c], order); }
  workgroupBarrier();
  for (var j = 0u; j < width; j++) {
    let row = first + j;
    var most = 0u;
    var own = order;
    for (var i = first + lane; i < order; i += GROUP) {
      let size = magnitude_bits(factor[start + i * order + j]);
      let better = i >= row && (own == order || size > most);
      most = select(most, size, better);
      own = select(own, i, better);
    }
    atomicMax(&largest[j], most);
    workgroupBarrier();
    let size = atomicLoad(&largest[j]);
    if (most == size) { atomicMin(&place[j], own); }
    storageBarrier();
    workgroupBarrier();
    let other = atomicLoad(&place[j]);
    for (var c = lane; c < width; c += GROUP) {
      let upper = start + row * order + c;
      let lower = start + other * order + c;
      let value = factor[lower];
      factor[lower] = factor[upper];
      factor[upper] = value;
      pivot_row[c] = value;
    }
    if (lane == 0u) {
      exchanges[params.base_exchanges + list + row] = other;
      let upper = params.base_rows + list + row;
      let lower = params.base_rows + list + other;
      let source_row = rows[lower];
      rows[lower] = rows[upper];
      rows[upper] = source_row;
      if (size == 0u) { atomicMax(&status[0], 0xffffffffu - (params.first_matrix + matrix) * order - row); }
    }
    storageBarrier();
    workgroupBarrier();
    let pivot = pivot_row[j];
    for (var i = first + lane; i < order; i += GROUP) {
      if (i > row) {
        let at = start + i * order;
        // A column of zeros needs nothing taken away.
        let share = select(factor[at + j] / pivot, 0.0, size == 0u);
        factor[at + j] = share;
        for (var c = j + 1u; c < width; c++) { factor[at + c] -= share * pivot_row[c]; }
      }
    }
  }
}
