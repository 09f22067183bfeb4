/** Rows of the length of an embedding projected onto the simplex: each is swept some ten times, or sorted. */
import { floats, plainly, single, type Bench } from '../harness/bench.ts';

/** By sorting and running sums, in doubles. */
function projected(row: Float32Array): Float64Array {
  const sorted = Float64Array.from(row).toSorted().toReversed();
  let sum = 0;
  let theta = 0;
  for (let k = 0; k < sorted.length; k++) {
    sum += sorted[k] ?? NaN;
    const candidate = (sum - 1) / (k + 1);
    if ((sorted[k] ?? NaN) > candidate) theta = candidate;
  }
  return Float64Array.from(row, value => Math.max(value - theta, 0));
}

export const bench: Bench = {
  name: 'prox/project-simplex',
  title: 'rows projected onto the simplex',
  shape: { full: [20_000, 384], quick: [4000, 384] },
  bytes: shape => 2 * floats(shape),
  // What is much smaller than the largest shares is the difference of numbers that nearly cancel.
  floor: () => 2 ** -4,
  expected(x, [rows = 1, columns = 1]) {
    const out = new Float64Array(x.length);
    for (let row = 0; row < rows; row++)
      out.set(projected(x.subarray(row * columns, (row + 1) * columns)), row * columns);
    return [out];
  },
  readback: false,
  ways: plainly((session, x) => single(session.projectSimplex?.(x))),
};
