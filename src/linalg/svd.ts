/**
 * `svd` and `svdvals`: singular values and vectors, by one-sided Jacobi.
 */
import { ConvergenceError, NonFiniteError, ShapeError } from '../errors.ts';
import { checkOptions, readFlag } from '../options.ts';
import {
  Scope,
  showShape,
  sizeOf,
  toFloat,
  toTensors,
  type Device,
  type LongOptions,
  type Tensor,
  type TensorLike,
} from '../tensor/index.ts';
import { orthogonalizeRows } from './jacobi/host.ts';

export interface SvdvalsOptions extends LongOptions {
  /** Where plain numbers land. */
  readonly device?: Device | undefined;
}

export interface SvdOptions extends SvdvalsOptions {
  /** True for square U and V, with columns beyond the singular values. Default: false (numpy's is true). */
  readonly fullMatrices?: boolean | undefined;
}

/** A = U·diag(s)·Vᵀ. */
export interface Svd {
  readonly u: Tensor;
  readonly s: Tensor;
  readonly vt: Tensor;
}

/**
 * The singular value decomposition A = U·diag(s)·Vᵀ of a matrix [m, n], or of each of a stack [..., m, n]: with
 * k = min(m, n), U is [..., m, k], s is [..., k] and descending, Vᵀ is [..., k, n].
 *
 * ```ts
 * const { s } = await svd([[3, 0], [0, 4]]);
 * await s.toArray(); // [4, 3]
 * ```
 */
export async function svd(a: TensorLike, options: SvdOptions = {}): Promise<Svd> {
  const op = 'svd';
  checkOptions(op, options, ['fullMatrices', 'device', 'signal', 'onProgress']);
  const full = readFlag(op, 'fullMatrices', options.fullMatrices);
  const scope = new Scope();
  try {
    const source = matrixOf(a, options, op, scope);
    const [n = 0, m = 0] = source.shape.toReversed();
    const batch = source.shape.slice(0, -2);
    const k = Math.min(m, n);
    const [rows, columns] = full ? [m, n] : [k, k];
    const found = await factorAll(source, op, options);
    const { device } = source;
    const put = (shape: number[], at: (one: HostSvd) => Float64Array): Tensor => {
      const data = new Float64Array(sizeOf(shape));
      found.forEach((one, b) => data.set(at(one), b * (data.length / found.length)));
      return device.upload(data, shape, source.dtype, op);
    };
    return {
      u: put([...batch, m, rows], one => columnsOf(one.u, m, rows)),
      s: put([...batch, k], one => one.s),
      vt: put([...batch, columns, n], one => rowsOf(one.v, n, columns)),
    };
  } finally {
    scope.close();
  }
}

/**
 * The singular values of a matrix or a stack of them, descending.
 *
 * ```ts
 * await (await svdvals([[3, 0], [4, 0]])).toArray(); // [5, 0]
 * ```
 */
export async function svdvals(a: TensorLike, options: SvdvalsOptions = {}): Promise<Tensor> {
  const op = 'svdvals';
  checkOptions(op, options, ['device', 'signal', 'onProgress']);
  const scope = new Scope();
  try {
    const source = matrixOf(a, options, op, scope);
    const batch = source.shape.slice(0, -2);
    const k = Math.min(...source.shape.slice(-2));
    const data = new Float64Array(sizeOf([...batch, k]));
    (await factorAll(source, op, options)).forEach(({ s }, b) => data.set(s, b * k));
    return source.device.upload(data, [...batch, k], source.dtype, op);
  } finally {
    scope.close();
  }
}

function matrixOf(a: TensorLike, { device }: SvdvalsOptions, op: string, scope: Scope): Tensor {
  const [given] = toTensors([a], op, scope, device) as [Tensor];
  if (given.ndim < 2)
    throw new ShapeError(
      `${op}: the shape ${showShape(given.shape)} is no matrix or stack of them. Give [m, n], or [..., m, n].`,
    );
  return toFloat(given, op, scope);
}

/** Vectors as rows: U's columns and V's. */
interface HostSvd {
  readonly u: Float64Array[];
  readonly s: Float64Array;
  readonly v: Float64Array[];
}

async function factorAll(source: Tensor, op: string, { signal, onProgress }: LongOptions): Promise<HostSvd[]> {
  const [n = 0, m = 0] = source.shape.toReversed();
  const data = await source.data();
  const found: HostSvd[] = [];
  const total = sizeOf(source.shape.slice(0, -2));
  for (let b = 0; b < total; b++) {
    signal?.throwIfAborted();
    const part = Float64Array.from(data.subarray(b * m * n, (b + 1) * m * n));
    const wrong = part.findIndex(x => !Number.isFinite(x));
    if (wrong >= 0)
      throw new NonFiniteError(
        `${op}: row ${Math.floor(wrong / n)} of ${source.ndim > 2 ? `matrix ${b} of shape` : 'the matrix of shape'} ${showShape(source.shape)} has a NaN or an infinity. Clean the numbers first.`,
      );
    found.push(m >= n ? factorTall(part, m, n, op) : flipped(factorTall(transposed(part, m, n), n, m, op)));
    onProgress?.({ stage: 'sweep', done: b + 1, total });
  }
  return found;
}

const flipped = ({ u, s, v }: HostSvd): HostSvd => signed({ u: v, s, v: u });

function transposed(a: Float64Array, m: number, n: number): Float64Array {
  const out = new Float64Array(m * n);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) out[j * m + i] = a[i * n + j] as number;
  return out;
}

function factorTall(a: Float64Array, m: number, n: number, op: string): HostSvd {
  const most = a.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0);
  const scale = most > 0 ? 2 ** Math.floor(Math.log2(most)) : 1;
  const stride = m + n;
  const work = new Float64Array(n * stride);
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < m; i++) work[j * stride + i] = (a[i * n + j] as number) / scale;
    work[j * stride + m + j] = 1;
  }
  if (!orthogonalizeRows(work, n, m, stride))
    throw new ConvergenceError(`${op}: the iteration did not come to its end. This is a bug of unitball.`);
  const rows = Array.from({ length: n }, (_, j) => {
    const row = work.subarray(j * stride, j * stride + m);
    return { row, size: Math.hypot(...row), v: work.slice(j * stride + m, (j + 1) * stride) };
  }).toSorted((x, y) => y.size - x.size);
  const u = rows.map(({ row, size }) => (size > 0 ? row.map(x => x / size) : new Float64Array(0)));
  return signed({ u, s: Float64Array.from(rows, ({ size }) => size * scale), v: rows.map(({ v }) => v) });
}

/** Of every column of U the largest entry, the first of several, is made positive. */
function signed({ u, s, v }: HostSvd): HostSvd {
  u.forEach((column, j) => {
    const largest = column.reduce((best, x, i) => (Math.abs(x) > Math.abs(column[best] as number) ? i : best), 0);
    if (!((column[largest] ?? 0) < 0)) return;
    u[j] = column.map(x => -x);
    v[j] = (v[j] as Float64Array).map(x => -x);
  });
  return { u, s, v };
}

/** The first `count` of a list of orthonormal vectors, as many as there are; further ones are found. */
function completed(vectors: readonly Float64Array[], length: number, count: number): Float64Array[] {
  const basis = vectors.filter(vector => vector.length > 0);
  const next = (): Float64Array => {
    for (let axis = 0; axis < length; axis++) {
      const vector = new Float64Array(length);
      vector[axis] = 1;
      for (let pass = 0; pass < 2; pass++)
        for (const one of basis) {
          const share = one.reduce((sum, x, i) => sum + x * (vector[i] as number), 0);
          one.forEach((x, i) => (vector[i] = (vector[i] as number) - share * x));
        }
      const size = Math.hypot(...vector);
      if (size * size * length < 0.5) continue;
      const unit = vector.map(x => x / size);
      basis.push(unit);
      return unit;
    }
    throw new Error('broken invariant: no direction is left');
  };
  return Array.from({ length: count }, (_, j) => {
    const known = vectors[j];
    return known && known.length > 0 ? known : next();
  });
}

function columnsOf(vectors: readonly Float64Array[], length: number, count: number): Float64Array {
  const out = new Float64Array(length * count);
  completed(vectors, length, count).forEach((column, j) => column.forEach((x, i) => (out[i * count + j] = x)));
  return out;
}

function rowsOf(vectors: readonly Float64Array[], length: number, count: number): Float64Array {
  const out = new Float64Array(length * count);
  completed(vectors, length, count).forEach((row, j) => out.set(row, j * length));
  return out;
}
