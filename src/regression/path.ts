/** `lassoPath` and `elasticNetPath`: models of many penalties, each begun with the one before. */
import { OptionError } from '../errors.ts';
import { checkNumber, checkOptions, show } from '../options.ts';
import { defaultFloat, Pace, type LongOptions, type Tensor, type TensorLike } from '../tensor/index.ts';
import { checkAlpha, checkCount, checkRatio } from './checks.ts';
import { isGramOnDevice, lassoSolver } from './choice.ts';
import { DeviceGram } from './chained.ts';
import { hasDoubles } from './doubles/columns.ts';
import { readObservations } from './data.ts';
import { DESIGN_OPTIONS, designOf, designSettings, unscaled, type Design, type DesignOptions } from './design.ts';
import { dot } from './dots.ts';
import { checkPenalty, readSettings, SETTINGS, type LassoSettings } from './lasso.ts';
import { activeIn } from './model.ts';
import { penaltyOf } from './problem.ts';
import { teller } from './progress.ts';
import { solverFor } from './solvers.ts';

/** The α of a path: a list, or how many there are and how far they go down. */
export interface GridOptions {
  /** In any order; the path goes down. Default: `count` of them. */
  readonly alphas?: ArrayLike<number> | undefined;
  /** How many, evenly apart on a logarithmic scale, from the least α at which all coefficients are 0. Default: 100. */
  readonly count?: number | undefined;
  /** The last α, as a share of the first. Default: 1e-3. */
  readonly eps?: number | undefined;
}

export interface LassoPathOptions extends DesignOptions, LassoSettings, GridOptions, LongOptions {}

export interface ElasticNetPathOptions extends LassoPathOptions {
  /** From 0, ridge's penalty alone, which takes a list of `alphas`, to 1, lasso's alone. Default: 0.5. */
  readonly l1Ratio?: number | undefined;
}

/** Models of K penalties. */
export interface LinearPath {
  /** [K], descending. */
  readonly alphas: Float64Array;
  /** [K, p], or [targets, K, p] where y is [n, targets]. */
  readonly coefs: Tensor;
  /** [K], or [targets, K]. */
  readonly intercepts: Tensor;
  /** Of each penalty, in the objective's units: the largest of all targets. */
  readonly dualGaps: Float64Array;
  /** Sweeps of each penalty: the most of all targets. */
  readonly iterations: Uint32Array;
  /** The columns that have a coefficient other than 0 at each penalty, for some target. */
  readonly active: readonly Uint32Array[];
  /** False where `maxIterations` came first for some penalty; `dualGaps` says which. */
  readonly converged: boolean;
  /** Which solver found it, the largest α at least: α = 0 has its own. */
  readonly solver: string;
  /** Gives the tensors back. */
  readonly dispose: () => void;
}

const OPTIONS = [...DESIGN_OPTIONS, ...SETTINGS, 'alphas', 'count', 'eps'] as const;

/**
 * `lasso` for a descending list of α: as scikit-learn's `lasso_path`, but for an intercept, which is fitted unless `fitIntercept` is false.
 *
 * By default the list begins where all coefficients are 0, at max |xⱼ·y|/n (columns and y less their means, over all targets), and ends
 * at a thousandth of it. All else is as with `lasso`.
 *
 * ```ts
 * const path = await lassoPath([[1, 0], [2, 1], [3, 0], [4, 1]], [2, 4, 6, 8], { alphas: [0.1, 1] });
 * path.alphas; // [1, 0.1]
 * await path.coefs.toArray(); // [[1.2, 0], [1.92, 0]]
 * ```
 */
export async function lassoPath(x: TensorLike, y: TensorLike, options: LassoPathOptions = {}): Promise<LinearPath> {
  checkOptions('lassoPath', options, OPTIONS);
  return pathOf('lassoPath', x, y, options, 1);
}

/**
 * `elasticNet` for a descending list of α, with one `l1Ratio`: as scikit-learn's `enet_path`, but for an intercept, which is fitted
 * unless `fitIntercept` is false. The default list begins at max |xⱼ·y|/(n·l1Ratio). All else is as with `lassoPath`.
 *
 * ```ts
 * const path = await elasticNetPath([[1, 1], [2, 2], [3, 3], [4, 4]], [2, 4, 6, 8], { count: 3, eps: 0.01 });
 * path.active.map(columns => columns.length); // [0, 2, 2]
 * ```
 */
export async function elasticNetPath(
  x: TensorLike,
  y: TensorLike,
  options: ElasticNetPathOptions = {},
): Promise<LinearPath> {
  const op = 'elasticNetPath';
  checkOptions(op, options, [...OPTIONS, 'l1Ratio']);
  return pathOf(op, x, y, options, options.l1Ratio === undefined ? 0.5 : checkRatio(options.l1Ratio, op));
}

async function pathOf(
  op: string,
  x: TensorLike,
  y: TensorLike,
  options: LassoPathOptions,
  l1Ratio: number,
): Promise<LinearPath> {
  const grid = readGrid(options, l1Ratio, op);
  const settings = designSettings(op, options, true);
  const run = readSettings(options, op);
  checkPenalty(grid.alphas?.at(-1) ?? 1, run.positive, op);
  const pace = new Pace(op, options.signal);
  const { device, single, ...data } = await readObservations(op, x, y, options.sampleWeight, options.device);
  const design = designOf({ device, single, ...data }, settings);
  const alphas = grid.alphas ?? alphaGrid(largestAlpha(design, l1Ratio), grid.count, grid.eps);
  const { p, targets } = design;
  const count = alphas.length;
  const coefs = new Float64Array(targets * count * p);
  const intercepts = new Float64Array(targets * count);
  const dualGaps = new Float64Array(count);
  const iterations = new Uint32Array(count);
  const sizes = { n: design.n, p, penalties: count };
  const wanted = lassoSolver(options.solver, sizes, op);
  const inner = { ...run, device, pace, op };
  const isOnDevice =
    l1Ratio > 0 && isGramOnDevice(wanted, sizes, { float: defaultFloat(device.kind), hasDoubles: hasDoubles(device) });
  const gram = isOnDevice ? new DeviceGram(design, inner) : undefined;
  let solver: string = wanted;
  let converged = true;
  try {
    const penalties = Array.from(alphas, alpha => penaltyOf(alpha, l1Ratio, design.n, run.positive));
    const tell = teller(options, 'path', targets * count);
    const links = await gram?.paths(penalties.filter(({ l1 }) => l1 > 0));
    for (let target = 0; target < targets; target++) {
      const solve = solverFor(design, target, wanted, inner, gram);
      for (const [k, alpha] of alphas.entries()) {
        const step = await solve(alpha, l1Ratio, links?.[target]?.[k]);
        const { coef, intercept } = unscaled(design, target, step.weights);
        coefs.set(coef, (target * count + k) * p);
        intercepts[target * count + k] = intercept;
        dualGaps[k] = Math.max(dualGaps[k] ?? 0, step.dualGap);
        iterations[k] = Math.max(iterations[k] ?? 0, step.iterations);
        converged &&= step.converged;
        if (k === 0) solver = step.solver;
        tell(target * count + k + 1);
      }
    }
  } finally {
    gram?.dispose();
  }
  const active = Array.from(alphas, (_, k) => {
    const own = Array.from({ length: targets }, (_unused, target) => (target * count + k) * p);
    return activeIn(own.map(from => coefs.subarray(from, from + p)));
  });
  const lead = single ? [] : [targets];
  const upload = (values: Float64Array, shape: readonly number[]): Tensor =>
    device.upload(values, shape, defaultFloat(device.kind), op);
  const tensors = { coefs: upload(coefs, [...lead, count, p]), intercepts: upload(intercepts, [...lead, count]) };
  return {
    alphas,
    ...tensors,
    dualGaps,
    iterations,
    active,
    converged,
    solver,
    dispose() {
      for (const one of Object.values(tensors)) one.dispose();
    },
  };
}

/** A grid as it was asked for: a list that descends, or a count and a share. */
export interface Grid {
  readonly alphas: Float64Array | undefined;
  readonly count: number;
  readonly eps: number;
}

export function readGrid({ alphas, count, eps }: GridOptions, l1Ratio: number, op: string): Grid {
  const size = count === undefined ? 100 : checkCount(count, 'count', op);
  const share =
    eps === undefined ? 1e-3 : checkNumber(eps, 'eps', one => one > 0 && one < 1, 'a number above 0 and below 1', op);
  if (alphas === undefined) {
    if (l1Ratio === 0)
      throw new OptionError(
        `${op}: l1Ratio is 0, and then no alpha makes all coefficients 0: there is nothing for a grid to begin at. Give alphas.`,
      );
    return { alphas: undefined, count: size, eps: share };
  }
  if (typeof alphas !== 'object' || alphas === null || !(alphas.length > 0))
    throw new OptionError(`${op}: alphas is ${show(alphas)}. Give a list of at least one number ≥ 0.`);
  const own = Float64Array.from(alphas, alpha => checkAlpha(alpha, op, 'one of alphas'));
  return { alphas: own.sort().reverse(), count: own.length, eps: share };
}

/** The least α at which all coefficients are 0: max |xⱼ·y| / (n·l1Ratio), over all targets. */
export function largestAlpha({ n, p, targets, columns, y }: Design, l1Ratio: number): number {
  let largest = 0;
  for (let k = 0; k < targets; k++) {
    const own = y.subarray(k * n, k * n + n);
    for (let j = 0; j < p; j++) largest = Math.max(largest, Math.abs(dot(columns, j * n, own, n)));
  }
  return largest / (n * l1Ratio);
}

/** scikit-learn's resolution of doubles: where y is constant, all α of a grid are this. */
const LEAST_ALPHA = 1e-15;

/** `count` numbers from `largest` down to `eps` of it, evenly apart on a logarithmic scale. */
export function alphaGrid(largest: number, count: number, eps: number): Float64Array {
  if (largest <= LEAST_ALPHA) return new Float64Array(count).fill(LEAST_ALPHA);
  return Float64Array.from({ length: count }, (_, k) => (count === 1 ? largest : largest * eps ** (k / (count - 1))));
}
