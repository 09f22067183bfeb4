/**
 * One target's problem behind one face, whatever solves it: a function from penalties to coefficients that goes on from what it found
 * last. Penalties and gaps are scikit-learn's here, that is divided by n; those of the solvers themselves are not.
 */
import type { Device, Pace } from '../tensor/index.ts';
import type { DeviceGram, Link } from './chained.ts';
import { ridgeSolver, type LassoSolver } from './choice.ts';
import { atPace, Descent } from './descent.ts';
import type { Design } from './design.ts';
import { approached } from './fista.ts';
import { penaltyOf, problemOf, squareSum } from './problem.ts';
import { solveRidge } from './ridge-solve.ts';

export interface SolverRun {
  readonly positive: boolean;
  readonly tol: number;
  readonly maxIterations: number;
  readonly device: Device;
  readonly pace: Pace;
  /** Coefficients to begin with, in the design's units. */
  readonly start?: Float64Array | undefined;
  readonly op: string;
}

/** What was found for one penalty. */
export interface Step {
  /** In the design's units. */
  readonly weights: Float64Array;
  readonly iterations: number;
  readonly dualGap: number;
  readonly converged: boolean;
  readonly solver: string;
}

/** `link` is what a chain came to for the penalty, if there was one. */
export type Solve = (alpha: number, l1Ratio: number, link?: Link) => Promise<Step>;

/** Solves for one target of a design, again and again; `gram` has about the Gram matrix of its columns, where a device found it. */
export function solverFor(
  design: Design,
  target: number,
  solver: LassoSolver,
  run: SolverRun,
  gram?: DeviceGram,
): Solve {
  const { n } = design;
  const problem = problemOf(design, target);
  const size = squareSum(problem.y);
  let descent: Descent | undefined;
  let last = run.start;
  return async (alpha, l1Ratio, link) => {
    const penalty = penaltyOf(alpha, l1Ratio, n, run.positive);
    // Without an l1 nothing is thresholded: the minimum is that of a smooth function, and has a formula.
    if (penalty.l1 === 0 && !run.positive) {
      const way = ridgeSolver('auto', n, problem.p, penalty.l2, run.op);
      const found = await solveRidge(problem, [problem.y], penalty.l2, way, run);
      last = found.weights[0] ?? new Float64Array(problem.p);
      descent = undefined;
      // The objective is half of ridge's, divided by n.
      return { ...found, weights: last, dualGap: found.gap / 2 / n };
    }
    let iterations = link?.sweeps ?? 0;
    if (link) {
      last = link.weights;
      descent = undefined;
      if (link.isSolved) return { weights: last, iterations, dualGap: link.gap / n, converged: true, solver };
    }
    if (solver === 'fista') {
      const near = await approached(problem, penalty, last, run);
      last = near.weights;
      iterations = near.iterations;
      descent = undefined;
    }
    descent ??= new Descent(problem, { start: last, whole: solver === 'gram', near: await gram?.onHost() });
    const limits = { gap: run.tol * size, change: run.tol, maxSweeps: Math.max(1, run.maxIterations - iterations) };
    const { gap, sweeps, converged } = await atPace(descent.solve(penalty, limits), run.pace);
    last = descent.weights.slice();
    return { weights: last, iterations: iterations + sweeps, dualGap: gap / n, converged, solver };
  };
}
