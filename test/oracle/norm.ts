/**
 * Norms by their definitions: (Σ|x|^p)^(1/p) of a list, and the 1-, ∞- and Frobenius norms of a matrix by its column and
 * row sums. Semantics are numpy's.
 */
import { axesOf, compensatedSum, fibres, grid, indices, position, sizeOf, valueAt, type Grid } from './grid.ts';

export type Ord = number | 'fro' | undefined;

export interface NormOptions {
  readonly ord?: Ord;
  readonly axis?: number | readonly number[] | undefined;
  readonly keepdims?: boolean;
}

const anyNaN = (values: ArrayLike<number>): boolean => Array.prototype.some.call(values, Number.isNaN);

function largest(values: readonly number[]): number {
  if (values.length === 0) throw new Error('the maximum of nothing is undefined');
  return anyNaN(values) ? NaN : values.reduce((a, b) => Math.max(a, b));
}

function smallest(values: readonly number[]): number {
  if (values.length === 0) throw new Error('the minimum of nothing is undefined');
  return anyNaN(values) ? NaN : values.reduce((a, b) => Math.min(a, b));
}

/** The p-norm of a list. `undefined` is the 2-norm. */
export function vectorNorm(values: ArrayLike<number>, p: number = 2): number {
  if (p === 0) return compensatedSum(values, x => (x === 0 ? 0 : 1));
  if (p === 1) return compensatedSum(values, Math.abs);
  if (p === 2) return Math.sqrt(compensatedSum(values, x => x * x));
  if (p === Infinity || p === -Infinity) return extreme(values, p > 0);
  // Scaled by the element that rules the sum, so that large p neither overflow nor vanish.
  let scale = values.length === 0 ? 1 : extreme(values, p > 0);
  if (!Number.isFinite(scale) || scale === 0) scale = 1;
  return (
    scale *
    Math.pow(
      compensatedSum(values, x => Math.pow(Math.abs(x) / scale, p)),
      1 / p,
    )
  );
}

/** The largest or the smallest magnitude; NaN where there is one. */
function extreme(values: ArrayLike<number>, most: boolean): number {
  if (values.length === 0) throw new Error('the extremum of nothing is undefined');
  let best = Math.abs(values[0] ?? NaN);
  for (let i = 1; i < values.length; i++) {
    const x = Math.abs(values[i] ?? NaN);
    if (Number.isNaN(x)) return NaN;
    if (most ? x > best : x < best) best = x;
  }
  return best;
}

/** A norm of a matrix given as its rows; `columns` says how wide it is where there are no rows. */
export function matrixNorm(rows: readonly (readonly number[])[], columns: number, ord: Ord): number {
  if (ord === undefined || ord === 'fro') return vectorNorm(rows.flat());
  const rowSums = rows.map(row => vectorNorm(row, 1));
  const columnSums = Array.from({ length: columns }, (_, j) =>
    vectorNorm(
      rows.map(row => row[j] ?? NaN),
      1,
    ),
  );
  if (ord === 1) return largest(columnSums);
  if (ord === -1) return smallest(columnSums);
  if (ord === Infinity) return largest(rowSums);
  if (ord === -Infinity) return smallest(rowSums);
  throw new Error(`the oracle knows no matrix norm of order ${String(ord)}`);
}

/** `numpy.linalg.norm`, without what it refuses. */
export function norm(x: Grid, { ord, axis, keepdims = false }: NormOptions = {}): Grid {
  const ndim = x.shape.length;
  const axes = axesOf(axis, ndim);
  const asVector = axes.length === 1 || (axis === undefined && ord === undefined);
  if (asVector) {
    const { shape, values } = fibres(x, axes, keepdims);
    return grid(
      shape,
      values.map(list => vectorNorm(list, ord as number | undefined)),
    );
  }
  const [rowAxis = 0, columnAxis = 1] = axes;
  const kept = x.shape.map((length, k) => (axes.includes(k) ? 1 : length));
  const out = new Float64Array(sizeOf(kept));
  const height = x.shape[rowAxis] ?? 0;
  const width = x.shape[columnAxis] ?? 0;
  for (const place of indices(kept)) {
    const element = (i: number, j: number): number =>
      valueAt(
        x,
        place.map((p, k) => (k === rowAxis ? i : k === columnAxis ? j : p)),
      );
    const rows = Array.from({ length: height }, (_, i) => Array.from({ length: width }, (__, j) => element(i, j)));
    out[position(kept, place)] = matrixNorm(rows, width, ord);
  }
  return grid(keepdims ? kept : kept.filter((_, k) => !axes.includes(k)), out);
}

/** x / max(‖x‖, eps) along an axis; where that is 0, the zeros stay. */
export function normalize(
  x: Grid,
  { ord = 2, axis = -1, eps = 0 }: { ord?: number; axis?: number; eps?: number } = {},
): { normalized: Grid; norms: Grid } {
  const [along = 0] = axesOf(axis, x.shape.length);
  const norms = norm(x, { ord, axis: along, keepdims: true });
  const out = new Float64Array(sizeOf(x.shape));
  for (const index of indices(x.shape)) {
    const length = Math.max(
      valueAt(
        norms,
        index.map((i, k) => (k === along ? 0 : i)),
      ),
      eps,
    );
    const value = valueAt(x, index);
    out[position(x.shape, index)] = length === 0 ? 0 : value / length;
  }
  return { normalized: grid(x.shape, out), norms };
}

/** Five norms of the same lists. */
export function normSummary(
  x: Grid,
  { axis, keepdims = false }: { axis?: number | readonly number[]; keepdims?: boolean } = {},
): Record<'l0' | 'l1' | 'l2' | 'linf' | 'min', Grid> {
  const { shape, values } = fibres(x, axesOf(axis, x.shape.length), keepdims);
  const each = (p: number): Grid =>
    grid(
      shape,
      values.map(list => vectorNorm(list, p)),
    );
  return { l0: each(0), l1: each(1), l2: each(2), linf: each(Infinity), min: each(-Infinity) };
}
