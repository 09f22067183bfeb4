/** Eigenvalues and eigenvectors of a symmetric matrix. The values are read; the vectors are only waited for. */
import type { Bench } from '../harness/bench.ts';
import { eigenvalues, largest } from './values.ts';

export const bench: Bench = {
  name: 'linalg/eigh',
  title: 'λ and V of A = V·Λ·Vᵀ',
  shape: { full: [256, 256], quick: [96, 96] },
  bytes: ([n = 1]) => 4 * (2 * n * n + n),
  // What LAPACK counts for all of it.
  flops: ([n = 1]) => 9 * n ** 3,
  data(random, [n = 1]) {
    const out = new Float32Array(n * n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) out[i * n + j] = ((random[i * n + j] ?? NaN) + (random[j * n + i] ?? NaN)) / 2;
    return out;
  },
  // Errors are promised beside the largest.
  floor: largest,
  expected: (x, [n = 1]) => [eigenvalues(x, n)],
  readback: true,
  queues: false,
  ways: { '': (session, x) => session.eigh?.(x).then(values => [values]) },
};
