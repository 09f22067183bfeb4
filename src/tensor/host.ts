/**
 * Host data in and out: nested arrays, typed arrays and `{ data, shape }` become one flat typed array with a shape, and
 * flat arrays become nested ones again. Nothing here knows a device.
 */
import { OptionError, ShapeError } from '../errors.ts';
import { show } from '../options.ts';
import { isFloat, packedWords, storedCount, type Dtype, type NumberArray, type WordArray } from './dtype.ts';
import { checkShape, showShape, sizeOf, type Shape } from './shape.ts';

/** Arrays of numbers or booleans, nested as deep as the tensor has dimensions. */
export type Nested = readonly (number | boolean | Nested)[];

/** Any numeric typed array; `bigint` ones are not numbers. */
export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/** What can become a tensor: a number, nested arrays, a typed array, or flat data with its shape. */
export type HostData =
  | number
  | boolean
  | Nested
  | TypedArray
  | { readonly data: TypedArray | readonly number[]; readonly shape: Shape };

/** Flat values with their shape, not yet in any dtype. */
export interface Flat {
  readonly values: TypedArray | readonly (number | boolean)[];
  readonly shape: number[];
}

export const isTypedArray = (value: unknown): value is TypedArray =>
  ArrayBuffer.isView(value) &&
  !(value instanceof DataView) &&
  !(value instanceof BigInt64Array) &&
  !(value instanceof BigUint64Array);

export function flatten(data: HostData, shape: Shape | undefined, op: string): Flat {
  const flat = flattenAsGiven(data, op);
  const wanted = shape ?? flat.shape;
  checkShape(wanted, op);
  if (sizeOf(wanted) !== flat.values.length)
    throw new ShapeError(
      `${op}: ${flat.values.length} values do not fill the shape ${showShape(wanted)}, which takes ${sizeOf(wanted)}. Give as many values as the shape has places.`,
    );
  return { values: flat.values, shape: [...wanted] };
}

function flattenAsGiven(data: HostData, op: string): Flat {
  if (typeof data === 'number' || typeof data === 'boolean') return { values: [data], shape: [] };
  if (isTypedArray(data)) return { values: data, shape: [data.length] };
  if (Array.isArray(data)) return flattenNested(data as Nested, op);
  if (typeof data === 'object' && data !== null && 'data' in data && 'shape' in data) {
    if (!isTypedArray(data.data) && !Array.isArray(data.data)) throw notData(op, data.data);
    if (!isTypedArray(data.data)) checkNumbers(data.data, op);
    if (!Array.isArray(data.shape)) checkShape(data.shape, op);
    return { values: data.data as TypedArray | readonly number[], shape: [...data.shape] };
  }
  throw notData(op, data);
}

function notData(op: string, value: unknown): OptionError {
  return new OptionError(
    `${op}: ${show(value)} is not numeric data. Give a tensor, a number, (nested) arrays of numbers, a typed array, or { data, shape }.`,
  );
}

function checkNumbers(values: readonly unknown[], op: string): void {
  // By index, so that holes are seen.
  for (let i = 0; i < values.length; i++)
    if (typeof values[i] !== 'number' && typeof values[i] !== 'boolean')
      throw new OptionError(
        `${op}: ${show(values[i])} at position ${i} is not a number. Give numbers or booleans alone.`,
      );
}

function flattenNested(data: Nested, op: string): Flat {
  const shape: number[] = [];
  for (let level: unknown = data; Array.isArray(level) || isTypedArray(level); level = level[0])
    shape.push(level.length);
  const values: (number | boolean)[] = [];
  const ragged = (found: string, depth: number): ShapeError =>
    new ShapeError(
      `${op}: the nested arrays are ragged: ${found} at depth ${depth} where the first has shape ${showShape(shape)}. Make all rows equally long.`,
    );
  const collect = (level: unknown, depth: number): void => {
    if (depth === shape.length) {
      if (typeof level !== 'number' && typeof level !== 'boolean') {
        if (Array.isArray(level) || isTypedArray(level)) throw ragged('a list', depth);
        throw notData(op, level);
      }
      values.push(level);
      return;
    }
    if (!Array.isArray(level) && !isTypedArray(level)) {
      if (typeof level === 'number' || typeof level === 'boolean') throw ragged('a number', depth);
      throw notData(op, level);
    }
    if (level.length !== shape[depth]) throw ragged(`a list of ${level.length}`, depth);
    // `for` by index, so that holes in sparse arrays are seen.
    for (let i = 0; i < level.length; i++) collect(level[i], depth + 1);
  };
  collect(data, 0);
  return { values, shape };
}

/** The dtype that data take when none is asked for. */
export function naturalDtype(values: Flat['values'], float: Dtype): Dtype {
  if (values instanceof Uint32Array) return 'uint32';
  if (values instanceof Float32Array) return 'float32';
  if (!isTypedArray(values) && values.length > 0 && values.every(value => typeof value === 'boolean')) return 'bool';
  return float;
}

/** Values as the dtype stores them; an array that fits already is passed through, so copy it before keeping it. */
export function encode(values: Flat['values'], shape: Shape, dtype: Dtype, op: string): WordArray {
  if (dtype === 'bool') return packBools(values, shape);
  if (dtype === 'uint32') {
    const bad =
      values instanceof Uint32Array
        ? -1
        : values.findIndex(
            (value: number | boolean) =>
              !Number.isInteger(Number(value)) || Number(value) < 0 || Number(value) > 0xffffffff,
          );
    if (bad >= 0)
      throw new OptionError(
        `${op}: value ${String(values[bad])} at position ${bad} is not a uint32. Give whole numbers from 0 to 2³²−1, or use a float dtype.`,
      );
  }
  if (
    (dtype === 'uint32' && values instanceof Uint32Array) ||
    (dtype === 'float32' && values instanceof Float32Array) ||
    (dtype === 'float64' && values instanceof Float64Array)
  )
    return values;
  const out =
    dtype === 'uint32'
      ? new Uint32Array(values.length)
      : dtype === 'float64'
        ? new Float64Array(values.length)
        : new Float32Array(values.length);
  if (isTypedArray(values)) out.set(values);
  else for (let i = 0; i < values.length; i++) out[i] = Number(values[i]);
  return out;
}

function packBools(values: Flat['values'], shape: Shape): Uint32Array {
  const words = new Uint32Array(storedCount(shape, 'bool'));
  const length = shape.at(-1) ?? 1;
  const rowWords = packedWords(length);
  for (let i = 0; i < values.length; i++) {
    // NaN is not 0, and so true.
    if (Number(values[i]) === 0) continue;
    const column = i % length;
    const word = Math.floor(i / length) * rowWords + (column >>> 5);
    words[word] = (words[word] ?? 0) | (1 << (column & 31));
  }
  return words;
}

/** Stored elements as users see them: bools as 0 and 1, one byte each. */
export function decode(stored: WordArray, shape: Shape, dtype: Dtype): NumberArray {
  if (isFloat(dtype) || dtype === 'uint32') return stored;
  const out = new Uint8Array(sizeOf(shape));
  const length = shape.at(-1) ?? 1;
  const rowWords = packedWords(length);
  for (let i = 0; i < out.length; i++) {
    const column = i % length;
    const word = stored[Math.floor(i / length) * rowWords + (column >>> 5)] ?? 0;
    out[i] = (word >>> (column & 31)) & 1;
  }
  return out;
}

/** Nested arrays of any depth, or a plain value for a scalar. */
export type NestedOut = number | boolean | NestedOut[];

export function nest(values: NumberArray, shape: Shape, dtype: Dtype): NestedOut {
  let at = 0;
  const build = (axis: number): NestedOut => {
    if (axis === shape.length) {
      const value = values[at++] ?? 0;
      return dtype === 'bool' ? value !== 0 : value;
    }
    return Array.from({ length: shape[axis] ?? 0 }, () => build(axis + 1));
  };
  return build(0);
}

/** Gathers a strided view out of the span of memory that it touches. */
export function gather(span: WordArray, shape: Shape, strides: readonly number[]): WordArray {
  const Array_ = span.constructor as new (length: number) => WordArray;
  const out = new Array_(sizeOf(shape));
  let at = 0;
  const walk = (axis: number, from: number): void => {
    if (axis === shape.length) {
      out[at++] = span[from] ?? 0;
      return;
    }
    for (let i = 0; i < (shape[axis] ?? 0); i++) walk(axis + 1, from + i * (strides[axis] ?? 0));
  };
  if (out.length > 0) walk(0, 0);
  return out;
}
