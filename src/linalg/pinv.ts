/** `pinv`: the pseudo-inverse of Moore and Penrose, out of the singular value decomposition. */
import { mul } from '../arith/index.ts';
import { checkOptions } from '../options.ts';
import { castTensor, Scope, type NumberArray, type Tensor, type TensorLike } from '../tensor/index.ts';
import { asOwnFloat } from './covariance.ts';
import { checkCutoff, cutoffOf, inNameOf, matricesOf } from './matrices.ts';
import { matmul } from './matmul.ts';
import { svd, type SvdvalsOptions } from './svd.ts';
import { transposed } from './views.ts';

export interface PinvOptions extends SvdvalsOptions {
  /** Singular values up to this share of the largest count as 0. Default: max(m, n)·eps of the matrix's own dtype (numpy's is 1e-15). */
  readonly rcond?: number | undefined;
}

/**
 * The pseudo-inverse A⁺ [n, m] of a matrix A [m, n], or of each matrix of a stack [..., m, n]:
 *
 *     A⁺ = V·diag(1/σ)·Uᵀ over the σ above rcond·σ₁, where A = U·diag(σ)·Vᵀ
 *
 * A⁺·b is the shortest of all x that bring A·x closest to b; of a regular matrix A⁺ is the inverse, of zeros it is zeros.
 * Its error is that of A times the condition of what was kept. NaN or ∞ rejects with `NonFiniteError`. Singular values are
 * inverted on the host, in doubles; nothing else is read.
 *
 * ```ts
 * await (await pinv([[1, 0], [0, 2], [0, 0]])).toArray(); // [[1, 0, 0], [0, 0.5, 0]]
 * ```
 */
export async function pinv(a: TensorLike, options: PinvOptions = {}): Promise<Tensor> {
  const op = 'pinv';
  checkOptions(op, options, ['rcond', 'device', 'signal', 'onProgress']);
  const { rcond, device, ...long } = options;
  checkCutoff(rcond, 'rcond', op);
  const scope = new Scope();
  try {
    const given = matricesOf(a, op, scope, device);
    const { shape } = given;
    const [n = 0, m = 0] = shape.toReversed();
    if (given.size === 0) return given.device.upload([], [...shape.slice(0, -2), n, m], given.dtype, op);
    const { u, s, vt } = await inNameOf(op, 'svd', svd(asOwnFloat(given, op, scope), long));
    for (const part of [u, s, vt]) scope.keep(part);
    const k = Math.min(m, n);
    const inverses = inverted(await s.data(), k, rcond ?? cutoffOf(given));
    const row = scope.keep(s.device.upload(inverses, [...shape.slice(0, -2), 1, k], s.dtype, op));
    const scaled = scope.keep(mul(scope.keep(transposed(vt)), row));
    return castTensor(scope.keep(matmul(scaled, scope.keep(transposed(u)))), given.dtype, op);
  } finally {
    scope.close();
  }
}

/** 1/σ of those above `rcond`·σ₁ and 0 of the others, for lists of k descending singular values. */
export const inverted = (values: NumberArray, k: number, rcond: number): Float64Array =>
  Float64Array.from(values, (value, at) => (value > rcond * Number(values[at - (at % k)]) ? 1 / value : 0));
