/** Four norms of each row: by one read of the data, or by four calls. */
import { floats, type Bench } from '../harness/bench.ts';
import { ofRows } from './truth.ts';

export const bench: Bench = {
  name: 'norm/summary',
  title: 'L0, L1, L2 and L∞ of the rows',
  shape: { full: [50_000, 384], quick: [10_000, 384] },
  bytes: floats,
  expected(x, shape) {
    const { l0, l1, l2, linf } = ofRows(x, shape);
    return [l0, l1, l2, linf];
  },
  readback: true,
  ways: {
    'one call': (session, x) => session.normSummary?.(x, 1),
    'four calls'(session, x) {
      const results = [0, 1, 2, Infinity].map(ord => session.norm?.(x, ord, 1));
      // A library that lacks one of them is left out. (TF.js has no L0.)
      if (!results.includes(undefined)) return results;
      for (const result of results) if (result !== undefined) session.free(result);
      return undefined;
    },
  },
};
