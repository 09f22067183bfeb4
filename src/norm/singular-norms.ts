/**
 * Norms of singular values, found. This file is a chunk of its own (vite.config.ts), which norm.ts and schatten.ts load by
 * way of later.ts when somebody asks for such a norm.
 */
import { where } from '../arith/index.ts';
import { NonFiniteError } from '../errors.ts';
import { asOwnFloat, inNameOf, svdvals } from '../linalg/index.ts';
import { Scope, type Tensor } from '../tensor/index.ts';
import type { SingularOrder } from './later.ts';
import { norm } from './norm.ts';

/** The norm of each matrix of a stack [..., m, n] that has at least one element; the values are added up in doubles. */
export async function singularNorms(matrices: Tensor, order: SingularOrder, op: string): Promise<Float64Array> {
  const scope = new Scope();
  try {
    const source = asOwnFloat(matrices, op, scope);
    try {
      return await normsOf(source, order, op, scope);
    } catch (error) {
      if (!(error instanceof NonFiniteError)) throw error;
    }
    return await normsWithHoles(source, order, op, scope);
  } finally {
    scope.close();
  }
}

async function normsOf(matrices: Tensor, order: SingularOrder, op: string, scope: Scope): Promise<Float64Array> {
  const values = scope.keep(await inNameOf(op, 'svdvals', svdvals(matrices)));
  const k = values.shape.at(-1) ?? 1;
  const s = await values.data();
  return Float64Array.from({ length: s.length / k }, (_, b) =>
    combined(Array.from(s.subarray(b * k, (b + 1) * k), Number), order),
  );
}

/** Of descending values ≥ 0. Shares of the largest neither overflow nor vanish where the norm does not. */
function combined(values: readonly number[], order: SingularOrder): number {
  const largest = values[0] ?? 0;
  if (order === 'least') return values.at(-1) ?? 0;
  if (order === Infinity || largest === 0) return largest;
  return largest * values.reduce((sum, value) => sum + (value / largest) ** order, 0) ** (1 / order);
}

/** Where a matrix has a NaN or ∞, that says what its norm is; it must not keep the others from theirs. */
async function normsWithHoles(matrices: Tensor, order: SingularOrder, op: string, scope: Scope): Promise<Float64Array> {
  const batch = matrices.shape.slice(0, -2);
  const largest = scope.keep(norm(scope.keep(matrices.reshape([...batch, -1])), { ord: Infinity, axis: -1 }));
  const peaks = Array.from(await largest.data(), Number);
  const whole = Uint32Array.from(peaks, peak => Number(Number.isFinite(peak)));
  const keep = scope.keep(matrices.device.upload(whole, [...batch, 1, 1], undefined, op));
  const norms = await normsOf(scope.keep(where(keep, matrices, 0)), order, op, scope);
  return norms.map((value, b) => {
    const peak = peaks[b] ?? NaN;
    return Number.isFinite(peak) ? value : order === 'least' ? NaN : peak;
  });
}
