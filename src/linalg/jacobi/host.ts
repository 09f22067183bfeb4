/**
 * One-sided Jacobi by Hestenes (1958) on plain doubles: rows of a matrix are rotated in pairs until they are orthogonal. It knows
 * no device and no tensor.
 */

/** Two rows count as orthogonal below this cosine. */
const TOLERANCE = 2 ** -50;
const MOST_SWEEPS = 40;

/**
 * Rotates the rows of `work` until those of their first `length` elements that lie in pairs are orthogonal; what stands behind
 * takes part in the rotations. Returns false where that did not come to an end.
 */
export function orthogonalizeRows(work: Float64Array, rows: number, length: number, stride: number): boolean {
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let largest = 0;
    for (let p = 0; p < rows; p++)
      for (let q = p + 1; q < rows; q++)
        largest = Math.max(largest, rotate(work, p * stride, q * stride, length, stride));
    if (largest <= TOLERANCE * Math.sqrt(Math.max(16, length))) return true;
  }
  return false;
}

/** Makes two rows orthogonal, the longer one first; returns the cosine that they had. */
function rotate(work: Float64Array, p: number, q: number, length: number, stride: number): number {
  let [alpha, beta, gamma] = [0, 0, 0];
  for (let k = 0; k < length; k++) {
    const x = work[p + k] as number;
    const y = work[q + k] as number;
    alpha += x * x;
    beta += y * y;
    gamma += x * y;
  }
  if (alpha < beta) {
    for (let k = 0; k < stride; k++) {
      const x = work[p + k] as number;
      work[p + k] = work[q + k] as number;
      work[q + k] = x;
    }
    [alpha, beta] = [beta, alpha];
  }
  const size = Math.sqrt(alpha) * Math.sqrt(beta);
  if (size === 0 || Math.abs(gamma) <= TOLERANCE * size) return 0;
  const zeta = (beta - alpha) / (2 * gamma);
  const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const c = 1 / Math.hypot(1, t);
  const s = c * t;
  const tau = s / (1 + c);
  for (let k = 0; k < stride; k++) {
    const x = work[p + k] as number;
    const y = work[q + k] as number;
    work[p + k] = x - s * (y + tau * x);
    work[q + k] = y + s * (x - tau * y);
  }
  return Math.abs(gamma) / size;
}
