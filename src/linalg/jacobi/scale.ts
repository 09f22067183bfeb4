/**
 * What comes before all sweeps: numbers that are no numbers are found and named, and each matrix is multiplied by a power of
 * two, so that no square leaves the range whatever the magnitudes. One readback of O(rows + columns) numbers.
 */
import { abs, max, mul } from '../../arith/index.ts';
import { NonFiniteError } from '../../errors.ts';
import { showShape, type NumberArray, type Scope, type Shape, type Tensor } from '../../tensor/index.ts';
import type { JacobiPlan } from './plan.ts';

/** The largest magnitudes of rows and of columns, matrix by matrix. */
export interface Magnitudes {
  readonly rows: NumberArray;
  readonly columns: NumberArray;
}

/** Those of matrices [batches, m, n], none of them empty; all must be finite. `shape` is what the matrices came as. */
export async function magnitudesOf(x: Tensor, shape: Shape, op: string, scope: Scope): Promise<Magnitudes> {
  const m = x.shape[1] ?? 0;
  const sizes = scope.keep(abs(x));
  const [rows, columns] = await Promise.all([
    scope.keep(max(sizes, { axis: 2 })).data(),
    scope.keep(max(sizes, { axis: 1 })).data(),
  ]);
  const wrong = rows.findIndex(size => !Number.isFinite(size));
  if (wrong >= 0) {
    const matrix = shape.length > 2 ? `matrix ${Math.floor(wrong / m)} of shape` : 'the matrix of shape';
    throw new NonFiniteError(
      `${op}: row ${wrong % m} of ${matrix} ${showShape(shape)} has a NaN or an infinity. Clean the numbers first.`,
    );
  }
  return { rows, columns };
}

/** For each matrix the exponent of the power of two that brings its largest element to about 2^top; 0 for zeros. */
function exponentsOf({ columns }: Magnitudes, batches: number, top: number): number[] {
  const n = columns.length / batches;
  return Array.from({ length: batches }, (_, b) => {
    let most = 0;
    for (let j = b * n; j < (b + 1) * n; j++) most = Math.max(most, columns[j] ?? 0);
    return most > 0 ? top - Math.floor(Math.log2(most)) : 0;
  });
}

/** Exponents of powers of two that every float has. */
const MOST: Readonly<Record<JacobiPlan['dtype'], number>> = { float32: 120, float64: 1000 };

/** Each matrix times two to its exponent, in steps that are numbers themselves. */
function timesPowers(x: Tensor, exponents: readonly number[], op: string, scope: Scope): Tensor {
  if (exponents.every(exponent => exponent === 0)) return x;
  const most = MOST[x.dtype as JacobiPlan['dtype']];
  const now = exponents.map(exponent => Math.min(most, Math.max(-most, exponent)));
  const powers = Float64Array.from(now, exponent => 2 ** exponent);
  const factors = scope.keep(x.device.upload(powers, [now.length, 1, 1], x.dtype, op));
  const rest = exponents.map((exponent, b) => exponent - (now[b] ?? 0));
  return timesPowers(scope.keep(mul(x, factors)), rest, op, scope);
}

export interface Scaled extends Magnitudes {
  readonly matrices: Tensor;
  readonly exponents: readonly number[];
}

/** Matrices whose largest elements are about 2^top. At once, so that the multiplication travels with what is enqueued behind it. */
export function scaledBy(sizes: Magnitudes, x: Tensor, top: number, op: string, scope: Scope): Scaled {
  const exponents = exponentsOf(sizes, x.shape[0] ?? 0, top);
  return { ...sizes, matrices: timesPowers(x, exponents, op, scope), exponents };
}

/** All of it, for those to whom one submit more is nothing. */
export const scaledMatrices = async (x: Tensor, shape: Shape, top: number, op: string, scope: Scope): Promise<Scaled> =>
  scaledBy(await magnitudesOf(x, shape, op, scope), x, top, op, scope);
