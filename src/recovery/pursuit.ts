/**
 * Basis pursuit: the least ‖x‖₁ with A·x = y, or with ‖A·x − y‖ no more than some noise. Both are rounds of the iteration in
 * shrinkage.ts, each going on from the x of the one before.
 *
 *  - A·x = y by what is missing: a round minimises ½‖A·x − (y + b)‖² + λ‖x‖₁, and then b grows by y − A·x (Bregman iteration; Yin, Osher,
 *    Goldfarb and Darbon 2008, which is the method of multipliers). λ is one that makes rounds short; once the signs of x are right,
 *    errors of the rounds before are forgotten.
 *  - With noise by finding λ: on one set of signs ‖A·x − y‖² is linear in λ², so that secants over squares meet the noise in a
 *    few rounds.
 */
import { mul, neg, sub } from '../arith/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { Held, shrinkUntilStill, type Problem, type Standing } from './shrinkage.ts';

/** What a pursuit ends with. The tensors are the caller's to dispose. */
export interface Pursued extends Standing {
  readonly converged: boolean;
  /** y + b − A·x: λ times a point of the dual problem. */
  readonly dual: Tensor;
}

/** How far ‖A·x − y‖ may be from what is wanted, in shares of ‖y‖ and in tolerances of steps: rounding is larger there. */
const MET = 4;

interface Pursuit {
  /** λ above which x is 0. */
  readonly largest: number;
  readonly tolerance: number;
}

/** λ of exact pursuit, in shares of the largest. Ten times more takes twice as many steps, ten times less a few more. */
const SHARE = 0.05;
/**
 * A round of exact pursuit ends where its steps are this share of what the round before missed; where rounds that are so short come no
 * closer, of a fifth of that, down to the least.
 */
const [ROUGH, FINER, FINEST] = [0.1, 0.2, 1e-3];
/** λ below this share of the largest are 0 next to rounding. */
const LEAST = 1e-7;
/** What counts as closer, in shares of the closest before. */
const CLOSER = 0.9;

/** The least ‖x‖₁ with A·x = y. */
export async function pursueExactly(
  problem: Problem,
  { largest, tolerance }: Pursuit,
  start: Tensor,
): Promise<Pursued> {
  let lambda = SHARE * largest;
  const held = new Held();
  try {
    let at: Pick<Standing, 'x' | 'iterations'> = { x: start, iterations: 0 };
    let added: Tensor | undefined;
    let [missed, closest, share] = [1, 1, ROUGH];
    for (;;) {
      const goal = Math.max(tolerance, share * Math.min(1, missed));
      const found = await shrinkUntilStill(problem, { lambda, added, tolerance: goal }, at);
      const { x, rest, iterations, last } = found;
      held.replace([x, rest, ...(added ? [added] : [])]);
      missed = last.residual;
      const dual = added ? sub(added, rest) : neg(rest);
      held.replace([x, rest, dual]);
      const converged = missed <= MET * tolerance && last.change <= tolerance;
      if (converged || iterations >= problem.maxIterations) {
        held.release([x, rest, dual]);
        return { ...found, converged, dual };
      }
      // What is still missing is added to y, so that b is λ times the dual point.
      added = dual;
      if (missed > CLOSER * closest && share > FINEST) share = Math.max(FINEST, share * FINER);
      else if (missed > CLOSER * closest && lambda > LEAST * largest) {
        // The dual point is too far away for steps of what is missed: smaller numbers of x want a smaller λ.
        lambda *= FINER;
        added = mul(dual, FINER);
        held.replace([x, rest, added]);
      }
      closest = Math.min(closest, missed);
      at = found;
    }
  } finally {
    held.replace([]);
  }
}

/** A round of a pursuit with noise ends where its steps are this share of the noise that it is off by: secants want to know. */
const SURE = 1e-3;
/** An interval that is narrower than this share of what is missed yet holds a place that was not found well enough. */
const NARROW = 1e-3;

/** The least ‖x‖₁ with ‖A·x − y‖ ≤ noise, which is between 0 and ‖y‖, in shares of ‖y‖. */
export async function pursueWithin(
  problem: Problem,
  noise: number,
  { largest, tolerance }: Pursuit,
  start: Tensor,
): Promise<Pursued> {
  const held = new Held();
  try {
    let at: Pick<Standing, 'x' | 'iterations'> = { x: start, iterations: 0 };
    // Squares of λ, in shares of the largest, and of residuals: nothing is missed without λ, as far as is known, and all with the largest.
    let [low, high] = WHOLE;
    let before: Place | undefined;
    let weight = noise ** 2;
    for (;;) {
      const missed = before ? Math.abs(Math.sqrt(before.square) - noise) : 1;
      const goal = Math.max(tolerance, SURE * missed);
      const lambda = Math.sqrt(weight) * largest;
      const found = await shrinkUntilStill(problem, { lambda, tolerance: goal }, at);
      const { x, rest, iterations, last } = found;
      held.replace([x, rest]);
      const isMet = Math.abs(last.residual - noise) <= MET * tolerance;
      const converged = isMet && last.change <= tolerance;
      if (converged || iterations >= problem.maxIterations || weight < LEAST ** 2) {
        held.release([x, rest]);
        return { ...found, converged, dual: neg(rest) };
      }
      at = found;
      const here = { weight, square: last.residual ** 2 };
      if (here.square > noise ** 2) high = here;
      else low = here;
      if (high.weight - low.weight <= NARROW * Math.abs(last.residual - noise) * high.weight) [low, high] = WHOLE;
      weight = nextWeight(before ?? WHOLE[here.square > noise ** 2 ? 0 : 1], here, noise ** 2, low, high);
      before = here;
    }
  } finally {
    held.replace([]);
  }
}

/** The squares that λ = 0 and the largest lead to. */
const WHOLE: readonly [Place, Place] = [
  { weight: 0, square: 0 },
  { weight: 1, square: 1 },
];

interface Place {
  readonly weight: number;
  readonly square: number;
}

/** Where the line through two places is at the square that is wanted; within the interval, where that leads out of it. */
function nextWeight(a: Place, b: Place, wanted: number, low: Place, high: Place): number {
  const along = (p: Place, q: Place): number =>
    p.weight + ((wanted - p.square) / (q.square - p.square)) * (q.weight - p.weight);
  const secant = along(a, b);
  if (secant > low.weight && secant < high.weight) return secant;
  const inside = along(low, high);
  if (inside > low.weight && inside < high.weight) return inside;
  return low.weight > 0 ? Math.sqrt(low.weight * high.weight) : high.weight / 100;
}
