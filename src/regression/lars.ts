/**
 * The whole path of the lasso, exactly: coefficients are linear in α between kinks, where a column joins or leaves (Osborne, Presnell and
 * Turlach 2000; Efron, Hastie, Johnstone and Tibshirani 2004). With λ = α·n, active columns A, their signs s and G = XᵀX,
 *
 *     w_A(λ) = u − λ·v,  u = G_AA⁻¹·X_Aᵀy,  v = G_AA⁻¹·s
 *
 * so that each piece comes from the data alone and no error is carried along. In doubles, on the host; criteria are in ic.ts.
 */
import { dot } from './dots.ts';
import type { Problem } from './problem.ts';
import { substituted } from './small-cholesky.ts';

/** Coefficients at one kink, from the largest α down to 0. */
export interface Kink {
  readonly alpha: number;
  readonly weights: Float64Array;
}

export interface LarsPath {
  readonly kinks: readonly Kink[];
  /** False where `maxSteps` came before α = 0. */
  readonly isComplete: boolean;
}

export interface LarsLimits {
  readonly positive: boolean;
  /** Columns that may join and leave. */
  readonly maxSteps: number;
}

/** A column whose part outside of the active ones is at most so much of it, squared, depends on them. */
const DEPENDENT = 1e-13;
/** Relative differences of λ that rounding may make. */
const SAME = 1e-12;

/** What happens at the next kink. One next to 0, beside the first, is of rounding: then the path is at its end. */
interface Event {
  readonly lambda: number;
  readonly kind: 'join' | 'leave' | 'end';
  /** A column that joins, or the place among the active ones that is left. */
  readonly at: number;
  readonly sign: number;
}

export function* larsPath(problem: Problem, { positive, maxSteps }: LarsLimits): Generator<number, LarsPath> {
  const { n, p, columns, y } = problem;
  const active = new ActiveSet(problem);
  const targets = Float64Array.from({ length: p }, (_, j) => dot(columns, j * n, y, n));
  yield n * p;
  const sizes = positive ? targets : targets.map(Math.abs);
  const first = sizes.reduce((best, size, j) => (size > (sizes[best] as number) ? j : best), 0);
  let lambda = Math.max(0, sizes[first] as number);
  const kinks: Kink[] = [{ alpha: lambda / n, weights: new Float64Array(p) }];
  if (lambda === 0) return { kinks, isComplete: true };
  let event: Event = { lambda, kind: 'join', at: first, sign: Math.sign(targets[first] as number) };
  const isBarred = new Uint8Array(p);
  const floor = SAME * lambda;
  for (let step = 0; step < maxSteps; step++) {
    // A column just dropped is still at the edge, on the side that it came from: it does not come back there at once.
    let dropped: { readonly column: number; readonly sign: number } | undefined;
    if (event.kind === 'join') {
      if (!active.join(event.at, event.sign)) isBarred[event.at] = 1;
      yield n * p;
    } else {
      dropped = active.leave(event.at);
      isBarred.fill(0);
    }
    const piece = active.piece(targets);
    yield active.count * (active.count + p);
    event = nextEvent(piece, active, { lambda, floor }, positive, isBarred, dropped);
    lambda = event.lambda;
    const weights = active.weightsAt(piece, lambda);
    if (event.kind === 'leave') weights[active.columns[event.at] as number] = 0;
    const kink = { alpha: lambda / n, weights };
    // Columns that join together make one kink.
    if ((kinks.at(-1) as Kink).alpha - kink.alpha > SAME * kink.alpha) kinks.push(kink);
    else if (kinks.length > 1) kinks[kinks.length - 1] = kink;
    if (event.kind === 'end') return { kinks, isComplete: true };
  }
  return { kinks, isComplete: false };
}

/** u and v, and for each column xⱼ·(y − X·w) = rest[j] + λ·slope[j]. */
interface Piece {
  readonly u: Float64Array;
  readonly v: Float64Array;
  readonly rest: Float64Array;
  readonly slope: Float64Array;
}

function nextEvent(
  { u, v, rest, slope }: Piece,
  active: ActiveSet,
  { lambda, floor }: { readonly lambda: number; readonly floor: number },
  positive: boolean,
  isBarred: Uint8Array,
  dropped: { readonly column: number; readonly sign: number } | undefined,
): Event {
  let best: Event = { lambda: 0, kind: 'end', at: 0, sign: 0 };
  const highest = lambda * (1 + SAME);
  const consider = (at: number, kind: Event['kind'], where: number, sign: number): void => {
    if (where > Math.max(best.lambda, floor) && where <= highest)
      best = { lambda: Math.min(where, lambda), kind, at, sign };
  };
  for (let j = 0; j < rest.length; j++) {
    if (active.has(j) || isBarred[j] === 1) continue;
    for (const sign of positive ? [1] : [1, -1]) {
      if (dropped?.column === j && dropped.sign === sign) continue;
      // rest + λ·slope = sign·λ, coming from inside: below the kink the edge falls faster than the product does.
      const fall = sign - (slope[j] as number);
      if (sign * fall > 0) consider(j, 'join', (rest[j] as number) / fall, sign);
    }
  }
  for (let k = 0; k < active.count; k++) {
    const where = (u[k] as number) / (v[k] as number);
    // A weight that moves away from 0 as λ falls was there at some larger λ.
    if ((active.signs[k] as number) * (v[k] as number) < 0) consider(k, 'leave', where, 0);
  }
  return best;
}

/** The active columns with the Cholesky factor of their Gram matrix, which grows by a row when one joins. */
class ActiveSet {
  readonly #problem: Problem;
  readonly columns: number[] = [];
  readonly signs: number[] = [];
  /** Of each active column, its products with all columns. */
  readonly #grams: Float64Array[] = [];
  /** Rows of the lower triangle. */
  #factor: Float64Array[] = [];
  readonly #isActive: Uint8Array;

  constructor(problem: Problem) {
    this.#problem = problem;
    this.#isActive = new Uint8Array(problem.p);
  }

  get count(): number {
    return this.columns.length;
  }

  has(column: number): boolean {
    return this.#isActive[column] === 1;
  }

  /** False where the column depends on those that are active. */
  join(column: number, sign: number): boolean {
    const { n, p, columns } = this.#problem;
    const own = columns.subarray(column * n, column * n + n);
    const gram = Float64Array.from({ length: p }, (_, j) => dot(columns, j * n, own, n));
    if (!this.#extend(gram, column)) return false;
    this.columns.push(column);
    this.signs.push(sign);
    this.#grams.push(gram);
    this.#isActive[column] = 1;
    return true;
  }

  leave(place: number): { readonly column: number; readonly sign: number } {
    const [column = 0] = this.columns.splice(place, 1);
    const [sign = 0] = this.signs.splice(place, 1);
    this.#grams.splice(place, 1);
    this.#isActive[column] = 0;
    const all = this.columns.slice();
    this.#factor = [];
    for (const [k, own] of all.entries()) this.#extend(this.#grams[k] as Float64Array, own);
    return { column, sign };
  }

  /** A row of the factor more: products of the new column with those before, and with itself. */
  #extend(gram: Float64Array, column: number): boolean {
    const size = this.#factor.length;
    const row = new Float64Array(size + 1);
    const square = gram[column] as number;
    let left = square;
    for (let k = 0; k < size; k++) {
      const before = this.#factor[k] as Float64Array;
      let sum = gram[this.columns[k] as number] as number;
      for (let l = 0; l < k; l++) sum -= (row[l] as number) * (before[l] as number);
      row[k] = sum / (before[k] as number);
      left -= (row[k] as number) ** 2;
    }
    if (!(left > DEPENDENT * square)) return false;
    row[size] = Math.sqrt(left);
    this.#factor.push(row);
    return true;
  }

  piece(targets: Float64Array): Piece {
    const { p } = this.#problem;
    const size = this.count;
    const square = new Float64Array(size * size);
    this.#factor.forEach((row, k) => square.set(row, k * size));
    const u = substituted(
      square,
      size,
      Float64Array.from(this.columns, j => targets[j] as number),
    );
    const v = substituted(square, size, Float64Array.from(this.signs));
    const rest = targets.slice();
    const slope = new Float64Array(p);
    this.#grams.forEach((gram, k) => {
      for (let j = 0; j < p; j++) {
        rest[j] = (rest[j] as number) - (u[k] as number) * (gram[j] as number);
        slope[j] = (slope[j] as number) + (v[k] as number) * (gram[j] as number);
      }
    });
    return { u, v, rest, slope };
  }

  weightsAt({ u, v }: Piece, lambda: number): Float64Array {
    const weights = new Float64Array(this.#problem.p);
    this.columns.forEach((j, k) => (weights[j] = (u[k] as number) - lambda * (v[k] as number)));
    return weights;
  }
}
