/**
 * `shrinkSingularValues`: the proximal operator of the nuclear norm; and `hardThresholdSingularValues`, which keeps singular
 * values or drops them. Here is what they promise and check; shrink-routes.ts has the ways to get there.
 */
import { OptionError, ShapeError } from '../errors.ts';
import { matricesOf } from '../linalg/index.ts';
import { checkOptions, readFlag, show } from '../options.ts';
import { Scope, showShape, Tensor, type Device, type LongOptions, type TensorLike } from '../tensor/index.ts';
import { changed, type Change, type Changed, type Route, type Wish } from './shrink-routes.ts';

export type ShrinkMethod = 'auto' | Route;

/** What both functions take beside their threshold. */
interface WarmOptions extends LongOptions {
  /** About how many singular values will be kept, where somebody knows: from the last step of an iteration, say. */
  readonly guess?: number | undefined;
  /** The `basis` of an earlier result, of a matrix that was not far away: where the randomised way begins. */
  readonly basis?: Tensor | undefined;
  /** Return such a basis, too. */
  readonly returnBasis?: boolean | undefined;
  /** Determines the random numbers of the randomised way. Default: 0. */
  readonly seed?: number | undefined;
  /** Where plain numbers land. */
  readonly device?: Device | undefined;
}

export interface ShrinkOptions extends WarmOptions {
  /** 'svd', 'randomized', 'polar', or 'auto' (the default) for the one that should take the fewest operations. */
  readonly method?: ShrinkMethod | undefined;
  /** False where the singular values of the result are not wanted: then 'auto' may go the way that finds none. Default: true. */
  readonly values?: boolean | undefined;
}

export interface HardThresholdOptions extends WarmOptions {
  /** Singular values above it stay as they are. Give this or `rank`. */
  readonly threshold?: number | undefined;
  /** How many singular values stay. */
  readonly rank?: number | undefined;
  /** 'svd', 'randomized', or 'auto' (the default). */
  readonly method?: Exclude<ShrinkMethod, 'polar'> | undefined;
}

/** A matrix with other singular values. The tensors are yours to dispose. */
export interface ThresholdedMatrix {
  /** [m, n] */
  readonly x: Tensor;
  readonly rank: number;
  /** The singular values of x that are not 0, descending: [rank]. */
  readonly s: Tensor;
  /** With `returnBasis`: right singular vectors [n, ·], to begin the next call with. */
  readonly basis?: Tensor;
}

/**
 * D_τ(A) = U·diag((σ − τ)₊)·Vᵀ for a matrix A = U·diag(σ)·Vᵀ [m, n]: every singular value made smaller by τ, and those below
 * it 0. It is the X with the least τ‖X‖_* + ½‖X − A‖²_F: the proximal operator of the nuclear norm.
 *
 * There are three ways, which agree to 1e-5 of ‖A‖_F in float32 and to 1e-11 in doubles:
 *
 *  - 'svd' finds all singular values. The most accurate.
 *  - 'randomized' finds the leading ones, more of them until one is below τ, and goes on until what they miss is rounding. For
 *    results of low rank; where singular values fall so slowly that this is no gain, it ends with as many as there are.
 *  - 'polar' finds none: some fifty products of matrices make polar factors. For results of high rank. Values within
 *    2⁻¹⁶·σ₁ of τ (2⁻⁴⁵ in doubles) may be counted in `rank` either way. `s` takes an `svdvals` then, unless `values: false`
 *    says that nobody asks.
 *
 * Singular values up to max(m, n)·eps·σ₁ count as 0. NaN or ∞ rejects with `NonFiniteError`.
 *
 * ```ts
 * const { x, rank, s } = await shrinkSingularValues([[3, 0], [0, 1]], 2);
 * await x.toArray(); // [[1, 0], [0, 0]], of rank 1
 * ```
 */
export async function shrinkSingularValues(
  a: TensorLike,
  tau: number,
  options: ShrinkOptions & { readonly values: false },
): Promise<Omit<ThresholdedMatrix, 's'>>;
export async function shrinkSingularValues(
  a: TensorLike,
  tau: number,
  options?: ShrinkOptions & { readonly values?: true | undefined },
): Promise<ThresholdedMatrix>;
export async function shrinkSingularValues(
  a: TensorLike,
  tau: number,
  options?: ShrinkOptions,
): Promise<Omit<ThresholdedMatrix, 's'> & { readonly s?: Tensor }>;
export async function shrinkSingularValues(
  a: TensorLike,
  tau: number,
  options: ShrinkOptions = {},
): Promise<Omit<ThresholdedMatrix, 's'> & { readonly s?: Tensor }> {
  const op = 'shrinkSingularValues';
  checkOptions(op, options, [...WARM, 'method', 'values']);
  if (typeof tau !== 'number' || !(tau >= 0) || tau === Infinity)
    throw new OptionError(`${op}: tau is ${show(tau)}. Give a number ≥ 0.`);
  const method = checkMethod(options.method, ['auto', 'svd', 'randomized', 'polar'], op);
  const values = readFlag(op, 'values', options.values, true);
  const returnBasis = readFlag(op, 'returnBasis', options.returnBasis);
  if (method === 'polar' && returnBasis)
    throw new OptionError(`${op}: 'polar' finds no singular vectors for a basis. Use another method.`);
  return run(a, { above: tau, lowered: true }, method, { ...options, values, returnBasis }, op);
}

/**
 * A matrix A = U·diag(σ)·Vᵀ [m, n] with only those singular values that are above `threshold`, or only the `rank` largest: the
 * closest matrix of that rank. The ways are those of `shrinkSingularValues`, but for 'polar'.
 *
 * The result jumps where a singular value passes the threshold: whether one is kept that is within rounding of it is chance.
 *
 * ```ts
 * const { x } = await hardThresholdSingularValues([[3, 0], [0, 1]], { threshold: 2 });
 * await x.toArray(); // [[3, 0], [0, 0]]
 * ```
 */
export async function hardThresholdSingularValues(
  a: TensorLike,
  options: HardThresholdOptions,
): Promise<ThresholdedMatrix> {
  const op = 'hardThresholdSingularValues';
  checkOptions(op, options, [...WARM, 'threshold', 'rank', 'method']);
  const { threshold, rank } = options;
  if ((threshold === undefined) === (rank === undefined))
    throw new OptionError(
      `${op}: ${rank === undefined ? 'neither threshold nor rank is given' : 'both threshold and rank are given'}. Give one of them.`,
    );
  if (threshold !== undefined && !(typeof threshold === 'number' && threshold >= 0))
    throw new OptionError(`${op}: threshold is ${show(threshold)}. Give a number ≥ 0.`);
  if (rank !== undefined && !isCount(rank))
    throw new OptionError(`${op}: rank is ${show(rank)}. Give a whole number ≥ 0.`);
  const method = checkMethod(options.method, ['auto', 'svd', 'randomized'], op);
  const returnBasis = readFlag(op, 'returnBasis', options.returnBasis);
  const change: Change = rank === undefined ? { above: threshold ?? 0, lowered: false } : { most: rank };
  const { s, ...found } = await run(a, change, method, { ...options, values: true, returnBasis }, op);
  if (!s) throw new Error('broken invariant: singular values were asked for');
  return { ...found, s };
}

const WARM = ['guess', 'basis', 'returnBasis', 'seed', 'device', 'signal', 'onProgress'] as const;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function checkMethod<Method extends ShrinkMethod>(
  method: Method | undefined,
  known: readonly Method[],
  op: string,
): ShrinkMethod {
  if (method === undefined) return 'auto';
  if (!known.includes(method))
    throw new OptionError(`${op}: method is ${show(method)}. Give one of ${known.map(show).join(', ')}.`);
  return method;
}

async function run(
  a: TensorLike,
  change: Change,
  method: ShrinkMethod,
  options: WarmOptions & Pick<Wish, 'values' | 'returnBasis'>,
  op: string,
): Promise<Changed> {
  const { guess, basis, seed = 0, device } = options;
  if (guess !== undefined && !isCount(guess))
    throw new OptionError(`${op}: guess is ${show(guess)}. Give a whole number ≥ 0.`);
  if (!isCount(seed)) throw new OptionError(`${op}: seed is ${show(seed)}. Give a whole number ≥ 0.`);
  const scope = new Scope();
  try {
    const given = matricesOf(a, op, scope, device);
    const { shape } = given;
    if (shape.length !== 2)
      throw new ShapeError(`${op}: the shape ${showShape(shape)} is a stack. Give one matrix [m, n].`);
    if (basis !== undefined) checkBasis(basis, given, op);
    return await changed(given, change, { ...options, method, seed }, op, scope);
  } finally {
    scope.close();
  }
}

function checkBasis(basis: unknown, a: Tensor, op: string): asserts basis is Tensor {
  const n = a.shape[1] ?? 0;
  if (!(basis instanceof Tensor) || basis.device !== a.device || basis.ndim !== 2 || basis.shape[0] !== n)
    throw new OptionError(
      `${op}: the basis is ${basis instanceof Tensor ? basis.toString() : show(basis)}. Give that of an earlier result, [${n}, ·], on the device of the matrix.`,
    );
  basis.storageFor(op);
}
