/** Singular values lowered by τ: all of them found, the leading ones alone, or none. 80 of them are not 0, and 20 are left. */
import type { Bench } from '../harness/bench.ts';

const TAU = 0.4;
const HIGH = 1;
const LOW = 0.3;
const KEPT = 20;
const RANK = 80;

/** Orthonormal rows of `length` numbers, made of random ones. */
function orthonormal(random: Float32Array, length: number): Float64Array[] {
  const found: Float64Array[] = [];
  for (let k = 0; k < RANK; k++) {
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
  name: 'lowrank/shrink',
  title: `singular values lowered by τ, ${KEPT} of them left`,
  shape: { full: [600, 400], quick: [240, 160] },
  bytes: ([m = 1, n = 1]) => 2 * 4 * m * n,
  data(random, [m = 1, n = 1]) {
    const [left, right] = [orthonormal(random, m), orthonormal(random.subarray(RANK * m), n)];
    const out = new Float32Array(m * n);
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < RANK; k++) sum += (left[k]?.[i] ?? NaN) * (k < KEPT ? HIGH : LOW) * (right[k]?.[j] ?? NaN);
        out[i * n + j] = sum;
      }
    return out;
  },
  // Elements of what is left are about so large.
  floor: ([m = 1, n = 1]) => (HIGH - TAU) * Math.sqrt(KEPT / (m * n)),
  /** A·(α·I + β·AᵀA), which is HIGH − τ where A has HIGH, and 0 where it has LOW or 0. */
  expected(x, [m = 1, n = 1]) {
    const beta = (HIGH - TAU) / HIGH / (HIGH ** 2 - LOW ** 2);
    const alpha = -beta * LOW ** 2;
    const gram = new Float64Array(n * n);
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        const value = x[i * n + j] ?? NaN;
        for (let k = 0; k < n; k++) gram[j * n + k] = (gram[j * n + k] ?? NaN) + value * (x[i * n + k] ?? NaN);
      }
    const out = Float64Array.from(x, value => alpha * value);
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        const share = beta * (x[i * n + j] ?? NaN);
        for (let k = 0; k < n; k++) out[i * n + k] = (out[i * n + k] ?? NaN) + share * (gram[j * n + k] ?? NaN);
      }
    return [out];
  },
  readback: false,
  ways: {
    'as it chooses': (session, x) => session.shrink?.(x, TAU, 'auto')?.then(one => [one]),
    'by all singular values': (session, x) => session.shrink?.(x, TAU, 'svd')?.then(one => [one]),
    'by the leading ones': (session, x) => session.shrink?.(x, TAU, 'randomized')?.then(one => [one]),
    'by polar factors': (session, x) => session.shrink?.(x, TAU, 'polar')?.then(one => [one]),
  },
};
