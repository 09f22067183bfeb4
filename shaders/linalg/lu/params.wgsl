// What the four kernels of the LU factorisation share: P·A = L·U with partial pivoting for a stack of matrices, in panels of
// BLOCK columns.
//   start     A, dense
//   panel     columns of a panel from its diagonal on down: L₁₁\U₁₁ and L₂₁, with the largest of each column as its pivot
//   across    the panel's exchanges of rows in all other columns, and U₁₂ = L₁₁⁻¹·A₁₂ to the right of it
//   trailing  the rest: A₂₂ − L₂₁·U₁₂, of which the next panel begins
// Constants: GROUP invocations in a workgroup; BLOCK columns in a panel.

struct Params {
  first_group: u32,  // both filled in by the launcher: see lib/grid.wgsl
  group_count: u32,
  groups: u32,          // workgroups that one matrix gets
  order: u32,           // rows and columns of a matrix
  first: u32,           // the first column of the panel
  base_source: u32,     // where the first matrix begins
  stride_matrix: u32,   // elements of the source from one matrix to the next
  stride_row: u32,      // … from one row to the next
  stride_column: u32,   // … from one column to the next
  base_factor: u32,     // where the first factor begins
  base_rows: u32,       // … and the first list of rows
  base_exchanges: u32,  // … and of exchanges
  first_matrix: u32,    // matrices of the stack before those of this pass
}
@group(0) @binding(0) var<storage, read> source: array<f32>;
@group(0) @binding(1) var<storage, read_write> factor: array<f32>;             // A that becomes L\U, dense; L has ones on its diagonal
@group(0) @binding(2) var<storage, read_write> rows: array<u32>;               // which row of A each row of L\U is
@group(0) @binding(3) var<storage, read_write> exchanges: array<u32>;          // the row that each row changed places with, in turn
@group(0) @binding(4) var<storage, read_write> status: array<atomic<u32>, 1>;  // 0, or which pivot is 0: the first has the largest word
@group(1) @binding(0) var<uniform> params: Params;

// Where a matrix begins in `factor`.
fn factor_of(matrix: u32) -> u32 { return params.base_factor + matrix * params.order * params.order; }
