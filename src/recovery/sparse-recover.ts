/** `sparseRecover`: a sparse vector from fewer numbers than it has. Here is what is promised and checked, and how a result is told. */
import { abs, max, mul, neg } from '../arith/index.ts';
import { NonFiniteError, OptionError, ShapeError } from '../errors.ts';
import { asOwnFloat } from '../linalg/index.ts';
import { checkOptions, readFlag, show } from '../options.ts';
import {
  castTensor,
  isFloat,
  Pace,
  Scope,
  showShape,
  toTensors,
  type Device,
  type LongOptions,
  type Progress,
  type Tensor,
  type TensorLike,
} from '../tensor/index.ts';
import { debiased } from './debias.ts';
import { gapOf, largestOf, lengthOf, type Wish } from './gap.ts';
import { checkOperator, multiplied, type LinearOperator } from './operator.ts';
import { pursueExactly, pursueWithin, type Pursued } from './pursuit.ts';
import { restOf, shrinkUntilStill, type Problem, type RecoveryStep } from './shrinkage.ts';

/** How far a recovery has come, and what its last steps came to. */
export interface RecoveryProgress extends Progress, RecoveryStep {}

export interface SparseRecoverOptions extends Omit<LongOptions, 'onProgress'> {
  /** 'lasso' with `lambda`, or 'basis-pursuit'. Default: that of the two which `lambda` says. */
  readonly method?: 'lasso' | 'basis-pursuit' | undefined;
  /** The weight of ‖x‖₁ beside ½‖A·x − y‖². */
  readonly lambda?: number | undefined;
  /** How large ‖A·x − y‖ may be in basis pursuit. Default: 0. */
  readonly noise?: number | undefined;
  /** True to end with least squares over what is not 0. Default: false. */
  readonly debias?: boolean | undefined;
  /**
   * A step that is no more than this share of ‖x‖ is the last; ‖A·x − y‖ is as wanted to four times that share of ‖y‖. Default: 2.5e-7, and
   * 1e-10 where y is float64: digits that y does not have would be met by numbers all over x.
   */
  readonly tol?: number | undefined;
  /** Default: 10,000. */
  readonly maxIterations?: number | undefined;
  /** Where to begin, [n]: the x of a problem that was much like this one. Default: 0. */
  readonly start?: TensorLike | undefined;
  /** Where plain numbers land. */
  readonly device?: Device | undefined;
  readonly onProgress?: ((progress: RecoveryProgress) => void) | undefined;
}

export interface SparseRecovery {
  /** [n], with exact zeros; yours to dispose. */
  readonly x: Tensor;
  /** Where x is not 0, ascending. */
  readonly support: Uint32Array;
  readonly iterations: number;
  /** False where `maxIterations` came first, or no x has such a small ‖A·x − y‖. */
  readonly converged: boolean;
  /** ‖A·x − y‖ / ‖y‖, of x as it is; 0 where y is 0. */
  readonly residual: number;
  /** The weight of ‖x‖₁ in the end. */
  readonly lambda: number;
  /**
   * What the objective of the x that was found is above a bound from below, by duality: ½‖A·x − y‖² + λ‖x‖₁ of lasso, ‖x‖₁ of basis
   * pursuit, before `debias`. It is as fine as the device's floats are.
   */
  readonly dualGap: number;
  /** An entry every few iterations. */
  readonly history: readonly RecoveryStep[];
}

/**
 * A sparse x [n] from y = A·x [m], with fewer numbers in y than in x (compressed sensing):
 *
 *  - 'basis-pursuit': the least ‖x‖₁ with A·x = y, or with ‖A·x − y‖ ≤ `noise`. For incoherent rows, such as random frequencies, that
 *    is the sparsest x, exactly, if m is some times the number of its non-zeros.
 *  - 'lasso': the least ½‖A·x − y‖² + λ‖x‖₁, which makes numbers smaller by about λ. `lambda` ≥ ‖Aᵀy‖_∞ gives zeros.
 *
 * A is an operator: `partialDct`, `partialFourier`, `haarWavelet`, `matrixOperator`, two of them by `composeOperators`, or one of your own.
 * Both methods are accelerated proximal gradients that begin anew where momentum leads uphill. They stay on the device and read five
 * numbers every eight steps. `debias` ends with least squares over what is not 0.
 *
 * NaN or ∞ in y rejects with `NonFiniteError`. Where `converged` is false, x is the last one, and `residual` and `dualGap` tell how far it
 * came: `maxIterations` were not enough, or no x fits y.
 *
 * ```ts
 * const operator = partialDct(64, [1, 5, 8, 12, 19, 24, 30, 33, 41, 47, 52, 60]);
 * const spikes = tensor(Float32Array.from({ length: 64 }, (_, t) => (t === 9 ? 2 : t === 40 ? -1 : 0)));
 * const { x, support } = await sparseRecover(operator.apply(spikes), operator);
 * // support is [9, 40], and x the spikes: 64 numbers out of 12
 * ```
 */
export async function sparseRecover(
  y: TensorLike,
  operator: LinearOperator,
  options: SparseRecoverOptions = {},
): Promise<SparseRecovery> {
  const op = 'sparseRecover';
  const wish = readWish(options, op);
  checkOperator(operator, `${op}: the operator`);
  const [m, n] = operator.shape;
  const pace = new Pace(op, options.signal);
  const scope = new Scope();
  try {
    const plain = options.start === undefined ? [y] : [y, options.start];
    const [given, begin] = toTensors(plain, op, scope, options.device) as [Tensor, Tensor?];
    checkLength(given, m, 'y', op);
    if (begin) checkLength(begin, n, 'start', op);
    const own = asOwnFloat(given, op, scope);
    const { unit, size } = magnitudesOf(Float64Array.from(await own.data()), op);
    const zeros = scope.keep(own.device.upload(new Float32Array(n), [n], own.dtype, op));
    const history: RecoveryStep[] = [];
    const { maxIterations = 10_000, onProgress } = options;
    const problem: Problem = {
      op,
      operator,
      y: scope.keep(mul(own, 1 / unit)),
      size,
      pace,
      maxIterations,
      tell(step) {
        const shown = { ...step, lambda: step.lambda * unit, l1: step.l1 * unit };
        history.push(shown);
        onProgress?.({ stage: 'iterate', done: step.iteration, total: maxIterations, ...shown });
        options.signal?.throwIfAborted();
      },
    };
    const start = begin ? scope.keep(mul(asOwnFloat(begin, op, scope), 1 / unit)) : zeros;
    const tolerance = options.tol ?? (given.dtype === 'float64' ? 1e-10 : 2.5e-7);
    const found = await recovered(problem, inUnits(wish, unit), start, zeros, tolerance, scope);
    const certified = await gapOf(problem, found, inUnits(wish, unit), scope);
    const x = options.debias === true ? scope.keep(await debiased(problem, found.x, tolerance)) : found.x;
    const rest = options.debias === true ? restOf(problem, x, scope) : found.rest;
    const result = scope.keep(mul(x, unit));
    const [numbers, left] = await Promise.all([result.data(), rest.data()]);
    return {
      x: castTensor(result, isFloat(given.dtype) ? given.dtype : own.dtype, op),
      support: Uint32Array.from(numbers.keys()).filter(at => numbers[at] !== 0),
      iterations: found.iterations,
      converged: found.converged,
      residual: size === 0 ? 0 : lengthOf(Float64Array.from(left)) / size,
      lambda: found.lambda * unit,
      dualGap: certified * (wish.method === 'lasso' ? unit ** 2 : unit),
      history,
    };
  } finally {
    scope.close();
  }
}

const inUnits = (wish: Wish, unit: number): Wish =>
  wish.method === 'lasso' ? { ...wish, lambda: wish.lambda / unit } : { ...wish, noise: wish.noise / unit };

interface Found extends Pursued {
  readonly lambda: number;
}

/** The tensors of the result belong to the scope. */
async function recovered(
  problem: Problem,
  wish: Wish,
  start: Tensor,
  zeros: Tensor,
  tolerance: number,
  scope: Scope,
): Promise<Found> {
  const { op, operator, y, size } = problem;
  const sizes = scope.keep(abs(scope.keep(multiplied(operator, 'adjoint', y, op))));
  const largest = await scope.keep(max(sizes)).item();
  const isLasso = wish.method === 'lasso';
  const fits = isLasso ? wish.lambda >= largest : size <= wish.noise;
  if (fits || largest === 0) {
    // Nothing is what is wanted, or all that there is.
    const last = { iteration: 0, lambda: largest, residual: Math.min(1, size), l1: 0, change: 0 };
    const lambda = isLasso ? wish.lambda : largest;
    const rest = scope.keep(neg(y));
    return { x: zeros, rest, dual: y, iterations: 0, last, converged: fits, lambda };
  }
  const found = await pursued(problem, wish, largest, tolerance, start);
  for (const tensor of [found.x, found.rest, found.dual]) scope.keep(tensor);
  return { ...found, lambda: found.last.lambda };
}

async function pursued(
  problem: Problem,
  wish: Wish,
  largest: number,
  tolerance: number,
  start: Tensor,
): Promise<Pursued> {
  if (wish.method === 'lasso') {
    const found = await shrinkUntilStill(problem, { lambda: wish.lambda, tolerance }, { x: start, iterations: 0 });
    return { ...found, converged: found.last.change <= tolerance, dual: neg(found.rest) };
  }
  if (wish.noise === 0) return pursueExactly(problem, { largest, tolerance }, start);
  return pursueWithin(problem, wish.noise / problem.size, { largest, tolerance }, start);
}

/** A power of two that brings the largest number to about 1, and what ‖y‖ then is. */
function magnitudesOf(y: Float64Array, op: string): { unit: number; size: number } {
  const largest = largestOf(y);
  if (!Number.isFinite(largest))
    throw new NonFiniteError(`${op}: y has a NaN or an infinity. Clean the numbers first.`);
  const exponent = largest > 0 ? Math.floor(Math.log2(largest)) : 0;
  const unit = 2 ** Math.min(120, Math.max(-120, exponent));
  return { unit, size: lengthOf(y.map(value => value / unit)) };
}

function checkLength(x: Tensor, length: number, name: string, op: string): void {
  if (x.ndim !== 1 || x.shape[0] !== length)
    throw new ShapeError(
      `${op}: ${name} has the shape ${showShape(x.shape)}, and the operator takes ${name === 'y' ? 'and gives y' : 'x'} of length ${length}. Give a vector [${length}].`,
    );
}

const KNOWN = [
  'method',
  'lambda',
  'noise',
  'debias',
  'tol',
  'maxIterations',
  'start',
  'device',
  'signal',
  'onProgress',
] as const;

const isNotNegative = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value < Infinity;

function readWish(options: SparseRecoverOptions, op: string): Wish {
  checkOptions(op, options, KNOWN);
  readFlag(op, 'debias', options.debias);
  const { lambda, noise, tol, maxIterations, method = lambda === undefined ? 'basis-pursuit' : 'lasso' } = options;
  for (const [name, value] of Object.entries({ lambda, noise }))
    if (value !== undefined && !isNotNegative(value))
      throw new OptionError(`${op}: ${name} is ${show(value)}. Give a number ≥ 0.`);
  if (tol !== undefined && !(isNotNegative(tol) && tol > 0))
    throw new OptionError(`${op}: tol is ${show(tol)}. Give a number > 0.`);
  if (maxIterations !== undefined && !(Number.isSafeInteger(maxIterations) && maxIterations >= 1))
    throw new OptionError(`${op}: maxIterations is ${show(maxIterations)}. Give a whole number ≥ 1.`);
  switch (method) {
    case 'lasso':
      if (lambda === undefined) throw new OptionError(`${op}: 'lasso' needs lambda. Give a number ≥ 0.`);
      if (noise !== undefined)
        throw new OptionError(`${op}: 'lasso' takes no noise. Give lambda alone, or noise to 'basis-pursuit'.`);
      return { method, lambda };
    case 'basis-pursuit':
      if (lambda !== undefined)
        throw new OptionError(`${op}: 'basis-pursuit' finds lambda by itself. Give noise, or lambda to 'lasso'.`);
      return { method, noise: noise ?? 0 };
    default:
      throw new OptionError(`${op}: method is ${show(method satisfies never)}. Give one of 'lasso', 'basis-pursuit'.`);
  }
}
