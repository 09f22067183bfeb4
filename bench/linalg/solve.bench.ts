/** One linear system: elimination with pivots, and two substitutions of a vector. */
import { single, type Bench } from '../harness/bench.ts';

export const bench: Bench = {
  name: 'linalg/solve',
  title: 'x of A·x = b',
  shape: { full: [1024, 1025], quick: [512, 513] },
  parts: ([n = 1]) => [[n, n], [n]],
  bytes: ([n = 1]) => 4 * (n * n + 2 * n),
  flops: ([n = 1]) => (2 / 3) * n ** 3,
  // A random matrix of this order enlarges roundings a few hundred times.
  floor: ([n = 1]) => n / 32,
  expected(values, [n = 1]) {
    const rows = Array.from({ length: n }, (_, i) => Float64Array.from(values.subarray(i * n, (i + 1) * n)));
    const x = Float64Array.from(values.subarray(n * n));
    for (let j = 0; j < n; j++) {
      let pivot = j;
      for (let i = j; i < n; i++) if (Math.abs(rows[i]?.[j] ?? 0) > Math.abs(rows[pivot]?.[j] ?? 0)) pivot = i;
      [rows[j], rows[pivot]] = [rows[pivot] ?? x, rows[j] ?? x];
      [x[j], x[pivot]] = [x[pivot] ?? NaN, x[j] ?? NaN];
      const upper = rows[j] ?? x;
      for (let i = j + 1; i < n; i++) {
        const row = rows[i] ?? x;
        const share = (row[j] ?? NaN) / (upper[j] ?? NaN);
        for (let k = j; k < n; k++) row[k] = (row[k] ?? NaN) - share * (upper[k] ?? NaN);
        x[i] = (x[i] ?? NaN) - share * (x[j] ?? NaN);
      }
    }
    for (let i = n - 1; i >= 0; i--) {
      const row = rows[i] ?? x;
      for (let k = i + 1; k < n; k++) x[i] = (x[i] ?? NaN) - (row[k] ?? NaN) * (x[k] ?? NaN);
      x[i] = (x[i] ?? NaN) / (row[i] ?? NaN);
    }
    return [x];
  },
  readback: true,
  ways: {
    '': (session, x) => {
      const [a, b] = x as unknown[];
      return single(session.solve?.(a, b));
    },
  },
};
