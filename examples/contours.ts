/**
 * Lines of equal value through a square grid of numbers: marching squares. Each cell between four neighbours is crossed by
 * the levels that lie between its corners, along straight pieces. No page in here.
 */

/** A piece of a line at a level, in units of the grid, from the middle of its first element. */
export type Visit = (level: number, x1: number, y1: number, x2: number, y2: number) => void;

/**
 * Values on a plateau are rounded to either side of a level that it lies on; a level a little lower is below them all. The
 * highest value itself is no line.
 */
const slack = 1e-5;

/** Visits all pieces of the lines at multiples of `spacing` between two values. Cells with NaN or ∞ have none. */
export function contours(
  values: ArrayLike<number>,
  side: number,
  spacing: number,
  lowest: number,
  highest: number,
  visit: Visit,
): void {
  const crossed = new Float64Array(8);
  for (let row = 0; row + 1 < side; row++)
    for (let column = 0; column + 1 < side; column++) {
      const at = row * side + column;
      // Clockwise from the upper left.
      const a = values[at] ?? NaN;
      const b = values[at + 1] ?? NaN;
      const c = values[at + side + 1] ?? NaN;
      const d = values[at + side] ?? NaN;
      if (!Number.isFinite(a + b + c + d)) continue;
      const first = Math.ceil((Math.max(lowest, Math.min(a, b, c, d)) - slack) / spacing);
      const last = Math.floor(Math.min(highest - 2 * slack, Math.max(a, b, c, d) + slack) / spacing);
      for (let step = first; step <= last; step++) {
        const level = step * spacing - slack;
        let count = 0;
        const cross = (from: number, to: number, x: number, y: number, right: number, down: number): void => {
          if (from < level === to < level) return;
          const share = (level - from) / (to - from);
          crossed[count++] = column + x + share * right;
          crossed[count++] = row + y + share * down;
        };
        cross(a, b, 0, 0, 1, 0);
        cross(b, c, 1, 0, 0, 1);
        cross(c, d, 1, 1, -1, 0);
        cross(d, a, 0, 1, 0, -1);
        for (let k = 0; k + 3 < count; k += 4)
          visit(step * spacing, crossed[k] ?? 0, crossed[k + 1] ?? 0, crossed[k + 2] ?? 0, crossed[k + 3] ?? 0);
      }
    }
}
