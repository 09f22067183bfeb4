/** How far off coefficients of many problems are on the rows that a fold leaves out: products of those rows with all coefficients. */
import { mul, square, sub, sum } from '../../arith/index.ts';
import { rowProducts } from '../../linalg/index.ts';
import { Scope, type Tensor } from '../../tensor/index.ts';
import type { FoldProblem, Whole } from './fold-problem.ts';
import { uploaded, type Place } from './grams.ts';

/** Where errors are found, and the bytes that should not be taken there many times. */
export interface RoomyPlace extends Place {
  readonly room: number;
}

/**
 * Mean squared errors of a fold's coefficients w [ratios·targets, penalties, p] on the `rows` that it leaves out, as a list
 * [ratios·penalties]; of several targets their mean. All of it is enqueued when this resolves, and read by what it resolves with.
 */
export async function foldErrorsOf(
  whole: Whole,
  problem: FoldProblem,
  rows: Tensor,
  w: Tensor,
  ratios: number,
  place: RoomyPlace,
  scope: Scope,
): Promise<() => Promise<Float64Array>> {
  const { op, pace, room } = place;
  const { design, roots, yUnit } = whole;
  const { n, p, targets } = design;
  const { test } = problem.fold;
  const steps = w.shape[1] ?? 0;
  const problems = ratios * targets * steps;
  const flat = scope.keep(w.reshape([problems, p]));
  const coefs = problem.factors ? scope.keep(mul(flat, uploaded(place, problem.factors, [1, p], scope))) : flat;
  const shape = [ratios, targets, steps, -1];
  const shift = await shiftOf(whole, problem, coefs, shape, place, scope);
  const rootOf = Float64Array.from(test, row => roots[row] as number);
  const sums: Tensor[] = [];
  const atOnce = Math.max(1, Math.floor(room / 16 / problems));
  for (let from = 0; from < test.length; from += atOnce) {
    const own = new Scope();
    try {
      const some = test.subarray(from, from + atOnce);
      const y = new Float64Array(targets * some.length);
      for (let k = 0; k < targets; k++)
        some.forEach((row, i) => (y[k * some.length + i] = (design.y[k * n + row] as number) * yUnit));
      const block = own.keep(rows.slice(from, from + atOnce));
      const products = own.keep((await rowProducts(coefs, block, op, own, pace)).reshape(shape));
      const off = own.keep(sub(uploaded(place, y, [1, targets, 1, some.length], own), products));
      const weights = uploaded(place, rootOf.subarray(from, from + atOnce), [1, 1, 1, some.length], own);
      const residuals = shift ? own.keep(sub(off, own.keep(mul(shift, weights)))) : off;
      sums.push(scope.keep(sum(own.keep(square(residuals)), { axis: 3 })));
    } finally {
      own.close();
    }
  }
  const weight = rootOf.reduce((total, root) => total + root * root, 0);
  return async () => {
    const errors = new Float64Array(ratios * steps);
    for (const part of await Promise.all(sums.map(one => one.data())))
      for (let at = 0; at < problems; at++) {
        const slot = Math.floor(at / (targets * steps)) * steps + (at % steps);
        const error = (part[at] as number) / (targets * weight * yUnit * yUnit);
        errors[slot] = (errors[slot] as number) + error;
      }
    return errors;
  };
}

/** What a fold's means take off y, less what they take off each prediction: [ratios, targets, penalties, 1]. Nothing without an intercept. */
async function shiftOf(
  { settings, units, yUnit, design: { p, targets } }: Whole,
  { means, yMeans }: FoldProblem,
  coefs: Tensor,
  shape: readonly number[],
  place: Place,
  scope: Scope,
): Promise<Tensor | undefined> {
  if (!settings.fitIntercept) return undefined;
  const own = means.map((mean, j) => mean * (units[j] as number));
  const centre = uploaded(place, own, [1, p], scope);
  const products = await rowProducts(coefs, centre, place.op, scope, place.pace);
  const ofY = yMeans.map(mean => mean * yUnit);
  const yCentre = uploaded(place, ofY, [1, targets, 1, 1], scope);
  return scope.keep(sub(yCentre, scope.keep(products.reshape(shape))));
}
