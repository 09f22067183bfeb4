/**
 * `eigh` and `eigvalsh`: eigenvalues and eigenvectors of symmetric matrices, by Jacobi's method.
 */
import { ConvergenceError, NonFiniteError, OptionError, ShapeError } from '../errors.ts';
import { checkOptions, show } from '../options.ts';
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

export interface EighOptions extends LongOptions {
  /** The triangle that is looked at, the diagonal included: 'L' (the default) or 'U'. */
  readonly uplo?: 'L' | 'U' | undefined;
  /** Where plain numbers land. */
  readonly device?: Device | undefined;
}

/** A = V·diag(λ)·Vᵀ. */
export interface Eigh {
  readonly eigenvalues: Tensor;
  readonly eigenvectors: Tensor;
}

/**
 * The eigenvalues, ascending, and the eigenvectors, as columns, of a symmetric matrix [n, n] or of each of a stack.
 *
 * ```ts
 * const { eigenvalues } = await eigh([[2, 1], [1, 2]]);
 * await eigenvalues.toArray(); // [1, 3]
 * ```
 */
export async function eigh(a: TensorLike, options: EighOptions = {}): Promise<Eigh> {
  const op = 'eigh';
  const scope = new Scope();
  try {
    const source = symmetricOf(a, options, op, scope);
    const n = source.shape.at(-1) ?? 0;
    const values = new Float64Array(sizeOf(source.shape.slice(0, -1)));
    const vectors = new Float64Array(source.size);
    (await factorAll(source, options, op)).forEach((pairs, b) =>
      pairs.forEach(({ value, vector }, j) => {
        values[b * n + j] = value;
        vector.forEach((x, i) => (vectors[(b * n + i) * n + j] = x));
      }),
    );
    return {
      eigenvalues: source.device.upload(values, source.shape.slice(0, -1), source.dtype, op),
      eigenvectors: source.device.upload(vectors, source.shape, source.dtype, op),
    };
  } finally {
    scope.close();
  }
}

/**
 * The eigenvalues of a symmetric matrix or a stack of them, ascending.
 *
 * ```ts
 * await (await eigvalsh([[0, 1], [1, 0]])).toArray(); // [-1, 1]
 * ```
 */
export async function eigvalsh(a: TensorLike, options: EighOptions = {}): Promise<Tensor> {
  const op = 'eigvalsh';
  const scope = new Scope();
  try {
    const source = symmetricOf(a, options, op, scope);
    const found = await factorAll(source, options, op);
    const values = Float64Array.from(found.flatMap(pairs => pairs.map(({ value }) => value)));
    return source.device.upload(values, source.shape.slice(0, -1), source.dtype, op);
  } finally {
    scope.close();
  }
}

function symmetricOf(a: TensorLike, options: EighOptions, op: string, scope: Scope): Tensor {
  checkOptions(op, options, ['uplo', 'device', 'signal', 'onProgress']);
  const { uplo, device } = options;
  if (uplo !== undefined && uplo !== 'L' && uplo !== 'U')
    throw new OptionError(`${op}: uplo is ${show(uplo)}. Give 'L' or 'U'.`);
  const [given] = toTensors([a], op, scope, device) as [Tensor];
  if (given.ndim < 2 || given.shape.at(-1) !== given.shape.at(-2))
    throw new ShapeError(
      `${op}: the shape ${showShape(given.shape)} is no square matrix or stack of them. Give [n, n], or [..., n, n].`,
    );
  return toFloat(given, op, scope);
}

interface Pair {
  readonly value: number;
  readonly vector: Float64Array;
}

async function factorAll(source: Tensor, { uplo, signal }: EighOptions, op: string): Promise<Pair[][]> {
  const n = source.shape.at(-1) ?? 0;
  const data = await source.data();
  return Array.from({ length: sizeOf(source.shape.slice(0, -2)) }, (_, b) => {
    signal?.throwIfAborted();
    const at = (i: number, j: number): number =>
      data[b * n * n + ((uplo === 'U') === i < j ? i * n + j : j * n + i)] as number;
    const matrix = Float64Array.from({ length: n * n }, (__, e) => at(Math.floor(e / n), e % n));
    const wrong = matrix.findIndex(x => !Number.isFinite(x));
    if (wrong >= 0)
      throw new NonFiniteError(
        `${op}: row ${Math.floor(wrong / n)} of ${source.ndim > 2 ? `matrix ${b} of shape` : 'the matrix of shape'} ${showShape(source.shape)} has a NaN or an infinity. Clean the numbers first.`,
      );
    return pairsOf(matrix, n, op);
  });
}

/** A is shifted by more than its norm: then it is positive definite, and rows that are made orthogonal are eigenvectors. */
function pairsOf(a: Float64Array, n: number, op: string): Pair[] {
  const most = a.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0);
  const scale = most > 0 ? 2 ** Math.floor(Math.log2(most)) : 1;
  const unit = a.map(x => x / scale);
  const work = Float64Array.from(unit);
  const shift = 1 + Math.sqrt(unit.reduce((sum, x) => sum + x * x, 0));
  for (let i = 0; i < n; i++) work[i * (n + 1)] = (work[i * (n + 1)] as number) + shift;
  if (!orthogonalizeRows(work, n, n, n))
    throw new ConvergenceError(`${op}: the iteration did not come to its end. This is a bug of unitball.`);
  return Array.from({ length: n }, (_, j): Pair => {
    const row = work.subarray(j * n, (j + 1) * n);
    const size = Math.hypot(...row);
    const largest = row.reduce((best, x, i) => (Math.abs(x) > Math.abs(row[best] as number) ? i : best), 0);
    const vector = row.map(x => ((row[largest] as number) < 0 ? -x : x) / size);
    let value = 0;
    for (let i = 0; i < n; i++)
      for (let k = 0; k < n; k++) value += (vector[i] as number) * (unit[i * n + k] as number) * (vector[k] as number);
    return { value: value * scale, vector };
  }).toSorted((x, y) => x.value - y.value);
}
