/** `adam` and `adamw`: steps whose lengths follow the size of each element's gradients. They differ in what weight decay is. */
import { clip, mul, square } from '../arith/index.ts';
import { OptionError } from '../errors.ts';
import { checkOptions, readFlag, show } from '../options.ts';
import { checkNumber } from '../prox/index.ts';
import { adamDirection, axpy, lerp } from './maps.ts';
import { Optimizer, type OptimizerOptions } from './optimizer.ts';

export interface AdamOptions extends OptimizerOptions {
  /** How much of the means of gradients and of their squares stays at a step: numbers from 0 to below 1. Default: [0.9, 0.999]. */
  readonly betas?: readonly [number, number] | undefined;
  /** What is added to the root of the mean square. Default: 1e-8. */
  readonly eps?: number | undefined;
  /** Default: 0 for `adam`, 0.01 for `adamw`. */
  readonly weightDecay?: number | undefined;
  /** Divide by the largest mean square so far. Default: false. */
  readonly amsgrad?: boolean | undefined;
}

/**
 * Kingma and Ba's optimiser, with torch's formulas: at step t, for a parameter p with gradient g,
 *
 *     g ← g + weightDecay·p
 *     m ← β₁m + (1 − β₁)g,   v ← β₂v + (1 − β₂)g²
 *     p ← p − learningRate · m̂ / (√v̂ + eps),   m̂ = m / (1 − β₁ᵗ),   v̂ = v / (1 − β₂ᵗ)
 *
 * With `amsgrad` the largest v so far takes the place of v in v̂. Weight decay here is that of (λ/2)·‖p‖², which the division
 * by √v̂ mostly undoes: see `adamw`.
 *
 * ```ts
 * const optimizer = adam({ learningRate: 0.1 });
 * const [p] = optimizer.step([tensor([1, 2])], [[10, -0.5]]);
 * await p.toArray(); // [0.9, 2.1], but for eps: the first step is as long for all
 * ```
 */
export const adam = (options: AdamOptions = {}): Optimizer => adamLike('adam', options, 0, false);

/**
 * `adam` with decoupled weight decay (Loshchilov and Hutter), as torch's `AdamW`: before the step,
 *
 *     p ← p − learningRate·weightDecay·p
 *
 * and gradients are taken as they are. So all weights decay at the same rate, whatever the size of their gradients.
 *
 * ```ts
 * const optimizer = adamw({ learningRate: 0.1, weightDecay: 0.5 });
 * const [p] = optimizer.step([tensor([1, 2])], [[0, 0]]);
 * await p.toArray(); // [0.95, 1.9]
 * ```
 */
export const adamw = (options: AdamOptions = {}): Optimizer => adamLike('adamw', options, 1e-2, true);

function adamLike(op: string, options: AdamOptions, decay: number, decoupled: boolean): Optimizer {
  checkOptions(op, options, ['learningRate', 'betas', 'eps', 'weightDecay', 'amsgrad', 'state']);
  const { betas = [0.9, 0.999], eps = 1e-8, weightDecay = decay } = options;
  if (
    !Array.isArray(betas) ||
    betas.length !== 2 ||
    !betas.every(beta => typeof beta === 'number' && beta >= 0 && beta < 1)
  )
    throw new OptionError(`${op}: betas is ${show(betas)}. Give two numbers from 0 to below 1.`);
  const [first, second] = betas as [number, number];
  checkNumber(op, 'eps', eps);
  checkNumber(op, 'weightDecay', weightDecay);
  const amsgrad = readFlag(op, 'amsgrad', options.amsgrad);
  return new Optimizer(op, options, ({ param, gradient, kept, count, rate, scope }) => {
    const decayed = decoupled && weightDecay > 0 ? scope.keep(axpy(op, param, param, -rate * weightDecay)) : param;
    const slope = decoupled || weightDecay === 0 ? gradient : scope.keep(axpy(op, gradient, param, weightDecay));
    const squares = scope.keep(square(slope));
    const mean = scope.keep(kept.mean ? lerp(op, kept.mean, slope, 1 - first) : mul(slope, 1 - first));
    const meanSquare = scope.keep(kept.square ? lerp(op, kept.square, squares, 1 - second) : mul(squares, 1 - second));
    const largest =
      amsgrad && kept.largest ? scope.keep(clip(kept.largest, meanSquare, null)) : scope.keep(meanSquare.alias(op));
    // √v̂ + eps, times √(1 − β₂ᵗ), which the length of the step then has, too.
    const root = Math.sqrt(1 - second ** count);
    const direction = scope.keep(adamDirection(op, mean, largest, eps * root));
    const moved = scope.keep(axpy(op, decayed, direction, (-rate * root) / (1 - first ** count)));
    return { param: moved, kept: { mean, square: meanSquare, ...(amsgrad && { largest }) } };
  });
}
