/**
 * Rearranging without computing: `concat`, `take`, `transpose`, `contiguous`, `cast`. Values and dtypes stay as they are,
 * but for `cast`, whose job is the dtype.
 */
import { IndexError, OptionError, ShapeError } from '../errors.ts';
import { checkOptions, show } from '../options.ts';
import {
  castTensor,
  commonDtype,
  copyInto,
  copyRowMajor,
  emptyTensor,
  frontAxes,
  frontAxis,
  isTypedArray,
  launch,
  rowMajor,
  scoped,
  showShape,
  sizeOf,
  Tensor,
  toTensors,
  type Dtype,
  type TensorLike,
  type TypedArray,
} from '../tensor/index.ts';
import type { DeviceOption } from './elementwise.ts';
import { explainTake, takePrimitive } from './take/take.ts';

/** Joins tensors along an existing axis; all other lengths must agree. */
export function concat(
  list: readonly TensorLike[],
  options: DeviceOption & { readonly axis?: number | undefined } = {},
): Tensor {
  const op = 'concat';
  checkOptions(op, options, ['axis', 'device']);
  return scoped(scope => {
    if (!Array.isArray(list))
      throw new OptionError(`${op}: ${show(list)} is not an array of tensors. Give concat([a, b, …]).`);
    if (list.length === 0)
      throw new OptionError(`${op}: there is nothing to join. Give an array of at least one tensor.`);
    const given = toTensors(list, op, scope, options.device);
    const [first] = given as [Tensor, ...Tensor[]];
    if (first.ndim === 0) throw new ShapeError(`${op}: scalars have no axis to join along. reshape([1]) them first.`);
    const axis = frontAxis(options.axis ?? 0, first.ndim, op);
    for (const other of given)
      if (other.ndim !== first.ndim || other.shape.some((length, k) => k !== axis && length !== first.shape[k]))
        throw new ShapeError(
          `${op}: the shapes ${showShape(first.shape)} and ${showShape(other.shape)} differ outside axis ${axis}. Make all other lengths equal.`,
        );
    const allBool = given.every(one => one.dtype === 'bool');
    const dtype = commonDtype(
      given.map(one => one.dtype),
      op,
    );
    const shape = first.shape.map((length, k) =>
      k === axis ? given.reduce((sum, one) => sum + (one.shape[axis] ?? 0), 0) : length,
    );
    const out = scope.keep(emptyTensor(first.device, shape, dtype, op));
    const strides = rowMajor(shape);
    let at = 0;
    for (const one of given) {
      const part = one.dtype === 'bool' ? scope.keep(castTensor(one, 'uint32', op)) : one;
      if (part.size > 0) copyInto(out, part, at * (strides[axis] ?? 1), strides, op);
      at += one.shape[axis] ?? 0;
    }
    return allBool ? castTensor(out, 'bool', op) : scope.result(out);
  });
}

/** Indices into one axis: whole numbers, negative ones from the end (in a uint32 tensor there are none). */
export type Indices = number | readonly number[] | TypedArray | Tensor;

/**
 * Picks elements along an axis by index, in the order of the indices; the shape of `indices` takes the axis's place.
 * An index out of range throws IndexError – at the call for plain numbers, at the read for a tensor of indices.
 */
export function take(
  x: TensorLike,
  indices: Indices,
  options: DeviceOption & { readonly axis?: number | undefined } = {},
): Tensor {
  const op = 'take';
  checkOptions(op, options, ['axis', 'device']);
  return scoped(scope => {
    const [given] = toTensors([x], op, scope, options.device) as [Tensor];
    if (given.ndim === 0) throw new ShapeError(`${op}: a scalar has no axis to take from. Use it as it is.`);
    const axis = frontAxis(options.axis ?? 0, given.ndim, op);
    const length = given.shape[axis] ?? 0;
    const picked = indices instanceof Tensor ? indices : scope.keep(hostIndices(indices, length, axis, given, op));
    const [dense, index] = toTensors(
      [given.dtype === 'bool' ? scope.keep(castTensor(given, 'uint32', op)) : given, picked],
      op,
      scope,
    ) as [Tensor, Tensor];
    if (index.dtype !== 'uint32')
      throw new OptionError(
        `${op}: the indices are ${index.dtype}. Give whole numbers, or a uint32 tensor (cast(indices, 'uint32')).`,
      );
    if (indices instanceof Tensor && length === 0 && index.size > 0)
      throw new IndexError(
        `${op}: axis ${axis} of ${showShape(given.shape)} is empty, so no index fits. Take from another axis.`,
      );
    const source = dense.isRowMajor ? dense : scope.keep(copyRowMajor(dense, op));
    const flat = index.isRowMajor ? index : scope.keep(copyRowMajor(index, op));
    const before = given.shape.slice(0, axis);
    const after = given.shape.slice(axis + 1);
    const shape = [...before, ...index.shape, ...after];
    const out = scope.keep(emptyTensor(source.device, shape, source.dtype, op));
    if (out.size > 0) {
      const plan = {
        dtype: source.dtype,
        outer: sizeOf(before),
        length,
        inner: sizeOf(after),
        picks: index.size,
        offset: source.offset,
        indexOffset: flat.offset,
      };
      launch(op, takePrimitive, plan, [source, flat], [out], word => explainTake(word, axis, given.shape));
    }
    return given.dtype === 'bool' ? castTensor(out, 'bool', op) : scope.result(out);
  });
}

/** Indices from the host are known now: negative ones are counted from the end and all are checked. */
function hostIndices(indices: Exclude<Indices, Tensor>, length: number, axis: number, x: Tensor, op: string): Tensor {
  const list = typeof indices === 'number' ? [indices] : indices;
  if (!Array.isArray(list) && !isTypedArray(list))
    throw new OptionError(
      `${op}: the indices are ${typeof indices}. Give a number, an array of numbers, or a uint32 tensor.`,
    );
  const front = Uint32Array.from(list, (index: number) => {
    if (!Number.isInteger(index))
      throw new OptionError(`${op}: the index ${String(index)} is not a whole number. Give whole numbers.`);
    if (index < -length || index >= length)
      throw new IndexError(
        `${op}: index ${index} is out of range for axis ${axis} of ${showShape(x.shape)}. Give ${-length} to ${length - 1}.`,
      );
    return index < 0 ? index + length : index;
  });
  return x.device.upload(front, typeof indices === 'number' ? [] : undefined, 'uint32', op);
}

/** The tensor with its axes in another order (reversed where none is given). A view: nothing is copied. */
export function transpose(x: TensorLike, axes?: readonly number[], options: DeviceOption = {}): Tensor {
  const op = 'transpose';
  checkOptions(op, options, ['device']);
  return scoped(scope => {
    const [given] = toTensors([x], op, scope, options.device) as [Tensor];
    const order =
      axes === undefined ? given.shape.map((_, axis) => given.ndim - 1 - axis) : frontAxes(axes, given.ndim, op);
    if (order.length !== given.ndim)
      throw new OptionError(
        `${op}: the axes [${String(axes)}] do not name all ${given.ndim} axes of ${showShape(given.shape)}. Name each once.`,
      );
    if (given.dtype !== 'bool') return given.permuted(order);
    const words = scope.keep(castTensor(given, 'uint32', op));
    return castTensor(scope.keep(words.permuted(order)), 'bool', op);
  });
}

/** The same numbers, dense and row-major: the tensor itself under a new handle where it is already, else a copy. */
export function contiguous(x: TensorLike, options: DeviceOption = {}): Tensor {
  const op = 'contiguous';
  checkOptions(op, options, ['device']);
  return scoped(scope => {
    const [given] = toTensors([x], op, scope, options.device) as [Tensor];
    return given.isRowMajor ? given.alias(op) : copyRowMajor(given, op);
  });
}

/** The same numbers in another dtype. To uint32 they are cut to whole numbers and held in range; to bool, not 0 is true. */
export function cast(x: TensorLike, dtype: Dtype, options: DeviceOption = {}): Tensor {
  const op = 'cast';
  checkOptions(op, options, ['device']);
  return scoped(scope => {
    const [given] = toTensors([x], op, scope, options.device) as [Tensor];
    given.device.checkDtype(dtype, op);
    return castTensor(given, dtype, op);
  });
}
