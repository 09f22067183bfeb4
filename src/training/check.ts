/** What the options of this room must be, and tensors that go together. */
import { OptionError, ShapeError } from '../errors.ts';
import { show } from '../options.ts';
import {
  castTensor,
  showShape,
  toFloat,
  toTensors,
  type Device,
  type Scope,
  type Tensor,
  type TensorLike,
} from '../tensor/index.ts';

/** Throws unless it is a whole number that is `least` at least. */
export function checkCount(op: string, name: string, value: unknown, least: number): asserts value is number {
  if (!Number.isSafeInteger(value) || (value as number) < least)
    throw new OptionError(`${op}: ${name} is ${show(value)}. Give a whole number ≥ ${least}.`);
}

/** Throws unless bounds are numbers, or left out, in order. */
export function checkBox(op: string, min: unknown, max: unknown): void {
  for (const [name, bound] of [
    ['min', min],
    ['max', max],
  ] as const)
    if (bound !== undefined && (typeof bound !== 'number' || Number.isNaN(bound)))
      throw new OptionError(`${op}: ${name} is ${show(bound)}. Give a number, or leave it out.`);
  if (typeof min === 'number' && typeof max === 'number' && min > max)
    throw new OptionError(`${op}: min is ${min} and max ${max}, so that nothing lies between. Give min ≤ max.`);
}

export const sameShape = (a: Tensor, b: Tensor): boolean =>
  a.ndim === b.ndim && a.shape.every((length, axis) => length === b.shape[axis]);

/** Two operands of one shape as floats of one dtype, that of the first. */
export function pairOf(
  op: string,
  names: readonly [string, string],
  values: readonly [TensorLike, TensorLike],
  scope: Scope,
  device: Device | undefined,
): [Tensor, Tensor] {
  const [first, second] = toTensors(values, op, scope, device) as [Tensor, Tensor];
  if (!sameShape(first, second))
    throw new ShapeError(
      `${op}: the ${names[1]} has shape ${showShape(second.shape)}, the ${names[0]} ${showShape(first.shape)}. Give both the same shape.`,
    );
  const own = toFloat(first, op, scope);
  return [own, inDtypeOf(own, second, op, scope)];
}

export const inDtypeOf = (like: Tensor, x: Tensor, op: string, scope: Scope): Tensor =>
  x.dtype === like.dtype ? x : scope.keep(castTensor(x, like.dtype, op));
