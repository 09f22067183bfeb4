/** How good a recovery is at most: what is asked for, and the gap to a bound from below, by duality. */
import type { Scope } from '../tensor/index.ts';
import { multiplied } from './operator.ts';
import type { Pursued } from './pursuit.ts';
import type { Problem } from './shrinkage.ts';

/** What is asked for. */
export type Wish =
  | { readonly method: 'lasso'; readonly lambda: number }
  | { readonly method: 'basis-pursuit'; readonly noise: number };

/**
 * The objective minus that of a point of the dual problem, which is what is left of y, made small enough to be allowed. Sums are
 * the host's, in doubles.
 */
export async function gapOf({ op, operator, y }: Problem, found: Pursued, wish: Wish, scope: Scope): Promise<number> {
  const slopes = scope.keep(multiplied(operator, 'adjoint', found.dual, op));
  const [target, rest, dual, x, slope] = await Promise.all(
    [y, found.rest, found.dual, found.x, slopes].map(async one => Float64Array.from(await one.data())),
  );
  if (!target || !rest || !dual || !x || !slope) throw new Error('broken invariant: five tensors were read');
  const steepest = largestOf(slope);
  const l1 = x.reduce((total, value) => total + Math.abs(value), 0);
  const along = target.reduce((total, value, i) => total + value * (dual[i] ?? 0), 0);
  if (wish.method === 'lasso') {
    const share = steepest > wish.lambda ? wish.lambda / steepest : 1;
    const above = lengthOf(rest) ** 2 / 2 + wish.lambda * l1;
    return Math.max(0, above - share * along + (share * lengthOf(dual)) ** 2 / 2);
  }
  if (steepest === 0) return l1;
  return Math.max(0, l1 - (along - wish.noise * lengthOf(dual)) / steepest);
}

export const lengthOf = (values: Float64Array): number =>
  Math.sqrt(values.reduce((total, value) => total + value ** 2, 0));

/** NaN where there is one. */
export const largestOf = (values: Float64Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
