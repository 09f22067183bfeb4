/** The Cholesky factor of a matrix whose condition is about 2. */
import { plainly, single, type Bench } from '../harness/bench.ts';

export const bench: Bench = {
  name: 'linalg/cholesky',
  title: 'L of A = L·Lᵀ',
  shape: { full: [1024, 1024], quick: [512, 512] },
  bytes: ([n = 1]) => 4 * 2 * n * n,
  flops: ([n = 1]) => n ** 3 / 3,
  /** X·Xᵀ/n + I. */
  data(random, [n = 1]) {
    const out = new Float32Array(n * n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += (random[i * n + k] ?? NaN) * (random[j * n + k] ?? NaN);
        const value = sum / n + (i === j ? 1 : 0);
        out[i * n + j] = value;
        out[j * n + i] = value;
      }
    return out;
  },
  // Beside the diagonal, which is a little more than 1.
  floor: () => 0.1,
  expected(x, [n = 1]) {
    const lower = new Float64Array(n * n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++) {
        let sum = x[i * n + j] ?? NaN;
        for (let k = 0; k < j; k++) sum -= (lower[i * n + k] ?? NaN) * (lower[j * n + k] ?? NaN);
        lower[i * n + j] = j < i ? sum / (lower[j * n + j] ?? NaN) : Math.sqrt(sum);
      }
    return [lower];
  },
  readback: false,
  ways: plainly((session, x) => single(session.cholesky?.(x))),
};
