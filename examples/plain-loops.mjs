/**
 * Norms as anybody would write them without a library: plain loops over a flat array, sums in doubles. The tour and the
 * pages time them beside unitball, and judge unitball's answers by theirs. Nothing here imports the library.
 */

/** @typedef {number | 'fro' | undefined} Ord */

/** What each ord adds up, and what it makes of the sum. A loop for each keeps the engine's code as good as a hand's. */
const loops = {
  /** @type {Loop} */
  1(x, start, stride, length) {
    let sum = 0;
    for (let k = start, end = start + length * stride; k < end; k += stride) sum += Math.abs(x[k]);
    return sum;
  },
  /** @type {Loop} */
  2(x, start, stride, length) {
    let sum = 0;
    for (let k = start, end = start + length * stride; k < end; k += stride) sum += x[k] * x[k];
    return Math.sqrt(sum);
  },
  /** @type {Loop} */
  0(x, start, stride, length) {
    let count = 0;
    for (let k = start, end = start + length * stride; k < end; k += stride) if (x[k] !== 0) count++;
    return count;
  },
  /** @type {Loop} */
  Infinity(x, start, stride, length) {
    let most = 0;
    for (let k = start, end = start + length * stride; k < end; k += stride) most = Math.max(most, Math.abs(x[k]));
    return most;
  },
  /** @type {Loop} */
  '-Infinity'(x, start, stride, length) {
    let least = Infinity;
    for (let k = start, end = start + length * stride; k < end; k += stride) least = Math.min(least, Math.abs(x[k]));
    return least;
  },
};

/** @typedef {(x: Float32Array | Float64Array, start: number, stride: number, length: number) => number} Loop */

/** @type {(p: number) => Loop} */
const power = p => (x, start, stride, length) => {
  let sum = 0;
  for (let k = start, end = start + length * stride; k < end; k += stride) sum += Math.abs(x[k]) ** p;
  return sum ** (1 / p);
};

/** @type {(ord: number) => Loop} */
const loopOf = ord => loops[/** @type {keyof typeof loops} */ (String(ord))] ?? power(ord);

/**
 * The norms of the rows (axis 1) or columns (axis 0) of a row-major matrix, or of the whole matrix (no axis).
 * @param {Float32Array} x
 * @param {number} rows
 * @param {number} columns
 * @param {Ord} ord
 * @param {0 | 1 | undefined} axis
 * @returns {Float64Array}
 */
export function plainNorms(x, rows, columns, ord, axis) {
  if (axis === undefined) return Float64Array.of(matrixNorm(x, rows, columns, ord));
  const loop = loopOf(ord === undefined ? 2 : Number(ord));
  const out = new Float64Array(axis === 1 ? rows : columns);
  if (axis === 1) for (let row = 0; row < rows; row++) out[row] = loop(x, row * columns, 1, columns);
  else for (let column = 0; column < columns; column++) out[column] = loop(x, column, columns, rows);
  return out;
}

/**
 * 1 and −1 compare sums down the columns, ∞ and −∞ sums along the rows; 'fro', or nothing, is the 2-norm of all numbers.
 * @param {Float32Array} x
 * @param {number} rows
 * @param {number} columns
 * @param {Ord} ord
 */
function matrixNorm(x, rows, columns, ord) {
  if (ord === undefined || ord === 'fro') return loops[2](x, 0, 1, x.length);
  const sums = plainNorms(x, rows, columns, 1, Math.abs(ord) === 1 ? 0 : 1);
  return loops[ord > 0 ? 'Infinity' : '-Infinity'](sums, 0, 1, sums.length);
}

/**
 * The relative error that the documentation of `norm` promises in float32, for a norm of n numbers.
 * @param {Ord} ord
 * @param {number} n
 */
export function promisedError(ord, n) {
  const p = ord === undefined || ord === 'fro' ? 2 : Math.abs(ord);
  if (p === 1 || p === 2) return 2 ** -24 * Math.max(10, Math.log2(n));
  if (p === 0 || p === Infinity) return 0;
  return (4 + Math.log2(n) / p) * 2 ** -22;
}

/**
 * The largest relative error of answers against doubles.
 * @param {ArrayLike<number>} actual
 * @param {ArrayLike<number>} exact
 */
export function worstError(actual, exact) {
  let worst = actual.length === exact.length ? 0 : Infinity;
  for (let i = 0; i < exact.length; i++) {
    const error = Math.abs(Number(actual[i]) - Number(exact[i])) / Math.abs(Number(exact[i]));
    // Equal answers, 0 and infinities among them, are right; NaN is not.
    if (actual[i] !== exact[i] && !(error <= worst)) worst = error;
  }
  return worst;
}

/**
 * Fills an array with numbers between −1 and 1, the same ones for the same seed.
 * @template {Float32Array} Numbers
 * @param {Numbers} x
 * @param {number} [seed]
 * @returns {Numbers}
 */
export function fillWithNoise(x, seed = 1) {
  let state = seed;
  for (let i = 0; i < x.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    x[i] = state / 0x80000000;
  }
  return x;
}
