/**
 * What is taken off a matrix before it is completed and put back behind it: means of all entries, of rows (a user's, say), of
 * columns (an item's), or of both; and how far rows and columns spread around them. On the host, in doubles, over what is
 * observed alone.
 */
import type { Pace } from '../../tensor/index.ts';
import type { Observations } from './observations.ts';

export type Centering = 'none' | 'mean' | 'rows' | 'columns' | 'both';
export type Scaling = 'none' | 'rows' | 'columns' | 'both';

/** What is added to the entry [i, j]: mean + rows[i] + columns[j]. */
export interface Center {
  readonly mean: number;
  readonly rows: Float64Array;
  readonly columns: Float64Array;
}

/** What the entry [i, j] is multiplied with before that: rows[i]·columns[j]. Only these products mean something. */
export interface Scale {
  readonly rows: Float64Array;
  readonly columns: Float64Array;
}

type Side = keyof Scale;
const SIDES: readonly Side[] = ['rows', 'columns'];
const ACROSS: Readonly<Record<Side, Side>> = { rows: 'columns', columns: 'rows' };

const SWEEPS = 100;
/** Effects that move by less than this share of their size are settled, and so are scales. */
const SETTLED = 1e-13;
/** A row or column that spreads by no more than this share of its numbers does not: that is rounding. */
const FLAT = 1e-10;

/**
 * The entries without their means, divided by their scales, and these: with 'both', every row and column that has entries sums to 0
 * and has a mean square of 1. Rows and columns by turns (Hastie, Mazumder, Lee and Zadeh, 2015).
 */
export async function standardized(
  given: Observations,
  by: { readonly center: Centering; readonly scale: Scaling },
  pace: Pace,
): Promise<{ rest: Observations; center: Center; scale: Scale }> {
  const { m, n, values } = given;
  const mean = by.center === 'none' ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
  const known: Known = {
    ...given,
    center: { mean, rows: new Float64Array(m), columns: new Float64Array(n) },
    scale: { rows: new Float64Array(m).fill(1), columns: new Float64Array(n).fill(1) },
    still: { rows: new Uint8Array(m), columns: new Uint8Array(n) },
  };
  const { center, scale } = known;
  const size = values.reduce((most, value) => Math.max(most, Math.abs(value - mean)), 0);
  for (let sweep = 0, most = Infinity; sweep < SWEEPS && most > SETTLED; sweep++) {
    most = 0;
    for (const side of SIDES)
      if (by.center === side || by.center === 'both') most = Math.max(most, moved(known, side) / (size || 1));
    for (const side of SIDES)
      if (by.scale === side || by.scale === 'both') most = Math.max(most, stretched(known, side));
    await pace.spend(values.length * 8);
  }
  const rest = values.map((value, e) => {
    const [i, j] = [given.rows[e], given.columns[e]];
    return (value - centerAt(center, i, j)) / scaleAt(scale, i, j);
  });
  return { rest: { ...given, values: rest }, center, scale };
}

export const centerAt = ({ mean, rows, columns }: Center, i = 0, j = 0): number =>
  mean + (rows[i] ?? 0) + (columns[j] ?? 0);

const scaleAt = ({ rows, columns }: Scale, i = 0, j = 0): number => (rows[i] ?? 1) * (columns[j] ?? 1);

interface Known extends Observations {
  readonly center: Center;
  readonly scale: Scale;
  /** 1 for what has no spread. Its entries say nothing about the spread of the lines that they cross. */
  readonly still: Readonly<Record<Side, Uint8Array>>;
}

/** Sets the effects of one side so that its lines sum to 0 in their scales, and says how far the farthest went. */
function moved({ values, center, scale, ...keys }: Known, side: Side): number {
  const { length } = scale[side];
  const [own, other] = [keys[side], keys[ACROSS[side]]];
  const [sums, weights] = [new Float64Array(length), new Float64Array(length)];
  for (let e = 0; e < values.length; e++) {
    const key = own[e] ?? 0;
    const weight = 1 / (scale[ACROSS[side]][other[e] ?? 0] ?? 1);
    const left = (values[e] ?? 0) - centerAt(center, keys.rows[e], keys.columns[e]);
    sums[key] = (sums[key] ?? 0) + weight * left;
    weights[key] = (weights[key] ?? 0) + weight;
  }
  let most = 0;
  for (let key = 0; key < length; key++) {
    const by = (sums[key] ?? 0) / (weights[key] || 1);
    center[side][key] = (center[side][key] ?? 0) + by;
    most = Math.max(most, Math.abs(by));
  }
  return most;
}

/** Sets the scales of one side so that its lines have a mean square of 1, and says by what share the farthest changed. */
function stretched({ values, center, scale, still, ...keys }: Known, side: Side): number {
  const [own, other] = [keys[side], keys[ACROSS[side]]];
  const { length } = scale[side];
  const [counts, squares, plain, largest] = [0, 0, 0, 0].map(() => new Float64Array(length)) as Four;
  for (let e = 0; e < values.length; e++) {
    const [key, across] = [own[e] ?? 0, other[e] ?? 0];
    if (still[ACROSS[side]][across]) continue;
    const taken = centerAt(center, keys.rows[e], keys.columns[e]);
    const left = (values[e] ?? 0) - taken;
    counts[key] = (counts[key] ?? 0) + 1;
    squares[key] = (squares[key] ?? 0) + (left / (scale[ACROSS[side]][across] ?? 1)) ** 2;
    plain[key] = (plain[key] ?? 0) + left ** 2;
    largest[key] = Math.max(largest[key] ?? 0, Math.abs(left), Math.abs(taken));
  }
  let most = 0;
  for (let key = 0; key < length; key++) {
    const count = counts[key] ?? 0;
    const isStill = count < 2 || Math.sqrt((plain[key] ?? 0) / count) <= FLAT * (largest[key] ?? 0);
    const next = isStill ? 1 : Math.sqrt((squares[key] ?? 0) / count);
    most = Math.max(most, Math.abs(next / (scale[side][key] ?? 1) - 1));
    scale[side][key] = next;
    still[side][key] = Number(isStill);
  }
  return most;
}

type Four = [Float64Array, Float64Array, Float64Array, Float64Array];
