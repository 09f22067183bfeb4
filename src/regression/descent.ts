/**
 * Coordinate descent with working sets: the minimum of ½·‖y − X·w‖² + l1·‖w‖₁ + ½·l2·‖w‖² in doubles, on the host, to a duality gap.
 * Columns are met when their products with the residual say so; columns that gap-safe spheres rule out are not looked at again
 * (Ndiaye, Fercoq, Gramfort and Salmon 2017); the sweeps themselves are in sweeps.ts. It knows no tensor and no device.
 */
import type { Pace } from '../tensor/index.ts';
import { productsWith, subtractAll } from './dots.ts';
import { moveOn } from './gram/settle.ts';
import { certificate, squareSum, type Certificate, type Penalty, type Problem } from './problem.ts';
import { Slots } from './slots.ts';
import { gramSweeps, residualSquare, residualSweeps, type Swept } from './sweeps.ts';

export interface Limits {
  /** The duality gap that is small enough, in units of ½·‖y − X·w‖². */
  readonly gap: number;
  /** The largest change of a fit, |Δwⱼ|·‖xⱼ‖, beside the largest fit |wⱼ|·‖xⱼ‖, that a last sweep may have had. Default: any. */
  readonly change?: number | undefined;
  readonly maxSweeps: number;
}

export interface Solution {
  /** Of ½·‖y − X·w‖² + …: P(w) is at most so far above the minimum. */
  readonly gap: number;
  readonly sweeps: number;
  readonly converged: boolean;
}

export interface DescentOptions {
  /** Weights to begin with. */
  readonly start?: ArrayLike<number> | undefined;
  /** True to find the Gram matrix of all columns at once: for few columns and many penalties. */
  readonly whole?: boolean | undefined;
  /**
   * About the Gram matrix of all columns, [p, p]: sweeps go by it, and what it is off by is made good when products are found anew from
   * the residual.
   */
  readonly near?: Float64Array | undefined;
}

/** The most columns whose Gram matrix is kept: 128 MiB. */
const MOST_SLOTS = 4096;
/** Up to so many columns a row of their Gram matrix costs little more than the rows of X would. */
const slotsFor = (n: number): number => Math.min(MOST_SLOTS, Math.max(256, 4 * n));
/** Columns that the first working set may have; later ones double. */
const FIRST_WORK = 64;

/**
 * One target's problem, and where a descent stands: `solve` goes on from the last penalty's weights, so that a path is a loop over
 * descending penalties. `solve` yields how many steps it took since the last time it did, for pauses: see `atPace`.
 *
 * ```ts
 * const descent = new Descent(problemOf(design, 0));
 * const { gap, converged } = await atPace(descent.solve(penaltyOf(0.1, 1, design.n, false), { gap: 1e-8, maxSweeps: 1000 }), pace);
 * descent.weights; // in the design's units
 * ```
 */
export class Descent {
  /** The weights found last. */
  readonly weights: Float64Array;
  readonly #problem: Problem;
  readonly #whole: boolean;
  readonly #near: Float64Array | undefined;
  readonly #ySquare: number;
  /** Columns that are not all zeros. */
  readonly #usable: Int32Array;
  /** Products with the residual, and for which columns they are those of the weights. */
  readonly #products: Float64Array;
  readonly #isKnown: Uint8Array;
  readonly #slots: Slots;
  #residual: Float64Array;
  #residualIsKnown = false;
  #lastL1: number | undefined;
  /** The last penalties and their weights, the latest first: where the Gram matrix is met, the next one begins on their line. */
  #trail: readonly { readonly l1: number; readonly weights: Float64Array }[] = [];

  constructor(problem: Problem, { start, whole = false, near }: DescentOptions = {}) {
    const { p, squares } = problem;
    this.#problem = problem;
    this.#usable = Int32Array.from({ length: p }, (_, j) => j).filter(j => (squares[j] as number) > 0);
    this.weights = Float64Array.from({ length: p }, (_, j) => ((squares[j] as number) > 0 ? (start?.[j] ?? 0) : 0));
    this.#near = near;
    this.#whole = whole && !near && this.#usable.length <= MOST_SLOTS;
    this.#ySquare = squareSum(problem.y);
    this.#products = new Float64Array(p);
    this.#isKnown = new Uint8Array(p);
    this.#slots = new Slots(problem);
    this.#residual = new Float64Array(problem.n);
  }

  /** Goes on until the gap and the last change are small enough, or for `maxSweeps`. */
  *solve(penalty: Penalty, limits: Limits): Generator<number, Solution> {
    if (penalty.positive) this.#clip();
    if (this.#whole) yield* this.#meetAll();
    if (this.#isMet) {
      this.#moveOn(penalty.l1);
      this.#slots.refresh();
    }
    const candidates = this.#usable.slice();
    let count = candidates.length;
    let sweeps = 0;
    let stalled = false;
    let isSettled = limits.change === undefined;
    let inner = 0.5 * limits.gap;
    for (let round = 0; ; round++) {
      yield* this.#bringUpToDate(candidates, count);
      const proof = certificate(penalty, this.#residualSquare(), this.weights, this.#products, candidates, count);
      const isClose = proof.gap <= limits.gap;
      const isLast = (isClose && isSettled) || sweeps >= limits.maxSweeps;
      count = isLast ? count : this.#screened(candidates, count, penalty, proof);
      const work = isLast ? undefined : this.#chosen(candidates, count, penalty, round);
      if (!work || work.columns.length === 0 || (stalled && work.fresh === 0)) {
        this.#lastL1 = penalty.l1;
        if (this.#isMet) this.#trail = [{ l1: penalty.l1, weights: this.weights.slice() }, ...this.#trail.slice(0, 1)];
        return { gap: proof.gap, sweeps, converged: isClose && (!work || isSettled || work.columns.length === 0) };
      }
      if (round > 0 && work.fresh === 0 && !isClose) inner *= 0.1;
      const stop = {
        gap: work.isComplete ? inner : Math.max(inner, 0.1 * proof.gap),
        change: limits.change,
        maxSweeps: limits.maxSweeps - sweeps,
      };
      const swept = yield* this.#sweep(work.columns, penalty, stop);
      sweeps += swept.sweeps;
      // What a sweep on fresh products cannot move is where doubles end.
      stalled = swept.stalled && swept.sweeps === 1;
      isSettled = swept.isSettled;
    }
  }

  /** Goes on from the last two penalties' weights along their line. */
  #moveOn(l1: number): void {
    const [last, before] = this.#trail;
    if (!last || !before) return;
    const { weights } = this;
    moveOn(weights, before.weights, [before.l1, last.l1, l1]);
    const { columns, count, weights: own } = this.#slots;
    for (let slot = 0; slot < count; slot++) own[slot] = weights[columns[slot] as number] as number;
    this.#forget();
  }

  #clip(): void {
    const { weights } = this;
    if (weights.every(weight => weight >= 0)) return;
    weights.forEach((weight, j) => (weights[j] = Math.max(0, weight)));
    this.#forget();
    this.#slots.clear();
  }

  #forget(): void {
    this.#isKnown.fill(0);
    this.#residualIsKnown = false;
  }

  *#meetAll(): Generator<number, void> {
    const slots = this.#slots;
    if (this.#isMet) return;
    slots.clear();
    yield* slots.add(this.#usable, this.weights, this.#products);
  }

  /** True where the Gram matrix has all columns, so that rows need not be looked at. */
  get #isMet(): boolean {
    return !this.#near && this.#slots.count === this.#usable.length && this.#usable.length > 0;
  }

  #residualSquare(): number {
    if (!this.#isMet) return squareSum(this.#residual);
    const { count, products, targets, weights } = this.#slots;
    return residualSquare(weights, products, targets, count, this.#ySquare);
  }

  /** Products of the candidates with the residual, where they are not known. */
  *#bringUpToDate(candidates: Int32Array, count: number): Generator<number, void> {
    const { n, columns, y } = this.#problem;
    const slots = this.#slots;
    if (this.#isMet) {
      for (let slot = 0; slot < slots.count; slot++)
        this.#products[slots.columns[slot] as number] = slots.products[slot] as number;
      return;
    }
    if (!this.#residualIsKnown) {
      const residual = this.#residual;
      residual.set(y);
      const used = subtractAll(residual, this.weights, columns);
      this.#residualIsKnown = true;
      yield used * n;
    }
    const unknown = new Int32Array(count);
    let missing = 0;
    for (let at = 0; at < count; at++) {
      const j = candidates[at] as number;
      if (this.#isKnown[j] === 0) unknown[missing++] = j;
    }
    yield* productsWith(columns, n, unknown, missing, this.#residual, this.#products);
    for (let at = 0; at < missing; at++) {
      const j = unknown[at] as number;
      this.#isKnown[j] = 1;
      const slot = slots.slotOf[j] as number;
      if (slot >= 0) slots.products[slot] = this.#products[j] as number;
    }
  }

  /**
   * Leaves out the columns that must be 0 at the minimum: the dual optimum is within √(2·gap) of the dual point s·r, so that none of
   * its products with a column is more than √(2·gap)·‖x‖ larger. Returns how many are left, first in the list.
   */
  #screened(candidates: Int32Array, count: number, penalty: Penalty, { scaledGap, scale }: Certificate): number {
    const { squares } = this.#problem;
    const { l1, l2, positive } = penalty;
    const radius = Math.sqrt(2 * scaledGap);
    let kept = 0;
    for (let at = 0; at < count; at++) {
      const j = candidates[at] as number;
      const weight = this.weights[j] as number;
      const c = (this.#products[j] as number) - l2 * weight;
      const size = scale * (positive ? c : Math.abs(c));
      if (weight !== 0 || size + radius * Math.sqrt((squares[j] as number) + l2) >= l1) candidates[kept++] = j;
    }
    return kept;
  }

  /**
   * The next working set: columns with a weight, and those whose products are too large for having none. On a path, the first set of a
   * penalty has those, too, whose products may become so: the step from the last penalty says how far they may move (Tibshirani
   * and others 2012). Where a set would more than double, the columns come first that lower the objective most.
   */
  #chosen(candidates: Int32Array, count: number, { l1, l2, positive }: Penalty, round: number): Work {
    const { squares } = this.#problem;
    const ahead = round === 0 && this.#lastL1 !== undefined ? Math.max(0, this.#lastL1 - l1) : 0;
    const bound = l1 - AHEAD * ahead;
    const used: number[] = [];
    let fresh: number[] = [];
    for (let at = 0; at < count; at++) {
      const j = candidates[at] as number;
      if (this.weights[j] !== 0) used.push(j);
      else if ((positive ? (this.#products[j] as number) : Math.abs(this.#products[j] as number)) > bound)
        fresh.push(j);
    }
    const room = Math.max(FIRST_WORK, 2 * used.length);
    const isComplete = fresh.length <= room || this.#isMet;
    if (!isComplete) {
      const promise = (j: number): number =>
        Math.max(0, Math.abs(this.#products[j] as number) - l1) ** 2 / ((squares[j] as number) + l2);
      fresh = fresh.toSorted((i, j) => promise(j) - promise(i) || i - j).slice(0, room);
    }
    return { columns: Int32Array.from([...used, ...fresh]).sort(), fresh: fresh.length, isComplete };
  }

  *#sweep(work: Int32Array, penalty: Penalty, stop: Limits): Generator<number, Swept> {
    const slots = this.#slots;
    if (this.#near && slots.count === 0) slots.adopt(this.#usable, this.#near, this.weights, this.#products);
    let fresh: Int32Array = work.filter(j => (slots.slotOf[j] as number) < 0);
    const most = this.#whole || this.#near ? MOST_SLOTS : slotsFor(this.#problem.n);
    if (work.length > most) {
      const swept = yield* residualSweeps(this.#problem, this.weights, this.#residual, work, penalty, stop);
      slots.clear();
      this.#isKnown.fill(0);
      return swept;
    }
    if (slots.count + fresh.length > most) {
      slots.clear();
      fresh = work;
    }
    if (fresh.length > 0) yield* slots.add(fresh, this.weights, this.#products);
    const places = work.map(j => slots.slotOf[j] as number);
    const swept = yield* gramSweeps(slots, places, penalty, this.#ySquare, stop);
    for (const [at, j] of work.entries()) this.weights[j] = slots.weights[places[at] as number] as number;
    this.#forget();
    return swept;
  }
}

/** What share of the step between two penalties the products of columns without a weight are expected to move at most. */
const AHEAD = 1;

interface Work {
  /** Ascending. */
  readonly columns: Int32Array;
  /** How many of them had no weight. */
  readonly fresh: number;
  /** False where some columns that ask for a weight have to wait. */
  readonly isComplete: boolean;
}

/** Runs a computation that yields steps of work, with pauses. */
export async function atPace<Result>(work: Generator<number, Result>, pace: Pace): Promise<Result> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    await pace.spend(value);
  }
}
