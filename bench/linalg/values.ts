/**
 * Singular values and eigenvalues in doubles, for the benches of decompositions: two-sided Jacobi, by the textbook. Its sums of
 * squares converge like those of the kernels, by another route.
 */

/** The eigenvalues of a symmetric matrix [n, n], ascending. */
export function eigenvalues(a: ArrayLike<number>, n: number): Float64Array {
  const work = Float64Array.from(a);
  const at = (i: number, j: number): number => work[i * n + j] ?? NaN;
  for (let sweep = 0, off = Infinity; sweep < 30 && off > 1e-13; sweep++) {
    off = 0;
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        const element = at(p, q);
        const size = Math.abs(element) / (Math.sqrt(Math.abs(at(p, p) * at(q, q))) + 1e-300);
        off = Math.max(off, size);
        if (size < 1e-15) continue;
        const cot = (at(q, q) - at(p, p)) / (2 * element);
        const t = (cot < 0 ? -1 : 1) / (Math.abs(cot) + Math.hypot(1, cot));
        const c = 1 / Math.hypot(1, t);
        const s = c * t;
        for (let k = 0; k < n; k++) {
          const [x, y] = [at(p, k), at(q, k)];
          work[p * n + k] = c * x - s * y;
          work[q * n + k] = s * x + c * y;
        }
        for (let k = 0; k < n; k++) {
          const [x, y] = [at(k, p), at(k, q)];
          work[k * n + p] = c * x - s * y;
          work[k * n + q] = s * x + c * y;
        }
      }
  }
  return Float64Array.from({ length: n }, (_, i) => at(i, i)).toSorted();
}

/** The singular values of a square matrix [n, n], descending: roots of the eigenvalues of AᵀA, in doubles. */
export function singularValues(a: ArrayLike<number>, n: number): Float64Array {
  const gram = new Float64Array(n * n);
  for (let k = 0; k < n; k++)
    for (let i = 0; i < n; i++) {
      const x = a[k * n + i] ?? NaN;
      for (let j = 0; j < n; j++) gram[i * n + j] = (gram[i * n + j] ?? NaN) + x * (a[k * n + j] ?? NaN);
    }
  return eigenvalues(gram, n)
    .map(x => Math.sqrt(Math.max(x, 0)))
    .toReversed();
}

/** How large the largest is, about: of random numbers from −1 to 1. */
export const largest = ([n = 1]: readonly number[]): number => 2 * Math.sqrt(n / 3);
