/**
 * `qr`: an orthonormal basis of a matrix's columns, and the triangle that they are in it.
 */
import type { DeviceOption } from '../arith/index.ts';
import { OptionError } from '../errors.ts';
import { checkOptions, show } from '../options.ts';
import { scoped, type Tensor, type TensorLike } from '../tensor/index.ts';
import { factorsOf, type QrMode } from './householder/factor.ts';
import { matricesOf } from './matrices.ts';

export type { QrMode };

export interface QrOptions extends DeviceOption {
  /** 'reduced' (the default): Q [m, k] and R [k, n], k = min(m, n). 'complete': Q [m, m] and R [m, n]. 'r': the reduced R alone. */
  readonly mode?: QrMode | undefined;
}

const MODES: readonly QrMode[] = ['reduced', 'complete', 'r'];

/**
 * The factors A = Q·R of a matrix [m, n], or of each matrix of a stack (over all axes but the last two): Q has orthonormal
 * columns, QᵀQ = I, and R is upper triangular. By Householder's reflections, so that Q is orthonormal whatever the rank of A.
 *
 * The signs are LAPACK's and numpy's: a column is mapped to minus the sign of its element on the diagonal, so that Rⱼⱼ is
 * often negative; a column that has nothing below the diagonal stays as it is. Any magnitudes that float32 holds may stand
 * in a matrix. NaN and ∞ make NaN.
 *
 * ```ts
 * const { q, r } = qr([[3, 1], [4, 2]]);
 * await r.toArray(); // [[-5, -2.2], [0, 0.4]]
 * await q.toArray(); // [[-0.6, -0.8], [-0.8, 0.6]]
 * ```
 */
export function qr(a: TensorLike, options: QrOptions & { readonly mode: 'r' }): Tensor;
export function qr(
  a: TensorLike,
  options?: QrOptions & { readonly mode?: 'reduced' | 'complete' | undefined },
): { q: Tensor; r: Tensor };
export function qr(a: TensorLike, options?: QrOptions): Tensor | { q: Tensor; r: Tensor };
export function qr(a: TensorLike, options: QrOptions = {}): Tensor | { q: Tensor; r: Tensor } {
  const op = 'qr';
  checkOptions(op, options, ['mode', 'device']);
  const { mode = 'reduced' } = options;
  if (!MODES.includes(mode))
    throw new OptionError(`${op}: mode is ${show(mode)}. Give one of ${MODES.map(show).join(', ')}.`);
  return scoped(scope => {
    const { q, r } = factorsOf(matricesOf(a, op, scope, options.device), mode, op, scope);
    return q ? { q: scope.result(q), r: scope.result(r) } : scope.result(r);
  });
}
