/**
 * The best that a ball allows: for p = 1 by the library's lasso and for p = 2 by its ridge, with the penalty whose solution is
 * as long as the ball is wide; for other p by a search of the boundary. No page in here.
 */
import { lasso, ridge } from 'unitball';
import { deviceOf } from '../devices.ts';
import { numbersOf } from '../numbers.ts';
import { lengthOf } from '../outline.ts';
import type { Place } from '../plane.ts';
import { rootOf } from './root.ts';
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
  const walk = await touchingPoints(
    loss,
    p,
    Array.from({ length: steps }, (_, k) => (whole * (k + 1)) / steps),
  );
  if (whole <= radius) return { place: loss.leastSquares, isFree: true, walk, how: 'least squares alone' };
  if (p === 1 || p === 2) return { ...(await byPenalty(loss, p, radius)), isFree: false, walk };
  const [place = loss.leastSquares] = await touchingPoints(loss, p, [radius]);
  return { place, isFree: false, walk, how: 'a search of the boundary' };
}

/** A constraint is a penalty in disguise: the larger the penalty, the shorter the coefficients. */
async function byPenalty(
  { leastSquares: [x, y], correlation }: Loss,
  p: 1 | 2,
  radius: number,
): Promise<Pick<Best, 'place' | 'how'>> {
  const device = await deviceOf('cpu');
  // Two rows whose features have this correlation, and what ŵ makes of them: the loss is ½n⁻¹‖y − Xw‖².
  const rows = [
    [Math.SQRT2, Math.SQRT2 * correlation],
    [0, Math.SQRT2 * Math.sqrt(1 - correlation ** 2)],
  ];
  const features = device.tensor(rows);
  const heights = device.tensor(rows.map(([a = 0, b = 0]) => a * x + b * y));
  const fit = async (alpha: number): Promise<Place> => {
    const model =
      p === 1
        ? await lasso(features, heights, { alpha, tol: 1e-14, fitIntercept: false })
        : await ridge(features, heights, { alpha, fitIntercept: false });
    const [right = NaN, up = NaN] = Array.from(await numbersOf(model.coef));
    model.dispose();
    return [right, up];
  };
  // Where a penalty outweighs the slope of the loss at 0, lasso's w is 0; ridge's is no longer than their ratio.
  const slope = [x + correlation * y, y + correlation * x] as const;
  const most = p === 1 ? Math.max(...slope.map(Math.abs)) : (rows.length * Math.hypot(...slope)) / radius;
  try {
    let place: Place = [0, 0];
    const alpha = await rootOf(
      async penalty => {
        place = await fit(penalty);
        return (await lengthOf(place, p)) - radius;
      },
      0,
      most,
    );
    return { place, how: `${p === 1 ? 'lasso' : 'ridge'}, α = ${alpha.toPrecision(4)}` };
  } finally {
    features.dispose();
    heights.dispose();
  }
}
