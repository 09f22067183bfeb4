/** One number out of one long vector: everything has to work on the same result. */
import { floats, plainly, single, type Bench } from '../harness/bench.ts';
import { ofAll } from './truth.ts';

export const bench: Bench = {
  name: 'norm/vector',
  title: 'L2 norm of one vector',
  shape: { full: [2 ** 24], quick: [2 ** 22] },
  bytes: floats,
  expected: x => [ofAll(x).l2],
  readback: true,
  ways: plainly((session, x) => single(session.norm?.(x, 2))),
};
