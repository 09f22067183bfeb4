/**
 * Where the ellipses of a loss of two coefficients first touch a ball: the least loss on its boundary, for any p. All of the
 * boundary is searched, since below p = 1 there are several valleys, and then again, ever finer, around the best. No page in here.
 */
import { fan, pointsOfLength1, stepsToAxis } from '../outline.ts';
import type { Place } from '../plane.ts';

/** ½ (w − ŵ)ᵀ H (w − ŵ), where H has ones on its diagonal and the correlation of the two features beside it. */
export interface Loss {
  readonly leastSquares: Place;
  readonly correlation: number;
}

export function lossAt({ leastSquares: [x, y], correlation }: Loss, [right, up]: Place): number {
  const [a, b] = [right - x, up - y];
  return (a * a + b * b) / 2 + correlation * a * b;
}

/** Each search is this much finer than the one before. Points of the last are about as close as their losses can tell. */
const finer = 24;
const searches = 4;

/** Of coordinates around 1, a loss is known to about this; what is better by less is not better, and a corner stays a corner. */
const rounding = 1e-14;

interface Candidate {
  readonly turn: number;
  readonly place: Place;
  readonly loss: number;
}

/** The point of least loss on the boundary of each ball: exactly on an axis, where that is where it lies. */
export async function touchingPoints(loss: Loss, p: number, radii: readonly number[]): Promise<Place[]> {
  const nowhere: Candidate = { turn: 0, place: [0, 0], loss: Infinity };
  const everywhere = await pointsOfLength1(p, fan);
  let best = radii.map(radius => better(nowhere, loss, radius, fan, everywhere));
  let step = 1 / stepsToAxis;
  for (let search = 0; search < searches; search++) {
    step /= finer;
    const around = best.map(({ turn }) => Array.from({ length: 2 * finer }, (_, k) => turn + (k - finer) * step));
    const points = await pointsOfLength1(p, around.flat());
    best = best.map((known, k) =>
      better(known, loss, radii[k] ?? 0, around[k] ?? [], points.slice(2 * finer * k, 2 * finer * (k + 1))),
    );
  }
  return best.map(({ place }) => place);
}

/** The best of what is known and the points of length 1, blown up to a radius. */
function better(
  known: Candidate,
  loss: Loss,
  radius: number,
  turns: readonly number[],
  points: readonly Place[],
): Candidate {
  let best = known;
  points.forEach(([right, up], k) => {
    const place: Place = [radius * right, radius * up];
    const own = lossAt(loss, place);
    if (own < best.loss - rounding) best = { turn: turns[k] ?? 0, place, loss: own };
  });
  return best;
}
