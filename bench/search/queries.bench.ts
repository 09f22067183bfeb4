/** The ten points nearest to each of 64, by inner products. */
import type { Bench } from '../harness/bench.ts';
import { searchBench } from './searches.ts';

export const bench: Bench = {
  name: 'search/queries',
  ...searchBench('The ten points nearest to each of 64, by inner products', 64, {
    full: [50064, 384],
    quick: [10064, 384],
  }),
};
