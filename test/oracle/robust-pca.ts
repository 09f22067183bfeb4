/**
 * Principal component pursuit by the method of multipliers with a constant μ, for thousands of steps, and singular values by
 * rotations of whole columns: slow, and at the minimum. With ν > 0 noise is allowed: ‖L‖_* + λ‖S‖₁ + ‖D − L − S‖²_F / 2ν.
 */
import { changed, lowered } from './changed.ts';
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
    const next = changed(rest, m, n, lowered(1 / mu)).matrix;
    const missing = given.map((x, at) => x - (next[at] ?? 0) - (sparse[at] ?? 0) - (noise[at] ?? 0));
    const change = Math.hypot(...next.map((x, at) => x - (low[at] ?? 0)));
    missing.forEach((x, at) => (y[at] = (y[at] ?? 0) + mu * x));
    low = next;
    if (Math.max(change, Math.hypot(...missing)) < STILL * size) break;
  }
  const values = changed(low, m, n, lowered(0)).values.filter(value => value > 1e-9 * size);
  const noise = given.map((x, at) => x - (low[at] ?? 0) - (sparse[at] ?? 0));
  const objective =
    values.reduce((total, value) => total + value, 0) +
    lambda * sparse.reduce((total, x) => total + Math.abs(x), 0) +
    (nu > 0 ? Math.hypot(...noise) ** 2 / (2 * nu) : 0);
  return { lowRank: grid([m, n], low), sparse: grid([m, n], sparse), rank: values.length, objective };
}
