// What the kernels of the Householder factorisation share: A = Q·R for a stack of matrices, in panels of BLOCK columns.
//   scales    a power of two for every column, which brings its largest element to [1, 2)
//   start     the scaled A, and the first columns of the identity, which become Q
//   panel     the reflections of a panel, as V and T of I − V·T·Vᵀ; they take V's place, and R's square that of `corners`
//   update    a block reflection applied to some columns: to those behind its panel, and backwards to Q
//   finish-r, finish-q  the results, dense
// Columns are padded to whole fours. Kernels see the work of a matrix as f32 or as vec4f, whichever suits them; in fours,
//   A [rows, fours_a] · Q [rows, fours_q] · the scales and their reciprocals [2, fours_a]
//   · for each panel T, Tᵀ and the corner of R, each [BLOCK, BLOCK / 4].
// Constants: BLOCK columns in a panel; LANES invocations in a workgroup.

struct Params {
  first_group: u32,  // both filled in by the launcher: see lib/grid.wgsl
  group_count: u32,
  groups: u32,         // workgroups that one matrix gets
  rows: u32,
  columns: u32,
  reflections: u32,    // the lesser of them
  stride_work: u32,    // fours of work from one matrix to the next
  fours_a: u32,        // fours of a row of A
  fours_q: u32,        // … of a row of Q
  first: u32,          // the panel's first column and row
  target_at: u32,      // update: where the matrix that it applies to begins in a matrix's work, in fours
  target_fours: u32,   // … fours of a row of it
  target_first: u32,   // … the first four to apply to
  turned: u32,         // … 1 for Tᵀ
  base: u32,           // where the first matrix begins: in the source, or in the results
  stride_matrix: u32,  // elements of the source from one matrix to the next
  stride_row: u32,     // … from one row to the next
  stride_column: u32,  // … from one column to the next
  width: u32,          // columns of a result
  height: u32,         // rows of a result
}
@group(1) @binding(0) var<uniform> params: Params;

// Where parts of a matrix's work begin, in fours.
fn q_of(matrix: u32) -> u32 { return matrix * params.stride_work + params.rows * params.fours_a; }
fn scales_of(matrix: u32) -> u32 { return q_of(matrix) + params.rows * params.fours_q; }
fn panel_of(matrix: u32, panel: u32) -> u32 {
  return scales_of(matrix) + 2u * params.fours_a + panel * 3u * BLOCK * (BLOCK / 4u);
}
