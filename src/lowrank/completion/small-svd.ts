/**
 * The SVD of a small square matrix on the host, in doubles: what iterations decide by, where one short trip from the device and
 * back is less than the many launches of a decomposition there. One-sided Jacobi rotations (Hestenes, 1958).
 */

/** R = U·diag(s)·Vᵀ: columns of U and V as lists, `s` descending. Where s is 0, the column of U is 0, too. */
export interface SmallSvd {
  readonly u: readonly Float64Array[];
  readonly s: Float64Array;
  readonly v: readonly Float64Array[];
}

const SWEEPS = 40;
/** Columns whose angle is off by less than a few roundings are as good as at right angles. */
const RIGHT = 2 ** -50;

/** Of a row-major matrix [k, k]. */
export function smallSvd(data: ArrayLike<number>, k: number): SmallSvd {
  const columnsOf = (at: (i: number, j: number) => number): Float64Array[] =>
    Array.from({ length: k }, (_, j) => Float64Array.from({ length: k }, (_unused, i) => at(i, j)));
  const work = columnsOf((i, j) => Number(data[i * k + j]));
  const turns = columnsOf((i, j) => Number(i === j));
  for (let sweep = 0; sweep < SWEEPS && swept(work, turns); sweep++);
  const lengths = work.map(column => Math.hypot(...column));
  const order = lengths.map((_, j) => j).sort((i, j) => (lengths[j] ?? 0) - (lengths[i] ?? 0));
  const sorted = (columns: readonly Float64Array[]): Float64Array[] =>
    order.map(j => columns[j] ?? new Float64Array(k));
  const s = Float64Array.from(order, j => lengths[j] ?? 0);
  const u = sorted(work).map((column, j) => column.map(value => (s[j] ? value / (s[j] ?? 1) : 0)));
  return { u, s, v: sorted(turns) };
}

/** Turns each two columns to right angles; false where all were. */
function swept(work: readonly Float64Array[], turns: readonly Float64Array[]): boolean {
  let any = false;
  work.forEach((x, i) =>
    work.slice(i + 1).forEach((y, beyond) => {
      let xx = 0;
      let yy = 0;
      let xy = 0;
      for (let at = 0; at < x.length; at++) {
        const a = x[at] as number;
        const b = y[at] as number;
        xx += a * a;
        yy += b * b;
        xy += a * b;
      }
      if (!(Math.abs(xy) > RIGHT * Math.sqrt(xx) * Math.sqrt(yy))) return;
      any = true;
      const zeta = (yy - xx) / (2 * xy);
      const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
      const cosine = 1 / Math.hypot(1, t);
      rotate(x, y, cosine, cosine * t);
      rotate(turns[i] ?? x, turns[i + 1 + beyond] ?? y, cosine, cosine * t);
    }),
  );
  return any;
}

function rotate(x: Float64Array, y: Float64Array, cosine: number, sine: number): void {
  for (let at = 0; at < x.length; at++) {
    const a = x[at] as number;
    const b = y[at] as number;
    x[at] = cosine * a - sine * b;
    y[at] = sine * a + cosine * b;
  }
}
