// What the three kernels share that solve T·X = B for a stack of triangular matrices, BLOCK rows at a time.
//   start  X becomes B (or the identity), its rows in the order of `rows` where that is given
//   block  rows of X, solved with the triangle on the diagonal of T
//   rest   takes those rows away from all that come after them
// Rows are counted as they are solved: those of an upper triangle come from the last to the first, by strides that are
// negative (in u32, whose arithmetic wraps).
// Constants: GROUP invocations in a workgroup; BLOCK rows that are solved at a time.

struct Params {
  first_group: u32,  // both filled in by the launcher: see lib/grid.wgsl
  group_count: u32,
  groups: u32,           // workgroups that one matrix gets
  order: u32,            // rows and columns of T
  columns: u32,          // of X
  first: u32,            // the first row of the block
  base_triangle: u32,    // where the first matrix has its first row
  triangle_matrix: u32,  // elements from one matrix to the next
  triangle_row: u32,     // … from one row to the next
  triangle_column: u32,  // … from one column to the next
  base_right: u32,       // the same of B
  right_matrix: u32,
  right_row: u32,
  right_column: u32,
  base_rows: u32,        // the same of the lists of rows
  rows_matrix: u32,
  base_solution: u32,    // the same of X, whose columns are neighbours
  solution_matrix: u32,
  solution_row: u32,
  first_matrix: u32,     // matrices of the stack before those of this pass
  unit: u32,             // 1 where T has ones on its diagonal, whatever stands there
  is_identity: u32,      // 1 where B is the identity
  has_rows: u32,         // 1 where the rows of B come in another order
}
@group(0) @binding(0) var<storage, read> triangle: array<f32>;
@group(0) @binding(1) var<storage, read> right: array<f32>;                    // B
@group(0) @binding(2) var<storage, read> rows: array<u32>;                     // which row of B each row is made from
@group(0) @binding(3) var<storage, read_write> solution: array<f32>;           // X
@group(0) @binding(4) var<storage, read_write> status: array<atomic<u32>, 1>;  // 0, or which diagonal element is 0: the first has the largest word
@group(1) @binding(0) var<uniform> params: Params;

fn triangle_of(matrix: u32) -> u32 { return params.base_triangle + matrix * params.triangle_matrix; }
fn solution_of(matrix: u32) -> u32 { return params.base_solution + matrix * params.solution_matrix; }
