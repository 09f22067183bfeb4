/**
 * Means that are taken off before a matrix is completed and added again behind it: of all entries, of rows (a user's, say), of
 * columns (an item's), or of both. On the host, in doubles, over what is observed alone.
 */
import { countsOf, type Observations } from './observations.ts';

export type Centering = 'none' | 'mean' | 'rows' | 'columns' | 'both';

/** What is added to the entry [i, j]: mean + rows[i] + columns[j]. */
export interface Center {
  readonly mean: number;
  readonly rows: Float64Array;
  readonly columns: Float64Array;
}

const SWEEPS = 100;
/** Effects that move by less than this share of their size are settled. */
const SETTLED = 1e-13;

/** The entries without their means, and these. With 'both', every row and column that has entries sums to 0. */
export function centered(given: Observations, by: Centering): { rest: Observations; center: Center } {
  const { m, n, values } = given;
  const mean = by === 'none' ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
  const center = { mean, rows: new Float64Array(m), columns: new Float64Array(n) };
  const size = values.reduce((most, value) => Math.max(most, Math.abs(value - mean)), 0);
  // Rows and columns by turns (Hastie, Mazumder, Lee and Zadeh, 2015); one of them alone is settled at once.
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const byRows = by === 'rows' || by === 'both' ? moved(given, center, 'rows', m) : 0;
    const byColumns = by === 'columns' || by === 'both' ? moved(given, center, 'columns', n) : 0;
    if (by !== 'both' || Math.max(byRows, byColumns) <= SETTLED * size) break;
  }
  return {
    rest: { ...given, values: values.map((value, e) => value - centerAt(center, given.rows[e], given.columns[e])) },
    center,
  };
}

export const centerAt = ({ mean, rows, columns }: Center, i = 0, j = 0): number =>
  mean + (rows[i] ?? 0) + (columns[j] ?? 0);

/** Sets the effects of one side to the means of what the others leave, and says how far the farthest went. */
function moved(given: Observations, center: Center, side: 'rows' | 'columns', length: number): number {
  const keys = given[side];
  const counts = countsOf(keys, length);
  const sums = new Float64Array(length);
  given.values.forEach((value, e) => {
    const key = keys[e] ?? 0;
    sums[key] = (sums[key] ?? 0) + value - centerAt(center, given.rows[e], given.columns[e]);
  });
  let most = 0;
  for (let key = 0; key < length; key++) {
    const by = (sums[key] ?? 0) / Math.max(1, counts[key] ?? 0);
    center[side][key] = (center[side][key] ?? 0) + by;
    most = Math.max(most, Math.abs(by));
  }
  return most;
}
