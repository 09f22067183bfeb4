/** 64 queries among embeddings, by indexes exact and approximate: as many points as all of them build an index of in time. */
import type { Bench } from '../harness/bench.ts';
import { embeddings } from './embeddings.ts';
import { byAnyIndex, indexBench } from './searches.ts';

export const bench: Bench = {
  name: 'search/index',
  ...indexBench('64 searches of an index of embeddings', 64, { full: [5064, 384], quick: [2064, 384] }, byAnyIndex),
  data: embeddings,
};
