/** R of A = Q·R by reflections as they stand in textbooks, in doubles, with LAPACK's signs. */
import { grid, valueAt, type Grid } from './grid.ts';

/** R [m, n]. */
export function triangleOf(a: Grid): Grid {
  const [m = 0, n = 0] = a.shape;
  const r = Array.from({ length: m }, (_, i) => Array.from({ length: n }, (__, j) => valueAt(a, [i, j])));
  for (let k = 0; k < Math.min(m, n); k++) {
    const x = r.slice(k).map(row => row[k] ?? NaN);
    if (x.slice(1).every(value => value === 0)) continue;
    const [alpha = NaN] = x;
    const v = [alpha + (alpha < 0 ? -1 : 1) * Math.hypot(...x), ...x.slice(1)];
    const length = Math.hypot(...v);
    const direction = v.map(value => value / length);
    for (let j = 0; j < n; j++) {
      const along = direction.reduce((sum, value, i) => sum + value * (r[k + i]?.[j] ?? NaN), 0);
      direction.forEach((value, i) => ((r[k + i] ?? [])[j] = (r[k + i]?.[j] ?? NaN) - 2 * along * value));
    }
  }
  return grid([m, n], r.flat());
}
