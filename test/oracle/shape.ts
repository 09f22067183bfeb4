/** Joining, picking and turning arrays by copying one element after the other. */
import { grid, indices, position, sizeOf, valueAt, type Grid } from './grid.ts';

const front = (axis: number, ndim: number): number => (axis < 0 ? axis + ndim : axis);

/** An array of `shape` whose element at `index` is `source(index)`. */
function filled(shape: readonly number[], source: (index: readonly number[]) => number): Grid {
  const out = new Float64Array(sizeOf(shape));
  for (const index of indices(shape)) out[position(shape, index)] = source(index);
  return grid(shape, out);
}

export function concat(list: readonly Grid[], axis = 0): Grid {
  const first = list[0];
  if (!first) throw new Error('nothing to join');
  const along = front(axis, first.shape.length);
  const total = list.reduce((sum, x) => sum + (x.shape[along] ?? 0), 0);
  return filled(
    first.shape.map((length, k) => (k === along ? total : length)),
    index => {
      let left = index[along] ?? 0;
      for (const x of list) {
        const length = x.shape[along] ?? 0;
        if (left < length)
          return valueAt(
            x,
            index.map((i, k) => (k === along ? left : i)),
          );
        left -= length;
      }
      throw new Error('past the end');
    },
  );
}

export function take(x: Grid, picked: readonly number[], axis = 0): Grid {
  const along = front(axis, x.shape.length);
  return filled(
    x.shape.map((length, k) => (k === along ? picked.length : length)),
    index =>
      valueAt(
        x,
        index.map((i, k) => (k === along ? (picked[i] ?? NaN) : i)),
      ),
  );
}

export function transpose(x: Grid, axes?: readonly number[]): Grid {
  const ndim = x.shape.length;
  const order = (axes ?? x.shape.map((_, k) => ndim - 1 - k)).map(axis => front(axis, ndim));
  return filled(
    order.map(axis => x.shape[axis] ?? 1),
    index => {
      const source = x.shape.map(() => 0);
      order.forEach((axis, k) => (source[axis] = index[k] ?? 0));
      return valueAt(x, source);
    },
  );
}

export function slice(x: Grid, start: number, end: number, axis = 0): Grid {
  const along = front(axis, x.shape.length);
  return filled(
    x.shape.map((length, k) => (k === along ? end - start : length)),
    index =>
      valueAt(
        x,
        index.map((i, k) => (k === along ? i + start : i)),
      ),
  );
}
