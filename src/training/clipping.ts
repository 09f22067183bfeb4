/** `clipGradNorm` and `clipGradValue`: gradients that are not allowed to become large. */
import { add, clip, concat, demand, div, mul, type DeviceOption } from '../arith/index.ts';
import { NonFiniteError, OptionError } from '../errors.ts';
import { norm, parseOrd, type Ord } from '../norm/index.ts';
import { checkOptions, readFlag, show } from '../options.ts';
import { checkNumber } from '../prox/index.ts';
import { scoped, toFloat, toTensors, type Scope, type Tensor, type TensorLike } from '../tensor/index.ts';
import { inDtypeOf } from './check.ts';

export interface ClipNormOptions extends DeviceOption {
  /** The norm: a number > 0, or Infinity. Default: 2. */
  readonly ord?: Ord | undefined;
  /** True for a `NonFiniteError` at the read where the total norm is NaN or ∞. Default: false. */
  readonly errorIfNonfinite?: boolean | undefined;
}

export interface ClippedGradients {
  /** In the order and the shapes that they came in. */
  readonly gradients: Tensor[];
  /** The norm of all elements together, before clipping. */
  readonly norm: Tensor;
}

function floatsOf(op: string, gradients: readonly TensorLike[], scope: Scope, options: DeviceOption): Tensor[] {
  if (!Array.isArray(gradients))
    throw new OptionError(`${op}: ${show(gradients)} is not an array of tensors. Give [gradient, …].`);
  if (gradients.length === 0)
    throw new OptionError(`${op}: there is nothing to clip. Give an array of at least one gradient.`);
  return toTensors(gradients, op, scope, options.device).map(one => toFloat(one, op, scope));
}

/** What 1/‖g‖ is kept from being infinite by, as in torch. */
const APART = 1e-6;

/**
 * All gradients multiplied by min(1, maxNorm / (‖g‖ + 1e-6)), where ‖g‖ is the norm of all their elements together, as torch's
 * `clip_grad_norm_` does. What was given stays as it was: the gradients that come back are new.
 *
 * A NaN makes NaN of all gradients, and ∞ of itself, beside zeros, unless `errorIfNonfinite` makes an error of them. The norm
 * leaves no range on the way. With `maxNorm` Infinity nothing is clipped, and the norm is what one asks for; there a norm of ∞ makes
 * NaN of all, as in torch.
 *
 * ```ts
 * const { gradients, norm } = clipGradNorm([[3, 0], [[4]]], 1);
 * await norm.item();            // 5
 * await gradients[0].toArray(); // [0.59999988…, 0]
 * ```
 */
export function clipGradNorm(
  gradients: readonly TensorLike[],
  maxNorm: number,
  options: ClipNormOptions = {},
): ClippedGradients {
  const op = 'clipGradNorm';
  checkOptions(op, options, ['ord', 'errorIfNonfinite', 'device']);
  if (maxNorm !== Infinity) checkNumber(op, 'maxNorm', maxNorm);
  const ord = parseOrd(options.ord ?? 2, op);
  if (typeof ord !== 'number' || !(ord > 0))
    throw new OptionError(`${op}: the ord ${show(options.ord)} is not offered. Use a number > 0, or Infinity.`);
  const strict = readFlag(op, 'errorIfNonfinite', options.errorIfNonfinite);
  return scoped(scope => {
    const own = floatsOf(op, gradients, scope, options);
    const total = scope.keep(totalNorm(own, ord, scope));
    // 0 times what is not finite is NaN.
    const zero = (): Tensor => scope.keep(mul(total, 0));
    const share = (): Tensor => scope.keep(div(maxNorm, scope.keep(add(total, APART))));
    const factor = scope.keep(maxNorm === Infinity ? add(zero(), 1) : clip(share(), null, 1));
    const clipped = own.map(one => scope.keep(mul(one, inDtypeOf(one, factor, op, scope))));
    if (strict) {
      const wanted = { binary: false, explain: (): NonFiniteError => notFinite(op) };
      const nothing = zero();
      const check = demand(op, nothing, nothing, wanted, scope);
      for (const result of [total, ...clipped]) check?.(result);
    }
    return { gradients: clipped.map(one => scope.result(one)), norm: scope.result(total) };
  });
}

const notFinite = (op: string): NonFiniteError =>
  new NonFiniteError(
    `${op}: the total norm of the gradients is NaN or infinite. Leave this step out, or make the learning rate smaller.`,
  );

/** The norm of the norms. Nothing has the norm 0, also the largest of nothing. */
function totalNorm(gradients: readonly Tensor[], ord: number, scope: Scope): Tensor {
  const some = gradients.filter(({ size }) => size > 0);
  const norms = (some.length > 0 ? some : gradients.slice(0, 1)).map(one => {
    const flat = scope.keep(one.reshape([-1]));
    const own = scope.keep(norm(flat, { ord: flat.size > 0 ? ord : 2 }));
    return scope.keep(own.reshape([1]));
  });
  return norm(scope.keep(concat(norms)), { ord });
}

/**
 * All elements of gradients held within ±clipValue, as torch's `clip_grad_value_` does. NaN stays NaN. What was given stays as
 * it was.
 *
 * ```ts
 * const [gradient] = clipGradValue([[3, -0.5, -7]], 1);
 * await gradient.toArray(); // [1, -0.5, -1]
 * ```
 */
export function clipGradValue(
  gradients: readonly TensorLike[],
  clipValue: number,
  options: DeviceOption = {},
): Tensor[] {
  const op = 'clipGradValue';
  checkOptions(op, options, ['device']);
  checkNumber(op, 'clipValue', clipValue);
  return scoped(scope => floatsOf(op, gradients, scope, options).map(one => clip(one, -clipValue, clipValue)));
}
