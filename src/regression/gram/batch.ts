/**
 * Cross-validation of penalised least squares on a device: all folds, ratios of penalties and penalties of one call are chains of one
 * batch, and the errors of a fold are one product of its rows with all coefficients.
 */
import { mul, square, sub, sum } from '../../arith/index.ts';
import { rowProducts } from '../../linalg/index.ts';
import { defaultFloat, Scope, type Pace, type Tensor } from '../../tensor/index.ts';
import type { Observations } from '../data.ts';
import type { DesignSettings } from '../design.ts';
import type { Fold } from '../folds.ts';
import { foldProblem, wholeOf, type FoldProblem, type Whole } from './fold-problem.ts';
import { descendAll, FoldGrams, rowsOf, uploaded, type Place } from './grams.ts';

export interface BatchRun {
  readonly positive: boolean;
  /** The dual gap that ends a problem, as a share of ‖y‖², y less its mean; or in float32 what rounding leaves, where that is more. */
  readonly tol: number;
  readonly maxIterations: number;
  readonly pace: Pace;
  /** Hears how many of the folds are done. */
  readonly tell: (done: number) => void;
  readonly op: string;
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

/** Bytes of the Gram matrices that are on a device at once, and so of one: what every GPU binds. */
const MOST_BYTES = 2 ** 27;
/** Elements of a product of rows with coefficients at once. */
const MOST_ERRORS = 2 ** 23;

/** The most columns of a batch. */
export const MOST_BATCH_COLUMNS: number = Math.floor(Math.sqrt(MOST_BYTES / 8));

/** Problems of some folds, solved: w [folds·ratios·targets, penalties, p]. */
export interface Solved {
  readonly problems: readonly FoldProblem[];
  /** The number of the first of them among all folds. */
  readonly first: number;
  /** The rows that each leaves out, [rows, p]. */
  readonly left: readonly Tensor[];
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
  const { converged } = await solveFolds(
    whole,
    folds,
    grid,
    run,
    true,
    async ({ problems, first, left, w }, place, scope) => {
      const each = problems.map((problem, k) => {
        const chains = w.shape[0] ?? 0;
        const own = scope.keep(w.slice((k * chains) / problems.length, ((k + 1) * chains) / problems.length));
        return errorsOf(whole, problem, left[k] as Tensor, own, grid.ratios.length, place, scope);
      });
      for (const [k, found] of each.entries())
        (await found).forEach((error, at) => (errors[at * folds.length + first + k] = error));
    },
  );
  return { errors, converged };
}

/** Solves the problems of all folds, as many folds at once as memory has room for, and hands those to `use` before it goes on. */
export async function solveFolds(
  whole: Whole,
  folds: readonly Fold[],
  grid: Grid,
  run: BatchRun,
  isTried: boolean,
  use: (solved: Solved, place: Place, scope: Scope) => Promise<void>,
): Promise<{ converged: boolean }> {
  const { device } = whole.data;
  const { n, p, targets } = whole.design;
  const dtype = defaultFloat(device.kind) as Place['dtype'];
  const place: Place = { device, dtype, pace: run.pace, op: run.op };
  const tolerance = run.tol;
  const ofFold = Math.max(p * p, n * p, grid.ratios.length * targets * (grid.alphas[0]?.length ?? 0) * p);
  const atOnce = Math.max(1, Math.floor(MOST_BYTES / 8 / ofFold));
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
        const ends = went.data();
        await use({ problems, first, left: left as Tensor[], w }, place, own);
        converged &&= (await ends).every((value, at) => at % 2 === 0 || value <= tolerance * (1 + ROUNDED));
        run.tell(Math.min(folds.length, first + atOnce));
      } finally {
        own.close();
      }
    }
  } finally {
    scope.close();
  }
  return { converged };
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

/** Mean squared errors of a fold's coefficients w [ratios·targets, penalties, p] on the rows that it leaves out: [ratios·penalties]. */
async function errorsOf(
  whole: Whole,
  { fold, means, yMeans, factors }: FoldProblem,
  rows: Tensor,
  w: Tensor,
  ratios: number,
  place: Place,
  scope: Scope,
): Promise<Float64Array> {
  const { op, pace } = place;
  const { design, roots, units, yUnit } = whole;
  const { n, p, targets } = design;
  const steps = w.shape[1] ?? 0;
  const problems = ratios * targets * steps;
  const keep = (t: Tensor): Tensor => scope.keep(t);
  const flat = keep(w.reshape([problems, p]));
  const coefs = factors ? keep(mul(flat, uploaded(place, factors, [1, p], scope))) : flat;
  const byTarget = (t: Tensor): Tensor => keep(t.reshape([ratios, targets, steps, -1]));
  // What the fold's own means add to each prediction, less what they take off y.
  const shift = whole.settings.fitIntercept ? await shiftOf() : undefined;
  async function shiftOf(): Promise<Tensor> {
    const centre = uploaded(
      place,
      means.map((mean, j) => mean * (units[j] as number)),
      [1, p],
      scope,
    );
    const yCentre = uploaded(
      place,
      yMeans.map(mean => mean * yUnit),
      [1, targets, 1, 1],
      scope,
    );
    return keep(sub(yCentre, byTarget(await rowProducts(coefs, centre, op, scope, pace))));
  }
  const own = Float64Array.from(fold.test, row => roots[row] as number);
  const weight = own.reduce((total, root) => total + root * root, 0);
  const sums: Promise<ArrayLike<number>>[] = [];
  const atOnce = Math.max(1, Math.floor(MOST_ERRORS / problems));
  for (let from = 0; from < fold.test.length; from += atOnce) {
    const test = fold.test.subarray(from, from + atOnce);
    const y = Float64Array.from({ length: targets * test.length }, (_, at) => {
      const [k, i] = [Math.floor(at / test.length), at % test.length];
      return (design.y[k * n + (test[i] as number)] as number) * yUnit;
    });
    const product = await rowProducts(coefs, keep(rows.slice(from, from + atOnce)), op, scope, pace);
    const rest = keep(sub(uploaded(place, y, [1, targets, 1, test.length], scope), byTarget(product)));
    const residual = shift
      ? keep(
          sub(
            rest,
            keep(mul(shift, uploaded(place, own.subarray(from, from + atOnce), [1, 1, 1, test.length], scope))),
          ),
        )
      : rest;
    sums.push(keep(sum(keep(square(residual)), { axis: 3 })).data());
  }
  const errors = new Float64Array(ratios * steps);
  for (const part of await Promise.all(sums))
    for (let at = 0; at < problems; at++) {
      const [ratio, step] = [Math.floor(at / (targets * steps)), at % steps];
      const error = (part[at] as number) / (targets * weight * yUnit * yUnit);
      errors[ratio * steps + step] = (errors[ratio * steps + step] as number) + error;
    }
  return errors;
}
