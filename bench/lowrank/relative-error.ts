/** How far off a matrix is that was found, as papers say it. */
import type { Solved } from '../harness/bench.ts';

/** ‖X − M‖_F / ‖M‖_F of the first answer. */
export function relativeError({
  answers: [x = new Float32Array()],
  expected: [truth = new Float64Array()],
}: Solved): number {
  let [off, size] = [0, 0];
  truth.forEach((value, at) => {
    off += ((x[at] ?? NaN) - value) ** 2;
    size += value ** 2;
  });
  return Math.sqrt(off / size);
}
