/**
 * Eigenvalues of symmetric matrices by another way than Jacobi's: Householder's reduction to three diagonals, then QL with
 * implicit shifts (Bowdler, Martin, Reinsch and Wilkinson 1968). Singular values are those of [0 A; Aᵀ 0], whose eigenvalues
 * are ±σ: nothing is squared, so all are within a few roundings of the largest.
 */
import { grid, valueAt, type Grid } from './grid.ts';

/** The eigenvalues of a symmetric matrix, ascending. */
export function eigenvalues(a: Grid): number[] {
  const n = a.shape[0] ?? 0;
  const rows = Array.from({ length: n }, (_, i) => Float64Array.from({ length: n }, (__, j) => valueAt(a, [i, j])));
  return byImplicitShifts(...threeDiagonals(rows)).toSorted((x, y) => x - y);
}

/** The min(m, n) singular values of a matrix [m, n], descending. */
export function singularValues(a: Grid): number[] {
  const [m = 0, n = 0] = a.shape;
  const order = m + n;
  const data = new Float64Array(order * order);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++)
      for (const at of [i * order + m + j, (m + j) * order + i]) data[at] = valueAt(a, [i, j]);
  return eigenvalues(grid([order, order], data))
    .toReversed()
    .slice(0, Math.min(m, n))
    .map(Math.abs);
}

/** The diagonal and the one below it, after n − 2 reflections from both sides. */
function threeDiagonals(a: readonly Float64Array[]): [diagonal: number[], below: number[]] {
  const n = a.length;
  const at = (i: number, j: number): number => a[i]?.[j] ?? NaN;
  for (let k = 0; k < n - 2; k++) {
    const column = a.slice(k + 1).map(row => row[k] ?? NaN);
    const largest = Math.max(...column.map(Math.abs));
    if (largest === 0) continue;
    const length = largest * Math.sqrt(column.reduce((sum, x) => sum + (x / largest) ** 2, 0));
    const v = [...column];
    v[0] = (v[0] ?? NaN) + ((v[0] ?? 0) < 0 ? -length : length);
    const size = Math.max(...v.map(Math.abs));
    const unit = v.map(x => x / size);
    const half = unit.reduce((sum, x) => sum + x * x, 0) / 2;
    const reflect = (get: (i: number) => number, set: (i: number, value: number) => void): void => {
      const share = unit.reduce((sum, x, i) => sum + x * get(k + 1 + i), 0) / half;
      unit.forEach((x, i) => set(k + 1 + i, get(k + 1 + i) - share * x));
    };
    for (let j = 0; j < n; j++)
      reflect(
        i => at(i, j),
        (i, value) => a.at(i)?.set([value], j),
      );
    for (let i = 0; i < n; i++)
      reflect(
        j => at(i, j),
        (j, value) => a.at(i)?.set([value], j),
      );
  }
  return [a.map((_, i) => at(i, i)), a.slice(1).map((_, i) => at(i + 1, i))];
}

/** Chases the elements below the diagonal away, eigenvalue by eigenvalue. */
function byImplicitShifts(d: number[], below: readonly number[]): number[] {
  const n = d.length;
  const e = [...below, 0];
  const rounding = 2 ** -53 * Math.max(...d.map((x, i) => Math.abs(x) + Math.abs(e[i] ?? 0)));
  const [of, off] = [(i: number): number => d[i] ?? NaN, (i: number): number => e[i] ?? NaN];
  for (let first = 0; first < n; first++)
    for (let turn = 0; ; turn++) {
      if (turn > 60) throw new Error('the oracle did not converge');
      let end = first;
      while (end < n - 1 && Math.abs(off(end)) > rounding) end++;
      if (end === first) break;
      let g = (of(first + 1) - of(first)) / (2 * off(first));
      let r = Math.hypot(g, 1);
      g = of(end) - of(first) + off(first) / (g + (g < 0 ? -r : r));
      let [s, c, p] = [1, 1, 0];
      let i = end - 1;
      for (; i >= first; i--) {
        let f = s * off(i);
        const b = c * off(i);
        r = Math.hypot(f, g);
        e[i + 1] = r;
        if (r === 0) {
          d[i + 1] = of(i + 1) - p;
          e[end] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = of(i + 1) - p;
        r = (of(i) - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
        f = 0;
      }
      if (r === 0 && i >= first) continue;
      d[first] = of(first) - p;
      e[first] = g;
      e[end] = 0;
    }
  return d;
}
