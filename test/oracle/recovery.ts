/**
 * Transforms as the matrices that they are, element by element from their formulas, and lasso by coordinate descent: slow, in
 * doubles, over plain arrays.
 */

/** Rows of a matrix. */
export type Rows = readonly Float64Array[];

const rowsOf = (m: number, n: number, at: (i: number, t: number) => number): Rows =>
  Array.from({ length: m }, (_, i) => new Float64Array(n).map((__, t) => at(i, t)));

const cosineElement = (k: number, t: number, n: number): number =>
  Math.sqrt((k === 0 ? 1 : 2) / n) * Math.cos((Math.PI * (((2 * t + 1) * k) % (4 * n))) / (2 * n));

/** The orthonormal DCT-II of pictures height × width; of signals, with a height of 1. */
export const dctRows = (height: number, width: number, picks: readonly number[]): Rows =>
  rowsOf(picks.length, height * width, (i, t) => {
    const k = picks[i] ?? NaN;
    return (
      cosineElement(Math.floor(k / width), Math.floor(t / width), height) * cosineElement(k % width, t % width, width)
    );
  });

/** Real parts of all picks, then imaginary parts of those that are not their own mirror image, orthonormal. */
export function fourierRows(height: number, width: number, picks: readonly number[]): Rows {
  const n = height * width;
  const isOwn = (k: number): boolean => (2 * Math.floor(k / width)) % height === 0 && (2 * (k % width)) % width === 0;
  const angle = (k: number, t: number): number => {
    const down = (Math.floor(k / width) * Math.floor(t / width)) % height;
    const along = ((k % width) * (t % width)) % width;
    return 2 * Math.PI * (down / height + along / width);
  };
  const real = picks.map(k =>
    new Float64Array(n).map((_, t) => Math.sqrt((isOwn(k) ? 1 : 2) / n) * Math.cos(angle(k, t))),
  );
  const imaginary = picks
    .filter(k => !isOwn(k))
    .map(k => new Float64Array(n).map((_, t) => -Math.sqrt(2 / n) * Math.sin(angle(k, t))));
  return [...real, ...imaginary];
}

/** Haar signals, one a column: sums of one scale are halved until `levels` are done. Every coefficient is an inner product. */
export function haarRows(height: number, width: number, levels: number): Rows {
  const isPicture = height > 1;
  const n = height * width;
  const atoms: Float64Array[] = [];
  const atom = (side: number, row: number, column: number, isDown: boolean, isAlong: boolean): Float64Array => {
    const [tall, wide] = [isPicture ? side : 1, side];
    const out = new Float64Array(n);
    for (let i = 0; i < tall; i++)
      for (let j = 0; j < wide; j++) {
        const sign = (isDown && 2 * i >= tall ? -1 : 1) * (isAlong && 2 * j >= wide ? -1 : 1);
        out[(row * tall + i) * width + column * wide + j] = sign / Math.sqrt(tall * wide);
      }
    return out;
  };
  const family = (side: number, isDown: boolean, isAlong: boolean): void => {
    for (let row = 0; row < (isPicture ? height / side : 1); row++)
      for (let column = 0; column < width / side; column++) atoms.push(atom(side, row, column, isDown, isAlong));
  };
  family(2 ** levels, false, false);
  for (let level = levels; level > 0; level--) {
    family(2 ** level, false, true);
    if (isPicture) {
      family(2 ** level, true, false);
      family(2 ** level, true, true);
    }
  }
  return transposed(atoms);
}

export const transposed = (rows: Rows): Rows =>
  rowsOf(rows[0]?.length ?? 0, rows.length, (i, t) => rows[t]?.[i] ?? NaN);

export const times = (rows: Rows, x: ArrayLike<number>): Float64Array => Float64Array.from(rows, row => inner(row, x));

export const product = (a: Rows, b: Rows): Rows => {
  const columns = transposed(b);
  return rowsOf(a.length, columns.length, (i, j) => inner(a[i] ?? [], columns[j] ?? []));
};

export function inner(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let sum = 0;
  for (let t = 0; t < x.length; t++) sum += (x[t] ?? NaN) * (y[t] ?? NaN);
  return sum;
}

/** The least ½‖A·x − y‖² + λ‖x‖₁, a number of x after the other until none moves. */
export function lassoByDescent(rows: Rows, y: ArrayLike<number>, lambda: number): Float64Array {
  const columns = transposed(rows);
  const x = new Float64Array(columns.length);
  const rest = Float64Array.from(y);
  for (let sweep = 0; sweep < 100_000; sweep++) {
    let most = 0;
    columns.forEach((column, j) => {
      const square = inner(column, column);
      const free = inner(column, rest) + square * (x[j] ?? 0);
      const next = square === 0 ? 0 : (Math.sign(free) * Math.max(0, Math.abs(free) - lambda)) / square;
      const step = next - (x[j] ?? 0);
      column.forEach((value, i) => (rest[i] = (rest[i] ?? 0) - value * step));
      x[j] = next;
      most = Math.max(most, Math.abs(step));
    });
    if (most <= 1e-14) break;
  }
  return x;
}
