/**
 * Products of matrices within long operations, with pauses: in blocks of rows where a device computes at the call, so that
 * the event loop has its turn.
 */
import { pairs } from '../pairwise/index.ts';
import { copyRowMajor, emptyTensor, stepsAtOnce, type Pace, type Scope, type Tensor } from '../tensor/index.ts';
import { product } from './product.ts';

/** A·Bᵀ of two matrices of one float: all products of a row of each. Where b is a, and nobody needs a pause, half of them are found. */
export async function rowProducts(a: Tensor, b: Tensor, op: string, scope: Scope, pace: Pace): Promise<Tensor> {
  const [m = 0, k = 0] = a.shape;
  const [n = 0] = b.shape;
  const out = scope.keep(emptyTensor(a.device, [m, n], a.dtype, op));
  const atOnce = Math.min(m, Math.max(1, Math.floor(stepsAtOnce(a.device) / Math.max(1, k * n))));
  for (let start = 0; start < m; start += atOnce) {
    const rows = atOnce === m ? a : scope.keep(a.slice(start, start + atOnce));
    const into = scope.keep(out.slice(start, start + atOnce));
    scope.keep(pairs(op, product, { a: rows, b, out: into }, scope));
    await pace.spend((rows.shape[0] ?? 0) * k * n, into);
  }
  return out;
}

/** Aᵀ, dense: rows that products take as they are. */
export const turned = (a: Tensor, op: string, scope: Scope): Tensor =>
  scope.keep(copyRowMajor(scope.keep(a.permuted([1, 0])), op));
