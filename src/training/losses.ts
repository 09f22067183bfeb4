/** `lossMae`, `lossMse`, `lossHuber`: how far predictions are off, and the gradient of that with respect to them. */
import { abs, clip, demand, div, mean, mul, notNegative, square, sub, sum, type DeviceOption } from '../arith/index.ts';
import { OptionError, ShapeError } from '../errors.ts';
import { checkOptions, show } from '../options.ts';
import { checkNumber } from '../prox/index.ts';
import { showShape, scoped, toTensors, type Scope, type Tensor, type TensorLike } from '../tensor/index.ts';
import { inDtypeOf, pairOf } from './check.ts';
import { axpy, sign } from './maps.ts';

export type Reduction = 'mean' | 'sum' | 'none';

export interface LossOptions extends DeviceOption {
  /** What becomes of the losses of all elements: their mean (the default), their sum, or nothing. */
  readonly reduction?: Reduction | undefined;
  /** Numbers ≥ 0 that losses are multiplied by; they broadcast to the predictions. A mean is divided by their sum. */
  readonly weights?: TensorLike | undefined;
}

export interface HuberLossOptions extends LossOptions {
  /** Where the loss turns from a parabola to a line: a number > 0. Default: 1. */
  readonly delta?: number | undefined;
}

export interface Loss {
  /** One number; with `reduction: 'none'`, one for each element. */
  readonly loss: Tensor;
  /** The derivative of the loss – with 'none', of each element's own – with respect to the predictions, in their shape. */
  readonly gradient: Tensor;
}

/** Losses of differences, element by element, and their derivatives. */
type Terms = (difference: Tensor, scope: Scope) => { loss: Tensor; slope: Tensor };

function lossOf(op: string, prediction: TensorLike, target: TensorLike, options: LossOptions, terms: Terms): Loss {
  const { reduction = 'mean', weights } = options;
  if (reduction !== 'mean' && reduction !== 'sum' && reduction !== 'none')
    throw new OptionError(`${op}: reduction is ${show(reduction)}. Give one of 'mean', 'sum', 'none'.`);
  return scoped(scope => {
    const [own, wanted] = pairOf(op, ['prediction', 'target'], [prediction, target], scope, options.device);
    const made = terms(scope.keep(sub(own, wanted)), scope);
    if (weights === undefined) {
      if (reduction === 'none') return { loss: scope.result(made.loss), gradient: scope.result(made.slope) };
      if (reduction === 'sum') return { loss: sum(made.loss), gradient: scope.result(made.slope) };
      return { loss: mean(made.loss), gradient: div(made.slope, own.size) };
    }
    const [, found] = toTensors([own, weights], op, scope) as [Tensor, Tensor];
    checkWeights(op, found, own);
    const check = demand(op, weights, found, notNegative(op, 'weights'), scope);
    const w = inDtypeOf(own, found, op, scope);
    const weighted = { loss: mul(made.loss, w), gradient: mul(made.slope, w) };
    const result = reduced(weighted, reduction, w, scope);
    check?.(result.loss);
    check?.(result.gradient);
    return result;
  });
}

/** The last two steps of a weighted loss. Takes what it is given. */
function reduced(weighted: Loss, reduction: Reduction, w: Tensor, scope: Scope): Loss {
  if (reduction === 'none') return weighted;
  const total = sum(scope.keep(weighted.loss));
  if (reduction === 'sum') return { loss: total, gradient: weighted.gradient };
  // A weight that broadcasts counts once for each element that it meets.
  const count = scope.keep(mul(scope.keep(sum(w)), weighted.gradient.size / Math.max(1, w.size)));
  return { loss: div(scope.keep(total), count), gradient: div(scope.keep(weighted.gradient), count) };
}

function checkWeights(op: string, weights: Tensor, prediction: Tensor): void {
  const lead = prediction.ndim - weights.ndim;
  if (lead < 0 || weights.shape.some((length, k) => length !== 1 && length !== prediction.shape[lead + k]))
    throw new ShapeError(
      `${op}: the weights have shape ${showShape(weights.shape)}, which does not broadcast to the predictions' ${showShape(prediction.shape)}. Give lengths that are equal or 1, counted from the last axis.`,
    );
}

/**
 * |p − t|, the mean absolute error, with the gradient sign(p − t), which is 0 where they are equal. Both as torch's `l1_loss`
 * has them; the gradient of a mean is divided by the number of elements, or by the sum of the weights.
 *
 * Shapes must be equal: nothing broadcasts but weights. The mean of nothing is NaN; so is one whose weights are all 0. Negative
 * weights are an error: in a tensor, at the read.
 *
 * ```ts
 * const { loss, gradient } = lossMae([1, 2, 3], [1, 4, 0]);
 * await loss.item();        // 1.6666666666666667
 * await gradient.toArray(); // [0, -0.3333333333333333, 0.3333333333333333]
 * ```
 */
export function lossMae(prediction: TensorLike, target: TensorLike, options: LossOptions = {}): Loss {
  const op = 'lossMae';
  checkOptions(op, options, ['reduction', 'weights', 'device']);
  return lossOf(op, prediction, target, options, (d, scope) => ({
    loss: scope.keep(abs(d)),
    slope: scope.keep(sign(op, d)),
  }));
}

/**
 * (p − t)², the mean squared error, with the gradient 2(p − t), as torch's `mse_loss` has them. What `lossMae` says of
 * reductions, shapes and weights holds.
 *
 * ```ts
 * const { loss, gradient } = lossMse([1, 2, 3], [1, 4, 0], { reduction: 'sum' });
 * await loss.item();        // 13
 * await gradient.toArray(); // [0, -4, 6]
 * ```
 */
export function lossMse(prediction: TensorLike, target: TensorLike, options: LossOptions = {}): Loss {
  const op = 'lossMse';
  checkOptions(op, options, ['reduction', 'weights', 'device']);
  return lossOf(op, prediction, target, options, (d, scope) => ({
    loss: scope.keep(square(d)),
    slope: scope.keep(mul(d, 2)),
  }));
}

/**
 * Huber's loss of d = p − t: ½d² for |d| ≤ δ, and δ(|d| − ½δ) beyond, with the gradient d held within ±δ, as torch's
 * `huber_loss` has them. What `lossMae` says of reductions, shapes and weights holds.
 *
 * ```ts
 * const { loss, gradient } = lossHuber([1, 2, 3], [1, 4, 2.5], { reduction: 'none' });
 * await loss.toArray();     // [0, 1.5, 0.125]
 * await gradient.toArray(); // [0, -1, 0.5]
 * ```
 */
export function lossHuber(prediction: TensorLike, target: TensorLike, options: HuberLossOptions = {}): Loss {
  const op = 'lossHuber';
  checkOptions(op, options, ['reduction', 'weights', 'delta', 'device']);
  const { delta = 1 } = options;
  checkNumber(op, 'delta', delta, true);
  return lossOf(op, prediction, target, options, (d, scope) => {
    const size = scope.keep(abs(d));
    const held = scope.keep(clip(size, null, delta));
    // c(|d| − ½c) with c = min(|d|, δ) is both of them.
    const loss = scope.keep(mul(held, scope.keep(axpy(op, size, held, -0.5))));
    return { loss, slope: scope.keep(clip(d, -delta, delta)) };
  });
}
