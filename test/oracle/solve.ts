/**
 * Linear systems and determinants by Gauss and Jordan's elimination with the largest element of all that is left as its
 * pivot, in doubles: another order of work than the library's. Small determinants by Leibniz' sum over permutations.
 */
import { compensatedSum, grid, valueAt, type Grid } from './grid.ts';

/** X of A·X = B for one matrix A [n, n] and B [n, m], or undefined where A is singular; and A's determinant. */
export function eliminate(a: Grid, b: Grid): { x: Grid | undefined; determinant: number } {
  const [n = 0, m = 0] = b.shape;
  const rows = Array.from({ length: n }, (_, i) => [
    ...Array.from({ length: n }, (__, j) => valueAt(a, [i, j])),
    ...Array.from({ length: m }, (__, j) => valueAt(b, [i, j])),
  ]);
  const left = { rows: new Set(rows.keys()), columns: new Set(rows.keys()) };
  /** The row that each column was cleared with. */
  const pivots: number[] = [];
  let determinant = 1;
  while (left.rows.size > 0) {
    let best = { row: -1, column: -1, size: 0 };
    for (const row of left.rows)
      for (const column of left.columns) {
        const size = Math.abs(rows[row]?.[column] ?? NaN);
        if (size > best.size) best = { row, column, size };
      }
    if (best.size === 0) return { x: undefined, determinant: 0 };
    const pivot = rows[best.row] ?? [];
    const value = pivot[best.column] ?? NaN;
    determinant *= value;
    rows.forEach((row, i) => {
      if (i === best.row) return;
      const share = (row[best.column] ?? NaN) / value;
      pivot.forEach((element, j) => (row[j] = j === best.column ? 0 : (row[j] ?? NaN) - share * element));
    });
    left.rows.delete(best.row);
    left.columns.delete(best.column);
    pivots[best.column] = best.row;
  }
  const x = pivots.flatMap((row, column) =>
    Array.from({ length: m }, (_, j) => (rows[row]?.[n + j] ?? NaN) / (rows[row]?.[column] ?? NaN)),
  );
  return { x: grid([n, m], x), determinant: determinant * signOf(pivots) };
}

/** Σ sign(π)·∏ aᵢ,π(i), and the same of magnitudes, over all n! permutations. */
export function leibniz(a: Grid): { determinant: number; magnitude: number } {
  const terms = permutations(a.shape[0] ?? 0).map(
    order => signOf(order) * order.reduce((product, column, row) => product * valueAt(a, [row, column]), 1),
  );
  return { determinant: compensatedSum(terms), magnitude: compensatedSum(terms, Math.abs) };
}

/** 1 for an even number of exchanges, −1 for an odd one: counts the pairs that stand the other way round. */
function signOf(order: readonly number[]): number {
  let turned = 0;
  order.forEach((one, i) => order.slice(i + 1).forEach(other => (turned += Number(other < one))));
  return turned % 2 === 0 ? 1 : -1;
}

function permutations(n: number): number[][] {
  if (n === 0) return [[]];
  return permutations(n - 1).flatMap(order =>
    Array.from({ length: n }, (_, place) => [...order.slice(0, place), n - 1, ...order.slice(place)]),
  );
}
