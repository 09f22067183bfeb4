/** The 20 largest singular values and their vectors, with scikit-learn's defaults: 16 products of A with 30 columns. */
import { type Bench } from '../harness/bench.ts';

const RANK = 20;

/** The singular values: each seven eighths of the one before, 40 of them. */
const values = Array.from({ length: 40 }, (_, k) => 0.875 ** k);

/** Orthonormal rows of `length` numbers, made of random ones. */
function orthonormal(random: Float32Array, length: number): Float64Array[] {
  const found: Float64Array[] = [];
  for (let k = 0; k < values.length; k++) {
    const row = Float64Array.from(random.subarray(k * length, (k + 1) * length));
    for (const other of [...found, ...found]) {
      const along = row.reduce((sum, x, i) => sum + x * (other[i] ?? NaN), 0);
      row.forEach((x, i) => (row[i] = x - along * (other[i] ?? NaN)));
    }
    const size = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0));
    found.push(row.map(x => x / size));
  }
  return found;
}

export const bench: Bench = {
  name: 'linalg/randomized-svd',
  title: `the ${RANK} largest singular values, with vectors`,
  shape: { full: [4000, 500], quick: [1000, 250] },
  bytes: ([m = 1, n = 1]) => 4 * m * n,
  flops: ([m = 1, n = 1]) => 16 * 2 * m * n * (RANK + 10),
  data(random, [m = 1, n = 1]) {
    const [left, right] = [orthonormal(random, m), orthonormal(random.subarray(values.length * m), n)];
    const out = new Float32Array(m * n);
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < values.length; k++)
          sum += (left[k]?.[i] ?? NaN) * (values[k] ?? NaN) * (right[k]?.[j] ?? NaN);
        out[i * n + j] = sum;
      }
    return out;
  },
  expected: () => [Float64Array.from(values.slice(0, RANK))],
  readback: true,
  ways: {
    '': (session, x) => {
      const found = session.randomizedSvd?.(x, RANK);
      return found?.then(one => [one]);
    },
  },
};
