/** One norm a column: neighbours in memory belong to different results. */
import { floats, plainly, single, type Bench } from '../harness/bench.ts';
import { ofColumns } from './truth.ts';

export const bench: Bench = {
  name: 'norm/columns',
  title: 'L2 norms of the columns',
  shape: { full: [50_000, 384], quick: [5000, 384] },
  bytes: floats,
  expected: (x, shape) => [ofColumns(x, shape).l2],
  readback: true,
  ways: plainly((session, x) => single(session.norm?.(x, 2, 0))),
};
