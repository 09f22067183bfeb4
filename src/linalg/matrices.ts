/**
 * What the functions of this room that look at singular values begin with: a matrix or a stack of them as floats, how fine
 * those are, and errors of inner calls told in the name of the outer one.
 */
import { OptionError, ShapeError, UnitballError } from '../errors.ts';
import { show } from '../options.ts';
import {
  showShape,
  toFloat,
  toTensors,
  type Device,
  type Scope,
  type Tensor,
  type TensorLike,
} from '../tensor/index.ts';

/** A matrix [m, n] or a stack [..., m, n] of floats. */
export function matricesOf(a: TensorLike, op: string, scope: Scope, device?: Device): Tensor {
  const [given] = toTensors([a], op, scope, device) as [Tensor];
  if (given.ndim < 2)
    throw new ShapeError(
      `${op}: the shape ${showShape(given.shape)} is no matrix or stack of them. Give [m, n], or [..., m, n].`,
    );
  return toFloat(given, op, scope);
}

/** From 1 to the next number: numpy's `finfo(dtype).eps`. */
const epsilonOf = ({ dtype }: Tensor): number => (dtype === 'float64' ? 2 ** -52 : 2 ** -23);

/** How large a singular value of such matrices is at least, in shares of the largest, that counts as more than rounding. */
export const cutoffOf = (a: Tensor): number => Math.max(...a.shape.slice(-2)) * epsilonOf(a);

/** Throws unless what decides which singular values count is a number ≥ 0, or left out. */
export function checkCutoff(value: unknown, name: string, op: string): void {
  if (value !== undefined && !(typeof value === 'number' && value >= 0))
    throw new OptionError(`${op}: ${name} is ${show(value)}. Give a number ≥ 0, or leave it out.`);
}

/** Waits for an inner operation. What that rejects with in its own name bears the name of `op`. */
export async function inNameOf<Result>(op: string, inner: string, promise: Promise<Result>): Promise<Result> {
  try {
    return await promise;
  } catch (error) {
    if (!(error instanceof UnitballError) || !error.message.startsWith(`${inner}: `)) throw error;
    const Same = error.constructor as new (message: string, options: ErrorOptions) => UnitballError;
    throw new Same(`${op}${error.message.slice(inner.length)}`, { cause: error });
  }
}
