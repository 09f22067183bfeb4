/**
 * Principal component pursuit by the method of multipliers with a constant μ, for thousands of steps, and singular values by
 * rotations of whole columns: slow, and at the minimum. With ν > 0 noise is allowed: ‖L‖_* + λ‖S‖₁ + ‖D − L − S‖²_F / 2ν.
 */
import { grid, type Grid } from './grid.ts';

export interface Pursuit {
  readonly lowRank: Grid;
  readonly sparse: Grid;
  readonly rank: number;
  /** What was minimised. */
  readonly objective: number;
}

const STEPS = 20_000;
const STILL = 1e-9;

export function pursuit(d: Grid, lambda: number, nu = 0): Pursuit {
  const [m = 0, n = 0] = d.shape;
  const given = Float64Array.from(d.data);
  const mu = (m * n) / (2 * given.reduce((total, x) => total + Math.abs(x), 0));
  const size = Math.hypot(...given);
  const share = 1 / (1 + mu * nu);
  const y = new Float64Array(m * n);
  let low = new Float64Array(m * n);
  let sparse = new Float64Array(m * n);
  for (let step = 0; step < STEPS; step++) {
    const open = given.map((x, at) => x - (low[at] ?? 0) + (y[at] ?? 0) / mu);
    sparse = open.map(x => Math.sign(x) * Math.max(0, Math.abs(x) - lambda / (mu * share)));
    const noise = open.map((x, at) => (x - (sparse[at] ?? 0)) * (1 - share));
    const rest = given.map((x, at) => x - (sparse[at] ?? 0) - (noise[at] ?? 0) + (y[at] ?? 0) / mu);
    const next = lowered(rest, m, n, 1 / mu).matrix;
    const missing = given.map((x, at) => x - (next[at] ?? 0) - (sparse[at] ?? 0) - (noise[at] ?? 0));
    const change = Math.hypot(...next.map((x, at) => x - (low[at] ?? 0)));
    missing.forEach((x, at) => (y[at] = (y[at] ?? 0) + mu * x));
    low = next;
    if (Math.max(change, Math.hypot(...missing)) < STILL * size) break;
  }
  const values = lowered(low, m, n, 0).values.filter(value => value > 1e-9 * size);
  const noise = given.map((x, at) => x - (low[at] ?? 0) - (sparse[at] ?? 0));
  const objective =
    values.reduce((total, value) => total + value, 0) +
    lambda * sparse.reduce((total, x) => total + Math.abs(x), 0) +
    (nu > 0 ? Math.hypot(...noise) ** 2 / (2 * nu) : 0);
  return { lowRank: grid([m, n], low), sparse: grid([m, n], sparse), rank: values.length, objective };
}

/** A matrix with each singular value lowered by `tau`, and those values before. */
function lowered(
  x: Float64Array,
  m: number,
  n: number,
  tau: number,
): { matrix: Float64Array<ArrayBuffer>; values: number[] } {
  // A·V has orthogonal columns, σ·u each: A's columns are turned two by two until that is so, and V with them.
  const a = Array.from({ length: n }, (_, j) => Array.from({ length: m }, (__, i) => x[i * n + j] ?? NaN));
  const v = Array.from({ length: n }, (_, j) => Array.from({ length: n }, (__, i) => Number(i === j)));
  const inner = (p: readonly number[], q: readonly number[]): number =>
    p.reduce((sum, one, k) => sum + one * (q[k] ?? NaN), 0);
  for (let isDone = false; !isDone;) {
    isDone = true;
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        const [first, second] = [a[p] ?? [], a[q] ?? []];
        const [alpha, beta, gamma] = [inner(first, first), inner(second, second), inner(first, second)];
        if (Math.abs(gamma) <= 1e-14 * Math.sqrt(alpha * beta) || alpha * beta < 1e-60) continue;
        isDone = false;
        const angle = Math.atan2(2 * gamma, alpha - beta) / 2;
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        for (const [left, right] of [
          [first, second],
          [v[p] ?? [], v[q] ?? []],
        ] as const)
          left.forEach((one, k) => {
            const other = right[k] ?? NaN;
            left[k] = c * one + s * other;
            right[k] = c * other - s * one;
          });
      }
  }
  const values = a.map(column => Math.sqrt(inner(column, column)));
  const matrix = new Float64Array(m * n);
  values.forEach((value, k) => {
    const factor = value > tau ? (value - tau) / value : 0;
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++)
        matrix[i * n + j] = (matrix[i * n + j] ?? 0) + factor * (a[k]?.[i] ?? NaN) * (v[k]?.[j] ?? NaN);
  });
  return { matrix, values };
}
