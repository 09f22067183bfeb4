/** How cost grows with size: the exponent of the power law, fitted on logarithms. */

/** Where the smallest cost is that of being called, a point tells of the work from this many times that on. */
const ABOVE_FLOOR = 4;

/**
 * The slope of log cost against log size, by least squares, of the points above the floor; undefined where fewer than two are, or the cost is
 * not known.
 * @param {readonly { at: number, ms: number, peak?: number }[]} points
 * @param {'ms' | 'peak'} cost
 */
export function exponentOf(points, cost) {
  if (points.some(point => point[cost] === undefined)) return undefined;
  const floor = Math.min(...points.map(point => point[cost]));
  const above = points
    .filter(point => point[cost] >= ABOVE_FLOOR * floor)
    .map(point => [Math.log(point.at), Math.log(point[cost])]);
  if (above.length < 2) return undefined;
  const mean = k => above.reduce((sum, pair) => sum + pair[k], 0) / above.length;
  const [x, y] = [mean(0), mean(1)];
  const spread = above.reduce((sum, [at]) => sum + (at - x) ** 2, 0);
  return above.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0) / spread;
}
