/**
 * Proximal operators and projections by what defines them: roots that bisection finds in doubles – of the derivative of what is
 * to be least, or of what a constraint misses – and the cheaper of two candidates where there is no derivative.
 */
import { axesOf, compensatedSum, fibres, grid, indices, position, type Grid } from './grid.ts';

/** Where an increasing function passes 0. */
function root(f: (at: number) => number, low: number, high: number): number {
  let [a, b] = [low, high];
  for (let k = 0; k < 300; k++) {
    const middle = a + (b - a) / 2;
    if (middle <= a || middle >= b) break;
    if (f(middle) < 0) a = middle;
    else b = middle;
  }
  return Math.abs(f(a)) < Math.abs(f(b)) ? a : b;
}

/** The y with the least t|y| + ½(y − x)²: 0, or where a sign's derivative t·s + y − x is 0. */
export function softThreshold(x: number, t: number): number {
  if (!Number.isFinite(x)) return x;
  const cost = (y: number): number => t * Math.abs(y) + (y - x) ** 2 / 2;
  const candidates = [0, x - t, x + t].filter(y => y === 0 || Math.sign(y) === Math.sign(x));
  return candidates.reduce((best, y) => (cost(y) < cost(best) ? y : best), 0);
}

/** The y with the least (t²/2)·[y ≠ 0] + ½(y − x)². */
export function hardThreshold(x: number, t: number): number {
  if (Number.isNaN(x)) return NaN;
  return (x * x) / 2 <= (t * t) / 2 ? 0 : x;
}

/** The y at which t·h′(y) + y − x is 0, h′(y) being y held within ±δ. */
export function huberProx(x: number, t: number, delta: number): number {
  if (!Number.isFinite(x)) return x;
  const size = Math.abs(x);
  return Math.sign(x) * root(y => t * Math.min(y, delta) + y - size, 0, size);
}

/** The y with the least t‖y‖ + ½‖y − x‖²: along x, of the length at which t + length − ‖x‖ is 0, or 0. */
export function groupSoftThreshold(x: readonly number[], t: number): number[] {
  const length = Math.sqrt(compensatedSum(x, value => value * value));
  if (Number.isNaN(length)) return x.map(() => NaN);
  const left = Math.max(length - t, 0);
  return x.map(value => (left === 0 ? 0 : (value / length) * left));
}

const sumOf = (x: readonly number[]): number => compensatedSum(x);

/** max(x − θ, 0) with the θ at which they add up to r: no less than the largest less r, where that alone makes it. */
export function projectSimplex(x: readonly number[], r: number): number[] {
  if (!x.every(Number.isFinite)) return x.map(() => NaN);
  const shifted = (theta: number): number[] => x.map(value => Math.max(value - theta, 0));
  const top = x.reduce((most, value) => Math.max(most, value), -Infinity);
  const bottom = x.reduce((least, value) => Math.min(least, value), Infinity);
  const theta = root(at => r - sumOf(shifted(at)), Math.max(bottom - r / x.length - 1, top - r), top);
  return shifted(theta);
}

export function projectL1Ball(x: readonly number[], r: number): number[] {
  if (!x.every(Number.isFinite)) return x.map(() => NaN);
  const sizes = x.map(Math.abs);
  if (sumOf(sizes) <= r) return [...x];
  const lowered = r === 0 ? sizes.map(() => 0) : projectSimplex(sizes, r);
  return lowered.map((value, k) => Math.sign(x[k] ?? 0) * value);
}

/** x / (1 + λ) with the multiplier λ ≥ 0 of the constraint on the length. */
export function projectL2Ball(x: readonly number[], r: number): number[] {
  const length = Math.sqrt(compensatedSum(x, value => value * value));
  if (length <= r || x.length === 0) return [...x];
  if (r === 0) return x.map(value => (Number.isFinite(value) ? 0 : NaN));
  const share = root(at => at * length - r, 0, 1);
  return x.map(value => value * share);
}

export const projectLinfBall = (x: readonly number[], r: number): number[] =>
  x.map(value => (value > r ? r : value < -r ? -r : value));

/** What is done to each vector along an axis; `radii` are one for all, or one for each. */
export function along(
  x: Grid,
  axis: number,
  radii: number | readonly number[],
  project: (vector: readonly number[], r: number) => number[],
): Grid {
  const [own = 0] = axesOf(axis, x.shape.length);
  const { values } = fibres(x, [own]);
  const results = values.map((vector, k) => project(vector, typeof radii === 'number' ? radii : (radii[k] ?? NaN)));
  const rest = x.shape.filter((_, k) => k !== own);
  const data: number[] = [];
  for (const index of indices(x.shape)) {
    const which = index.filter((_, k) => k !== own);
    data.push(results[position(rest, which)]?.[index[own] ?? 0] ?? NaN);
  }
  return grid(x.shape, data);
}
