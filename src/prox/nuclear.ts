/** `projectNuclearBall`: matrices whose singular values add up to no more than a radius. */
import { mul, sub, where } from '../arith/index.ts';
import { inNameOf, matmul, matricesOf, svd } from '../linalg/index.ts';
import { norm } from '../norm/index.ts';
import { checkOptions } from '../options.ts';
import { Scope, sizeOf, type Device, type LongOptions, type Tensor, type TensorLike } from '../tensor/index.ts';
import { projectL1Ball } from './balls.ts';
import { checkNumber } from './check.ts';

export interface ProjectNuclearOptions extends LongOptions {
  /** Where plain numbers land. */
  readonly device?: Device | undefined;
}

/**
 * The closest matrix to A whose singular values add up to `radius` at most, for a matrix [m, n] or each of a stack [..., m, n]:
 * U·diag(s)·Vᵀ, where s is the projection of A's singular values onto the ball of the 1-norm. So they are all made smaller by
 * the same number, and those below it become 0: the result has a lower rank where that is called for.
 *
 * A matrix that is inside already, to rounding (2⁻²⁰ of the radius, 2⁻⁴⁵ in doubles), stays as it is, bit for bit. Radius 0
 * gives zeros. NaN or ∞ rejects with `NonFiniteError`.
 *
 * ```ts
 * const y = await projectNuclearBall([[3, 0], [0, 1]], 2);
 * await y.toArray(); // [[2, 0], [0, 0]]
 * ```
 */
export async function projectNuclearBall(
  a: TensorLike,
  radius = 1,
  options: ProjectNuclearOptions = {},
): Promise<Tensor> {
  const op = 'projectNuclearBall';
  checkOptions(op, options, ['device', 'signal', 'onProgress']);
  checkNumber(op, 'radius', radius);
  const { device, ...running } = options;
  const scope = new Scope();
  try {
    const given = matricesOf(a, op, scope, device);
    if (sizeOf(given.shape) === 0) return given.alias(op);
    const { u, s, vt } = await inNameOf(op, 'svd', svd(given, running));
    for (const part of [u, s, vt]) scope.keep(part);
    const lowered = scope.keep(projectL1Ball(s, radius));
    const sides = scope.keep(mul(u, scope.keep(lowered.reshape([...s.shape.slice(0, -1), 1, s.shape.at(-1) ?? 0]))));
    const product = scope.keep(matmul(sides, vt));
    // Where no singular value changed, it is A itself and not what its factors make of it.
    const changes = scope.keep(norm(scope.keep(sub(s, lowered)), { ord: Infinity, axis: -1, keepdims: true }));
    return where(scope.keep(changes.reshape([...s.shape.slice(0, -1), 1, 1])), product, given);
  } finally {
    scope.close();
  }
}
