/**
 * One target's problem behind one face, whatever solves it: a function from penalties to coefficients that goes on from what it found
 * last. Penalties and gaps are scikit-learn's here, that is divided by n; those of the solvers themselves are not.
 */
import { matmul } from '../linalg/index.ts';
import { Scope, type Device, type Pace } from '../tensor/index.ts';
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

export type Solve = (alpha: number, l1Ratio: number) => Promise<Step>;

/** Solves for one target of a design, again and again; `gram` has about the Gram matrix of its columns, where a device is to find it. */
export function solverFor(
  design: Design,
  target: number,
  solver: LassoSolver,
  run: SolverRun,
  gram?: () => Promise<Float64Array>,
): Solve {
  const { n } = design;
  const problem = problemOf(design, target);
  const size = squareSum(problem.y);
  let descent: Descent | undefined;
  let last = run.start;
  return async (alpha, l1Ratio) => {
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
    let iterations = 0;
    if (solver === 'fista') {
      const near = await approached(problem, penalty, last, run);
      last = near.weights;
      iterations = near.iterations;
      descent = undefined;
    }
    descent ??= new Descent(problem, { start: last, whole: solver === 'gram', near: gram && (await gram()) });
    const limits = { gap: run.tol * size, change: run.tol, maxSweeps: run.maxIterations };
    const { gap, sweeps, converged } = await atPace(descent.solve(penalty, limits), run.pace);
    last = descent.weights.slice();
    return { weights: last, iterations: iterations + sweeps, dualGap: gap / n, converged, solver };
  };
}

/** XᵀX [p, p] by one product on the device, of columns of length 1; asked for once, and only when it is needed. */
export function gramOnDevice(
  { n, p, columns, squares }: Design,
  { device, pace, op }: SolverRun,
): () => Promise<Float64Array> {
  let found: Promise<Float64Array> | undefined;
  const find = async (): Promise<Float64Array> => {
    const lengths = squares.map(Math.sqrt);
    const unit = new Float32Array(n * p);
    for (let j = 0; j < p; j++) {
      const length = (lengths[j] as number) || 1;
      for (let i = j * n; i < j * n + n; i++) unit[i] = (columns[i] as number) / length;
    }
    await pace.spend(n * p);
    return scopedAsync(async scope => {
      const rows = scope.keep(device.upload(unit, [p, n], 'float32', op));
      const products = await scope.keep(matmul(rows, rows, { transposeB: true })).data();
      const gram = new Float64Array(p * p);
      for (let j = 0; j < p; j++)
        for (let k = 0; k < p; k++)
          gram[j * p + k] = (products[j * p + k] as number) * (lengths[j] as number) * (lengths[k] as number);
      return gram;
    });
  };
  return () => (found ??= find());
}

async function scopedAsync<Result>(body: (scope: Scope) => Promise<Result>): Promise<Result> {
  const scope = new Scope();
  try {
    return await body(scope);
  } finally {
    scope.close();
  }
}
