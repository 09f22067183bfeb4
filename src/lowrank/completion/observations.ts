/**
 * What is known of a matrix, as lists on the host: from a dense matrix and a mask, or from coordinates; checked, sorted by rows,
 * duplicates settled, and split in two where some are held out. Centring is center.ts's, devices are pattern.ts's.
 */
import { DtypeError, IndexError, NonFiniteError, OptionError, ShapeError } from '../../errors.ts';
import { normals } from '../../linalg/index.ts';
import { show } from '../../options.ts';
import { flatten, showShape, Tensor, type TensorLike } from '../../tensor/index.ts';

/** Where the values of a sparse matrix stand: entry e in row `rows[e]` and column `columns[e]`. */
export interface Coordinates {
  readonly rows: ArrayLike<number>;
  readonly columns: ArrayLike<number>;
  /** [m, n] of the whole matrix. */
  readonly shape: readonly number[];
}

/** What becomes of several values for one place. Those that are equal are one, whatever is said here. */
export type Duplicates = 'error' | 'mean' | 'last';

/** Entries by rows, and by columns in a row; no place twice. */
export interface Observations {
  readonly m: number;
  readonly n: number;
  readonly rows: Uint32Array;
  readonly columns: Uint32Array;
  readonly values: Float64Array;
}

/** Tensors are read; plain numbers are taken as they are. */
async function readNumbers(
  x: TensorLike,
  op: string,
): Promise<{ values: ArrayLike<number>; shape: readonly number[] }> {
  if (x instanceof Tensor) {
    x.storageFor(op);
    return { values: await x.data(), shape: x.shape };
  }
  const { values, shape } = flatten(x, undefined, op);
  return { values: Float64Array.from(values, Number), shape };
}

export const isCoordinates = (where: unknown): where is Coordinates =>
  typeof where === 'object' && where !== null && 'rows' in where && 'columns' in where;

/** Without `where`, what is not NaN is observed. */
export async function readObservations(
  observed: TensorLike,
  where: TensorLike | Coordinates | undefined,
  duplicates: Duplicates,
  op: string,
): Promise<Observations> {
  const { values, shape } = await readNumbers(observed, op);
  const found = isCoordinates(where)
    ? fromCoordinates(values, shape, where, duplicates, op)
    : fromMask(values, shape, where === undefined ? undefined : await readNumbers(where, op), op);
  if (found.values.length === 0)
    throw new OptionError(
      `${op}: nothing is observed of a matrix ${showShape([found.m, found.n])}. Give at least one entry.`,
    );
  return found;
}

function fromMask(
  values: ArrayLike<number>,
  shape: readonly number[],
  mask: { values: ArrayLike<number>; shape: readonly number[] } | undefined,
  op: string,
): Observations {
  const [m = 0, n = 0] = shape;
  if (shape.length !== 2)
    throw new ShapeError(
      `${op}: the shape ${showShape(shape)} is no matrix. Give one matrix [m, n], or values [k] with { rows, columns, shape }.`,
    );
  if (mask && (mask.shape.length !== 2 || mask.shape[0] !== m || mask.shape[1] !== n))
    throw new ShapeError(
      `${op}: the mask has the shape ${showShape(mask.shape)}, the matrix ${showShape(shape)}. Give a mask of the same shape.`,
    );
  const places: number[] = [];
  for (let at = 0; at < m * n; at++) {
    const value = Number(values[at]);
    const flag = mask ? Number(mask.values[at]) : Number(!Number.isNaN(value));
    if (Number.isNaN(flag))
      throw new NonFiniteError(
        `${op}: the mask is NaN at [${Math.floor(at / n)}, ${at % n}]. Give 0 or false for what is missing, and anything else for what is known.`,
      );
    if (flag === 0) continue;
    checkFinite(value, Math.floor(at / n), at % n, op);
    places.push(at);
  }
  return {
    m,
    n,
    rows: Uint32Array.from(places, at => Math.floor(at / n)),
    columns: Uint32Array.from(places, at => at % n),
    values: Float64Array.from(places, at => Number(values[at])),
  };
}

function checkFinite(value: number, row: number, column: number, op: string): void {
  if (!Number.isFinite(value))
    throw new NonFiniteError(
      `${op}: the observed value at [${row}, ${column}] is ${value}. Give finite numbers, and leave out what is not known.`,
    );
}

function fromCoordinates(
  values: ArrayLike<number>,
  shape: readonly number[],
  where: Coordinates,
  duplicates: Duplicates,
  op: string,
): Observations {
  const [m = NaN, n = NaN] = where.shape ?? [];
  if (where.shape?.length !== 2 || ![m, n].every(side => Number.isSafeInteger(side) && side >= 0 && side < 2 ** 32))
    throw new ShapeError(`${op}: the shape beside the coordinates is ${show(where.shape)}. Give [m, n].`);
  const count = values.length;
  if (shape.length !== 1 || where.rows.length !== count || where.columns.length !== count)
    throw new ShapeError(
      `${op}: values of the shape ${showShape(shape)} with ${where.rows.length} rows and ${where.columns.length} columns. Give one of each an entry.`,
    );
  const rows = readIndices(where.rows, m, 'row', op);
  const columns = readIndices(where.columns, n, 'column', op);
  for (let e = 0; e < count; e++) checkFinite(Number(values[e]), rows[e] ?? 0, columns[e] ?? 0, op);
  const order = orderBy(rows, m, orderBy(columns, n));
  return settled(
    {
      m,
      n,
      ...picked({ rows, columns, values }, order),
    },
    duplicates,
    op,
  );
}

/** Whole numbers from 0 up to `length`, without it. */
export function readIndices(given: ArrayLike<number>, length: number, what: string, op: string): Uint32Array {
  const out = new Uint32Array(given.length);
  for (let e = 0; e < out.length; e++) {
    const index = given[e];
    if (typeof index !== 'number')
      throw new DtypeError(`${op}: ${what} ${e} is ${show(index)}. Give arrays of whole numbers.`);
    if (!Number.isInteger(index) || index < 0 || index >= length)
      throw new IndexError(
        `${op}: ${what} ${index} (entry ${e}) is not in the matrix. Give whole numbers from 0 to ${length - 1}.`,
      );
    out[e] = index;
  }
  return out;
}

/** Entries in ascending order of `keys` below `bound`; equal ones stay in the order that they had. */
export function orderBy(keys: Uint32Array, bound: number, before?: Uint32Array): Uint32Array {
  const next = startsOf(keys, bound);
  const out = new Uint32Array(keys.length);
  for (let i = 0; i < keys.length; i++) {
    const e = before ? (before[i] ?? 0) : i;
    const key = keys[e] ?? 0;
    out[next[key] ?? 0] = e;
    next[key] = (next[key] ?? 0) + 1;
  }
  return out;
}

/** Where the entries of each key begin, in their order; and behind the last the count of all. */
export function startsOf(keys: Uint32Array, bound: number): Uint32Array {
  const starts = new Uint32Array(bound + 1);
  for (const key of keys) starts[key + 1] = (starts[key + 1] ?? 0) + 1;
  for (let key = 0; key < bound; key++) starts[key + 1] = (starts[key + 1] ?? 0) + (starts[key] ?? 0);
  return starts;
}

/** One value for each place, of sorted entries. */
function settled(given: Observations, duplicates: Duplicates, op: string): Observations {
  const { rows, columns, values } = given;
  const repeats = (e: number): boolean => e > 0 && rows[e] === rows[e - 1] && columns[e] === columns[e - 1];
  if (!rows.some((_, e) => repeats(e))) return given;
  const kept: number[] = [];
  const final: number[] = [];
  for (let e = 0; e < values.length;) {
    let end = e + 1;
    while (end < values.length && repeats(end)) end++;
    const same = values.subarray(e, end);
    const other = same.find(value => value !== same[0]);
    if (other !== undefined && duplicates === 'error')
      throw new OptionError(
        `${op}: [${rows[e]}, ${columns[e]}] is given as ${same[0]} and as ${other}. Give each place once, or { duplicates: 'mean' } or 'last'.`,
      );
    kept.push(e);
    final.push(
      other === undefined || duplicates === 'last'
        ? (same.at(-1) ?? NaN)
        : same.reduce((sum, value) => sum + value / same.length, 0),
    );
    e = end;
  }
  return { ...given, ...picked(given, Uint32Array.from(kept)), values: Float64Array.from(final) };
}

interface Entries {
  readonly rows: Uint32Array;
  readonly columns: Uint32Array;
  readonly values: ArrayLike<number>;
}

/** Some entries, in the order that is given. */
function picked({ rows, columns, values }: Entries, entries: Uint32Array): Omit<Observations, 'm' | 'n'> {
  const own = new Float64Array(entries.length);
  entries.forEach((e, at) => (own[at] = Number(values[e])));
  return { rows: entries.map(e => rows[e] ?? 0), columns: entries.map(e => columns[e] ?? 0), values: own };
}

/** A normal number is above it one time in ten. */
const TENTH = 1.2815515655446004;

/** About a tenth of the entries apart, by chance; none that is the last of its row or column. */
export function heldOut(given: Observations, seed: number): { kept: Observations; out: Observations } {
  const { m, n, rows, columns, values } = given;
  const chance = normals(values.length, seed);
  const left = { rows: countsOf(rows, m), columns: countsOf(columns, n) };
  const [kept, out]: [number[], number[]] = [[], []];
  for (let e = 0; e < values.length; e++) {
    const [i, j] = [rows[e] ?? 0, columns[e] ?? 0];
    const [ofRow, ofColumn] = [left.rows[i] ?? 0, left.columns[j] ?? 0];
    if ((chance[e] ?? 0) > TENTH && ofRow > 1 && ofColumn > 1) {
      out.push(e);
      left.rows[i] = ofRow - 1;
      left.columns[j] = ofColumn - 1;
    } else kept.push(e);
  }
  const part = (entries: readonly number[]): Observations => ({ m, n, ...picked(given, Uint32Array.from(entries)) });
  return { kept: part(kept), out: part(out) };
}

/** How many entries have each key. */
export function countsOf(keys: Uint32Array, bound: number): Uint32Array {
  const counts = new Uint32Array(bound);
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}
