/** `magnitudePrune`: the smallest weights made 0. */
import { abs, cast, clip, sub, where, type DeviceOption } from '../arith/index.ts';
import { OptionError } from '../errors.ts';
import { argsort } from '../order/index.ts';
import { checkOptions, show } from '../options.ts';
import { checkNumber, hardThreshold } from '../prox/index.ts';
import {
  castTensor,
  frontAxis,
  scoped,
  toFloat,
  toTensors,
  type Scope,
  type Tensor,
  type TensorLike,
} from '../tensor/index.ts';

export interface PruneOptions extends DeviceOption {
  /** The share of elements that become 0, from 0 to 1. Give this or `threshold`. */
  readonly amount?: number | undefined;
  /** Elements with |x| no larger than it become 0. */
  readonly threshold?: number | undefined;
  /** With `amount`: prunes that share of each vector along this axis, instead of all elements together. */
  readonly axis?: number | undefined;
}

export interface Pruned {
  /** x, with 0 where it was pruned. */
  readonly values: Tensor;
  /** True where x was kept: a bool tensor, to prune again by after a step. */
  readonly mask: Tensor;
}

/**
 * The elements of x with the smallest magnitudes made 0. With `amount`, exactly that share of them, rounded to a whole number
 * as torch's `l1_unstructured` rounds it (halves to even): of equal magnitudes the one with the lower index goes first. With
 * `threshold`, those with |x| ≤ threshold.
 *
 * NaN counts as larger than any number, and is kept.
 *
 * ```ts
 * const { values, mask } = magnitudePrune([3, -1, 0.5, -2], { amount: 0.5 });
 * await values.toArray(); // [3, 0, 0, -2]
 * await mask.toArray();   // [true, false, false, true]
 * ```
 */
export function magnitudePrune(x: TensorLike, options: PruneOptions): Pruned {
  const op = 'magnitudePrune';
  checkOptions(op, options, ['amount', 'threshold', 'axis', 'device']);
  const { amount, threshold } = options;
  if ((amount === undefined) === (threshold === undefined))
    throw new OptionError(
      `${op}: ${amount === undefined ? 'neither amount nor threshold is given' : 'both amount and threshold are given'}. Give one of them.`,
    );
  if (threshold !== undefined) checkNumber(op, 'threshold', threshold);
  if (amount !== undefined && !(typeof amount === 'number' && amount >= 0 && amount <= 1))
    throw new OptionError(`${op}: amount is ${show(amount)}. Give a share from 0 to 1.`);
  if (threshold !== undefined && options.axis !== undefined)
    throw new OptionError(
      `${op}: a threshold is the same for all, whatever the axis. Leave axis ${show(options.axis)} out.`,
    );
  return scoped(scope => {
    const [found] = toTensors([x], op, scope, options.device) as [Tensor];
    const given = toFloat(found, op, scope);
    const mask =
      amount === undefined
        ? scope.keep(cast(scope.keep(hardThreshold(given, threshold ?? 0)), 'bool'))
        : maskOf(given, amount, options.axis, op, scope);
    return { values: where(mask, given, 0), mask: scope.result(mask) };
  });
}

/** True but for the given share, by the rank of each magnitude. */
function maskOf(x: Tensor, amount: number, axis: number | undefined, op: string, scope: Scope): Tensor {
  const all = axis === undefined;
  const along = all ? 0 : frontAxis(axis, x.ndim, op);
  const sizes = scope.keep(abs(all ? scope.keep(x.reshape([-1])) : x));
  const count = roundHalfToEven(amount * (sizes.shape[along] ?? 0));
  // Where an element is among the sorted ones is the order of the order.
  const order = scope.keep(argsort(sizes, { axis: along }));
  const ranks = scope.keep(argsort(order, { axis: along }));
  // 1 from the rank `count` on, else 0. Nothing is below rank 0.
  const kept = count === 0 ? clip(ranks, 1, 1) : sub(scope.keep(clip(ranks, count - 1, count)), count - 1);
  return scope.keep(castTensor(scope.keep(scope.keep(kept).reshape(x.shape)), 'bool', op));
}

function roundHalfToEven(x: number): number {
  const near = Math.round(x);
  return near - x === 0.5 && near % 2 === 1 ? near - 1 : near;
}
