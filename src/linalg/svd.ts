/** `svd` and `svdvals`: singular values and vectors of matrices, by one-sided Jacobi. jacobi/decompose.ts says how. */
import { mul } from '../arith/index.ts';
import { checkOptions, readFlag } from '../options.ts';
import { Scope, type Device, type LongOptions, type Tensor, type TensorLike } from '../tensor/index.ts';
import { asResult, completed, signsOf, valuesTensor } from './jacobi/bases.ts';
import { decompose } from './jacobi/decompose.ts';
import { matricesOf } from './matrices.ts';

export interface SvdvalsOptions extends LongOptions {
  /** Where plain numbers land. */
  readonly device?: Device | undefined;
}

export interface SvdOptions extends SvdvalsOptions {
  /** True for square U and V, with columns beyond the singular values. Default: false (numpy's is true). */
  readonly fullMatrices?: boolean | undefined;
}

/** A = U·diag(s)·Vᵀ. */
export interface Svd {
  readonly u: Tensor;
  readonly s: Tensor;
  readonly vt: Tensor;
}

/**
 * The singular value decomposition A = U·diag(s)·Vᵀ of a matrix [m, n], or of each matrix of a stack [..., m, n]. With
 * k = min(m, n), U is [..., m, k], s is [..., k] and descending, Vᵀ is [..., k, n]; `fullMatrices` makes U [..., m, m] and
 * Vᵀ [..., n, n] by further columns and rows that are orthonormal too (that is what numpy does unless told not to).
 *
 * By one-sided Jacobi, in the device's own arithmetic: doubles on `cpu`, float32 elsewhere. Every σ is within a few roundings
 * of σ₁; and of A = B·D, columns of a well-conditioned B scaled by any D, every σ comes with its own relative accuracy,
 * however small. Signs are fixed: of each column of U the element of largest magnitude, the first of several, is positive.
 * Only the order of rows and signs are found on the host: it reads a few numbers a row, never a matrix.
 *
 * NaN or ∞ in A rejects with `NonFiniteError`, which names the first row that has one. An empty matrix has no singular values.
 *
 * ```ts
 * const { u, s, vt } = await svd([[3, 0], [0, 4]]);
 * await s.toArray(); // [4, 3]
 * await vt.toArray(); // [[0, 1], [1, 0]]
 * ```
 */
export async function svd(a: TensorLike, options: SvdOptions = {}): Promise<Svd> {
  const op = 'svd';
  const scope = new Scope();
  try {
    checkOptions(op, options, ['fullMatrices', 'device', 'signal', 'onProgress']);
    const full = readFlag(op, 'fullMatrices', options.fullMatrices);
    const source = matricesOf(a, op, scope, options.device);
    const [n = 0, m = 0] = source.shape.toReversed();
    const k = Math.min(m, n);
    const { values, vectors } = await decompose(source, true, options, op, scope);
    const s = valuesTensor(values, k, source, op);
    const [left, right] = vectors();
    const [rows, columns] = full ? [m, n] : [k, k];
    const u = completed(
      left,
      values.map(() => k),
      rows,
      op,
      scope,
    );
    const v = completed(
      right,
      values.map(() => k),
      columns,
      op,
      scope,
    );
    const signed = rows === k ? u : scope.keep(mul(u, signsOf(u, scope)));
    return {
      u: asResult(scope.keep(signed.permuted([0, 2, 1])), [m, rows], source, op, scope),
      s,
      vt: asResult(v, [columns, n], source, op, scope),
    };
  } finally {
    scope.close();
  }
}

/**
 * The singular values of a matrix [m, n], or of each matrix of a stack: [..., min(m, n)], descending. What `svd` says of them
 * holds; without vectors they take less than half of the time.
 *
 * ```ts
 * await (await svdvals([[3, 0], [4, 0]])).toArray(); // [5, 0]
 * ```
 */
export async function svdvals(a: TensorLike, options: SvdvalsOptions = {}): Promise<Tensor> {
  const op = 'svdvals';
  const scope = new Scope();
  try {
    checkOptions(op, options, ['device', 'signal', 'onProgress']);
    const source = matricesOf(a, op, scope, options.device);
    const k = Math.min(...source.shape.slice(-2));
    const { values } = await decompose(source, false, options, op, scope);
    return valuesTensor(values, k, source, op);
  } finally {
    scope.close();
  }
}
