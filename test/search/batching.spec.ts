/**
 * What searches of one tick cost: as many submits to the GPU's queue – elsewhere kernels and readbacks – as one search of all
 * their queries. What they find, and when they must not be run as one, is in flat-index-device.spec.ts.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FlatIndex, type SearchResult } from '../../src/index.ts';
import { openCounted, type Counted } from '../support/counted.ts';
import { isGpuLane } from '../support/lane.ts';
import { Random } from '../support/random.ts';

const POINTS = 2000;
const QUERIES = 64;
const COLUMNS = 8;
const K = 10;

/** On a GPU the work, and the copies that bring the answers; elsewhere the kernels of both, distances and selecting, and the readback. */
const SENT = isGpuLane ? 2 : 3;

let counted: Counted;
let index: FlatIndex;
const vectors = new Random(1).normal(POINTS * COLUMNS);
const queries = Array.from({ length: QUERIES }, (_, i) => new Random(i + 2).normal(COLUMNS));

beforeAll(async () => {
  counted = await openCounted();
  index = FlatIndex.create(counted.device, { dim: COLUMNS, metric: 'euclidean' });
  await index.add({ data: vectors, shape: [POINTS, COLUMNS] });
});
afterAll(() => {
  index.dispose();
  counted.close();
});

const together = (): Promise<SearchResult> =>
  index.search({ data: queries.flatMap(query => [...query]), shape: [QUERIES, COLUMNS] }, { k: K });
const inOneTick = (): Promise<SearchResult[]> => Promise.all(queries.map(query => index.search(query, { k: K })));
async function oneByOne(): Promise<SearchResult[]> {
  const found: SearchResult[] = [];
  for (const query of queries) found.push(await index.search(query, { k: K }));
  return found;
}

const idsOf = (results: readonly SearchResult[]): unknown[] => results.flatMap(({ ids }) => [...ids]);

describe('64 searches', () => {
  it('of one tick are sent as one search of 64 queries', async () => {
    // Pipelines are compiled, and kernels loaded, by whoever is first: that takes submits of its own.
    const expected = idsOf([await together()]);
    expect(idsOf(await oneByOne())).toEqual(expected);
    const count = async (body: () => Promise<SearchResult[]>): Promise<number> => {
      const before = counted.sent();
      expect(idsOf(await body())).toEqual(expected);
      return counted.sent() - before;
    };
    const one = await count(async () => [await together()]);
    expect(await count(inOneTick)).toBe(one);
    expect(await count(oneByOne)).toBeGreaterThanOrEqual((QUERIES / 2) * one);
    expect(one).toBe(SENT);
  });
});
