/**
 * Sweeps of coordinate descent over a working set, until the set's own duality gap is small enough: each weight in turn becomes the
 * one that minimises the objective,
 *
 *     wⱼ ← soft(xⱼ·r + ‖xⱼ‖²·wⱼ, l1) / (‖xⱼ‖² + l2)
 *
 * by products that a Gram matrix keeps up to date, or by the residual r itself. Every few sweeps an extrapolation is tried. Zeros come
 * from the soft threshold and are exact. Which columns are in the set is not decided here.
 */
import { History } from './anderson.ts';
import { Changes, dot, subtract } from './dots.ts';
import { certificate, squareSum, type Penalty, type Problem } from './problem.ts';
import type { Slots } from './slots.ts';

export interface Stop {
  /** The set's gap that is small enough. */
  readonly gap: number;
  /** The largest change of a fit in a sweep, beside the largest fit, that is small enough. Default: any. */
  readonly change?: number | undefined;
  readonly maxSweeps: number;
}

export interface Swept {
  readonly sweeps: number;
  /** True where the last sweep changed little enough. */
  readonly isSettled: boolean;
  /** True where it changed nothing that doubles can tell. */
  readonly stalled: boolean;
}

/** The weight that minimises the objective along one coordinate: `pull` is xⱼ·r + ‖xⱼ‖²·wⱼ, `square` ‖xⱼ‖² + l2. */
function settled(pull: number, square: number, l1: number, positive: boolean): number {
  if (pull > l1) return (pull - l1) / square;
  if (pull < -l1 && !positive) return (pull + l1) / square;
  return 0;
}

/** l1·‖w‖₁ + ½·l2·‖w‖² of the first weights. */
function penaltyOn(weights: Float64Array, count: number, { l1, l2 }: Penalty): number {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const weight = weights[i] as number;
    sum += l1 * Math.abs(weight) + 0.5 * l2 * weight * weight;
  }
  return sum;
}

/** Sweeps over the slots that `work` lists; the weights of all others are 0. `ySquare` is ‖y‖². */
export function* gramSweeps(
  slots: Slots,
  work: Int32Array,
  penalty: Penalty,
  ySquare: number,
  stop: Stop,
): Generator<number, Swept> {
  const { count, targets } = slots;
  const history = new History(count, count);
  const negligible = Number.EPSILON * Math.sqrt(ySquare);
  for (let sweeps = 1; ; sweeps++) {
    history.push(slots.weights, slots.products);
    const { changed, largest } = gramSweep(slots, work, penalty);
    yield work.length + changed * count;
    const rest = residualSquare(slots.weights, slots.products, targets, count, ySquare);
    const { gap } = certificate(penalty, rest, slots.weights, slots.products, work, work.length);
    const stalled = largest <= negligible;
    const isSettled = stalled || largest <= (stop.change ?? Infinity) * largestFit(slots.weights, slots.lengths, count);
    if ((gap <= stop.gap && isSettled) || stalled || sweeps >= stop.maxSweeps) return { sweeps, isSettled, stalled };
    if (!history.isFull) continue;
    const other = { weights: new Float64Array(count), products: new Float64Array(count) };
    if (history.combine(slots.lengths, other.weights, other.products) && isAllowed(other.weights, penalty)) {
      const before = 0.5 * rest + penaltyOn(slots.weights, count, penalty);
      const after =
        0.5 * residualSquare(other.weights, other.products, targets, count, ySquare) +
        penaltyOn(other.weights, count, penalty);
      if (after < before) {
        slots.weights.set(other.weights);
        slots.products.set(other.products);
      }
    }
    history.clear();
  }
}

/** The largest |wⱼ|·‖xⱼ‖. */
function largestFit(weights: Float64Array, lengths: Float64Array, count: number): number {
  let largest = 0;
  for (let i = 0; i < count; i++) largest = Math.max(largest, Math.abs(weights[i] as number) * (lengths[i] as number));
  return largest;
}

const isAllowed = (weights: Float64Array, { positive }: Penalty): boolean =>
  !positive || weights.every(weight => weight >= 0);

/** ‖y − X·w‖² = ‖y‖² − Σ w·(Xᵀy + Xᵀr): never below 0 but for rounding. */
export function residualSquare(
  weights: Float64Array,
  products: Float64Array,
  targets: Float64Array,
  count: number,
  ySquare: number,
): number {
  let sum = ySquare;
  for (let i = 0; i < count; i++) sum -= (weights[i] as number) * ((targets[i] as number) + (products[i] as number));
  return Math.max(0, sum);
}

/** One sweep. Returns how many weights changed, and the most that one moved the fit, |Δw|·‖x‖. */
function gramSweep(slots: Slots, work: Int32Array, penalty: Penalty): { changed: number; largest: number } {
  const { gram, stride, count, weights, products, squares, lengths } = slots;
  const { l1, l2, positive } = penalty;
  const changes = new Changes();
  let changed = 0;
  let largest = 0;
  for (let at = 0; at < work.length; at++) {
    const k = work[at] as number;
    const old = weights[k] as number;
    const square = squares[k] as number;
    const next = settled(changes.less(products, gram, k) + square * old, square + l2, l1, positive);
    if (next === old) continue;
    weights[k] = next;
    changes.add(products, gram, next - old, k * stride, count);
    changed++;
    largest = Math.max(largest, Math.abs(next - old) * (lengths[k] as number));
  }
  changes.settle(products, gram, count);
  return { changed, largest };
}

/** Sweeps between two looks at the gap, which costs one itself. */
const LOOK_EVERY = 5;

/** Sweeps over the columns that `work` lists, with weights and the residual that they leave; both are changed. */
export function* residualSweeps(
  problem: Problem,
  weights: Float64Array,
  residual: Float64Array,
  work: Int32Array,
  penalty: Penalty,
  stop: Stop,
): Generator<number, Swept> {
  const { n, columns, squares, y } = problem;
  const { l1, l2, positive } = penalty;
  const size = work.length;
  // The set's own numbering, so that nothing is as long as all columns are.
  const everyone = Int32Array.from(work.keys());
  const own = Float64Array.from(work, j => weights[j] as number);
  const lengths = Float64Array.from(work, j => Math.sqrt(squares[j] as number));
  const products = new Float64Array(size);
  const history = new History(size, n);
  const other = { weights: new Float64Array(size), residual: new Float64Array(n) };
  const negligible = Number.EPSILON * Math.sqrt(squareSum(y));
  const finish = (swept: Swept): Swept => {
    work.forEach((j, at) => (weights[j] = own[at] as number));
    return swept;
  };
  let steps = 0;
  for (let sweeps = 1; ; sweeps++) {
    history.push(own, residual);
    let largest = 0;
    for (let at = 0; at < size; at++) {
      const j = work[at] as number;
      const old = own[at] as number;
      const square = squares[j] as number;
      const next = settled(dot(columns, j * n, residual, n) + square * old, square + l2, l1, positive);
      steps += n;
      if (next !== old) {
        own[at] = next;
        subtract(residual, next - old, columns, j * n, n);
        steps += n;
        largest = Math.max(largest, Math.abs(next - old) * (lengths[at] as number));
      }
    }
    yield steps;
    steps = 0;
    const stalled = largest <= negligible;
    const isSettled = stalled || largest <= (stop.change ?? Infinity) * largestFit(own, lengths, size);
    if (stalled || sweeps >= stop.maxSweeps) return finish({ sweeps, isSettled, stalled });
    if (isSettled && sweeps % LOOK_EVERY === 0) {
      for (let at = 0; at < size; at++) products[at] = dot(columns, (work[at] as number) * n, residual, n);
      yield size * n;
      const { gap } = certificate(penalty, squareSum(residual), own, products, everyone, size);
      if (gap <= stop.gap) return finish({ sweeps, isSettled, stalled });
    }
    if (!history.isFull) continue;
    if (history.combine(lengths, other.weights, other.residual) && isAllowed(other.weights, penalty)) {
      const before = 0.5 * squareSum(residual) + penaltyOn(own, size, penalty);
      const after = 0.5 * squareSum(other.residual) + penaltyOn(other.weights, size, penalty);
      if (after < before) {
        own.set(other.weights);
        residual.set(other.residual);
      }
    }
    history.clear();
  }
}
