/** What `completeMatrix` is told, checked: which method takes which options, their defaults, and whether a state fits. */
import { OptionError } from '../../errors.ts';
import { checkNumber, checkOptions, isCount, isNotNegative, readFlag, show } from '../../options.ts';
import type { Device, LongOptions } from '../../tensor/index.ts';
import type { Centering, Scaling } from './center.ts';
import type { Duplicates } from './observations.ts';
import type { CompletionState } from './run.ts';

export type CompletionMethod = 'als' | 'svt' | 'soft-impute' | 'hard-impute' | 'proximal';

export interface CompleteMatrixOptions extends LongOptions {
  /** Default: 'als'. */
  readonly method?: CompletionMethod | undefined;
  /**
   * 'als', 'hard-impute': the rank of X. Or how 'als' is to find it: 'gap', the largest ratio of neighbouring singular values of P(M)
   * (the default; of ranks up to 40); 'hold-out', the rank that foretells a tenth of the entries best.
   */
  readonly rank?: number | 'gap' | 'hold-out' | undefined;
  /** 'soft-impute', 'proximal': X has no higher rank. With `rank: 'hold-out'`, the highest that is tried. */
  readonly maxRank?: number | undefined;
  /**
   * 'soft-impute': the weight of the nuclear norm; 'auto' (the default) is the one of a path that foretells a tenth of the entries
   * best. 'als': the weight of ‖U‖² + ‖V‖². Default: 0.
   */
  readonly lambda?: number | 'auto' | undefined;
  /** 'svt', 'proximal': what singular values are lowered by. Default of 'svt': 5·√(m·n). */
  readonly tau?: number | undefined;
  /** 'svt': the length of steps. Default: 1.2·m·n / count, and 1.9 instead where that turns out to be too long. */
  readonly delta?: number | undefined;
  /** 'proximal': the length of steps, below 2. Default: 1. */
  readonly step?: number | undefined;
  /** 'soft-impute': with Nesterov's momentum. Default: true. */
  readonly accelerated?: boolean | undefined;
  /** Go on by 'als' with the rank that was found. Default: false. */
  readonly polish?: boolean | undefined;
  /** Means that are taken off before, and added again behind. Default: 'none'. */
  readonly center?: Centering | undefined;
  /**
   * Root mean squares that are divided by before, once the means are off, and multiplied with again behind. Rows and columns with a single
   * entry, or without any spread, stay as they are. Default: 'none'.
   */
  readonly scale?: Scaling | undefined;
  /** Of coordinates: what becomes of different values for one place. Default: 'error'. */
  readonly duplicates?: Duplicates | undefined;
  /** When to stop; see `completeMatrix`. Default: 1e-6 for 'als', 1e-4 for others. */
  readonly tolerance?: number | undefined;
  /** Default: 100 for 'als', 500 for others. */
  readonly maxIterations?: number | undefined;
  /** Of random numbers. Default: 0. */
  readonly seed?: number | undefined;
  /** The state of an earlier result for the same entries and options, to go on from. */
  readonly state?: CompletionState | undefined;
  /** Where the work is done, if no tensor says so. */
  readonly device?: Device | undefined;
}

/** The options that only some methods take. */
const OWN: Readonly<Record<CompletionMethod, readonly (keyof CompleteMatrixOptions)[]>> = {
  als: ['rank', 'maxRank', 'lambda'],
  svt: ['tau', 'delta', 'polish'],
  'soft-impute': ['lambda', 'maxRank', 'accelerated', 'polish'],
  'hard-impute': ['rank', 'polish'],
  proximal: ['tau', 'step', 'maxRank', 'polish'],
};

const ALL = [
  'method',
  'center',
  'scale',
  'duplicates',
  'tolerance',
  'maxIterations',
  'seed',
  'state',
  'device',
  'signal',
  'onProgress',
] as const;

/** Options with their defaults; those of a method are undefined where it takes none. */
export interface Settings extends LongOptions {
  readonly method: CompletionMethod;
  readonly rank: number | 'gap' | 'hold-out' | undefined;
  readonly maxRank: number | undefined;
  readonly lambda: number | 'auto' | undefined;
  readonly tau: number | undefined;
  readonly delta: number | undefined;
  readonly step: number;
  readonly accelerated: boolean;
  readonly polish: boolean;
  readonly center: Centering;
  readonly scale: Scaling;
  readonly duplicates: Duplicates;
  readonly tolerance: number;
  readonly maxIterations: number;
  readonly seed: number;
  readonly state: CompletionState | undefined;
}

export function readSettings(options: CompleteMatrixOptions, op: string): Settings {
  checkOptions(op, options, [...ALL, ...new Set(Object.values(OWN).flat())]);
  const method = oneOf(options.method ?? 'als', 'method', Object.keys(OWN) as CompletionMethod[], op);
  const foreign = Object.keys(options).find(
    name =>
      options[name as 'tau'] !== undefined && !ALL.some(one => one === name) && !OWN[method].some(one => one === name),
  );
  if (foreign !== undefined)
    throw new OptionError(
      `${op}: '${method}' has no option '${foreign}'. Its own are ${OWN[method].join(', ')}. Leave it out, or choose another method.`,
    );
  const { rank, lambda, tau, delta, step, state, signal, onProgress } = options;
  if (rank !== undefined && !(method === 'als' && (rank === 'gap' || rank === 'hold-out')))
    checkNumber(rank, 'rank', isCount, `a whole number from 1${method === 'als' ? ", 'gap' or 'hold-out'" : ''}`, op);
  if (method === 'hard-impute' && rank === undefined)
    throw new OptionError(`${op}: 'hard-impute' needs a rank, and none is given. Give { rank }.`);
  if (lambda !== undefined && !(method === 'soft-impute' && lambda === 'auto'))
    checkNumber(lambda, 'lambda', isNotNegative, `a number ≥ 0${method === 'soft-impute' ? " or 'auto'" : ''}`, op);
  if (method === 'proximal' && tau === undefined)
    throw new OptionError(
      `${op}: 'proximal' needs a tau, and none is given. Give { tau }, in the units of the matrix.`,
    );
  checkGiven(options.maxRank, 'maxRank', isCount, 'a whole number from 1', op);
  checkGiven(tau, 'tau', isNotNegative, 'a number ≥ 0', op);
  checkGiven(delta, 'delta', isPositive, 'a number above 0', op);
  checkGiven(step, 'step', x => isPositive(x) && x < 2, 'a number above 0 and below 2', op);
  checkGiven(options.tolerance, 'tolerance', isNotNegative, 'a number ≥ 0', op);
  checkGiven(options.maxIterations, 'maxIterations', isCount, 'a whole number from 1', op);
  checkGiven(options.seed, 'seed', x => x === 0 || isCount(x), 'a whole number ≥ 0', op);
  return {
    method,
    rank: rank ?? (method === 'als' ? 'gap' : undefined),
    maxRank: options.maxRank,
    lambda: lambda ?? (method === 'soft-impute' ? 'auto' : undefined),
    tau,
    delta,
    step: step ?? 1,
    accelerated: readFlag(op, 'accelerated', options.accelerated, true),
    polish: readFlag(op, 'polish', options.polish),
    center: oneOf(options.center ?? 'none', 'center', ['none', 'mean', 'rows', 'columns', 'both'], op),
    scale: oneOf(options.scale ?? 'none', 'scale', ['none', 'rows', 'columns', 'both'], op),
    duplicates: oneOf(options.duplicates ?? 'error', 'duplicates', ['error', 'mean', 'last'], op),
    tolerance: options.tolerance ?? (method === 'als' ? 1e-6 : 1e-4),
    maxIterations: options.maxIterations ?? (method === 'als' ? 100 : 500),
    seed: options.seed ?? 0,
    state,
    signal,
    onProgress,
  };
}

/** The same of an option that may be left out. */
function checkGiven(...given: Parameters<typeof checkNumber>): void {
  if (given[0] !== undefined) checkNumber(...given);
}

const isPositive = (x: number): boolean => x > 0 && x < Infinity;

function oneOf<Value extends string>(value: Value, name: string, known: readonly Value[], op: string): Value {
  if (!known.includes(value))
    throw new OptionError(`${op}: ${name} is ${show(value)}. Give one of ${known.map(show).join(', ')}.`);
  return value;
}

/** Throws unless a state is of this method, and of as many entries of such a matrix. */
export function checkState(state: unknown, method: string, m: number, n: number, count: number, op: string): void {
  if (state === undefined) return;
  const given = (typeof state === 'object' && state !== null ? state : {}) as Partial<CompletionState>;
  if (!given.tensors || !given.numbers || !given.history)
    throw new OptionError(`${op}: the state is ${show(state)}. Give the state of an earlier result.`);
  if (given.method !== method || given.shape?.[0] !== m || given.shape[1] !== n || given.count !== count)
    throw new OptionError(
      `${op}: the state is of '${given.method}' with ${given.count} entries of ${show(given.shape)}, and this is '${method}' with ${count} of [${m}, ${n}]. Give a state of the same problem.`,
    );
}
