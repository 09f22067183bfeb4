/** One norm a row, of embeddings as a search index holds them. */
import { floats, plainly, single, type Bench } from '../harness/bench.ts';
import { ofRows } from './truth.ts';

export const bench: Bench = {
  name: 'norm/rows',
  title: 'L2 norms of the rows',
  shape: { full: [50_000, 384], quick: [20_000, 384] },
  bytes: floats,
  expected: (x, shape) => [ofRows(x, shape).l2],
  readback: true,
  ways: plainly((session, x) => single(session.norm?.(x, 2, 1))),
};
