/**
 * Around the logits so far, the loss of softmax as least squares of the coefficients of all classes together: what a Newton step for all of
 * them minimises. Classes lean on each other – what one gains another loses –, and steps of one after the other crawl where they lean much.
 */
import { dot, subtract } from './dots.ts';
import { softmax, type LogisticProblem, type LogisticState } from './logistic-loss.ts';
import type { Problem } from './problem.ts';

/** Numbers of the least squares problem that are made at most: 128 MiB. */
const MOST = 2 ** 24;

/** True where there are more than two classes, and their problem has a penalty and fits. */
export const isJoint = ({ n, p, classes, l1, l2 }: LogisticProblem): boolean =>
  classes > 2 && l1 + l2 > 0 && n * p * classes ** 2 <= MOST;

export interface Joint {
  /** Coefficient j of class k is number k·p + j. Free of intercepts: these are projected out. */
  readonly squares: Problem;
  /** What the slopes of the loss are now, by class: [n] each. */
  readonly slopes: readonly Float64Array[];
  readonly loss: number;
  /** The best intercepts beside coefficients of the squares problem; that of the first class is 0. */
  readonly interceptsFor: (weights: Float64Array) => Float64Array;
}

/** Shares are taken as if each class had a little of every row that is not sure of its own. */
const LEAST_SHARE = 1e-3;

/**
 * A row with shares π and the cost c has the curvature H = c·(diag π − π·πᵀ) = AᵀA, with A = √c·(I − q·qᵀ)·diag q and q = √π. Its slope g sums
 * to 0, so that A·δ − t with t = −g / (√c·q) has the square δᵀHδ + 2·gᵀδ + const. That makes a row a class of the squares problem.
 * Yields steps of work, for pauses.
 */
export function* jointSquares(problem: LogisticProblem, state: LogisticState): Generator<number, Joint> {
  const { n, p, classes, columns, labels, costs, fitIntercept } = problem;
  const { shares, loss } = softmax(problem, state.logits);
  const slopes = shares.map((own, k) =>
    own.map((share, i) => (costs[i] as number) * (share - Number(labels[i] === k))),
  );
  const high = n * classes;
  const wide = p * classes;
  // A of each row: [class of the row, class of the column, row].
  const factors = new Float64Array(classes * high);
  const y = new Float64Array(high);
  for (let i = 0; i < n; i++) {
    const root = Math.sqrt(costs[i] as number);
    if (root === 0) continue;
    const extra = LEAST_SHARE * (1 - ((shares[labels[i] as number] as Float64Array)[i] as number));
    const q = shares.map(own => Math.sqrt(((own[i] as number) + extra) / (1 + classes * extra)));
    for (let r = 0; r < classes; r++) {
      const own = q[r] as number;
      const slope = (slopes[r] as Float64Array)[i] as number;
      let target = slope === 0 ? 0 : -slope / (root * own);
      for (let c = 0; c < classes; c++) {
        const value = root * (q[c] as number) * (Number(r === c) - own * (q[c] as number));
        factors[(r * classes + c) * n + i] = value;
        target += value * ((state.logits[c] as Float64Array)[i] as number);
      }
      y[r * n + i] = target;
    }
  }
  yield n * classes ** 2;
  const ones = fitIntercept ? interceptBasis(factors, n, classes) : [];
  const wholes = new Float64Array(high * wide);
  const squares = new Float64Array(wide);
  const parts: Float64Array[] = [];
  for (let c = 0; c < classes; c++)
    for (let j = 0; j < p; j++) {
      const at = c * p + j;
      const own = wholes.subarray(at * high, (at + 1) * high);
      for (let r = 0; r < classes; r++) {
        const from = (r * classes + c) * n;
        for (let i = 0; i < n; i++) own[r * n + i] = (factors[from + i] as number) * (columns[j * n + i] as number);
      }
      parts.push(projectOut(own, ones));
      // Constant columns are zeros, and what projecting leaves of them is rounding.
      squares[at] = problem.squares[j] === 0 ? 0 : dot(own, 0, own, high);
      yield 2 * high * classes;
    }
  const ofTarget = projectOut(y, ones);
  return {
    squares: { n: high, p: wide, columns: wholes, squares, y },
    slopes,
    loss,
    interceptsFor(weights) {
      const rest = ofTarget.slice();
      weights.forEach((weight, at) => {
        if (weight !== 0) parts[at]?.forEach((part, k) => (rest[k] = (rest[k] as number) - weight * part));
      });
      const intercepts = new Float64Array(classes);
      for (let k = ones.length - 1; k >= 0; k--) {
        const { basis, length, along } = ones[k] as Basis;
        if (basis === undefined) continue;
        intercepts[k + 1] = (rest[k] as number) / length;
        along.forEach((share, before) => {
          rest[before] = (rest[before] as number) - share * (intercepts[k + 1] as number);
        });
      }
      return intercepts;
    },
  };
}

/** A direction of the intercepts: of length 1, what it was long, and what the directions before it had of it. */
interface Basis {
  /** Undefined where the directions before it have all of it. */
  readonly basis: Float64Array | undefined;
  readonly length: number;
  readonly along: Float64Array;
}

/** The columns of the intercepts of all classes but the first – all together change nothing –, orthonormal by Gram and Schmidt. */
function interceptBasis(factors: Float64Array, n: number, classes: number): Basis[] {
  const found: Basis[] = [];
  for (let c = 1; c < classes; c++) {
    const own = new Float64Array(n * classes);
    for (let r = 0; r < classes; r++)
      own.set(factors.subarray((r * classes + c) * n, (r * classes + c + 1) * n), r * n);
    const before = Math.sqrt(dot(own, 0, own, own.length));
    const along = projectOut(own, found);
    const length = Math.sqrt(dot(own, 0, own, own.length));
    const isNew = length > 1e-12 * before;
    found.push({ basis: isNew ? own.map(value => value / length) : undefined, length, along });
  }
  return found;
}

/** Takes directions off a vector, and says how much of each there was. */
function projectOut(vector: Float64Array, directions: readonly Basis[]): Float64Array {
  return Float64Array.from(directions, ({ basis }) => {
    if (!basis) return 0;
    const share = dot(vector, 0, basis, vector.length);
    subtract(vector, share, basis, 0, vector.length);
    return share;
  });
}
