/**
 * The formats of the TexMex collections (SIFT, GIST): every vector is its length as a whole number of 32 bits, and as many
 * numbers – float32 in .fvecs, signed whole numbers in .ivecs. All vectors of a file are equally long here.
 */
import { CorruptFileError, OptionError, ShapeError } from '../../errors.ts';
import { checkOptions } from '../../options.ts';
import { showShape, type TensorLike } from '../../tensor/index.ts';
import { ByteReader } from './bytes.ts';
import { pieces, plainArray, type PlainArray } from './npy.ts';
import { openSink, readSource, writeAll, type Source, type Target } from './places.ts';

/** Reads vectors of float32. `await index.add(await readFvecs('sift_base.fvecs'))`. */
export async function readFvecs(source: Source): Promise<PlainArray<Float32Array>> {
  const { words, shape } = await readWords('readFvecs', source);
  return { data: new Float32Array(words.buffer), shape };
}

/** Reads vectors of whole numbers: the true neighbours of queries, say. */
export async function readIvecs(source: Source): Promise<PlainArray<Int32Array>> {
  const { words, shape } = await readWords('readIvecs', source);
  return { data: words, shape };
}

/** Writes a matrix [n, d] as float32. */
export async function writeFvecs(
  target: Target,
  x: TensorLike,
  options: { readonly signal?: AbortSignal } = {},
): Promise<void> {
  const op = 'writeFvecs';
  const { data, shape } = await plainArray(op, x);
  const values = Float32Array.from(data);
  await writeWords(op, target, new Int32Array(values.buffer), shape, options);
}

/** Writes a matrix [n, d] of whole numbers. */
export async function writeIvecs(
  target: Target,
  x: TensorLike,
  options: { readonly signal?: AbortSignal } = {},
): Promise<void> {
  const op = 'writeIvecs';
  const { data, shape } = await plainArray(op, x);
  const wrong = data.findIndex((value: number) => (value | 0) !== value);
  if (wrong >= 0)
    throw new OptionError(
      `${op}: ${String(data[wrong])} at position ${wrong} is no whole number of 32 bits. Give such numbers, or use writeFvecs.`,
    );
  await writeWords(op, target, Int32Array.from(data), shape, options);
}

/** About how much is written at once. */
const PIECE_BYTES = 2 ** 20;

async function readWords(op: string, source: Source): Promise<{ words: Int32Array<ArrayBuffer>; shape: number[] }> {
  const reader = new ByteReader(op, readSource(op, source));
  try {
    if (await reader.ended()) return { words: new Int32Array(0), shape: [0, 0] };
    const all = await reader.all();
    const view = new DataView(all.buffer);
    const dim = all.length >= 4 ? view.getInt32(0, true) : -1;
    const bytes = 4 * (dim + 1);
    if (dim < 1 || all.length % bytes !== 0)
      throw new CorruptFileError(
        `${op}: ${all.length} bytes are no vectors of ${dim < 1 ? 'any' : `the first one's ${dim}`} numbers. Give a whole .fvecs or .ivecs file.`,
      );
    const rows = all.length / bytes;
    const words = new Int32Array(rows * dim);
    for (let row = 0; row < rows; row++) {
      const length = view.getInt32(row * bytes, true);
      if (length !== dim)
        throw new CorruptFileError(
          `${op}: vector ${row} has ${length} numbers, the first one ${dim}. Give a file of equally long vectors.`,
        );
      for (let i = 0; i < dim; i++) words[row * dim + i] = view.getInt32(row * bytes + 4 + i * 4, true);
    }
    return { words, shape: [rows, dim] };
  } finally {
    await reader.close();
  }
}

async function writeWords(
  op: string,
  target: Target,
  words: Int32Array,
  shape: readonly number[],
  options: { readonly signal?: AbortSignal },
): Promise<void> {
  checkOptions(op, options, ['signal']);
  const [rows = 0, dim = 0] = shape;
  if (shape.length !== 2 || (rows > 0 && dim === 0))
    throw new ShapeError(
      `${op}: ${showShape(shape)} is no list of vectors. Give a matrix of shape [vectors, numbers].`,
    );
  const steps = (async function* () {
    const rowsAtOnce = Math.max(1, Math.floor(PIECE_BYTES / (4 * (dim + 1))));
    for (let from = 0; from < rows; from += rowsAtOnce) {
      const count = Math.min(rowsAtOnce, rows - from);
      const out = new Int32Array(count * (dim + 1));
      for (let row = 0; row < count; row++) {
        out[row * (dim + 1)] = dim;
        out.set(words.subarray((from + row) * dim, (from + row + 1) * dim), row * (dim + 1) + 1);
      }
      yield* pieces(out);
    }
  })();
  await writeAll(steps, await openSink(op, target), options.signal);
}
