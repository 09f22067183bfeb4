/**
 * Outlines of unit balls in the plane: a fan of directions divided by their norms. All lengths are unitball's own, on its cpu
 * device, in doubles. No page in here.
 */
import { norm, openDevice } from 'unitball';
import { numbersOf } from './numbers.ts';
import type { Place } from './plane.ts';

const device = await openDevice({ device: 'cpu' });

/**
 * The direction at a share of the way from axis to axis: 0 and 1, 2, 3 are the axes, exactly, and directions are crowded
 * beside them, where outlines may have cusps.
 */
export function directionAt(turn: number): Place {
  const quadrant = Math.floor(turn);
  const t = 2 * (turn - quadrant) - 1;
  const angle = (Math.PI / 4) * (1 + Math.sign(t) * (1 - (1 - Math.abs(t)) ** 5));
  const [x, y] = [Math.cos(angle), Math.sin(angle)];
  return (
    (
      [
        [x, y],
        [-y, x],
        [-x, -y],
        [y, -x],
      ] as const
    )[((quadrant % 4) + 4) % 4] ?? [x, y]
  );
}

/** How many steps lead from one axis to the next. */
export const stepsToAxis = 96;

/** All the way round. */
export const fan: readonly number[] = Array.from({ length: 4 * stepsToAxis }, (_, k) => k / stepsToAxis);

/** x / ‖x‖ for directions x: the points of length 1. */
export async function pointsOfLength1(ord: number, turns: readonly number[]): Promise<Place[]> {
  const directions = turns.map(directionAt);
  const rows = device.tensor(directions);
  const lengths = await numbersOf(norm(rows, { ord, axis: 1 }));
  rows.dispose();
  return directions.map(([right, up], k) => [right / (lengths[k] ?? 1), up / (lengths[k] ?? 1)]);
}

/** ‖x‖ of one place. */
export async function lengthOf(place: Place, ord: number): Promise<number> {
  const x = device.tensor([...place]);
  const [length = NaN] = Array.from(await numbersOf(norm(x, { ord })));
  x.dispose();
  return length;
}

/** The outline of the unit ball as a path for SVG, where 1 is `unit` long. */
export async function outline(ord: number, unit = 1): Promise<string> {
  const points = await pointsOfLength1(ord, fan);
  return `M${points.map(([right, up]) => `${(unit * right).toFixed(4)},${(-unit * up).toFixed(4)}`).join('L')}Z`;
}
