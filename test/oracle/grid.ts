/**
 * What every oracle stands on: flat values with a shape, walked index by index. Oracles are textbook loops in doubles over
 * plain arrays. They import nothing from `src`, share no idea with it, and may be slow.
 */

/** Row-major values with their shape. */
export interface Grid {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

export const grid = (shape: readonly number[], data: ArrayLike<number>): Grid => ({ shape, data });

/** Every multi-index of a shape in row-major order. The array is the same one each time: copy it to keep it. */
export function* indices(shape: readonly number[]): Generator<readonly number[]> {
  const index = shape.map(() => 0);
  for (let left = sizeOf(shape); left > 0; left--) {
    yield index;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] ?? 0) + 1;
      if ((index[axis] ?? 0) < (shape[axis] ?? 0)) break;
      index[axis] = 0;
    }
  }
}

/** Where a multi-index lies in the flat values. */
export function position(shape: readonly number[], index: readonly number[]): number {
  let at = 0;
  shape.forEach((length, axis) => (at = at * length + (index[axis] ?? 0)));
  return at;
}

export const valueAt = (x: Grid, index: readonly number[]): number => x.data[position(x.shape, index)] ?? NaN;

/** One axis, several or all, counted from the front. */
export function axesOf(axis: number | readonly number[] | undefined, ndim: number): number[] {
  const list =
    axis === undefined ? Array.from({ length: ndim }, (_, k) => k) : typeof axis === 'number' ? [axis] : [...axis];
  return list.map(one => (one < 0 ? one + ndim : one));
}

export interface Fibres {
  /** The shape that remains. */
  readonly shape: number[];
  /** For each place of that shape, the values that fall together there, in row-major order. */
  readonly values: number[][];
}

/** Gathers what a reduction along `axes` brings together. */
export function fibres(x: Grid, axes: readonly number[], keepdims = false): Fibres {
  const kept = x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  const values: number[][] = Array.from({ length: sizeOf(kept) }, () => []);
  for (const index of indices(x.shape)) {
    const target = index.map((i, axis) => (axes.includes(axis) ? 0 : i));
    values[position(kept, target)]?.push(valueAt(x, index));
  }
  return { shape: keepdims ? kept : kept.filter((_, axis) => !axes.includes(axis)), values };
}

/** Σ f(x) in doubles, carrying along what each addition lost. */
export function compensatedSum(values: ArrayLike<number>, f: (x: number) => number = x => x): number {
  let sum = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i++) {
    const value = f(values[i] ?? NaN);
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return Number.isFinite(sum) ? sum + lost : sum;
}
