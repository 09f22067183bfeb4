/**
 * Gram matrices of folds on a device: that of all rows less that of the rows left out, with their means put right, or from the rows
 * themselves. And chains of problems on them, with pauses.
 */
import { mul, sub } from '../../arith/index.ts';
import { rowProducts, turned } from '../../linalg/index.ts';
import {
  copyInto,
  emptyTensor,
  launch,
  Scope,
  stepsAtOnce,
  type Device,
  type Pace,
  type Tensor,
} from '../../tensor/index.ts';
import { descendPrimitive, type DescendPlan } from './descend.ts';
import type { FoldProblem, Whole } from './fold-problem.ts';

/** Where a batch runs. */
export interface Place {
  readonly device: Device;
  readonly dtype: 'float32' | 'float64';
  readonly pace: Pace;
  readonly op: string;
}

export const uploaded = (
  { device, dtype, op }: Pick<Place, 'device' | 'dtype' | 'op'>,
  values: ArrayLike<number>,
  shape: readonly number[],
  scope: Scope,
): Tensor => scope.keep(device.upload(Float64Array.from(values), shape, dtype, op));

/** Some rows of the whole design, in its units: [rows, p]. */
export function rowsOf({ design, units }: Whole, rows: Uint32Array, place: Place, scope: Scope): Tensor {
  const { n, p, columns } = design;
  const values = new Float64Array(rows.length * p);
  for (let j = 0; j < p; j++) {
    const unit = units[j] as number;
    rows.forEach((row, i) => (values[i * p + j] = (columns[j * n + row] as number) * unit));
  }
  return scope.keep(place.device.upload(values, [rows.length, p], place.dtype, place.op));
}

export class FoldGrams {
  readonly #whole: Whole;
  readonly #place: Place;
  readonly #scope: Scope;
  #ofAll: Tensor | undefined;

  /** What is found once for all folds belongs to the scope. */
  constructor(whole: Whole, place: Place, scope: Scope) {
    [this.#whole, this.#place, this.#scope] = [whole, place, scope];
  }

  /** [problems, p, p]. `left` are the rows that each fold leaves out, for those that come by taking away. */
  async of(problems: readonly FoldProblem[], left: readonly (Tensor | undefined)[], scope: Scope): Promise<Tensor> {
    const { device, dtype, op } = this.#place;
    const { p } = this.#whole.design;
    const grams = scope.keep(emptyTensor(device, [problems.length, p, p], dtype, op));
    for (const [k, problem] of problems.entries()) {
      const own = new Scope();
      try {
        copyInto(grams, await this.#ofOne(problem, left[k], own), k * p * p, [p, 1], op);
      } finally {
        own.close();
      }
    }
    return grams;
  }

  async #ofOne(
    { columns, means, weight, factors }: FoldProblem,
    left: Tensor | undefined,
    scope: Scope,
  ): Promise<Tensor> {
    const { device, dtype, op, pace } = this.#place;
    const { p } = this.#whole.design;
    if (columns) {
      const rows = scope.keep(device.upload(columns, [p, columns.length / p], dtype, op));
      return rowProducts(rows, rows, op, scope, pace);
    }
    if (!left) throw new Error('broken invariant: a fold that leaves rows out has them');
    const across = turned(left, op, scope);
    const all = await this.#all();
    const some = await rowProducts(across, across, op, scope, pace);
    const root = Math.sqrt(weight);
    const shifts = means.map((mean, j) => mean * (this.#whole.units[j] as number) * root);
    const centred = scope.keep(sub(scope.keep(sub(all, some)), this.#outer(shifts, scope)));
    return factors ? scope.keep(mul(centred, this.#outer(factors, scope))) : centred;
  }

  /** v·vᵀ */
  #outer(v: Float64Array, scope: Scope): Tensor {
    const column = uploaded(this.#place, v, [v.length, 1], scope);
    return scope.keep(mul(column, scope.keep(column.reshape([1, v.length]))));
  }

  async #all(): Promise<Tensor> {
    if (this.#ofAll) return this.#ofAll;
    const { device, dtype, op, pace } = this.#place;
    const { n, p, columns } = this.#whole.design;
    const own = new Scope();
    try {
      const scaled = columns.map((value, at) => value * (this.#whole.units[Math.floor(at / n)] as number));
      const rows = own.keep(device.upload(scaled, [p, n], dtype, op));
      this.#ofAll = this.#scope.keep(own.result(await rowProducts(rows, rows, op, own, pace)));
      return this.#ofAll;
    } finally {
      own.close();
    }
  }
}

/** Problems as the primitive takes them. */
export interface ChainSet {
  readonly grams: Tensor;
  readonly which: Uint32Array;
  /** [chains, p + 1]: Xᵀy, and behind it yᵀy. */
  readonly q: Float64Array;
  /** [chains, steps, 2] */
  readonly lambdas: Float64Array;
  readonly positive: boolean;
  readonly tolerance: number;
  readonly maxSweeps: number;
}

/** Changes that are rounding, as a share of the size of things. */
const LEAST = { float32: 2 ** -22, float64: 2 ** -50 } as const;
/** Sweeps that a problem takes as a rule, and the steps of work between two looks at whether somebody wants it to end. */
const USUAL = 16;
const WORTH_A_PAUSE = 2 ** 28;

/** Solves them all from 0: w [chains, steps, p], and how each went [chains, steps, 2]. */
export async function descendAll(set: ChainSet, place: Place, scope: Scope): Promise<{ w: Tensor; went: Tensor }> {
  const { device, dtype, op, pace } = place;
  const [count = 0, p = 0] = set.grams.shape;
  const chains = set.which.length;
  const steps = set.lambdas.length / 2 / chains;
  const reads = [
    set.grams,
    uploaded(place, set.q, [chains, p + 1], scope),
    scope.keep(device.upload(set.which, [chains], 'uint32', op)),
    uploaded(place, set.lambdas, [chains, steps, 2], scope),
    uploaded(place, new Float64Array(chains * p), [chains, p], scope),
  ];
  const w = scope.keep(emptyTensor(device, [chains, steps, p], dtype, op));
  const went = scope.keep(emptyTensor(device, [chains, steps, 2], dtype, op));
  const { positive, tolerance, maxSweeps } = set;
  const plan = { op, dtype, p, grams: count, chains, steps, positive, tolerance, least: LEAST[dtype], maxSweeps };
  const cost = Math.max(1, (USUAL * p * p) / 4);
  const problems = Math.max(1, Math.floor(Math.min(WORTH_A_PAUSE, stepsAtOnce(device)) / cost));
  const [chainsAtOnce, stepsTogether] = [Math.min(chains, problems), Math.max(1, Math.floor(problems / chains))];
  for (let fromStep = 0; fromStep < steps; fromStep += stepsTogether)
    for (let fromChain = 0; fromChain < chains; fromChain += chainsAtOnce) {
      const toStep = Math.min(steps, fromStep + stepsTogether);
      const toChain = Math.min(chains, fromChain + chainsAtOnce);
      const part: DescendPlan = { ...plan, fromStep, toStep, fromChain, toChain };
      launch(op, descendPrimitive, part, reads, [w, went]);
      await pace.spend((toStep - fromStep) * (toChain - fromChain) * cost, went);
    }
  return { w, went };
}
