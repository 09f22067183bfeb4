/**
 * Shrinking a covariance towards a multiple of the identity, as scikit-learn does: (1 − s)·C + s·μ·I with μ the mean of
 * the diagonal. It makes a singular covariance regular. `s` is given, or found by Ledoit and Wolf's formula.
 */
import { add, clip, div, mul, square, sub, sum, where } from '../arith/index.ts';
import { OptionError } from '../errors.ts';
import { show } from '../options.ts';
import { copyInto, type Scope, type Tensor } from '../tensor/index.ts';
import { diagonalOf } from './views.ts';

/** A share from 0 to 1, or 'ledoit-wolf' for the one that fits the data best by their formula. */
export type Shrinkage = number | 'ledoit-wolf';

export function checkShrinkage(shrinkage: unknown, op: string): void {
  const fits = typeof shrinkage === 'number' ? shrinkage >= 0 && shrinkage <= 1 : shrinkage === 'ledoit-wolf';
  if (shrinkage !== undefined && !fits)
    throw new OptionError(`${op}: shrinkage is ${show(shrinkage)}. Give 'ledoit-wolf' or a number from 0 to 1.`);
}

/** (1 − s)·C + s·μ·I. */
export function shrunk(covariance: Tensor, share: Tensor | number, op: string, scope: Scope): Tensor {
  const d = covariance.shape[0] ?? 0;
  const kept = typeof share === 'number' ? 1 - share : scope.keep(sub(1, share));
  const out = scope.keep(mul(covariance, kept));
  const trace = scope.keep(sum(scope.keep(diagonalOf(covariance, op))));
  const added = scope.keep(mul(scope.keep(div(trace, d)), share));
  return withDiagonal(out, scope.keep(add(scope.keep(diagonalOf(out, op)), added)), op);
}

/**
 * Ledoit and Wolf's share, β/δ in scikit-learn's names: how far single rows' products scatter around their mean, against
 * how far that mean is from a multiple of the identity. `products` is XᵀX of the centred rows X. Both are found in units of
 * the mean variance, so that no fourth power leaves float32's range.
 */
export function ledoitWolf(rows: Tensor, products: Tensor, op: string, scope: Scope): Tensor | number {
  const [n = 0, d = 0] = rows.shape;
  if (d < 2) return 0;
  const keep = (one: Tensor): Tensor => scope.keep(one);
  const trace = keep(sum(keep(diagonalOf(products, op))));
  const unit = keep(div(d, keep(where(trace, trace, 1))));
  const shape = keep(mul(products, unit));
  const lengths = keep(mul(keep(sum(keep(square(rows)), { axis: 1 })), keep(mul(unit, n))));
  const ownSquares = keep(sum(keep(square(shape))));
  const beta = keep(div(keep(sub(keep(div(keep(sum(keep(square(lengths)))), n)), ownSquares)), n));
  const difference = withDiagonal(shape, keep(sub(keep(diagonalOf(shape, op)), 1)), op);
  const delta = keep(sum(keep(square(difference))));
  const share = keep(div(beta, keep(where(delta, delta, 1))));
  return keep(clip(keep(where(delta, share, 0)), 0, 1));
}

/** The same matrix with another diagonal: for matrices made here, which nobody else has seen yet. */
function withDiagonal(matrix: Tensor, diagonal: Tensor, op: string): Tensor {
  copyInto(matrix, diagonal, matrix.offset, [(matrix.shape[0] ?? 0) + 1], op);
  return matrix;
}
