/**
 * Completion of matrices as the papers write it down: full singular value decompositions of dense matrices in every step, in
 * doubles. For matrices of some dozen rows and columns.
 */
import { changed, lowered, type Change } from './changed.ts';
import { grid, valueAt, type Grid } from './grid.ts';

type Rows = Float64Array[];

const rowsOf = (a: Grid): Rows => {
  const [m = 0, n = 0] = a.shape;
  return Array.from({ length: m }, (_, i) => Float64Array.from({ length: n }, (__, j) => valueAt(a, [i, j])));
};
const gridOfRows = (rows: Rows): Grid =>
  grid([rows.length, rows[0]?.length ?? 0], Float64Array.from(rows.flatMap(row => Array.from(row))));
const at = (rows: Rows, i: number, j: number): number => rows[i]?.[j] ?? NaN;
const mapped = (rows: Rows, f: (value: number, i: number, j: number) => number): Rows =>
  rows.map((row, i) => row.map((value, j) => f(value, i, j)));
const lengthOf = (rows: Rows): number => Math.hypot(...rows.map(row => Math.hypot(...row)));

/** Rows with changed singular values, and what those were. */
function withChanged(a: Rows, change: Change): { x: Rows; values: readonly number[] } {
  const [m, n] = [a.length, a[0]?.length ?? 0];
  const { matrix, values } = changed(gridOfRows(a).data as Float64Array, m, n, change);
  return { x: rowsOf(grid([m, n], matrix)), values };
}

/** Yₖ = Yₖ₋₁ + δ·P(M − Xₖ), Xₖ = D_τ(Yₖ₋₁), from the last Y for which X is 0, until ‖P(M − X)‖ ≤ tolerance·‖P(M)‖. */
export function svtCompletion(
  observed: Grid,
  mask: Grid,
  { tau, delta, tolerance, iterations }: { tau: number; delta: number; tolerance: number; iterations: number },
): { x: Grid; iterations: number } {
  const known = rowsOf(mask);
  const m = mapped(rowsOf(observed), (value, i, j) => (at(known, i, j) ? value : 0));
  const { values } = withChanged(m, all => all);
  const kicks = Math.ceil(tau / (delta * (values[0] ?? NaN)));
  let y = mapped(m, value => kicks * delta * value);
  for (let k = 1; ; k++) {
    const { x } = withChanged(y, lowered(tau));
    const rest = mapped(m, (value, i, j) => (at(known, i, j) ? value - at(x, i, j) : 0));
    if (lengthOf(rest) <= tolerance * lengthOf(m) || k === iterations) return { x: gridOfRows(x), iterations: k };
    y = mapped(y, (value, i, j) => value + delta * at(rest, i, j));
  }
}

/** X ← D_{step·λ}(X + step·P(M − X)), or with all but `rank` singular values dropped, `iterations` times from 0. */
export function imputed(
  observed: Grid,
  mask: Grid,
  by: { lambda: number } | { rank: number },
  iterations: number,
  step = 1,
): Grid {
  const known = rowsOf(mask);
  const m = rowsOf(observed);
  let x = mapped(m, () => 0);
  for (let k = 0; k < iterations; k++) {
    const before = x;
    const filled = mapped(
      m,
      (value, i, j) => at(before, i, j) + (at(known, i, j) ? step * (value - at(before, i, j)) : 0),
    );
    const change: Change = 'lambda' in by ? lowered(step * by.lambda) : all => all.map((s, i) => (i < by.rank ? s : 0));
    ({ x } = withChanged(filled, change));
  }
  return gridOfRows(x);
}

/** mean, rows and columns with Σ over what is known of each row and column of what is left 0. */
export function effects(observed: Grid, mask: Grid): { mean: number; rows: Float64Array; columns: Float64Array } {
  const [known, m] = [rowsOf(mask), rowsOf(observed)];
  const [high = 0, wide = 0] = observed.shape;
  const [rows, columns] = [new Float64Array(high), new Float64Array(wide)];
  const total = (f: (value: number, i: number, j: number) => number): number =>
    m.reduce((sum, row, i) => sum + row.reduce((own, value, j) => own + (at(known, i, j) ? f(value, i, j) : 0), 0), 0);
  const mean = total(value => value) / total(() => 1);
  for (let sweep = 0; sweep < 300; sweep++) {
    for (let i = 0; i < high; i++) {
      const count = total((_, row) => Number(row === i));
      const sum = total((value, row, j) => (row === i ? value - mean - (columns[j] ?? 0) : 0));
      rows[i] = count ? sum / count : 0;
    }
    for (let j = 0; j < wide; j++) {
      const count = total((_, __, column) => Number(column === j));
      const sum = total((value, i, column) => (column === j ? value - mean - (rows[i] ?? 0) : 0));
      columns[j] = count ? sum / count : 0;
    }
  }
  return { mean, rows, columns };
}
