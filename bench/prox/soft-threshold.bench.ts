/** One long vector brought towards 0: what a proximal gradient method does between two products. */
import { floats, plainly, single, type Bench } from '../harness/bench.ts';

const THRESHOLD = 0.5;

export const bench: Bench = {
  name: 'prox/soft-threshold',
  title: 'soft threshold of one vector',
  shape: { full: [2 ** 23], quick: [2 ** 21] },
  bytes: shape => 2 * floats(shape),
  expected: x => [Float64Array.from(x, value => Math.sign(value) * Math.max(Math.abs(value) - THRESHOLD, 0))],
  readback: false,
  ways: plainly((session, x) => single(session.softThreshold?.(x, THRESHOLD))),
};
