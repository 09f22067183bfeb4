/** Rows brought to unit length: the result is as large as the input and stays where it is, as it would before a search. */
import { floats, plainly, single, type Bench } from '../harness/bench.ts';
import { ofRows } from './truth.ts';

export const bench: Bench = {
  name: 'norm/normalize',
  title: 'Rows to unit L2 norm',
  shape: { full: [50_000, 384], quick: [10_000, 384] },
  bytes: shape => 2 * floats(shape),
  expected(x, shape) {
    const { l2 } = ofRows(x, shape);
    const columns = shape[1] ?? 1;
    return [Float64Array.from(x, (value, k) => value / (l2[Math.floor(k / columns)] ?? NaN))];
  },
  readback: false,
  ways: plainly((session, x) => single(session.normalize?.(x, 1))),
};
