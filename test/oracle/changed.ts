/**
 * A matrix with other singular values, by one-sided rotations: rows are turned two by two until all are at right angles, A = (turns)ᵀ·rows,
 * and their lengths are the singular values. For matrices of some dozen rows and columns.
 */

/** What becomes of the descending singular values. */
export type Change = (values: readonly number[]) => readonly number[];

export const lowered =
  (tau: number): Change =>
  values =>
    values.map(value => Math.max(0, value - tau));

const NONE = new Float64Array(0);
/** A cosine that is none, and a row beside the longest one that is none. */
const [RIGHT, NOTHING] = [1e-15, 1e-15];

/** A row-major matrix [m, n] with changed singular values, and what those were. */
export function changed(
  x: Float64Array,
  m: number,
  n: number,
  change: Change,
): { matrix: Float64Array<ArrayBuffer>; values: number[] } {
  if (m > n) {
    const { matrix, values } = changed(turned(x, m, n), n, m, change);
    return { matrix: turned(matrix, n, m), values };
  }
  const rows = Array.from({ length: m }, (_, i) => x.slice(i * n, (i + 1) * n));
  const turns = Array.from({ length: m }, (_, i) => Float64Array.from({ length: m }, (__, j) => Number(i === j)));
  const least = (NOTHING * Math.hypot(...x)) ** 2;
  for (let isDone = false; !isDone;) {
    isDone = true;
    for (let p = 0; p < m; p++)
      for (let q = p + 1; q < m; q++) {
        const [first, second] = [rows[p] ?? NONE, rows[q] ?? NONE];
        const [pp, qq, pq] = [inner(first, first), inner(second, second), inner(first, second)];
        if (Math.abs(pq) <= RIGHT * Math.sqrt(pp * qq) || Math.min(pp, qq) <= least) continue;
        isDone = false;
        const angle = Math.atan2(2 * pq, pp - qq) / 2;
        turn(first, second, angle);
        turn(turns[p] ?? NONE, turns[q] ?? NONE, angle);
      }
  }
  const lengths = rows.map(row => Math.sqrt(inner(row, row)));
  const order = Array.from(lengths.keys()).sort((i, j) => (lengths[j] ?? 0) - (lengths[i] ?? 0));
  const values = order.map(i => lengths[i] ?? 0);
  const kept = change(values);
  const matrix = new Float64Array(m * n);
  order.forEach((k, place) => {
    const length = lengths[k] ?? 0;
    if (length === 0) return;
    const factor = (kept[place] ?? 0) / length;
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++)
        matrix[i * n + j] = (matrix[i * n + j] ?? 0) + (turns[k]?.[i] ?? NaN) * factor * (rows[k]?.[j] ?? NaN);
  });
  return { matrix, values };
}

function turned(x: Float64Array, m: number, n: number): Float64Array<ArrayBuffer> {
  return Float64Array.from(x, (_, at) => x[(at % m) * n + Math.floor(at / m)] ?? NaN);
}

function inner(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += (x[k] ?? NaN) * (y[k] ?? NaN);
  return sum;
}

function turn(x: Float64Array, y: Float64Array, angle: number): void {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  for (let k = 0; k < x.length; k++) {
    const [one, other] = [x[k] ?? NaN, y[k] ?? NaN];
    x[k] = c * one + s * other;
    y[k] = c * other - s * one;
  }
}
