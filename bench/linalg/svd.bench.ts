/** Singular values and vectors of a square matrix. The values are read; the vectors are only waited for. */
import type { Bench } from '../harness/bench.ts';
import { largest, singularValues } from './values.ts';

export const bench: Bench = {
  name: 'linalg/svd',
  title: 'U, σ and V of A = U·Σ·Vᵀ',
  shape: { full: [512, 512], quick: [96, 96] },
  bytes: ([n = 1]) => 4 * (3 * n * n + n),
  // What LAPACK counts for all of it.
  flops: ([n = 1]) => 22 * n ** 3,
  // Errors are promised beside the largest.
  floor: largest,
  expected: (x, [n = 1]) => [singularValues(x, n)],
  readback: true,
  queues: false,
  ways: { '': (session, x) => session.svd?.(x).then(values => [values]) },
};
