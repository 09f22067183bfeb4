/**
 * What comes before all sweeps: numbers that are no numbers are found and named, and each matrix is multiplied by a power of
 * two, so that no square leaves the range whatever the magnitudes. One readback of O(rows + columns) numbers.
 */
import { abs, max, mul } from '../../arith/index.ts';
import { NonFiniteError } from '../../errors.ts';
import { showShape, type NumberArray, type Scope, type Shape, type Tensor } from '../../tensor/index.ts';
import type { JacobiPlan } from './plan.ts';

export interface Scaled {
  readonly matrices: Tensor;
  /** For each matrix the exponent of the power of two that it was multiplied by. */
  readonly exponents: readonly number[];
  /** The largest magnitudes of rows and of columns before that, matrix by matrix. */
  readonly rows: NumberArray;
  readonly columns: NumberArray;
}

/** Exponents of powers of two that every float has. */
const MOST: Readonly<Record<JacobiPlan['dtype'], number>> = { float32: 120, float64: 1000 };

/** Brings the largest elements of matrices [batches, m, n] to about 2^top. None is empty; `shape` is what they came as. */
export async function scaledMatrices(x: Tensor, shape: Shape, top: number, op: string, scope: Scope): Promise<Scaled> {
  const [batches = 0, m = 0, n = 0] = x.shape;
  const dtype = x.dtype as JacobiPlan['dtype'];
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
  const exponents = Array.from({ length: batches }, (_, b) => {
    const most = Math.max(...columns.subarray(b * n, (b + 1) * n));
    return most > 0 ? top - Math.floor(Math.log2(most)) : 0;
  });
  return { matrices: timesPowers(x, exponents, MOST[dtype], scope), exponents, rows, columns };
}

/** Each matrix times two to its exponent, in steps that are numbers themselves. */
function timesPowers(x: Tensor, exponents: readonly number[], most: number, scope: Scope): Tensor {
  if (exponents.every(exponent => exponent === 0)) return x;
  const now = exponents.map(exponent => Math.min(most, Math.max(-most, exponent)));
  const factors = scope.keep(
    x.device.upload(
      Float64Array.from(now, exponent => 2 ** exponent),
      [now.length, 1, 1],
      x.dtype,
      'scale',
    ),
  );
  return timesPowers(
    scope.keep(mul(x, factors)),
    exponents.map((exponent, b) => exponent - (now[b] ?? 0)),
    most,
    scope,
  );
}
