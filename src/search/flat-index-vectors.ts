/** Vectors on their way into an index and out of it: what callers give becomes stored rows, and stored rows plain arrays. */
import { DtypeError, OptionError, ShapeError } from '../errors.ts';
import { show } from '../options.ts';
import {
  castTensor,
  checkSameDevice,
  encode,
  flatten,
  showShape,
  Tensor,
  type Device,
  type HostData,
  type Scope,
  type Shape,
  type TensorLike,
  type WordArray,
} from '../tensor/index.ts';
import type { VectorArray } from './flat-index-results.ts';
import type { RowFormat } from './flat-index-rows.ts';

/** What vectors of an index must be. */
export interface VectorRules {
  readonly format: RowFormat;
  /** True where numbers other than 0 and 1 are a mistake. */
  readonly truths: boolean;
}

/** How many vectors of `dim` numbers a shape holds: one where it is a plain vector. */
function countOf(op: string, shape: Shape, dim: number): number {
  if (shape.length === 1 && shape[0] === dim) return 1;
  if (shape.length === 1 && shape[0] === 0) return 0;
  if (shape.length === 2 && shape[1] === dim) return shape[0] ?? 0;
  throw new ShapeError(
    `${op}: vectors of shape ${showShape(shape)} do not fit an index of ${dim} dimension${dim === 1 ? '' : 's'}. Give [n, ${dim}], or one vector of ${dim} numbers.`,
  );
}

/** Plain vectors as they are stored. It may be the caller's own array. */
export function storedFromHost(op: string, data: HostData, { format, truths }: VectorRules): WordArray {
  const { values, shape } = flatten(data, undefined, op);
  const count = countOf(op, shape, format.dim);
  if (truths) checkTruths(op, values);
  return encode(values, [count, format.dim], format.dtype, op);
}

/** The vectors of a tensor as plain ones, once they have come. */
export async function vectorsOf(op: string, x: Tensor, { format }: VectorRules): Promise<HostData> {
  countOf(op, x.shape, format.dim);
  return { data: await x.data(), shape: x.shape };
}

function checkTruths(op: string, values: ArrayLike<number | boolean>): void {
  for (let i = 0; i < values.length; i++) {
    const value = Number(values[i]);
    if (value !== 0 && value !== 1)
      throw new OptionError(
        `${op}: ${show(values[i])} at position ${i} is neither 0 nor 1, and vectors of this index are true or false. Give those.`,
      );
  }
}

/** Queries: plain ones in the form in which they are stored, a copy; tensors as they are, under a handle of their own. */
export interface Queries {
  readonly given: WordArray | Tensor;
  readonly count: number;
}

export function queriesOf(op: string, queries: TensorLike, rules: VectorRules, device: Device): Queries {
  const { format } = rules;
  if (!(queries instanceof Tensor)) {
    const stored = storedFromHost(op, queries, rules);
    return { given: stored.slice(), count: stored.length / format.stored };
  }
  const count = countOf(op, queries.shape, format.dim);
  if (queries.device !== device) {
    const here = emptyLike(device);
    try {
      checkSameDevice([here, queries], op);
    } finally {
      here.dispose();
    }
  }
  if (format.dtype === 'bool' && queries.dtype !== 'bool')
    throw new DtypeError(
      `${op}: the queries are ${queries.dtype}, and the vectors of this index bool. Give a bool tensor (cast(queries, 'bool')).`,
    );
  const rows = queries.ndim === 2 ? queries.alias(op) : queries.reshape([count, format.dim]);
  return { given: rows, count };
}

const emptyLike = (device: Device): Tensor => device.tensor(new Uint32Array(0));

/** Queries on the device of a scan. */
export function queryTensor(
  op: string,
  given: WordArray | Tensor,
  format: RowFormat,
  device: Device,
  scope: Scope,
): Tensor {
  if (given instanceof Tensor) return scope.keep(castTensor(given, format.dtype, op));
  return scope.keep(storedTensor(op, given, [given.length / format.stored, format.dim], format.dtype, device));
}

/** Stored elements as a tensor. */
export function storedTensor(
  op: string,
  values: WordArray,
  shape: Shape,
  dtype: RowFormat['dtype'],
  device: Device,
): Tensor {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return new Tensor({ device, storage: device.engine.upload(bytes, op), shape, dtype });
}

/** Stored rows as plain numbers. */
export function plainRows(values: WordArray, format: RowFormat): VectorArray {
  if (!(values instanceof Uint32Array)) return values;
  const rows = values.length / format.stored;
  const out = new Uint8Array(rows * format.dim);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < format.dim; column++)
      out[row * format.dim + column] = ((values[row * format.stored + (column >>> 5)] ?? 0) >>> (column & 31)) & 1;
  return out;
}
