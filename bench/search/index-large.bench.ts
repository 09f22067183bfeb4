/** 64 queries among more embeddings, by indexes exact and approximate: here a graph pays, for who can wait until it is built. */
import type { Bench } from '../harness/bench.ts';
import { embeddings } from './embeddings.ts';
import { byAnyIndex, indexBench } from './searches.ts';

export const bench: Bench = {
  name: 'search/index-large',
  ...indexBench(
    '64 searches of a larger index of embeddings',
    64,
    { full: [20_064, 384], quick: [5064, 384] },
    byAnyIndex,
  ),
  data: embeddings,
};
