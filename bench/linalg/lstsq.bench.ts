/** Least squares: the x that brings A·x closest to b, for a tall A of full rank. */
import { single, type Bench } from '../harness/bench.ts';

export const bench: Bench = {
  name: 'linalg/lstsq',
  title: 'the least-squares solution of A·x ≈ b',
  shape: { full: [2000, 101], quick: [400, 41] },
  bytes: ([m = 1, n = 1]) => 4 * (m * n + n),
  /** A, with b as one more column: both come from the same numbers. */
  parts: ([m = 1, n = 1]) => [[m, n - 1], [m]],
  floor: () => 0.01,
  /** By the normal equations, which do in doubles for random numbers. */
  expected(x, [m = 1, columns = 1]) {
    const n = columns - 1;
    const width = n + 1;
    const work = new Float64Array(n * width);
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        const value = x[i * n + j] ?? NaN;
        for (let k = 0; k < n; k++) work[j * width + k] = (work[j * width + k] ?? NaN) + value * (x[i * n + k] ?? NaN);
        work[j * width + n] = (work[j * width + n] ?? NaN) + value * (x[m * n + i] ?? NaN);
      }
    for (let k = 0; k < n; k++)
      for (let i = 0; i < n; i++) {
        const share = (work[i * width + k] ?? NaN) / (work[k * width + k] ?? NaN);
        if (i !== k)
          for (let j = k; j < width; j++)
            work[i * width + j] = (work[i * width + j] ?? NaN) - share * (work[k * width + j] ?? NaN);
      }
    return [Float64Array.from({ length: n }, (_, i) => (work[i * width + n] ?? NaN) / (work[i * width + i] ?? NaN))];
  },
  readback: true,
  ways: {
    '': (session, x) => {
      const [a, b] = x as [unknown, unknown];
      return session.lstsq?.(a, b)?.then(single);
    },
  },
};
