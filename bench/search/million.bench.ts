/** The ten points nearest to one, among a million: half a gigabyte, which every library holds once. */
import type { Bench } from '../harness/bench.ts';
import { searchBench } from './searches.ts';

export const bench: Bench = {
  name: 'search/million',
  ...searchBench('The ten of a million points nearest to one, by inner products', 1, {
    full: [1_000_001, 128],
    quick: [20_001, 128],
  }),
};
