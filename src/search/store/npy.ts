/**
 * Arrays in numpy's .npy format, versions 1 to 3: what `numpy.save` writes, of numbers and bools in either byte order and in either
 * order of axes. Objects, records and complex numbers are not read.
 */
import { CorruptFileError, OptionError, UnsupportedError } from '../../errors.ts';
import { checkOptions } from '../../options.ts';
import { flatten, showShape, sizeOf, Tensor, type TensorLike, type TypedArray } from '../../tensor/index.ts';
import { ByteReader } from './bytes.ts';
import { openSink, readSource, writeAll, type Source, type Target } from './places.ts';

/** An array as files have it, and as `device.tensor`, `index.add` and everything that takes plain numbers take it. */
export interface PlainArray<Values extends TypedArray = TypedArray> {
  readonly data: Values;
  readonly shape: readonly number[];
}

const MAGIC = '\x93NUMPY';

/**
 * Reads a .npy file. Bools become bytes of 0 and 1, half floats Float32Arrays, 64-bit whole numbers Float64Arrays (those beyond 2⁵³
 * are an error).
 *
 * ```ts
 * await index.add(await readNpy('vectors.npy'));
 * ```
 */
export async function readNpy(source: Source): Promise<PlainArray> {
  const op = 'readNpy';
  const reader = new ByteReader(op, readSource(op, source));
  try {
    const start = await reader.take(8);
    if (String.fromCharCode(...start.subarray(0, 6)) !== MAGIC)
      throw new CorruptFileError(
        `${op}: this is no .npy file: it does not begin with its mark. Give what numpy.save wrote.`,
      );
    const version = start[6] ?? 0;
    if (version < 1 || version > 3)
      throw new UnsupportedError(
        `${op}: the file has version ${version} of the format. Save it with version 1, 2 or 3.`,
      );
    const length = await reader.take(version === 1 ? 2 : 4);
    const view = new DataView(length.buffer);
    const bytes = version === 1 ? view.getUint16(0, true) : view.getUint32(0, true);
    const text = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(await reader.take(bytes));
    const { descr, fortran, shape } = parseHeader(op, text);
    const kind = kindOf(op, descr);
    const content = await reader.take(sizeOf(shape) * kind.size);
    if (!(await reader.ended()))
      throw new CorruptFileError(
        `${op}: the file goes on after its ${sizeOf(shape)} numbers. Give what numpy.save wrote.`,
      );
    if (descr.startsWith('>')) swap(content, kind.size);
    const values = kind.decode(content.buffer);
    return { data: fortran ? rowMajorOf(values, shape) : values, shape };
  } finally {
    await reader.close();
  }
}

/** Writes numbers as a .npy file, for `numpy.load`. Tensors are read first; bool tensors become numpy's bools. */
export async function writeNpy(
  target: Target,
  x: TensorLike,
  options: { readonly signal?: AbortSignal } = {},
): Promise<void> {
  const op = 'writeNpy';
  checkOptions(op, options, ['signal']);
  const { data, shape } = await plainArray(op, x);
  const bool = x instanceof Tensor && x.dtype === 'bool';
  const descr = bool ? '|b1' : descrOf(op, data);
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  // numpy wants the numbers to begin at a multiple of 64.
  const total = Math.ceil((10 + text.length + 1) / 64) * 64;
  const head = new Uint8Array(total).fill(0x20);
  for (let i = 0; i < 6; i++) head[i] = MAGIC.charCodeAt(i);
  head.set([1, 0, (total - 10) & 255, (total - 10) >> 8], 6);
  for (let i = 0; i < text.length; i++) head[10 + i] = text.charCodeAt(i);
  head[total - 1] = 0x0a;
  await writeAll(pieces(head, data), await openSink(op, target), options.signal);
}

/** What a caller gave, as flat numbers. */
export async function plainArray(op: string, x: TensorLike): Promise<PlainArray> {
  if (x instanceof Tensor) return { data: await x.data(), shape: x.shape };
  const { values, shape } = flatten(x, undefined, op);
  return { data: ArrayBuffer.isView(values) ? values : Float64Array.from(values, Number), shape };
}

export async function* pieces(...arrays: readonly TypedArray[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const array of arrays) {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
  }
}

const PIECE_BYTES = 2 ** 20;

interface Kind {
  readonly size: number;
  readonly decode: (buffer: ArrayBuffer) => TypedArray;
}

const KINDS: Readonly<Record<string, Kind>> = {
  f4: { size: 4, decode: buffer => new Float32Array(buffer) },
  f8: { size: 8, decode: buffer => new Float64Array(buffer) },
  f2: { size: 2, decode: buffer => Float32Array.from(new Uint16Array(buffer), halfFloat) },
  i1: { size: 1, decode: buffer => new Int8Array(buffer) },
  i2: { size: 2, decode: buffer => new Int16Array(buffer) },
  i4: { size: 4, decode: buffer => new Int32Array(buffer) },
  i8: { size: 8, decode: buffer => wholeNumbers(new BigInt64Array(buffer)) },
  u1: { size: 1, decode: buffer => new Uint8Array(buffer) },
  u2: { size: 2, decode: buffer => new Uint16Array(buffer) },
  u4: { size: 4, decode: buffer => new Uint32Array(buffer) },
  u8: { size: 8, decode: buffer => wholeNumbers(new BigUint64Array(buffer)) },
  b1: { size: 1, decode: buffer => new Uint8Array(buffer) },
};

function kindOf(op: string, descr: string): Kind {
  const kind = /^[<>|=]/.test(descr) ? KINDS[descr.slice(1)] : undefined;
  if (!kind)
    throw new UnsupportedError(
      `${op}: the file has numbers of the type '${descr}'. Save floats, whole numbers or bools: x.astype('float32').`,
    );
  return kind;
}

const DESCRS: readonly (readonly [new (length: number) => TypedArray, string])[] = [
  [Float32Array, '<f4'],
  [Float64Array, '<f8'],
  [Uint32Array, '<u4'],
  [Int32Array, '<i4'],
  [Uint16Array, '<u2'],
  [Int16Array, '<i2'],
  [Uint8Array, '|u1'],
  [Uint8ClampedArray, '|u1'],
  [Int8Array, '|i1'],
];

function descrOf(op: string, data: TypedArray): string {
  const found = DESCRS.find(([type]) => data instanceof type);
  if (!found) throw new OptionError(`${op}: an ${data.constructor.name} has no type in numpy. Give a Float32Array.`);
  return found[1];
}

function parseHeader(op: string, text: string): { descr: string; fortran: boolean; shape: number[] } {
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(text)?.[1];
  if (descr === undefined && /'descr'/.test(text) && fortran !== undefined)
    throw new UnsupportedError(`${op}: the file has records. Save its fields one by one.`);
  if (descr === undefined || fortran === undefined || shape === undefined)
    throw new CorruptFileError(`${op}: the header of the file is none of numpy's. Give what numpy.save wrote.`);
  const lengths = shape
    .split(',')
    .filter(part => part.trim() !== '')
    .map(Number);
  if (!Number.isSafeInteger(sizeOf(lengths)))
    throw new CorruptFileError(`${op}: the header has the shape ${showShape(lengths)}. Give what numpy.save wrote.`);
  return { descr, fortran: fortran === 'True', shape: lengths };
}

function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

function wholeNumbers(values: BigInt64Array | BigUint64Array): Float64Array {
  return Float64Array.from(values as Iterable<bigint>, value => {
    const number = Number(value);
    if (!Number.isSafeInteger(number))
      throw new UnsupportedError(`readNpy: ${value} is beyond 2⁵³, which no number holds. Save it as 'float64'.`);
    return number;
  });
}

function swap(bytes: Uint8Array, size: number): void {
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}

/** From column-major order, where the first axis runs fastest. */
function rowMajorOf(values: TypedArray, shape: readonly number[]): TypedArray {
  const out = values.slice();
  const place = shape.map(() => 0);
  const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  for (let at = 0; at < out.length; at++) {
    out[at] = values[place.reduce((sum, index, axis) => sum + index * (strides[axis] ?? 0), 0)] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place[axis] = (place[axis] ?? 0) + 1;
      if ((place[axis] ?? 0) < (shape[axis] ?? 0)) break;
      place[axis] = 0;
    }
  }
  return out;
}
