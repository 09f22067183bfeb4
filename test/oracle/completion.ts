/**
 * Completion of matrices as the papers write it down: full singular value decompositions of dense matrices in every step, in
 * doubles. For matrices of some dozen rows and columns.
 */
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

/** Singular values changed by `f`, by one-sided rotations of the rows of A: A = (rotations)ᵀ·(rows at right angles). */
function changed(a: Rows, f: (values: number[]) => number[]): { x: Rows; values: number[] } {
  const work = a.map(row => row.slice());
  const turns: Rows = a.map((_, i) => Float64Array.from({ length: a.length }, (__, j) => Number(i === j)));
  for (let sweep = 0, moved = true; moved && sweep < 60; sweep++) {
    moved = false;
    for (let p = 0; p < a.length; p++)
      for (let q = p + 1; q < a.length; q++) {
        const dot = (x: number, y: number): number =>
          (work[x] ?? new Float64Array(0)).reduce((sum, value, j) => sum + value * at(work, y, j), 0);
        const [pp, qq, pq] = [dot(p, p), dot(q, q), dot(p, q)];
        if (Math.abs(pq) <= 1e-15 * Math.sqrt(pp * qq)) continue;
        moved = true;
        const angle = Math.atan2(2 * pq, pp - qq) / 2;
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        for (const rows of [work, turns]) {
          const [x, y] = [rows[p]?.slice() ?? [], rows[q]?.slice() ?? []];
          rows[p] = Float64Array.from(x, (value, j) => c * value + s * (y[j] ?? NaN));
          rows[q] = Float64Array.from(x, (value, j) => c * (y[j] ?? NaN) - s * value);
        }
      }
  }
  const lengths = work.map(row => Math.hypot(...row));
  const order = lengths.map((_, i) => i).sort((i, j) => (lengths[j] ?? 0) - (lengths[i] ?? 0));
  const values = order.map(i => lengths[i] ?? 0);
  const kept = f(values);
  const x = mapped(a, (_, i, j) =>
    order.reduce((sum, k, place) => {
      const length = lengths[k] ?? 0;
      const share = length > 0 ? (kept[place] ?? 0) / length : 0;
      return sum + at(turns, k, i) * share * at(work, k, j);
    }, 0),
  );
  return { x, values };
}

const lowered = (tau: number) => (values: number[]) => values.map(value => Math.max(0, value - tau));

/** Yₖ = Yₖ₋₁ + δ·P(M − Xₖ), Xₖ = D_τ(Yₖ₋₁), from the last Y for which X is 0, until ‖P(M − X)‖ ≤ tolerance·‖P(M)‖. */
export function svtCompletion(
  observed: Grid,
  mask: Grid,
  { tau, delta, tolerance, iterations }: { tau: number; delta: number; tolerance: number; iterations: number },
): { x: Grid; iterations: number } {
  const known = rowsOf(mask);
  const m = mapped(rowsOf(observed), (value, i, j) => (at(known, i, j) ? value : 0));
  const { values } = changed(m, all => all);
  const kicks = Math.ceil(tau / (delta * (values[0] ?? NaN)));
  let y = mapped(m, value => kicks * delta * value);
  for (let k = 1; ; k++) {
    const { x } = changed(y, lowered(tau));
    const rest = mapped(m, (value, i, j) => (at(known, i, j) ? value - at(x, i, j) : 0));
    if (lengthOf(rest) <= tolerance * lengthOf(m) || k === iterations) return { x: gridOfRows(x), iterations: k };
    y = mapped(y, (value, i, j) => value + delta * at(rest, i, j));
  }
}

/** X ← D_λ(P(M) + P⊥(X)), or with all but `rank` singular values dropped, `iterations` times from 0. */
export function imputed(
  observed: Grid,
  mask: Grid,
  by: { lambda: number } | { rank: number },
  iterations: number,
): Grid {
  const known = rowsOf(mask);
  const m = rowsOf(observed);
  let x = mapped(m, () => 0);
  for (let k = 0; k < iterations; k++) {
    const filled = mapped(m, (value, i, j) => (at(known, i, j) ? value : at(x, i, j)));
    const change = 'lambda' in by ? lowered(by.lambda) : (all: number[]) => all.map((s, i) => (i < by.rank ? s : 0));
    ({ x } = changed(filled, change));
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
