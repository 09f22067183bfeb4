/**
 * The dtypes: how an element looks in memory and which JavaScript array holds it.
 * `bool` is packed: 32 elements to a word, lowest bit first, every row (last axis) padded to a whole word.
 */
import type { DeviceKind } from '../device/index.ts';
import { DtypeError } from '../errors.ts';
import { sizeOf, type Shape } from './shape.ts';

export type Dtype = 'float32' | 'float64' | 'uint32' | 'bool';
export type NumberArray = Float32Array | Float64Array | Uint32Array | Uint8Array;
export type WordArray = Float32Array | Float64Array | Uint32Array;

const DTYPES: readonly Dtype[] = ['float32', 'float64', 'uint32', 'bool'];

export const bytesOf = (dtype: Dtype): number => (dtype === 'float64' ? 8 : 4);

export const isFloat = (dtype: Dtype): dtype is 'float32' | 'float64' => dtype === 'float32' || dtype === 'float64';

/** Words in one packed row of `length` booleans. */
export const packedWords = (length: number): number => Math.ceil(length / 32);

/** How many stored elements (words, for bool) a dense tensor takes. */
export function storedCount(shape: Shape, dtype: Dtype): number {
  if (dtype !== 'bool') return sizeOf(shape);
  return sizeOf(shape.slice(0, -1)) * packedWords(shape.at(-1) ?? 1);
}

/** Bytes as elements. */
export function viewOf(bytes: Uint8Array, dtype: Dtype): WordArray {
  const { buffer, byteOffset } = bytes;
  const count = Math.floor(bytes.byteLength / bytesOf(dtype));
  switch (dtype) {
    case 'float32':
      return new Float32Array(buffer, byteOffset, count);
    case 'float64':
      return new Float64Array(buffer, byteOffset, count);
    case 'uint32':
    case 'bool':
      return new Uint32Array(buffer, byteOffset, count);
    default:
      throw dtype satisfies never;
  }
}

/** The float that plain numbers become on a device. */
export const defaultFloat = (kind: DeviceKind): Dtype => (kind === 'cpu' ? 'float64' : 'float32');

export function checkDtype(dtype: unknown, kind: DeviceKind, op: string): void {
  if (!DTYPES.includes(dtype as Dtype))
    throw new DtypeError(`${op}: the dtype '${String(dtype)}' is unknown. Use one of ${DTYPES.join(', ')}.`);
  if (dtype === 'float64' && kind !== 'cpu')
    throw new DtypeError(
      `${op}: float64 lives on cpu devices alone, and this one is '${kind}'. Use float32 here, or t.to(a cpu device).`,
    );
}
