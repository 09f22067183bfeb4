/** `stabilitySelection`: which columns the lasso chooses again and again, from one half of the rows after the other. */
import { OptionError } from '../errors.ts';
import { checkNumber, checkOptions, show } from '../options.ts';
import { normals } from '../linalg/index.ts';
import { Pace, type LongOptions, type TensorLike } from '../tensor/index.ts';
import { checkCount, checkRatio } from './checks.ts';
import { lassoSolver } from './choice.ts';
import { readObservations, type Observations } from './data.ts';
import { DESIGN_OPTIONS, designOf, designSettings, type DesignOptions, type DesignSettings } from './design.ts';
import { foldSolver } from './fold-errors.ts';
import type { Fold } from './folds.ts';
import { solveFolds, type BatchRun, type Grid } from './gram/batch.ts';
import { wholeOf } from './gram/fold-problem.ts';
import { checkPenalty, readSettings, SETTINGS, type LassoSettings } from './lasso.ts';
import { alphaGrid, largestAlpha, readGrid, type GridOptions } from './path.ts';
import { teller } from './progress.ts';
import { solverFor } from './solvers.ts';

export interface StabilitySelectionOptions extends DesignOptions, LassoSettings, GridOptions, LongOptions {
  /** 1, the lasso alone, by default. */
  readonly l1Ratio?: number | undefined;
  /** How many halves of the rows are fitted to. Default: 100. */
  readonly subsamples?: number | undefined;
  /** The share of halves from which on a column is selected: above 0.5, as a rule 0.6 to 0.9. Default: 0.6. */
  readonly threshold?: number | undefined;
  /** A whole number that determines the halves, on every device. Default: 0. */
  readonly seed?: number | undefined;
}

export interface StabilitySelection {
  /** [p]: the largest of a column's frequencies over all penalties. */
  readonly probabilities: Float64Array;
  /** The columns whose probability is not below the threshold, ascending. */
  readonly selected: Uint32Array;
  /** [K], descending. */
  readonly alphas: Float64Array;
  /** [K, p]: in which share of halves a column has a coefficient other than 0. */
  readonly frequencies: Float64Array;
  /**
   * q²/((2·threshold − 1)·p), with q the mean number of columns that a half chooses with any penalty: under the assumptions of the paper, at most so
   * many columns are selected without reason, on average. Larger `eps` make it smaller.
   */
  readonly falseBound: number;
  /** False where `maxIterations` came first for some half. */
  readonly converged: boolean;
}

const OPTIONS = [
  ...DESIGN_OPTIONS,
  ...SETTINGS,
  'alphas',
  'count',
  'eps',
  'l1Ratio',
  'subsamples',
  'threshold',
  'seed',
] as const;

/**
 * Stability selection (Meinshausen and Bühlmann 2010): the lasso along a path of α for many random halves of the rows, ⌊n/2⌋ each, and
 * of every column in which share of them it is chosen. Those with the largest share over all α not below `threshold` are selected.
 *
 * Small α choose everything, so by default the path has 30 α down to a tenth of the first, which is found from all rows. All halves are
 * one batch on the device, in its own float. `y` [n, targets] counts a column that some target chooses.
 *
 * ```ts
 * const { selected, probabilities } = await stabilitySelection(x, y, { threshold: 0.8, seed: 1 });
 * ```
 */
export async function stabilitySelection(
  x: TensorLike,
  y: TensorLike,
  options: StabilitySelectionOptions = {},
): Promise<StabilitySelection> {
  const op = 'stabilitySelection';
  checkOptions(op, options, OPTIONS);
  const l1Ratio = options.l1Ratio === undefined ? 1 : checkRatio(options.l1Ratio, op);
  const given = readGrid({ count: 30, eps: 0.1, ...defined(options) }, l1Ratio, op);
  const settings = designSettings(op, options, true);
  const limits = readSettings(options, op);
  checkPenalty(given.alphas?.at(-1) ?? 1, limits.positive, op);
  const subsamples = checkCount(options.subsamples ?? 100, 'subsamples', op);
  const threshold = checkNumber(
    options.threshold ?? 0.6,
    'threshold',
    one => one > 0.5 && one <= 1,
    'a number above 0.5, up to 1',
    op,
  );
  const seed = checkNumber(
    options.seed ?? 0,
    'seed',
    one => Number.isSafeInteger(one) && one >= 0 && one < 2 ** 32,
    'a whole number from 0, below 2³²',
    op,
  );
  lassoSolver(options.solver, { n: 1, p: 1, penalties: 1 }, op);
  const pace = new Pace(op, options.signal);
  const data = await readObservations(op, x, y, options.sampleWeight, options.device);
  const { n, p } = data;
  if (n < 4) throw new OptionError(`${op}: x has ${show(n)} rows, whose halves say nothing. Give four rows or more.`);
  const alphas = given.alphas ?? alphaGrid(largestAlpha(designOf(data, settings), l1Ratio), given.count, given.eps);
  const halves = Array.from({ length: subsamples }, (_, k) => halfOf(data, seed, k));
  const tally = new Tally(alphas.length, p);
  const tell = teller(options, 'subsamples', subsamples);
  const run = { ...limits, pace, op, tell };
  const grid = { ratios: [l1Ratio], alphas: [alphas] };
  const solver = foldSolver(options.solver, n, p);
  const converged =
    solver === 'batch'
      ? await byBatch(data, settings, halves, grid, run, tally)
      : await byPaths(solver, data, settings, halves, grid, run, tally);
  const { frequencies, chosen } = tally.shares(subsamples);
  const probabilities = Float64Array.from({ length: p }, (_, j) => {
    let most = 0;
    for (let k = 0; k < alphas.length; k++) most = Math.max(most, frequencies[k * p + j] ?? 0);
    return most;
  });
  return {
    probabilities,
    selected: Uint32Array.from({ length: p }, (_, j) => j).filter(j => (probabilities[j] ?? 0) >= threshold),
    alphas,
    frequencies,
    falseBound: chosen ** 2 / ((2 * threshold - 1) * p),
    converged,
  };
}

/** Those options of a grid that are given. */
const defined = ({ alphas, count, eps }: GridOptions): GridOptions => ({
  ...(alphas !== undefined && { alphas }),
  ...(count !== undefined && { count }),
  ...(eps !== undefined && { eps }),
});

/** Half of the rows that count, drawn at random: those with the least of as many random numbers. */
function halfOf({ n, weights }: Observations, seed: number, k: number): Fold {
  const numbers = normals(n, seed + (k + 1) * 2 ** 32);
  const rows = Array.from({ length: n }, (_, row) => row).filter(row => (weights?.[row] ?? 1) > 0);
  const drawn = rows.toSorted((a, b) => (numbers[a] ?? 0) - (numbers[b] ?? 0) || a - b);
  const train = Uint32Array.from(drawn.slice(0, Math.max(1, Math.floor(rows.length / 2)))).sort();
  // Nothing is tried on other rows.
  return { train, test: train, isRest: false };
}

/** How often columns were chosen. */
class Tally {
  readonly #counts: Float64Array;
  readonly #p: number;
  #chosen = 0;

  constructor(penalties: number, p: number) {
    this.#counts = new Float64Array(penalties * p);
    this.#p = p;
  }

  /** Counts one half: its columns with a coefficient for penalty k are `isChosen(k, j)`. */
  count(isChosen: (k: number, j: number) => boolean): void {
    const penalties = this.#counts.length / this.#p;
    for (let j = 0; j < this.#p; j++) {
      let ever = 0;
      for (let k = 0; k < penalties; k++) {
        if (!isChosen(k, j)) continue;
        this.#counts[k * this.#p + j] = (this.#counts[k * this.#p + j] as number) + 1;
        ever = 1;
      }
      this.#chosen += ever;
    }
  }

  shares(halves: number): { frequencies: Float64Array; chosen: number } {
    return { frequencies: this.#counts.map(count => count / halves), chosen: this.#chosen / halves };
  }
}

async function byBatch(
  data: Observations,
  settings: DesignSettings,
  halves: readonly Fold[],
  grid: Grid,
  run: BatchRun,
  tally: Tally,
): Promise<boolean> {
  const { p, targets } = data;
  const penalties = grid.alphas[0]?.length ?? 0;
  return solveFolds(wholeOf(data, settings), halves, grid, run, false, async ({ problems, w }) => {
    const values = await w.data();
    for (let half = 0; half < problems.length; half++)
      tally.count((k, j) => {
        for (let target = 0; target < targets; target++)
          if (values[((half * targets + target) * penalties + k) * p + j] !== 0) return true;
        return false;
      });
  });
}

async function byPaths(
  solver: 'descent' | 'fista',
  data: Observations,
  settings: DesignSettings,
  halves: readonly Fold[],
  { ratios, alphas }: Grid,
  run: BatchRun,
  tally: Tally,
): Promise<boolean> {
  const { p, targets, device } = data;
  const [ratio = 1, own = new Float64Array()] = [ratios[0], alphas[0]];
  let converged = true;
  for (const [half, { train }] of halves.entries()) {
    const design = designOf(data, settings, train);
    const isChosen = new Uint8Array(own.length * p);
    for (let target = 0; target < targets; target++) {
      const solve = solverFor(design, target, solver, { ...run, device });
      for (const [k, alpha] of own.entries()) {
        const step = await solve(alpha, ratio);
        converged &&= step.converged;
        step.weights.forEach((weight, j) => weight !== 0 && (isChosen[k * p + j] = 1));
      }
    }
    tally.count((k, j) => isChosen[k * p + j] === 1);
    run.tell(half + 1);
  }
  return converged;
}
