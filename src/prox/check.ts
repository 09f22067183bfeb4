/** What the functions of this room ask of thresholds and radii: numbers ≥ 0, as plain numbers or as tensors. */
import { demand, notNegative } from '../arith/index.ts';
import { OptionError, ShapeError } from '../errors.ts';
import { show } from '../options.ts';
import {
  castTensor,
  reducedShape,
  showShape,
  toTensors,
  type Device,
  type Scope,
  type Tensor,
  type TensorLike,
} from '../tensor/index.ts';

/** A tensor or number of a call, and what makes a result carry the check of its values until it is read. */
export interface Checked<Value> {
  readonly value: Value;
  readonly attach: (result: Tensor) => void;
}

const nothing = (): void => undefined;

/** Throws unless it is a finite number ≥ 0, or > 0 where `positive` says so. */
export function checkNumber(op: string, name: string, value: unknown, positive = false): asserts value is number {
  if (typeof value !== 'number' || !(positive ? value > 0 : value >= 0) || value === Infinity)
    throw new OptionError(`${op}: ${name} is ${show(value)}. Give a finite number ${positive ? '>' : '≥'} 0.`);
}

/** x, and numbers ≥ 0 for it: one plain number, or a tensor beside x. */
export function withNumbers(
  op: string,
  x: TensorLike,
  name: string,
  numbers: TensorLike,
  scope: Scope,
  device: Device | undefined,
): { readonly x: Tensor; readonly numbers: Checked<Tensor | number> } {
  if (typeof numbers === 'number') {
    checkNumber(op, name, numbers);
    const [given] = toTensors([x], op, scope, device) as [Tensor];
    return { x: given, numbers: { value: numbers, attach: nothing } };
  }
  const [given, value] = toTensors([x, numbers], op, scope, device) as [Tensor, Tensor];
  return { x: given, numbers: { value, attach: demand(op, numbers, value, notNegative(op, name), scope) ?? nothing } };
}

/** A radius for each vector along an axis, in a shape that broadcasts to x, or the one number for all: numbers of x's dtype. */
export function radiusBeside(
  op: string,
  x: Tensor,
  axis: number,
  radius: Tensor | number,
  scope: Scope,
): Tensor | number {
  if (typeof radius === 'number') return x.dtype === 'float32' ? Math.fround(radius) : radius;
  const numbers = radius.dtype === x.dtype ? radius : scope.keep(castTensor(radius, x.dtype, op));
  if (radius.ndim === 0) return numbers;
  const wanted = reducedShape(x.shape, [axis], false);
  if (radius.ndim !== wanted.length || radius.shape.some((length, k) => length !== wanted[k]))
    throw new ShapeError(
      `${op}: the radius has shape ${showShape(radius.shape)} for vectors along axis ${axis} of ${showShape(x.shape)}. Give one number, or ${showShape(wanted)}.`,
    );
  return scope.keep(numbers.reshape(reducedShape(x.shape, [axis], true)));
}
