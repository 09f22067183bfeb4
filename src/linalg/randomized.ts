/**
 * `randomizedSvd`: the largest singular values and their vectors from products with few columns (Halko, Martinsson and Tropp,
 * "Finding structure with randomness", 2011).
 */
import { mul } from '../arith/index.ts';
import { OptionError, ShapeError } from '../errors.ts';
import { checkOptions, show } from '../options.ts';
import { pairs } from '../pairwise/index.ts';
import {
  copyRowMajor,
  Pace,
  Scope,
  showShape,
  type Device,
  type LongOptions,
  type Tensor,
  type TensorLike,
} from '../tensor/index.ts';
import { asOwnFloat } from './covariance.ts';
import { asResult, signsOf, valuesTensor } from './jacobi/bases.ts';
import { scaledMatrices } from './jacobi/scale.ts';
import { matricesOf } from './matrices.ts';
import { normalsAtPace } from './normals.ts';
import { conditioned, orthonormalize } from './orthonormalize.ts';
import { rowProducts, turned } from './paced.ts';
import { product } from './product.ts';
import { factorsAtPace } from './householder/factor.ts';
import { squareSvd } from './square-svd.ts';
import type { Svd } from './svd.ts';

export interface RandomizedSvdOptions extends LongOptions {
  /** How many singular values are wanted: from 1 to min(m, n). */
  readonly rank: number;
  /** Columns of the sketch beyond the rank. Default: 10. */
  readonly oversample?: number | undefined;
  /** Times that the sketch is multiplied by A·Aᵀ. Default: 'auto', 7 for ranks below a tenth of min(m, n), else 4. */
  readonly iterations?: number | 'auto' | undefined;
  /** A whole number ≥ 0 that determines the sketch. Default: 0. */
  readonly seed?: number | undefined;
  /** Where plain numbers land. */
  readonly device?: Device | undefined;
}

/**
 * The `rank` largest singular values of a matrix [m, n] and their vectors: A ≈ U·diag(s)·Vᵀ with U [m, rank], s descending and
 * Vᵀ [rank, n]. Signs are as with `svd`: the largest element of each column of U is positive.
 *
 * A sketch A·Ω of l = rank + oversample random columns is multiplied by A·Aᵀ `iterations` times, with a better basis of its
 * columns after each product; then Q is an orthonormal basis of it, and the SVD of QᵀA is that of A as far as Q reaches. With
 * scikit-learn's defaults, which are these, the error ‖A − U·diag(s)·Vᵀ‖ is within some percent of the least possible one, also
 * where the singular values fall slowly; it is rounding where A has no more than `rank` of them.
 *
 * Nearly all of the work is 2·(iterations + 1) products of A with l columns; A is copied twice for it. What the host reads is a
 * magnitude of each row and column, and l² numbers at the end: the SVD of that square is found there, up to an l of 96. The same seed gives the same sketch on all devices.
 * NaN or ∞ rejects with `NonFiniteError`, which names the first row that has one.
 *
 * ```ts
 * const { s } = await randomizedSvd([[3, 0, 0], [0, 4, 0], [0, 0, 1]], { rank: 2 });
 * await s.toArray(); // [4, 3]
 * ```
 */
export async function randomizedSvd(a: TensorLike, options: RandomizedSvdOptions): Promise<Svd> {
  const op = 'randomizedSvd';
  checkOptions(op, options, ['rank', 'oversample', 'iterations', 'seed', 'device', 'signal', 'onProgress']);
  const scope = new Scope();
  try {
    const source = matricesOf(a, op, scope, options.device);
    if (source.ndim !== 2)
      throw new ShapeError(
        `${op}: the shape ${showShape(source.shape)} is a stack. Give one matrix [m, n], or use svd(a), which takes stacks.`,
      );
    const [m = 0, n = 0] = source.shape;
    const sketch = checkSketch(options, m, n, op);
    const pace = new Pace(op, options.signal);
    const { matrix, exponent } = await scaledOnce(source, op, scope);
    const tall = m < n ? scope.keep(matrix.permuted([1, 0])) : matrix;
    const { left, values, right } = await sketched(tall, sketch, options, op, scope, pace);
    const [u, vt] = m < n ? [right, left] : [left, right];
    const signs = signsOf(stacked(u, scope), scope);
    const signed = (x: Tensor): Tensor => scope.keep(mul(stacked(x, scope), signs));
    const { rank } = sketch;
    return {
      u: asResult(scope.keep(signed(u).permuted([0, 2, 1])), [m, rank], source, op, scope),
      s: valuesTensor([values.map(value => value * 2 ** -exponent)], rank, source, op),
      vt: asResult(signed(vt), [rank, n], source, op, scope),
    };
  } finally {
    scope.close();
  }
}

const stacked = (x: Tensor, scope: Scope): Tensor => scope.keep(x.reshape([1, ...x.shape]));

interface Sketch {
  readonly rank: number;
  /** Columns of it. */
  readonly width: number;
  readonly iterations: number;
  readonly seed: number;
}

function checkSketch(
  { rank, oversample = 10, iterations = 'auto', seed = 0 }: RandomizedSvdOptions,
  m: number,
  n: number,
  op: string,
): Sketch {
  const most = Math.min(m, n);
  if (!Number.isInteger(rank) || rank < 1 || rank > most)
    throw new OptionError(
      `${op}: rank is ${show(rank)}, and ${showShape([m, n])} has ${most} singular values. ${most > 0 ? `Give a whole number from 1 to ${most}` : 'Check size first'}.`,
    );
  if (!isCount(oversample)) throw new OptionError(`${op}: oversample is ${show(oversample)}. Give a whole number ≥ 0.`);
  if (iterations !== 'auto' && !isCount(iterations))
    throw new OptionError(`${op}: iterations is ${show(iterations)}. Give a whole number ≥ 0, or 'auto'.`);
  if (!isCount(seed)) throw new OptionError(`${op}: seed is ${show(seed)}. Give a whole number ≥ 0.`);
  const width = Math.min(rank + oversample, most);
  const wanted = iterations === 'auto' ? (rank < 0.1 * most ? 7 : 4) : iterations;
  // A sketch as wide as the matrix has all of its columns in it: there is nothing to improve.
  return { rank, width, iterations: width === most ? 0 : wanted, seed };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** The matrix in the device's own float, its largest element brought to about 1; refuses what is no number. */
async function scaledOnce(source: Tensor, op: string, scope: Scope): Promise<{ matrix: Tensor; exponent: number }> {
  const own = new Scope();
  try {
    const stack = stacked(asOwnFloat(source, op, own), own);
    const { matrices, exponents } = await scaledMatrices(stack, source.shape, 0, op, own);
    return { matrix: scope.keep(matrices.reshape(source.shape)), exponent: exponents[0] ?? 0 };
  } finally {
    own.close();
  }
}

interface Found {
  /** Singular vectors as rows, of which each is [rank, ·]. */
  readonly left: Tensor;
  readonly right: Tensor;
  readonly values: Float64Array;
}

/** The largest singular values and vectors of a tall matrix of magnitudes about 1. */
async function sketched(
  a: Tensor,
  { rank, width, iterations, seed }: Sketch,
  { signal, onProgress }: LongOptions,
  op: string,
  scope: Scope,
  pace: Pace,
): Promise<Found> {
  const [, n = 0] = a.shape;
  const along = scope.keep(copyRowMajor(a, op));
  const across = turned(a, op, scope);
  const random = await normalsAtPace(n * width, seed, pace);
  let basis = a.device.upload(random, [n, width], a.dtype, op);
  const next = async (rows: Tensor, better: typeof conditioned): Promise<void> => {
    const own = new Scope();
    try {
      own.keep(basis);
      const reached = await rowProducts(rows, turned(basis, op, own), op, own, pace);
      basis = own.result(await better(reached, op, own, pace));
    } finally {
      own.close();
    }
  };
  try {
    for (let done = 0; done < iterations; done++) {
      onProgress?.({ stage: 'iterate', done, total: iterations });
      await next(along, conditioned);
      await next(across, conditioned);
    }
    await next(along, orthonormalize);
    onProgress?.({ stage: 'iterate', done: iterations, total: iterations });
    // AᵀQ = Q₂·R, so that QᵀA = Rᵀ·Q₂ᵀ: its singular values are those of R.
    const reached = await rowProducts(across, turned(basis, op, scope), op, scope, pace);
    const { q: second, r } = await factorsAtPace(reached, 'reduced', op, scope, pace);
    if (!second) throw new Error('broken invariant: Q was asked for');
    const { u, s, v } = await squareSvd(r, { signal, onProgress }, op, scope);
    const few = (rows: Tensor): Tensor => scope.keep(rows.slice(0, rank));
    return {
      left: scope.keep(pairs(op, product, { a: few(v), b: basis }, scope)),
      right: scope.keep(pairs(op, product, { a: few(u), b: second }, scope)),
      values: s.subarray(0, rank),
    };
  } finally {
    basis.dispose();
  }
}
