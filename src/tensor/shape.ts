/**
 * Shapes, strides and axes as plain arithmetic: counting, broadcasting, merging axes, cutting an iteration into boxes.
 * Strides are in elements; a stride of 0 repeats. No tensor and no device in it.
 */
import { OptionError, ShapeError } from '../errors.ts';
import { show } from '../options.ts';

export type Shape = readonly number[];
/** One axis, several, or (undefined) all of them. Negative axes count from the end. */
export type Axis = number | readonly number[] | undefined;

export const showShape = (shape: Shape): string => `[${shape.join(', ')}]`;

export const sizeOf = (shape: Shape): number => shape.reduce((product, length) => product * length, 1);

export function rowMajor(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis] ?? 1;
  }
  return strides;
}

/** True where the elements lie one behind the other in row-major order; axes of length 1 do not matter. */
export function isRowMajor(shape: Shape, strides: readonly number[]): boolean {
  const wanted = rowMajor(shape);
  return sizeOf(shape) === 0 || shape.every((length, axis) => length === 1 || strides[axis] === wanted[axis]);
}

export function checkShape(shape: Shape, op: string): void {
  if (!Array.isArray(shape))
    throw new ShapeError(`${op}: the shape is ${typeof shape}. Give an array of lengths, such as [2, 3].`);
  const wrong = shape.find(length => !Number.isInteger(length) || length < 0);
  if (wrong !== undefined)
    throw new ShapeError(
      `${op}: the shape ${showShape(shape)} has a length of ${wrong}. Lengths are whole numbers ≥ 0.`,
    );
}

/** An axis counted from the front. */
export function frontAxis(axis: number, ndim: number, op: string): number {
  if (!Number.isInteger(axis))
    throw new OptionError(
      `${op}: the axis ${show(axis)} is not a whole number. Give one between ${-ndim} and ${ndim - 1}.`,
    );
  if (axis < -ndim || axis >= ndim)
    throw new OptionError(
      `${op}: the axis ${axis} is out of range for ${ndim} dimension${ndim === 1 ? '' : 's'}. ${ndim === 0 ? 'A scalar has no axis.' : `Give one between ${-ndim} and ${ndim - 1}.`}`,
    );
  return axis < 0 ? axis + ndim : axis;
}

/** All chosen axes counted from the front, in the order given; a repeated one is an error. */
export function frontAxes(axis: Axis, ndim: number, op: string): number[] {
  if (axis !== undefined && typeof axis !== 'number' && !Array.isArray(axis))
    throw new OptionError(
      `${op}: the axis ${show(axis)} is not a number. Give a whole number, an array of them, or leave it out.`,
    );
  if (axis === undefined) return Array.from({ length: ndim }, (_, i) => i);
  const list = (typeof axis === 'number' ? [axis] : [...axis]).map(one => frontAxis(one, ndim, op));
  const repeated = list.find((one, i) => list.indexOf(one) !== i);
  if (repeated !== undefined)
    throw new OptionError(`${op}: the axis ${repeated} is named twice in [${String(axis)}]. Name each axis once.`);
  return list;
}

/** The shape that remains when `axes` are reduced. */
export function reducedShape(shape: Shape, axes: readonly number[], keepdims: boolean): number[] {
  return keepdims
    ? shape.map((length, axis) => (axes.includes(axis) ? 1 : length))
    : shape.filter((_, axis) => !axes.includes(axis));
}

/** numpy's rule: align at the end, a length of 1 stretches. */
export function broadcastShapes(shapes: readonly Shape[], op: string): number[] {
  const ndim = Math.max(...shapes.map(shape => shape.length));
  return Array.from({ length: ndim }, (_, axis) => {
    let length = 1;
    for (const shape of shapes) {
      const own = shape[axis - ndim + shape.length] ?? 1;
      if (own === 1 || own === length) continue;
      if (length !== 1)
        throw new ShapeError(
          `${op}: the shapes ${shapes.map(showShape).join(' and ')} do not broadcast: ${length} against ${own}. Lengths must be equal or 1, counted from the last axis.`,
        );
      length = own;
    }
    return length;
  });
}

/** Strides of a tensor seen through a broadcast shape. */
export function broadcastStrides(shape: Shape, strides: readonly number[], target: Shape): number[] {
  const lead = target.length - shape.length;
  return target.map((_, axis) => (axis < lead || shape[axis - lead] === 1 ? 0 : (strides[axis - lead] ?? 0)));
}

export interface Walk {
  readonly shape: number[];
  /** One list of strides an operand. */
  readonly strides: number[][];
}

/** Drops axes of length 1 and merges neighbours that every operand walks in one go: fewer axes, the same elements. */
export function mergeAxes(shape: Shape, strides: readonly (readonly number[])[]): Walk {
  const merged: Walk = { shape: [], strides: strides.map(() => []) };
  shape.forEach((length, axis) => {
    if (length === 1) return;
    const last = merged.shape.length - 1;
    const joins = last >= 0 && strides.every((own, k) => merged.strides[k]?.[last] === (own[axis] ?? 0) * length);
    if (joins) {
      merged.shape[last] = (merged.shape[last] ?? 1) * length;
      merged.strides.forEach((own, k) => (own[last] = strides[k]?.[axis] ?? 0));
    } else {
      merged.shape.push(length);
      merged.strides.forEach((own, k) => own.push(strides[k]?.[axis] ?? 0));
    }
  });
  return merged;
}

/** How many elements a walk touches from its first to its last, ends included. */
export const spanOf = (shape: Shape, strides: readonly number[]): number =>
  shape.reduce((span, length, axis) => span + (length - 1) * (strides[axis] ?? 0), 1);

export interface Box {
  readonly start: number[];
  readonly shape: number[];
}

/**
 * Cuts an iteration into boxes in which no operand spans more than its limit: the way around the binding limit of a
 * GPU. The operand that is most over its limit names the axis, and that axis is halved, until all fit.
 * `extra` adds elements to a span that the walk itself does not show. Undefined where even single elements do not fit.
 */
export function splitBoxes(
  shape: Shape,
  operands: readonly { strides: readonly number[]; limit: number; extra?: number }[],
): Box[] | undefined {
  const done: Box[] = [];
  const open: Box[] = [{ start: shape.map(() => 0), shape: [...shape] }];
  for (let box = open.pop(); box; box = open.pop()) {
    let worst: { strides: readonly number[] } | undefined;
    let excess = 1;
    for (const operand of operands) {
      const share = (spanOf(box.shape, operand.strides) + (operand.extra ?? 0)) / operand.limit;
      if (share > excess) [worst, excess] = [operand, share];
    }
    if (!worst) {
      done.push(box);
      continue;
    }
    const reach = box.shape.map((length, axis) => (length - 1) * (worst.strides[axis] ?? 0));
    const axis = reach.indexOf(Math.max(...reach));
    const length = box.shape[axis] ?? 1;
    if (axis < 0 || length < 2) return undefined;
    const half = Math.ceil(length / 2);
    const part = (from: number, count: number): Box => ({
      start: box.start.map((s, k) => (k === axis ? s + from : s)),
      shape: box.shape.map((s, k) => (k === axis ? count : s)),
    });
    open.push(part(half, length - half), part(0, half));
  }
  return done;
}

/** Where a box begins in an operand. */
export const boxOffset = (box: Box, strides: readonly number[]): number =>
  box.start.reduce((offset, start, axis) => offset + start * (strides[axis] ?? 0), 0);
