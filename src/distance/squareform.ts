/** `squareform`: condensed distances as a symmetric matrix, and back. Numbers are moved, never changed. */
import { bindRange, type GpuFacts, type Lowered, type Pass, type Primitive } from '../device/index.ts';
import { LimitError, OptionError, ShapeError } from '../errors.ts';
import { checkOptions, readFlag } from '../options.ts';
import { condensedIndex } from '../pairwise/index.ts';
import gridWgsl from '../../shaders/lib/grid.wgsl';
import numericWgsl from '../../shaders/lib/numeric.wgsl';
import toCondensedWgsl from '../../shaders/distance/to-condensed.wgsl';
import toSquareWgsl from '../../shaders/distance/to-square.wgsl';
import {
  castTensor,
  copyRowMajor,
  emptyTensor,
  launch,
  scoped,
  showShape,
  toTensors,
  viewOf,
  type Device,
  type Dtype,
  type Tensor,
  type TensorLike,
} from '../tensor/index.ts';

export interface SquareformOptions {
  /** Ask whether a matrix is symmetric and 0 on its diagonal. Default true. */
  readonly checks?: boolean | undefined;
  /** Where plain numbers land. */
  readonly device?: Device | undefined;
}

/**
 * A vector of n(n − 1)/2 condensed distances as a symmetric matrix [n, n] with zeros on its diagonal, or such a matrix as
 * the vector. dtypes stay as they are.
 *
 * ```ts
 * await squareform([5, 10, 7]).toArray();         // [[0, 5, 10], [5, 0, 7], [10, 7, 0]]
 * await squareform([[0, 5], [5, 0]]).toArray();   // [5]
 * ```
 *
 * Reading the vector of a matrix that is not symmetric (NaN mirrors NaN), or not 0 on its diagonal, rejects with an
 * OptionError, unless `checks` is false. The empty vector is the matrix of one row.
 */
export function squareform(x: TensorLike, options: SquareformOptions = {}): Tensor {
  return scoped(scope => {
    checkOptions(op, options, ['checks', 'device']);
    const checks = readFlag(op, 'checks', options.checks, true);
    const [given] = toTensors([x], op, scope, options.device) as [Tensor];
    const toSquare = given.ndim === 1;
    const n = toSquare ? rowsOf(given) : sideOf(given);
    if (toSquare && n === 1) return given.device.upload([0], [1, 1], given.dtype, op);
    const words = given.dtype === 'bool' ? scope.keep(castTensor(given, 'uint32', op)) : given;
    const source = words.strides.at(-1) === 1 ? words : scope.keep(copyRowMajor(words, op));
    const shape = toSquare ? [n, n] : [Math.max(0, (n * (n - 1)) / 2)];
    const out = scope.keep(emptyTensor(source.device, shape, source.dtype, op));
    const plan = { dtype: source.dtype, n, offset: source.offset, stride: source.strides[0] ?? n, checks };
    if (toSquare) launch(op, squared, plan, [source], [out]);
    else if (out.size > 0) launch(op, condensed, plan, [source], [out], word => explain(0xffffffff - word, n));
    return given.dtype === 'bool' ? castTensor(out, 'bool', op) : scope.result(out);
  });
}

const op = 'squareform';

/** How many rows have as many pairs as the vector has numbers. */
function rowsOf(x: Tensor): number {
  const n = Math.ceil(Math.sqrt(2 * x.size));
  if (x.size === 0) return 1;
  if (n * (n - 1) !== 2 * x.size)
    throw new ShapeError(
      `${op}: ${x.size} distances are not the pairs of any number of rows. Give n(n − 1)/2 of them, such as ${(n * (n - 1)) / 2} for ${n} rows.`,
    );
  return n;
}

function sideOf(x: Tensor): number {
  const [n = 0, columns] = x.shape;
  if (x.ndim !== 2 || n !== columns)
    throw new ShapeError(
      `${op}: the shape ${showShape(x.shape)} is neither a vector nor a square. Give condensed distances [n(n − 1)/2], or a matrix [n, n].`,
    );
  return n;
}

function explain(position: number, n: number): OptionError {
  const [i, j] = [Math.floor(position / n), position % n];
  const what =
    i === j ? `is not 0 on its diagonal, at [${i}, ${i}]` : `is not symmetric: [${i}, ${j}] and [${j}, ${i}] differ`;
  return new OptionError(
    `${op}: the matrix ${what}. Give distances of one set of rows, or { checks: false } to take what is above the diagonal.`,
  );
}

interface SquarePlan {
  readonly dtype: Dtype;
  readonly n: number;
  readonly offset: number;
  /** Elements from one row of the matrix to the next. */
  readonly stride: number;
  readonly checks: boolean;
}

const squared: Primitive<SquarePlan> = {
  name: 'distance/to-square',
  cpu({ dtype, n, offset }, [input], [output]) {
    const x = viewOf(input as Uint8Array, dtype);
    const out = viewOf(output as Uint8Array, dtype);
    let k = offset;
    for (let i = 0; i < n; i++) {
      out[i * n + i] = 0;
      for (let j = i + 1; j < n; j++) out[i * n + j] = out[j * n + i] = x[k++] as number;
    }
  },
  webgpu: lowerSquared,
};

const condensed: Primitive<SquarePlan> = {
  name: 'distance/to-condensed',
  cpu({ dtype, n, offset, stride, checks }, [input], [output, status]) {
    const x = viewOf(input as Uint8Array, dtype);
    const out = viewOf(output as Uint8Array, dtype);
    let k = 0;
    let wrong: number | undefined;
    for (let i = 0; i < n; i++) {
      const row = offset + i * stride;
      if (x[row + i] !== 0) wrong ??= i * n + i;
      for (let j = i + 1; j < n; j++) {
        const value = x[row + j] as number;
        const mirror = x[offset + j * stride + i] as number;
        if (value !== mirror && (value === value || mirror === mirror)) wrong ??= i * n + j;
        out[k++] = value;
      }
    }
    if (checks && wrong !== undefined)
      viewOf(status as Uint8Array, 'uint32')[0] = 0xffffffff - Math.min(wrong, 0xfffffffe);
  },
  webgpu: lowerCondensed,
};

const GROUP = 64;

/** Elements that fit a binding wherever it begins. */
const roomOf = (facts: GpuFacts): number => Math.floor((facts.maxBindingBytes - facts.bindingAlignment) / 4);

/** Rows of `stride` elements that fit a binding; even one row must. */
function rowsThatFit(stride: number, facts: GpuFacts): number {
  const rows = Math.floor(roomOf(facts) / Math.max(1, stride));
  if (rows < 1)
    throw new LimitError(
      `${op}: one row of ${stride} elements is more than a binding of ${facts.maxBindingBytes} bytes. Work in blocks of rows with cdistChunks.`,
    );
  return rows;
}

/** Where the pairs of row i begin, also for the row behind the last. */
const rowStart = (n: number, i: number): number => condensedIndex(n, i, i + 1);

/** Each block of rows of the matrix meets each window of condensed rows that has something for it. */
function lowerSquared({ n, offset }: SquarePlan, facts: GpuFacts): Lowered {
  const rowsAtOnce = rowsThatFit(n, facts);
  const passes: Pass[] = [];
  for (let first = 0; first < n; first += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, n - first);
    for (let window = 0, end = 0; window < first + rows; window = end) {
      end = window + 1;
      while (end < n && rowStart(n, end + 1) - rowStart(n, window) <= roomOf(facts)) end++;
      const pairs = rowStart(n, end) - rowStart(n, window);
      const source = bindRange(
        0,
        Math.min(offset + rowStart(n, window), offset + Math.max(0, (n * (n - 1)) / 2 - 1)),
        pairs,
        facts,
      );
      const target = bindRange(1, first * n, rows * n, facts);
      passes.push({
        kernel: {
          name: 'distance/to-square',
          wgsl: [gridWgsl, toSquareWgsl],
          constants: { GROUP },
          bindings: ['read', 'write'],
        },
        groups: Math.ceil((rows * n) / GROUP),
        params: Uint32Array.from([rows * n, n, first, window, end, source.base, target.base]),
        buffers: [source.binding, target.binding],
        work: rows * n * 8,
      });
    }
  }
  return { scratch: [], passes };
}

/** Each pair of blocks of rows, the second not before the first: the pairs of one, their mirror images in the other. */
function lowerCondensed({ dtype, n, offset, stride, checks }: SquarePlan, facts: GpuFacts): Lowered {
  const rowsAtOnce = rowsThatFit(stride, facts);
  const passes: Pass[] = [];
  for (let i = 0; i < n; i += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, n - i);
    const upper = bindRange(0, offset + i * stride, (rows - 1) * stride + n, facts);
    const target = bindRange(1, rowStart(n, i), rowStart(n, i + rows) - rowStart(n, i), facts);
    for (let j = i; j < n; j += rowsAtOnce) {
      const columns = Math.min(rowsAtOnce, n - j);
      const lower = bindRange(0, offset + j * stride, (columns - 1) * stride + n, facts);
      passes.push({
        kernel: {
          name: 'distance/to-condensed',
          wgsl: [gridWgsl, numericWgsl, toCondensedWgsl],
          constants: { GROUP, CHECK: checks, FLOAT: dtype === 'float32' },
          bindings: ['read', 'read', 'write', 'write'],
        },
        groups: Math.ceil((rows * columns) / GROUP),
        params: Uint32Array.from([rows * columns, columns, n, i, j, stride, upper.base, lower.base, target.base]),
        // Slots: the matrix, the vector, the status word.
        buffers: [upper.binding, lower.binding, target.binding, { slot: 2, byteOffset: 0, bytes: 4 }],
        work: rows * columns * 12,
      });
    }
  }
  return { scratch: [], passes };
}
