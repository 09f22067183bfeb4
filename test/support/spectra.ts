/** Matrices with singular values that are known, in doubles rounded to float32. */
import { grid, valueAt, type Grid } from '../oracle/grid.ts';
import { times } from './qr.ts';
import { flipped } from './solve.ts';
import { Random } from './random.ts';
import { gridOf } from './tensors.ts';

/** Orthonormal columns [m, n], m ≥ n: random ones, made orthogonal twice. */
function columns(m: number, n: number, seed: number): Grid {
  const random = new Random(seed);
  const found: number[][] = [];
  while (found.length < n) {
    let column = Array.from(random.normal(m), Number);
    for (const other of [...found, ...found]) {
      const along = column.reduce((sum, value, i) => sum + value * (other[i] ?? NaN), 0);
      column = column.map((value, i) => value - along * (other[i] ?? NaN));
    }
    const length = Math.hypot(...column);
    found.push(column.map(value => value / length));
  }
  return flipped(grid([n, m], found.flat()));
}

/** U·diag(values)·Vᵀ [m, n] with random U and V. */
export function withSpectrum(m: number, n: number, values: readonly number[], seed = 1): Grid {
  const u = columns(m, values.length, 2 * seed);
  const scaled = grid(
    u.shape,
    Array.from(u.data, (value, at) => value * (values[at % values.length] ?? NaN)),
  );
  return gridOf([m, n], times(scaled, flipped(columns(n, values.length, 2 * seed + 1))).data);
}

/** U·diag(s)·Vᵀ */
export const composed = (u: Grid, s: ArrayLike<number>, vt: Grid): Grid =>
  times(
    grid(
      u.shape,
      Array.from(u.data, (value, at) => value * (s[at % s.length] ?? NaN)),
    ),
    vt,
  );

/** True where the element of largest magnitude of each column is positive, the first of several. */
export function areSigned(u: Grid): boolean {
  const [m = 0, n = 0] = u.shape;
  return Array.from({ length: n }, (_, j) => Array.from({ length: m }, (__, i) => valueAt(u, [i, j]))).every(
    column => (column.find(value => Math.abs(value) === Math.max(...column.map(Math.abs))) ?? 0) > 0,
  );
}
