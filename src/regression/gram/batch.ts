/**
 * Cross-validation of penalised least squares on a device: all folds, ratios of penalties and penalties of one call are chains of one
 * batch, and the errors of a fold are one product of its rows with all coefficients.
 */
import { defaultFloat, Scope, type Pace, type Tensor } from '../../tensor/index.ts';
import type { Observations } from '../data.ts';
import type { DesignSettings } from '../design.ts';
import type { Fold } from '../folds.ts';
import { foldProblem, wholeOf, type FoldProblem, type Whole } from './fold-problem.ts';
import { foldErrorsOf, type RoomyPlace } from './errors.ts';
import { descendAll, FoldGrams, rowsOf, type Place } from './grams.ts';

export interface BatchRun {
  readonly positive: boolean;
  /** The dual gap that ends a problem, as a share of ‖y‖², y less its mean; or in float32 what rounding leaves, where that is more. */
  readonly tol: number;
  readonly maxIterations: number;
  readonly pace: Pace;
  /** Hears how many of the folds are done. */
  readonly tell: (done: number) => void;
  readonly op: string;
  /** Bytes of the Gram matrices that are on a device at once, and so of one. Default: what every GPU binds. */
  readonly room?: number | undefined;
}

/** A path of penalties, descending, for each ratio. */
export interface Grid {
  readonly ratios: readonly number[];
  /** [ratios] lists of as many numbers. */
  readonly alphas: readonly Float64Array[];
}

export interface FoldErrors {
  /** Mean squared errors [ratios, penalties, folds]; of several targets their mean. */
  readonly errors: Float64Array;
  /** Whether all problems were solved within the sweeps that they were allowed. */
  readonly converged: boolean;
}

const ROOM = 2 ** 27;

/** The most columns of a batch. */
export const MOST_BATCH_COLUMNS: number = Math.floor(Math.sqrt(ROOM / 8));

/** Problems of some folds, solved: w [folds·ratios·targets, penalties, p]. */
export interface Solved {
  readonly problems: readonly FoldProblem[];
  /** The number of the first of them among all folds. */
  readonly first: number;
  /** The rows that each leaves out, [rows, p], where they are on the device. */
  readonly left: readonly (Tensor | undefined)[];
  readonly w: Tensor;
}

export async function batchErrors(
  data: Observations,
  settings: DesignSettings,
  folds: readonly Fold[],
  grid: Grid,
  run: BatchRun,
): Promise<FoldErrors> {
  const errors = new Float64Array(grid.ratios.length * (grid.alphas[0]?.length ?? 0) * folds.length);
  const whole = wholeOf(data, settings);
  const use: Use = async ({ problems, first, left, w }, place, scope) => {
    const chains = (w.shape[0] ?? 0) / problems.length;
    const reads: (() => Promise<Float64Array>)[] = [];
    for (const [k, problem] of problems.entries()) {
      const rows = left[k];
      if (!rows) throw new Error('broken invariant: rows to try on were asked for');
      const own = scope.keep(w.slice(k * chains, (k + 1) * chains));
      reads.push(await foldErrorsOf(whole, problem, rows, own, grid.ratios.length, place, scope));
    }
    const found = await Promise.all(reads.map(read => read()));
    for (const [k, own] of found.entries()) own.forEach((error, at) => (errors[at * folds.length + first + k] = error));
  };
  const converged = await solveFolds(whole, folds, grid, run, true, use);
  return { errors, converged };
}

/** What is made of solved problems before the next ones take their place. */
export type Use = (solved: Solved, place: RoomyPlace, scope: Scope) => Promise<void>;

/**
 * Solves the problems of all folds, as many folds at once as memory has room for. `isTried`: somebody wants the rows that are left out.
 * Returns whether all converged.
 */
export async function solveFolds(
  whole: Whole,
  folds: readonly Fold[],
  grid: Grid,
  run: BatchRun,
  isTried: boolean,
  use: Use,
): Promise<boolean> {
  const { device } = whole.data;
  const { n, p, targets } = whole.design;
  const dtype = defaultFloat(device.kind) as Place['dtype'];
  const { room = ROOM } = run;
  const place: RoomyPlace = { device, dtype, pace: run.pace, op: run.op, room };
  const tolerance = run.tol;
  const ofFold = Math.max(p * p, n * p, grid.ratios.length * targets * (grid.alphas[0]?.length ?? 0) * p);
  const atOnce = Math.max(1, Math.floor(room / 8 / ofFold));
  const scope = new Scope();
  let converged = true;
  try {
    const grams = new FoldGrams(whole, place, scope);
    for (let first = 0; first < folds.length; first += atOnce) {
      const own = new Scope();
      try {
        const problems = folds
          .slice(first, first + atOnce)
          .map((fold, k) => foldProblem(whole, fold, first + k, run.op));
        const left = problems.map(({ fold, columns }) =>
          isTried || !columns ? rowsOf(whole, fold.test, place, own) : undefined,
        );
        const matrices = await grams.of(problems, left, own);
        const set = {
          ...chainsOf(whole, problems, grid),
          grams: matrices,
          positive: run.positive,
          tolerance,
          maxSweeps: run.maxIterations,
        };
        const { w, went } = await descendAll(set, place, own);
        const [ends] = await Promise.all([went.data(), use({ problems, first, left, w }, place, own)]);
        converged &&= ends.every((value, at) => at % 2 === 0 || value <= tolerance * (1 + ROUNDED));
        run.tell(Math.min(folds.length, first + atOnce));
      } finally {
        own.close();
      }
    }
  } finally {
    scope.close();
  }
  return converged;
}

/** What comparing with a tolerance that was rounded to float32 may be off by. */
const ROUNDED = 2 ** -20;

/** A chain for each fold, ratio and target. */
function chainsOf(
  { unit, yUnit, design: { p, targets } }: Whole,
  problems: readonly FoldProblem[],
  { ratios, alphas }: Grid,
): { which: Uint32Array; q: Float64Array; lambdas: Float64Array } {
  const steps = alphas[0]?.length ?? 0;
  const chains = problems.length * ratios.length * targets;
  const [which, q, lambdas] = [
    new Uint32Array(chains),
    new Float64Array(chains * (p + 1)),
    new Float64Array(chains * steps * 2),
  ];
  let chain = 0;
  for (const [k, problem] of problems.entries())
    for (const [r, ratio] of ratios.entries())
      for (let target = 0; target < targets; target++) {
        which[chain] = k;
        q.set(problem.q.subarray(target * p, (target + 1) * p), chain * (p + 1));
        q[chain * (p + 1) + p] = problem.ySquares[target] as number;
        (alphas[r] as Float64Array).forEach((alpha, step) => {
          const at = 2 * (chain * steps + step);
          lambdas[at] = alpha * ratio * problem.weight * unit * yUnit;
          lambdas[at + 1] = alpha * (1 - ratio) * problem.weight * unit * unit;
        });
        chain++;
      }
  return { which, q, lambdas };
}
