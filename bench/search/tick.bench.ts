/** 64 searches of an index, each for one query: begun in one tick, one after the other, and as one search of 64 queries. */
import type { Bench } from '../harness/bench.ts';
import { byIndex, indexBench } from './searches.ts';

export const bench: Bench = {
  name: 'search/tick',
  ...indexBench(
    '64 searches of an index for the ten nearest',
    64,
    { full: [50064, 384], quick: [10064, 384] },
    byIndex,
  ),
};
