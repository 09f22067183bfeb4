/** `sgd`: steps against the gradient, with momentum where asked. */
import { mul } from '../arith/index.ts';
import { OptionError } from '../errors.ts';
import { checkOptions, readFlag } from '../options.ts';
import { checkNumber } from '../prox/index.ts';
import { axpy } from './maps.ts';
import { Optimizer, type OptimizerOptions } from './optimizer.ts';

export interface SgdOptions extends OptimizerOptions {
  /** The share of the step before that is made again: a number ≥ 0. Default: 0. */
  readonly momentum?: number | undefined;
  /** The share of the gradient that does not enter the momentum. Default: 0. */
  readonly dampening?: number | undefined;
  /** Look ahead by the momentum (Nesterov). Needs momentum, and no dampening. Default: false. */
  readonly nesterov?: boolean | undefined;
  /** λ of (λ/2)·‖p‖², which is added to what is minimised. Default: 0. */
  readonly weightDecay?: number | undefined;
}

/**
 * An optimiser by gradient descent, with torch's formulas: at each step, for a parameter p with gradient g,
 *
 *     g ← g + weightDecay·p
 *     b ← momentum·b + (1 − dampening)·g      (the first time, b = g)
 *     p ← p − learningRate·b                  (with nesterov: by g + momentum·b)
 *
 * ```ts
 * const optimizer = sgd({ learningRate: 0.1, momentum: 0.9 });
 * let params = [tensor([1, 2])];
 * params = optimizer.step(params, [[10, 0]]);
 * await params[0].toArray(); // [0, 2]
 * ```
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  const op = 'sgd';
  checkOptions(op, options, ['learningRate', 'momentum', 'dampening', 'nesterov', 'weightDecay', 'state']);
  const { momentum = 0, dampening = 0, weightDecay = 0 } = options;
  checkNumber(op, 'momentum', momentum);
  checkNumber(op, 'dampening', dampening);
  checkNumber(op, 'weightDecay', weightDecay);
  const nesterov = readFlag(op, 'nesterov', options.nesterov);
  if (nesterov && (momentum === 0 || dampening !== 0))
    throw new OptionError(
      `${op}: nesterov with momentum ${momentum} and dampening ${dampening}. Give a momentum > 0, and no dampening.`,
    );
  return new Optimizer(op, options, ({ param, gradient, kept, rate, scope }) => {
    const slope = weightDecay === 0 ? gradient : scope.keep(axpy(op, gradient, param, weightDecay));
    if (momentum === 0) return { param: scope.keep(axpy(op, param, slope, -rate)), kept: {} };
    const fresh = dampening === 0 ? slope : scope.keep(mul(slope, 1 - dampening));
    // A handle of its own, since the gradient may be the caller's.
    const velocity = scope.keep(kept.momentum ? axpy(op, fresh, kept.momentum, momentum) : slope.alias(op));
    const direction = nesterov ? scope.keep(axpy(op, slope, velocity, momentum)) : velocity;
    return { param: scope.keep(axpy(op, param, direction, -rate)), kept: { momentum: velocity } };
  });
}
