/** A = Q·R by reflections as they stand in textbooks, one whole matrix after the other, in doubles. With LAPACK's signs. */
import { grid, valueAt, type Grid } from './grid.ts';

/** Q [m, m] and R [m, n]. */
export function qr(a: Grid): { q: Grid; r: Grid } {
  const [m = 0, n = 0] = a.shape;
  const r = Array.from({ length: m }, (_, i) => Array.from({ length: n }, (__, j) => valueAt(a, [i, j])));
  const q = Array.from({ length: m }, (_, i) => Array.from({ length: m }, (__, j) => Number(i === j)));
  for (let k = 0; k < Math.min(m, n); k++) {
    const x = r.slice(k).map(row => row[k] ?? NaN);
    if (x.slice(1).every(value => value === 0)) continue;
    const [alpha = NaN] = x;
    const v = [alpha + (alpha < 0 ? -1 : 1) * Math.hypot(...x), ...x.slice(1)];
    const direction = v.map(value => value / Math.hypot(...v));
    // H·R from the left, Q·H from the right.
    for (let j = 0; j < n; j++) {
      const along = direction.reduce((sum, value, i) => sum + value * (r[k + i]?.[j] ?? NaN), 0);
      direction.forEach((value, i) => ((r[k + i] ?? [])[j] = (r[k + i]?.[j] ?? NaN) - 2 * along * value));
    }
    for (const row of q) {
      const along = direction.reduce((sum, value, i) => sum + value * (row[k + i] ?? NaN), 0);
      direction.forEach((value, i) => (row[k + i] = (row[k + i] ?? NaN) - 2 * along * value));
    }
  }
  return { q: grid([m, m], q.flat()), r: grid([m, n], r.flat()) };
}
