/**
 * Selecting and sorting by sorting everything: pairs (value, index) compared as numbers, NaN after all else whichever way, the
 * lower index (or id) first where values are equal.
 */
import { axesOf, grid, indices, position, sizeOf, valueAt, type Grid } from './grid.ts';

export interface Ordered {
  readonly values: Grid;
  readonly indices: Grid;
}

/** The places of a row's elements in order. `ids` break ties; without them places do. */
export function orderOf(row: ArrayLike<number>, largest: boolean, ids?: ArrayLike<number>): number[] {
  const places = Array.from(row, (_, place) => place);
  const id = (place: number): number => (ids ? (ids[place] ?? NaN) : place);
  return places.sort((a, b) => {
    const [x, y] = [row[a] ?? NaN, row[b] ?? NaN];
    const numbers = Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    if (numbers !== 0) return numbers;
    if (x < y) return largest ? 1 : -1;
    if (x > y) return largest ? -1 : 1;
    return id(a) - id(b);
  });
}

/** The first k along an axis, and where they were. */
export function firstOf(x: Grid, k: number, largest: boolean, axis = -1): Ordered {
  const [along = 0] = axesOf(axis, x.shape.length);
  const shape = x.shape.map((length, own) => (own === along ? k : length));
  const values = new Float64Array(sizeOf(shape));
  const places = new Float64Array(sizeOf(shape));
  for (const index of indices(x.shape.map((length, own) => (own === along ? Math.min(1, k) : length)))) {
    const row = Array.from({ length: x.shape[along] ?? 0 }, (_, i) => valueAt(x, index.with(along, i)));
    const order = orderOf(row, largest);
    for (let rank = 0; rank < k; rank++) {
      const at = position(shape, index.with(along, rank));
      values[at] = row[order[rank] ?? 0] ?? NaN;
      places[at] = order[rank] ?? NaN;
    }
  }
  return { values: grid(shape, values), indices: grid(shape, places) };
}
