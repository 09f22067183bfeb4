/**
 * `robustPca`: a matrix as the sum of one of low rank and a sparse one. What is promised and checked is here, with what `stablePca`
 * shares of it; separation.ts iterates.
 */
import { abs, max, mul, sum } from '../arith/index.ts';
import { OptionError, ShapeError } from '../errors.ts';
import { asOwnFloat, matricesOf, scaledMatrices } from '../linalg/index.ts';
import { norm } from '../norm/index.ts';
import { checkOptions, readFlag, show } from '../options.ts';
import {
  castTensor,
  Pace,
  Scope,
  showShape,
  Tensor,
  type Device,
  type LongOptions,
  type TensorLike,
} from '../tensor/index.ts';
import { largestValue } from './robust-pca-step.ts';
import { separate, type Point, type Problem, type SeparationProgress, type SeparationRecord } from './separation.ts';

/** What `robustPca` and `stablePca` take alike. */
export interface SeparationOptions extends Omit<LongOptions, 'onProgress'> {
  /** The weight of the sparse part. Default: 1 / √max(m, n). */
  readonly lambda?: number | undefined;
  /** An end is where ‖D − L − S‖_F is below this share of ‖D‖_F. Default: 1e-7 on a cpu device, 1e-6 in float32. */
  readonly tol?: number | undefined;
  /** Of this call. Default: 100, and 1000 where μ is constant. */
  readonly maxIterations?: number | undefined;
  /** The `state` of an earlier result, to go on from there: of the same matrix, on its device. */
  readonly state?: SeparationState | undefined;
  /** Return such a state, too. Default: false. */
  readonly returnState?: boolean | undefined;
  /** Determines the random numbers that sketches begin with. Default: 0. */
  readonly seed?: number | undefined;
  /** Called after each iteration with what it came to, as `history` has it. */
  readonly onProgress?: ((progress: SeparationProgress) => void) | undefined;
  /** Where plain numbers land. */
  readonly device?: Device | undefined;
}

export interface RobustPcaOptions extends SeparationOptions {
  /** 'alm' (the default) has μ grow, and ends in some twenty iterations; 'admm' leaves it as it is, takes longer and is exact. */
  readonly method?: RobustPcaMethod | undefined;
}

export type RobustPcaMethod = 'alm' | 'admm';

/** Where an iteration stands. The tensors are yours to dispose; they are of magnitudes about 1, not in the units of D. */
export interface SeparationState {
  readonly lowRank: Tensor;
  readonly multiplier: Tensor;
  readonly basis: Tensor;
  readonly mu: number;
  readonly nu: number;
  readonly noise: number;
  readonly expected: number;
  readonly history: readonly SeparationRecord[];
}

/** D ≈ lowRank + sparse. The tensors are yours to dispose. */
export interface Separation {
  /** [m, n] */
  readonly lowRank: Tensor;
  /** [m, n] */
  readonly sparse: Tensor;
  /** The rank of `lowRank`. */
  readonly rank: number;
  /** With those of the state that it began with. */
  readonly iterations: number;
  readonly converged: boolean;
  /** An entry an iteration. */
  readonly history: readonly SeparationRecord[];
  /** With `returnState`, unless all of D is 0. */
  readonly state?: SeparationState;
}

/**
 * Principal component pursuit (Candès, Li, Ma and Wright 2011): the L and S with L + S = D that minimise
 *
 *     ‖L‖_* + λ‖S‖₁
 *
 * the sum of the singular values of L and the magnitudes of S. A matrix of low rank of which some elements are grossly wrong is
 * split exactly, wherever and however wrong they are, if the rank is not too high and the wrong ones are spread.
 *
 * 'alm' is the inexact augmented Lagrangian of Lin, Chen and Ma (2010) with their constants: μ = 1.25 / ‖D‖₂ at first and 1.5 times
 * more with each iteration. Ranks come out exact; where no exact split exists, the result is close to the minimum, not at it. 'admm' has
 * μ = m·n / 4‖D‖₁ throughout (Yuan and Yang 2013) and ends when L stands still, too: at the minimum, as close as `tol` says.
 *
 * Everything stays on the device. An iteration finds singular values from a sketch that begins with the vectors of the one before,
 * ten columns wider than the rank that is expected, and reads one square of that width; only where more than 128 columns are needed
 * does it decompose the square there, with a few more reads. Some ten matrices as large as D are held at a time.
 * NaN or ∞ rejects with `NonFiniteError`. Without `converged`, `maxIterations` were not enough.
 *
 * ```ts
 * const row = [1, 2, 3, 4, 5];
 * const d = [row, row, [1, 2, 90, 4, 5], row, row];
 * const { lowRank, sparse, rank } = await robustPca(d);
 * // rank is 1: all rows of lowRank are [1, 2, 3, 4, 5], and sparse has the one 87
 * ```
 */
export async function robustPca(d: TensorLike, options: RobustPcaOptions = {}): Promise<Separation> {
  const op = 'robustPca';
  checkOptions(op, options, [...SHARED, 'method']);
  const method = options.method ?? 'alm';
  if (method !== 'alm' && method !== 'admm')
    throw new OptionError(`${op}: method is ${show(method)}. Give 'alm' or 'admm'.`);
  return separation(
    d,
    options,
    ({ d: unit, spectral, magnitudes }) => ({
      ...(method === 'alm'
        ? { mu: 1.25 / spectral, growth: 1.5, most: 1.25e7 / spectral }
        : constantly(unit.size / (4 * magnitudes))),
      nu: 0,
      startsAtD: method === 'alm',
    }),
    op,
  );
}

export const constantly = (mu: number): Pick<Schedule, 'mu' | 'growth' | 'most'> => ({ mu, growth: 1, most: mu });

export const SHARED = [
  'lambda',
  'tol',
  'maxIterations',
  'state',
  'returnState',
  'seed',
  'device',
  'signal',
  'onProgress',
] as const;

/** What is known of a matrix before anything is split. */
interface Facts {
  /** Of magnitudes about 1. */
  readonly d: Tensor;
  /** What D was multiplied by. */
  readonly power: number;
  /** ‖d‖_F, ‖d‖₂, Σ|d| and the largest |d|. */
  readonly size: number;
  readonly spectral: number;
  readonly magnitudes: number;
  readonly largest: number;
}

/** The constants of a model. */
interface Schedule extends Pick<Problem, 'growth' | 'most' | 'bound'> {
  readonly mu: number;
  readonly nu: number;
  /** Whether Y begins with a multiple of D, as Lin, Chen and Ma have it, rather than with 0. */
  readonly startsAtD: boolean;
}

/** Splits a matrix; `schedule` says with which constants. */
export async function separation(
  d: TensorLike,
  options: SeparationOptions,
  schedule: (facts: Facts) => Schedule,
  op: string,
): Promise<Separation> {
  const returnState = readFlag(op, 'returnState', options.returnState);
  checkNumbers(options, op);
  const scope = new Scope();
  try {
    const given = matricesOf(d, op, scope, options.device);
    const { shape } = given;
    if (shape.length !== 2)
      throw new ShapeError(`${op}: the shape ${showShape(shape)} is a stack. Give one matrix [m, n].`);
    const { state } = options;
    if (state !== undefined) checkState(state, given, op);
    options.signal?.throwIfAborted();
    const facts = given.size > 0 ? await factsOf(given, options, op, scope) : undefined;
    if (!facts || facts.largest === 0) return nothing(given, op);
    const { growth, most, bound, mu, nu, startsAtD } = schedule(facts);
    const problem: Problem = {
      d: facts.d,
      size: facts.size,
      lambda: options.lambda ?? 1 / Math.sqrt(Math.max(...shape)),
      growth,
      most,
      bound,
      tolerance: options.tol ?? (facts.d.dtype === 'float64' ? 1e-7 : 1e-6),
      maxIterations: options.maxIterations ?? (growth === 1 ? 1000 : 100),
      seed: options.seed ?? 0,
    };
    const start = state ?? beginning(facts, problem, { mu, nu, startsAtD }, op, scope);
    const { signal, onProgress } = options;
    const told = onProgress && ((progress: SeparationProgress): void => onProgress(inUnits(progress, facts.power)));
    const found = await separate(problem, start, { signal, onProgress: told }, op, scope);
    return result(given, facts, found, returnState, op, scope);
  } finally {
    scope.close();
  }
}

async function factsOf(
  given: Tensor,
  { seed = 0, signal }: SeparationOptions,
  op: string,
  scope: Scope,
): Promise<Facts> {
  const stack = scope.keep(asOwnFloat(given, op, scope).reshape([1, ...given.shape]));
  const { matrices, exponents } = await scaledMatrices(stack, given.shape, 0, op, scope);
  const d = scope.keep(matrices.reshape(given.shape));
  const sizes = scope.keep(abs(d));
  const [size = NaN, magnitudes = NaN, largest = NaN] = await Promise.all(
    [norm(d), sum(sizes), max(sizes)].map(one => scope.keep(one).item()),
  );
  if (largest === 0) return { d, power: 1, size, spectral: 0, magnitudes, largest };
  const spectral = await largestValue(d, seed, op, scope, new Pace(op, signal));
  return { d, power: 2 ** (exponents[0] ?? 0), size, spectral, magnitudes, largest };
}

/** Values that are expected to stay before anything is known. */
const UNKNOWN = 10;

function beginning(
  { d, spectral, largest }: Facts,
  { lambda }: Problem,
  { mu, nu, startsAtD }: Pick<Schedule, 'mu' | 'nu' | 'startsAtD'>,
  op: string,
  scope: Scope,
): Point {
  const zeros = scope.keep(d.device.upload(new Float32Array(d.size), d.shape, d.dtype, op));
  const multiplier = startsAtD ? scope.keep(mul(d, 1 / Math.max(spectral, largest / lambda))) : zeros;
  return { lowRank: zeros, multiplier, mu, nu, noise: 0, expected: UNKNOWN, history: [] };
}

/** A record of a matrix that was multiplied by `power`, in the units that it had. */
const inUnits = <Record extends SeparationRecord>(record: Record, power: number): Record => ({
  ...record,
  objective: record.objective / power,
  noise: record.noise / power,
});

function result(
  given: Tensor,
  { power }: Facts,
  { point, sparse, isConverged }: Awaited<ReturnType<typeof separate>>,
  returnState: boolean,
  op: string,
  scope: Scope,
): Separation {
  const { lowRank, multiplier, basis, mu, nu, noise, expected } = point;
  if (!basis) throw new Error('broken invariant: an iteration leaves a basis');
  const made = [lowRank, multiplier, basis, sparse];
  for (const tensor of made) scope.keep(tensor);
  const back = (unit: Tensor): Tensor => castTensor(scope.keep(mul(unit, 1 / power)), given.dtype, op);
  const history = point.history.map(record => inUnits(record, power));
  const whole = { lowRank: back(lowRank), sparse: back(sparse) };
  const out = {
    ...whole,
    rank: history.at(-1)?.rank ?? 0,
    iterations: history.length,
    converged: isConverged,
    history,
  };
  if (!returnState) return out;
  for (const tensor of [lowRank, multiplier, basis]) scope.result(tensor);
  return { ...out, state: { lowRank, multiplier, basis, mu, nu, noise, expected, history: point.history } };
}

/** Zeros split into zeros. */
function nothing(given: Tensor, op: string): Separation {
  const zeros = (): Tensor => given.device.upload(new Float32Array(given.size), given.shape, given.dtype, op);
  return { lowRank: zeros(), sparse: zeros(), rank: 0, iterations: 0, converged: true, history: [] };
}

const isPositive = (value: unknown): value is number => typeof value === 'number' && value > 0 && value < Infinity;

function checkNumbers({ lambda, tol, maxIterations, seed }: SeparationOptions, op: string): void {
  for (const [name, value] of Object.entries({ lambda, tol }))
    if (value !== undefined && !isPositive(value))
      throw new OptionError(`${op}: ${name} is ${show(value)}. Give a number > 0.`);
  if (maxIterations !== undefined && !(Number.isSafeInteger(maxIterations) && maxIterations >= 1))
    throw new OptionError(`${op}: maxIterations is ${show(maxIterations)}. Give a whole number ≥ 1.`);
  if (seed !== undefined && !(Number.isSafeInteger(seed) && seed >= 0))
    throw new OptionError(`${op}: seed is ${show(seed)}. Give a whole number ≥ 0.`);
}

function checkState(state: SeparationState, d: Tensor, op: string): void {
  const [m = 0, n = 0] = d.shape;
  const fits = (tensor: unknown, rows: number | undefined): boolean =>
    tensor instanceof Tensor &&
    tensor.device === d.device &&
    tensor.ndim === 2 &&
    tensor.shape[1] === n &&
    (rows === undefined || tensor.shape[0] === rows);
  const { lowRank, multiplier, basis } = Object(state) as Partial<SeparationState>;
  if (!fits(lowRank, m) || !fits(multiplier, m) || !fits(basis, undefined))
    throw new OptionError(
      `${op}: the state is ${show(state)} that does not belong to a matrix ${showShape(d.shape)} on '${d.device.kind}'. Give the state of an earlier result for the same matrix.`,
    );
  for (const tensor of [lowRank, multiplier, basis]) tensor?.storageFor(op);
}
