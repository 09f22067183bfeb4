/**
 * The orthogonal factor of a matrix's polar decomposition, and the sign of a symmetric one, by products of matrices alone:
 * X ← p(X) with odd polynomials p, which change singular values (or eigenvalues) and nothing else. No vector is ever found.
 * quintics.ts says which polynomials.
 */
import { add, mul } from '../../arith/index.ts';
import { copyInto, Scope, type Pace, type Tensor } from '../../tensor/index.ts';
import { rowProducts, turned } from '../paced.ts';
import { diagonalOf } from '../views.ts';
import { quintics, type Quintic } from './quintics.ts';

export interface PolarRun {
  readonly op: string;
  readonly pace: Pace;
  /** Told after each of the steps. */
  readonly onStep: (done: number, total: number) => void;
}

/** Singular values are brought so close to 1: a float's rounding in the sums behind it is larger. */
const TOLERANCE = { float32: 2 ** -22, float64: 2 ** -50 } as const;

/** The polynomials that bring singular values of X from [least, 1] to 1. */
export const stepsOf = ({ dtype }: Tensor, least: number): Quintic[] =>
  quintics(least, TOLERANCE[dtype as keyof typeof TOLERANCE]);

/**
 * U·Vᵀ of X = U·diag(σ)·Vᵀ [m, n], m ≥ n, with σ ≤ 1: exact to rounding for σ ≥ `least`, while smaller ones are brought to
 * something from 0 to 1. For a symmetric X, told so, it is the sign of X, and symmetric. It belongs to the scope.
 */
export async function polarFactor(
  x: Tensor,
  least: number,
  symmetric: boolean,
  { op, pace, onStep }: PolarRun,
  scope: Scope,
): Promise<Tensor> {
  const steps = stepsOf(x, least);
  let current = x;
  for (const [done, step] of steps.entries()) {
    const own = new Scope();
    try {
      if (done > 0) own.keep(current);
      current = own.result(await stepped(current, step, symmetric, op, own, pace));
    } finally {
      own.close();
    }
    onStep(done + 1, steps.length);
  }
  return scope.keep(current);
}

/** X·(scale·(XᵀX − root·I)² + rest·I) */
async function stepped(
  x: Tensor,
  { scale, root, rest }: Quintic,
  symmetric: boolean,
  op: string,
  scope: Scope,
  pace: Pace,
): Promise<Tensor> {
  const across = symmetric ? x : turned(x, op, scope);
  const gram = shifted(await rowProducts(across, across, op, scope, pace), -root, op, scope);
  const factor = shifted(scope.keep(mul(await rowProducts(gram, gram, op, scope, pace), scale)), rest, op, scope);
  const next = await rowProducts(x, factor, op, scope, pace);
  // Rounding is not symmetric: left alone it grows from step to step.
  return symmetric ? symmetrized(next, scope) : next;
}

/** (X + Xᵀ) / 2 */
export function symmetrized(x: Tensor, scope: Scope): Tensor {
  return scope.keep(mul(scope.keep(add(x, scope.keep(x.permuted([1, 0])))), 0.5));
}

/** The same matrix with something added to its diagonal: for matrices made here, which nobody else has seen yet. */
export function shifted(matrix: Tensor, by: number, op: string, scope: Scope): Tensor {
  const diagonal = scope.keep(add(scope.keep(diagonalOf(matrix, op)), by));
  copyInto(matrix, diagonal, matrix.offset, [(matrix.shape[0] ?? 0) + 1], op);
  return matrix;
}
