/**
 * Which solver takes which problem, by shape: the one place where sizes decide. Times are of doubles in plain JavaScript, about one
 * multiplication and addition a nanosecond, and so are orders of magnitude, not measurements of some machine.
 */
import { OptionError } from '../errors.ts';
import { show } from '../options.ts';
import type { Dtype } from '../tensor/index.ts';

/** How lasso and elastic net are solved. */
export type LassoSolver = 'descent' | 'gram' | 'fista';
/** How ridge is solved. */
export type RidgeSolver = 'cholesky' | 'svd' | 'dual';

/** The most columns whose Gram matrix is kept. */
const MOST_GRAM = 4096;

/** What a choice goes by: rows, columns, and how many penalties there are to come. */
export interface Sizes {
  readonly n: number;
  readonly p: number;
  readonly penalties: number;
}

/** Columns for each penalty up to which the Gram matrix of all pays: of any rows, and where there are no more columns than rows. */
const WIDE = 2;
const TALL = 10;

/**
 * Coordinate descent by the Gram matrix of all columns at once, where there are as many penalties to come as pay for it: it takes
 * n·p²/2 steps, and saves each penalty looks at all of X, n·p steps, and half of its sweeps. Else by working sets.
 */
export function lassoSolver(
  chosen: LassoSolver | 'auto' | undefined,
  { n, p, penalties }: Sizes,
  op: string,
): LassoSolver {
  const known = ['auto', 'descent', 'gram', 'fista'] as const;
  if (chosen !== undefined && !known.includes(chosen))
    throw new OptionError(`${op}: solver is ${show(chosen)}. Give one of ${known.map(show).join(', ')}.`);
  if (chosen === 'gram' && p > MOST_GRAM)
    throw new OptionError(
      `${op}: solver is 'gram', and x has ${p} columns; their Gram matrix is kept up to ${MOST_GRAM}. Use 'descent', which keeps what it needs.`,
    );
  if (chosen !== undefined && chosen !== 'auto') return chosen;
  return p <= WIDE * penalties || (p <= TALL * penalties && p <= n) ? 'gram' : 'descent';
}

/** Multiplications from which on a Gram matrix pays for the way to a device and back, and penalties that make use of all of it. */
const DEVICE_STEPS = 2 ** 24;
const MANY = 20;
/** The same of a device with kernels for doubles, which finds gaps, too: 1000 × 100 take about as long there, and leave the page free. */
const NEAR_STEPS = 2 ** 22;

/**
 * True where descent goes by a Gram matrix of the device's: one in float32, made good by products in doubles. A device whose products
 * are of doubles has no faster ones than the host; one without doubles is left out where the host has few columns to look at.
 */
export const isGramOnDevice = (
  solver: LassoSolver,
  { n, p, penalties }: Sizes,
  device: { readonly float: Dtype; readonly hasDoubles: boolean },
): boolean =>
  solver !== 'fista' &&
  device.float === 'float32' &&
  p <= MOST_GRAM &&
  penalties >= MANY &&
  p <= n &&
  (device.hasDoubles ? n * p * p >= NEAR_STEPS : n * p * p >= DEVICE_STEPS && p > WIDE * penalties);

/**
 * Ridge by the smaller of its two systems of equations, p × p or n × n. Without a penalty there may be many solutions, and the shortest
 * is found where Cholesky finds that out.
 */
export function ridgeSolver(
  chosen: RidgeSolver | 'auto' | undefined,
  n: number,
  p: number,
  alpha: number,
  op: string,
): RidgeSolver {
  const known = ['auto', 'cholesky', 'svd', 'dual'] as const;
  if (chosen !== undefined && !known.includes(chosen))
    throw new OptionError(`${op}: solver is ${show(chosen)}. Give one of ${known.map(show).join(', ')}.`);
  if (chosen === 'dual' && alpha === 0)
    throw new OptionError(
      `${op}: alpha is 0, and 'dual' needs one above 0. Use 'svd', which finds the shortest solution.`,
    );
  if (chosen !== undefined && chosen !== 'auto') return chosen;
  if (alpha === 0) return n < p ? 'svd' : 'cholesky';
  return n < p ? 'dual' : 'cholesky';
}

/** Systems of so many equations are made and factored on the host, in doubles: less than the trips to a device. */
const HOST_ORDER = 128;
const HOST_STEPS = 2 ** 24;

/** True where a matrix of products of `count` vectors of `length`, and its factor, are the host's. */
export const isForHost = (count: number, length: number): boolean =>
  count <= HOST_ORDER || count * count * (length + count) <= HOST_STEPS;
