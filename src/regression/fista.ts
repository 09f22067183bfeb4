/**
 * FISTA with restart (Beck and Teboulle 2009; O'Donoghue and Candès 2015): proximal gradient steps with momentum, whose two products an
 * iteration, X·u and Xᵀ·r, are the device's. In float32 it comes near the minimum and no nearer; who calls goes on from there in doubles.
 *
 * Columns and y are taken at length 1 and X is divided by its spectral norm, so that steps have length 1 and no number is out of range:
 * u = √L·‖xⱼ‖·wⱼ / ‖y‖.
 */
import { add, clip, div, mul, square, sub, sum } from '../arith/index.ts';
import { matmul } from '../linalg/index.ts';
import { spectralNorm } from '../norm/index.ts';
import { softThreshold } from '../prox/index.ts';
import { defaultFloat, Scope, type Device, type Pace, type Tensor } from '../tensor/index.ts';
import { squareSum, type Penalty, type Problem } from './problem.ts';

export interface Approached {
  readonly weights: Float64Array;
  readonly iterations: number;
}

export interface FistaRun {
  readonly maxIterations: number;
  readonly device: Device;
  readonly pace: Pace;
  readonly op: string;
}

/** Iterations between two looks at the objective, a number that is read. */
const LOOK_EVERY = 10;
/** Power iterations, and what their estimate of ‖X‖² may be short of. */
const POWERS = 30;
const SHORT = 1.1;
/** The objective's relative change between two looks that float32 hardly tells from none. */
const NOTHING = 1e-7;
/** Longer steps than the spectral norm allows make the objective grow; so often the norm is taken for larger. */
const MOST_SHRINKS = 20;

/** Weights near the minimum, from `start` on. */
export async function approached(
  problem: Problem,
  penalty: Penalty,
  start: Float64Array | undefined,
  run: FistaRun,
): Promise<Approached> {
  const { n, p, squares } = problem;
  const size = Math.sqrt(squareSum(problem.y));
  if (size === 0 || squares.every(own => own === 0)) return { weights: new Float64Array(p), iterations: 0 };
  const lengths = squares.map(Math.sqrt);
  const scope = new Scope();
  const upload = (values: Float64Array, shape: readonly number[]): Tensor =>
    scope.keep(run.device.upload(values, shape, defaultFloat(run.device.kind), run.op));
  try {
    const unit = new Float64Array(n * p);
    for (let j = 0; j < p; j++) {
      if (lengths[j] === 0) continue;
      for (let i = j * n; i < j * n + n; i++) unit[i] = (problem.columns[i] as number) / (lengths[j] as number);
    }
    const columns = upload(unit, [p, n]);
    const y = upload(
      problem.y.map(value => value / size),
      [n],
    );
    let bound = SHORT * (await scope.keep(spectralNorm(columns, { iterations: POWERS })).item()) ** 2;
    let u = (start ?? new Float64Array(p)).map((weight, j) => (weight * (lengths[j] as number)) / size);
    let iterations = 0;
    for (let shrinks = 0; shrinks < MOST_SHRINKS && iterations < run.maxIterations; shrinks++) {
      const root = Math.sqrt(bound);
      const steps: Steps = {
        columns: scope.keep(div(columns, root)),
        y,
        thresholds: upload(
          lengths.map(length => (length > 0 ? penalty.l1 / (length * size * root) : 0)),
          [p],
        ),
        ridges: upload(
          squares.map(own => (own > 0 ? penalty.l2 / own / bound : 0)),
          [p],
        ),
        positive: penalty.positive,
      };
      const begun = u.map(value => value * root);
      const found = await iterate(steps, upload(begun, [p]), run.maxIterations - iterations, run);
      iterations += found.iterations;
      u = Float64Array.from(await scope.keep(found.u).data(), value => value / root);
      if (!found.hasGrown) break;
      bound *= 1.5;
    }
    return {
      weights: u.map((value, j) => (lengths[j] === 0 ? 0 : (value * size) / (lengths[j] as number))),
      iterations,
    };
  } finally {
    scope.close();
  }
}

/** min ½·‖y − X·u‖² + Σ tⱼ·|uⱼ| + ½·Σ ρⱼ·uⱼ², with ‖X‖ about 1. */
interface Steps {
  /** Xᵀ [p, n]. */
  readonly columns: Tensor;
  readonly y: Tensor;
  /** t and ρ, [p]. */
  readonly thresholds: Tensor;
  readonly ridges: Tensor;
  readonly positive: boolean;
}

interface Iterated {
  /** Of the least objective that was seen. */
  readonly u: Tensor;
  readonly iterations: number;
  /** True where steps without momentum made the objective larger: they were too long. */
  readonly hasGrown: boolean;
}

async function iterate(steps: Steps, start: Tensor, most: number, run: FistaRun): Promise<Iterated> {
  const { columns, y, thresholds, ridges, positive } = steps;
  const [p = 0, n = 0] = columns.shape;
  const held = new Scope();
  try {
    const divisors = held.keep(add(ridges, 1));
    const isRidged = (await held.keep(sum(ridges)).item()) > 0;
    const stepped = (z: Tensor, scope: Scope): Tensor => {
      const missing = scope.keep(sub(y, scope.keep(matmul(z, columns))));
      const moved = scope.keep(add(z, scope.keep(matmul(columns, missing))));
      const soft = scope.keep(
        positive ? clip(scope.keep(sub(moved, thresholds)), 0, Infinity) : softThreshold(moved, thresholds),
      );
      return isRidged ? scope.keep(div(soft, divisors)) : soft;
    };
    const objective = async (u: Tensor): Promise<number> => {
      const scope = new Scope();
      try {
        const rest = scope.keep(sum(scope.keep(square(scope.keep(sub(y, scope.keep(matmul(u, columns))))))));
        const sizes = scope.keep(clip(u, 0, Infinity));
        const both = positive ? sizes : scope.keep(sub(scope.keep(mul(sizes, 2)), u));
        const weighed = scope.keep(sum(scope.keep(mul(both, thresholds))));
        const squares = scope.keep(sum(scope.keep(mul(scope.keep(square(u)), ridges))));
        const [a, b, c] = await Promise.all([rest.item(), weighed.item(), squares.item()]);
        return 0.5 * a + b + 0.5 * c;
      } finally {
        scope.close();
      }
    };
    let u = held.keep(start.alias(run.op));
    let best = { u, value: await objective(u) };
    let z = u;
    let momentum = 1;
    let isFresh = true;
    for (let k = 1; ; k++) {
      const scope = new Scope();
      try {
        const next = scope.result(stepped(z, scope));
        held.keep(next);
        const after = (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
        const stale = [z, u].filter(one => one !== best.u);
        z = held.keep(add(next, scope.keep(mul(scope.keep(sub(next, u)), (momentum - 1) / after))));
        momentum = after;
        u = next;
        for (const one of stale) one.dispose();
      } finally {
        scope.close();
      }
      await run.pace.spend(2 * n * p, u);
      if (k % LOOK_EVERY !== 0 && k < most) continue;
      const value = await objective(u);
      const gained = best.value - value;
      if (value < best.value) best = { u, value };
      if (Math.abs(gained) <= NOTHING * best.value || k >= most)
        return { u: held.result(best.u), iterations: k, hasGrown: false };
      if (gained < 0 && isFresh) return { u: held.result(best.u), iterations: k, hasGrown: true };
      // The objective grew: momentum carried too far. It begins anew, from the best so far.
      isFresh = gained < 0;
      if (isFresh) {
        u = best.u;
        z = u;
        momentum = 1;
      }
    }
  } finally {
    held.close();
  }
}
