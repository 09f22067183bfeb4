/** `matrixRank`: how many singular values are more than rounding. */
import { checkOptions } from '../options.ts';
import { Scope, sizeOf, type Tensor, type TensorLike } from '../tensor/index.ts';
import { asOwnFloat } from './covariance.ts';
import { checkCutoff, cutoffOf, inNameOf, matricesOf } from './matrices.ts';
import { svdvals, type SvdvalsOptions } from './svd.ts';

export interface MatrixRankOptions extends SvdvalsOptions {
  /** Singular values above this count. Default: σ₁·max(m, n)·eps, where eps is that of the matrix's own dtype. */
  readonly tol?: number | undefined;
}

/**
 * The rank of a matrix [m, n], or of each matrix of a stack [..., m, n]: the number of singular values above `tol`, as
 * `numpy.linalg.matrix_rank` counts them. The result is uint32, of the stack's shape.
 *
 * What counts as rounding goes with the dtype: numbers that came in as float32 have one of 2⁻²³, whatever device works on
 * them. The rank of an empty matrix is 0 (numpy raises). NaN or ∞ rejects with `NonFiniteError`. Singular values are counted on the
 * host, which is all that is read.
 *
 * ```ts
 * await (await matrixRank([[1, 2, 3], [4, 5, 6], [7, 8, 9]])).item(); // 2
 * ```
 */
export async function matrixRank(a: TensorLike, options: MatrixRankOptions = {}): Promise<Tensor> {
  const op = 'matrixRank';
  checkOptions(op, options, ['tol', 'device', 'signal', 'onProgress']);
  const { tol, device, ...long } = options;
  checkCutoff(tol, 'tol', op);
  const scope = new Scope();
  try {
    const given = matricesOf(a, op, scope, device);
    const shape = given.shape.slice(0, -2);
    const ranks = new Uint32Array(sizeOf(shape));
    const k = Math.min(...given.shape.slice(-2));
    if (given.size > 0) {
      const values = scope.keep(await inNameOf(op, 'svdvals', svdvals(asOwnFloat(given, op, scope), long)));
      const s = await values.data();
      ranks.forEach((_, b) => {
        const own = s.subarray(b * k, (b + 1) * k);
        const least = tol ?? Number(own[0]) * cutoffOf(given);
        ranks[b] = own.filter(value => value > least).length;
      });
    }
    return given.device.upload(ranks, shape, 'uint32', op);
  } finally {
    scope.close();
  }
}
