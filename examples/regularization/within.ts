/**
 * The best that a ball allows: for p = 1 by the library's lasso and for p = 2 by its ridge, at the strength whose solution is
 * as long as the ball is wide; for other p by a search of the boundary. No page in here.
 */
import { lengthOf } from '../outline.ts';
import type { Place } from '../plane.ts';
import { touchingPoints, type Loss } from './touching.ts';

export interface Best {
  readonly place: Place;
  /** Whether the least squares solution lies in the ball. */
  readonly isFree: boolean;
  /** The best of smaller balls, down to 0, and of larger ones. */
  readonly walk: readonly Place[];
  readonly how: string;
}

/** How many balls the walk has. */
const steps = 48;

export async function bestWithin(loss: Loss, p: number, radius: number): Promise<Best> {
  const whole = await lengthOf(loss.leastSquares, p);
  const radii = Array.from({ length: steps }, (_, k) => (whole * (k + 1)) / steps);
  const isFree = whole <= radius;
  const [place = loss.leastSquares, ...walk] = await touchingPoints(loss, p, [radius, ...radii]);
  return {
    place: isFree ? loss.leastSquares : place,
    isFree,
    walk,
    how: isFree ? 'least squares' : 'a search of the boundary',
  };
}
