/**
 * How far off the models of each fold are on the rows that they were not fitted to: as one batch on the device, or where columns are too
 * many for Gram matrices, path by path on the host.
 */
import type { LassoSolver } from './choice.ts';
import type { Observations } from './data.ts';
import { designOf, unscaled, type DesignSettings } from './design.ts';
import type { Fold } from './folds.ts';
import { batchErrors, MOST_BATCH_COLUMNS, type BatchRun, type FoldErrors, type Grid } from './gram/batch.ts';
import { checkWeights } from './gram/fold-problem.ts';
import { solverFor } from './solvers.ts';

/** How the problems of folds are solved: as one batch by their Gram matrices on the device, or one by one on the host. */
export type FoldSolver = 'batch' | 'descent' | 'fista';

/** Columns that are a batch however few rows there are; and beyond them, columns for each row. */
const [FEW, MOST_PER_ROW] = [1024, 4];

/** A Gram matrix takes n·p² steps, which many columns and few rows do not pay for. */
export function foldSolver(chosen: LassoSolver | 'auto' | undefined, n: number, p: number): FoldSolver {
  if (chosen === 'descent' || chosen === 'fista') return chosen;
  const most = chosen === 'gram' ? Infinity : Math.max(FEW, MOST_PER_ROW * n);
  return p <= Math.min(most, MOST_BATCH_COLUMNS) ? 'batch' : 'descent';
}

export const foldErrors = (
  solver: FoldSolver,
  data: Observations,
  settings: DesignSettings,
  folds: readonly Fold[],
  grid: Grid,
  run: BatchRun,
): Promise<FoldErrors> =>
  solver === 'batch'
    ? batchErrors(data, settings, folds, grid, run)
    : hostErrors(solver, data, settings, folds, grid, run);

async function hostErrors(
  solver: 'descent' | 'fista',
  data: Observations,
  settings: DesignSettings,
  folds: readonly Fold[],
  { ratios, alphas }: Grid,
  run: BatchRun,
): Promise<FoldErrors> {
  const { targets, device } = data;
  const penalties = alphas[0]?.length ?? 0;
  const errors = new Float64Array(ratios.length * penalties * folds.length);
  let converged = true;
  for (const [f, fold] of folds.entries()) {
    checkWeights(data.weights, fold, f, run.op);
    const design = designOf(data, settings, fold.train);
    for (const [r, ratio] of ratios.entries())
      for (let target = 0; target < targets; target++) {
        const solve = solverFor(design, target, solver, { ...run, device });
        for (const [k, alpha] of (alphas[r] ?? []).entries()) {
          const step = await solve(alpha, ratio);
          converged &&= step.converged;
          const at = (r * penalties + k) * folds.length + f;
          const model = unscaled(design, target, step.weights);
          errors[at] = (errors[at] ?? 0) + errorOn(data, fold.test, target, model) / targets;
        }
      }
    run.tell(f + 1);
  }
  return { errors, converged };
}

/** The mean squared error on some rows. */
function errorOn(
  { x, y, p, targets, weights }: Observations,
  rows: Uint32Array,
  target: number,
  { coef, intercept }: { readonly coef: Float64Array; readonly intercept: number },
): number {
  const active = Array.from(coef.keys()).filter(j => coef[j] !== 0);
  let [sum, total] = [0, 0];
  for (const row of rows) {
    let prediction = intercept;
    for (const j of active) prediction += (coef[j] as number) * (x[row * p + j] as number);
    const weight = weights?.[row] ?? 1;
    sum += weight * ((y[row * targets + target] as number) - prediction) ** 2;
    total += weight;
  }
  return sum / total;
}
