/** The ten points nearest to one, by inner products. */
import type { Bench } from '../harness/bench.ts';
import { searchBench } from './searches.ts';

export const bench: Bench = {
  name: 'search/query',
  ...searchBench('The ten points nearest to one, by inner products', 1, { full: [50001, 384], quick: [10001, 384] }),
};
