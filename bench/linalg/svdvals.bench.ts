/** The singular values of a square matrix, without vectors. */
import type { Bench } from '../harness/bench.ts';
import { largest, singularValues } from './values.ts';

export const bench: Bench = {
  name: 'linalg/svdvals',
  title: 'Singular values',
  shape: { full: [256, 256], quick: [192, 192] },
  bytes: ([n = 1]) => 4 * (n * n + n),
  // By bidiagonalisation, the way with the fewest.
  flops: ([n = 1]) => (8 / 3) * n ** 3,
  // Errors are promised beside the largest.
  floor: largest,
  expected: (x, [n = 1]) => [singularValues(x, n)],
  readback: true,
  queues: false,
  ways: { '': (session, x) => session.svdvals?.(x).then(values => [values]) },
};
