// What the four kernels of the Cholesky factorisation share: A = L·Lᵀ for a stack of matrices, in panels of BLOCK columns.
//   start     the lower triangle of A, zeros above it
//   diagonal  the square of a panel on the diagonal: L₁₁ of A₁₁ = L₁₁·L₁₁ᵀ
//   panel     the rows below it: L₂₁ = A₂₁·L₁₁⁻ᵀ
//   trailing  the rest: A₂₂ − L₂₁·L₂₁ᵀ, of which the next panel begins
// Constants: GROUP invocations in a workgroup; BLOCK columns in a panel.

struct Params {
  first_group: u32,  // both filled in by the launcher: see lib/grid.wgsl
  group_count: u32,
  groups: u32,         // workgroups that one matrix gets
  order: u32,          // rows and columns of a matrix
  first: u32,          // the first column of the panel
  base_source: u32,    // where the first matrix begins
  stride_matrix: u32,  // elements of the source from one matrix to the next
  stride_row: u32,     // … from one row to the next
  stride_column: u32,  // … from one column to the next
  base_factor: u32,    // where the first factor begins
  first_matrix: u32,   // matrices of the stack before those of this pass
  tolerance: f32,      // the share of its diagonal element above which a pivot must be
  nan_fails: u32,      // 1 where a NaN pivot is an error, 0 where it makes NaN
  nan_bits: u32,       // the bits of a NaN, which WGSL cannot write down
}
@group(0) @binding(0) var<storage, read> source: array<f32>;
@group(0) @binding(1) var<storage, read_write> factor: array<f32>;             // A that becomes L, dense
@group(0) @binding(2) var<storage, read_write> status: array<atomic<u32>, 1>;  // 0, or which pivot failed: the first has the largest word
@group(1) @binding(0) var<uniform> params: Params;

// Where a matrix begins in `factor`.
fn factor_of(matrix: u32) -> u32 { return params.base_factor + matrix * params.order * params.order; }
