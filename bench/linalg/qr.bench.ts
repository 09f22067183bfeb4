/** Q and R of a tall matrix, with LAPACK's signs. */
import type { Bench } from '../harness/bench.ts';

export const bench: Bench = {
  name: 'linalg/qr',
  title: 'Q and R of A = Q·R',
  shape: { full: [2000, 200], quick: [600, 60] },
  bytes: ([m = 1, n = 1]) => 4 * (2 * m * n + n * n),
  // R, and then as much for Q.
  flops: ([m = 1, n = 1]) => 4 * n * n * (m - n / 3),
  // Elements of Q are about so large.
  floor: ([m = 1]) => 1 / Math.sqrt(m),
  /** Gram and Schmidt's way, twice over; then the signs. */
  expected(x, [m = 1, n = 1]) {
    const q = Float64Array.from(x);
    const r = new Float64Array(n * n);
    for (let j = 0; j < n; j++) {
      for (let twice = 0; twice < 2; twice++)
        for (let k = 0; k < j; k++) {
          let along = 0;
          for (let i = 0; i < m; i++) along += (q[i * n + k] ?? NaN) * (q[i * n + j] ?? NaN);
          for (let i = 0; i < m; i++) q[i * n + j] = (q[i * n + j] ?? NaN) - along * (q[i * n + k] ?? NaN);
          r[k * n + j] = (r[k * n + j] ?? NaN) + along;
        }
      let squares = 0;
      for (let i = 0; i < m; i++) squares += (q[i * n + j] ?? NaN) ** 2;
      r[j * n + j] = Math.sqrt(squares);
      for (let i = 0; i < m; i++) q[i * n + j] = (q[i * n + j] ?? NaN) / Math.sqrt(squares);
    }
    // What is left of a column's own element of the diagonal, when it is reflected, has the sign of the pivot of Q − ±I.
    const work = Array.from({ length: n }, (_, i) => q.slice(i * n, (i + 1) * n));
    for (let j = 0; j < n; j++) {
      const sign = (work[j]?.[j] ?? 0) < 0 ? 1 : -1;
      for (let k = 0; k < n; k++) r[j * n + k] = sign * (r[j * n + k] ?? NaN);
      for (let i = 0; i < m; i++) q[i * n + j] = sign * (q[i * n + j] ?? NaN);
      const pivot = (work[j]?.[j] ?? NaN) - sign;
      for (let i = j + 1; i < n; i++) {
        const share = (work[i]?.[j] ?? NaN) / pivot;
        for (let k = j; k < n; k++) {
          const row = work[i];
          if (row) row[k] = (row[k] ?? NaN) - share * ((work[j]?.[k] ?? NaN) - (k === j ? sign : 0));
        }
      }
    }
    return [q, r];
  },
  readback: false,
  ways: { '': (session, x) => session.qr?.(x) },
};
