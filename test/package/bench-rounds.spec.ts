/**
 * How the benchmark judges searches: by what an index finds, not by how far off its distances are, with libraries made up for it. And the
 * numbers that benches begin with.
 */
import { describe, expect, it } from 'vitest';
import { uniform } from '../../bench/harness/data.ts';
import { runBench, type Entry } from '../../bench/harness/rounds.ts';
import type { Peer, Session } from '../../bench/peers/peer.ts';
import { embeddings } from '../../bench/search/embeddings.ts';
import { byAnyIndex, indexBench } from '../../bench/search/searches.ts';

const QUERIES = 4;
const shape = [40, 32];
const bench = {
  name: 'search/small',
  ...indexBench('small', QUERIES, { full: shape, quick: shape }, byAnyIndex),
  data: embeddings,
};

interface Rows {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

interface Search {
  readonly efforts?: readonly number[];
  /** What an effort makes of the ranks of the nearest: 0, 1, 2, … */
  readonly ranks: (k: number, effort: number | undefined) => number[];
  readonly change?: (distance: number) => number;
  readonly index?: () => Promise<void>;
}

const sessionOf = ({ efforts, ranks, change = x => x, index = async () => {} }: Search): Session<Rows> => ({
  ...(efforts && { efforts }),
  enter: async () => {},
  upload: async (values, of) => ({ values, shape: of }),
  read: async x => Float32Array.from(x.values),
  settle: async () => {},
  free: () => {},
  index,
  async indexed(queries, points, k, searches, effort) {
    if (searches !== 'one by one') return undefined;
    const [count = 0, dim = 0] = queries.shape;
    const distances: number[] = [];
    const ids: number[] = [];
    for (let i = 0; i < count; i++) {
      const all = Array.from({ length: points.values.length / dim }, (_, id) => {
        let sum = 0;
        for (let j = 0; j < dim; j++) sum += (queries.values[i * dim + j] ?? 0) * (points.values[id * dim + j] ?? 0);
        return { id, distance: -sum };
      }).toSorted((a, b) => a.distance - b.distance);
      for (const rank of ranks(k, effort)) {
        const { id, distance } = all[rank] ?? { id: -1, distance: 0 };
        ids.push(id);
        distances.push(change(distance));
      }
    }
    return [distances, ids].map(list => ({ values: Float32Array.from(list), shape: [list.length] }));
  },
});

const upTo = (k: number): number[] => [...new Array(k).keys()];

async function entriesOf(search: Search): Promise<readonly Entry[]> {
  const peer: Peer = { name: 'made up', device: 'cpu', hosts: ['node'], open: async () => sessionOf(search) };
  const { entries } = await runBench(bench, [peer], { quick: true, seed: 7 });
  return entries;
}

describe('a bench of indexes', () => {
  it('has one row of an exact index, which finds everything', async () => {
    const entries = await entriesOf({ ranks: upTo });
    expect(entries).toMatchObject([{ name: 'made up cpu, one by one', recall: 1 }]);
    expect(entries[0]?.rounds?.length).toBeGreaterThan(0);
    expect(entries[0]?.built).toBeGreaterThanOrEqual(0);
    expect(entries[0]).not.toHaveProperty('note');
  });

  it('does not time an exact index that misses a point', async () => {
    const entries = await entriesOf({ ranks: k => [...upTo(k - 1), k] });
    expect(entries).toMatchObject([{ recall: 0.9, note: 'its answer is wrong', rounds: [] }]);
  });

  it('tells what an approximate one finds, and by which ef it finds enough', async () => {
    const ranks = (k: number, effort = 1): number[] => upTo(k).map(rank => (rank < effort ? rank : rank + k));
    const entries = await entriesOf({ efforts: [1, 4, 16, 64], ranks });
    expect(entries).toMatchObject([
      { name: 'made up cpu, one by one', recall: 0.1 },
      { name: 'made up cpu, one by one, 99 % found', recall: 1, effort: 16 },
    ]);
    expect(entries[0]).not.toHaveProperty('effort');
    expect(entries.every(({ rounds = [] }) => rounds.length > 0)).toBe(true);
  });

  it('says so where no ef is enough, and leaves out what the default does already', async () => {
    const none = await entriesOf({ efforts: [1, 4], ranks: k => upTo(k).map(rank => rank + 1) });
    expect(none[0]).toMatchObject({ recall: 0.9 });
    expect(none.slice(1)).toMatchObject([
      { name: 'made up cpu, one by one, 99 % found', note: 'no ef up to 4 finds 99 %' },
    ]);
    expect(await entriesOf({ efforts: [1, 4], ranks: upTo })).toHaveLength(1);
  });

  it('counts a point once, and a missing one not at all', async () => {
    const [twice] = await entriesOf({ efforts: [1], ranks: k => upTo(k).map(rank => Math.min(rank, k - 2)) });
    expect(twice).toMatchObject({ recall: 0.9, error: expect.any(Number) });
    const [missing] = await entriesOf({ efforts: [1], ranks: k => [...upTo(k - 3), 1000, 1000, 1000] });
    expect(missing).toMatchObject({ recall: 0.7 });
  });

  it('does not time what tells other distances than those of the points', async () => {
    const [entry] = await entriesOf({ efforts: [1], ranks: upTo, change: distance => 2 + 2 * distance });
    expect(entry).toMatchObject({ recall: 1, note: 'its answer is wrong', rounds: [] });
  });

  it('says once why an index could not be built', async () => {
    const index = async (): Promise<void> => {
      throw new Error('left out: it is too large');
    };
    expect(await entriesOf({ ranks: upTo, index })).toEqual([
      { name: 'made up cpu', device: 'cpu', note: 'left out: it is too large' },
    ]);
  });
});

describe('the numbers of a bench', () => {
  it('are those of their seed, in (−1, 1), and others for the next', () => {
    const [some, same, next] = [uniform(1000, 6), uniform(1000, 6), uniform(1000, 7)];
    expect(some).toEqual(same);
    expect(some.filter((value, k) => value === next[k])).toHaveLength(0);
    for (const list of [some, next]) {
      expect(Math.max(...list.map(Math.abs))).toBeLessThan(1);
      const mean = list.reduce((sum, value) => sum + value / 1000, 0);
      expect(Math.abs(mean)).toBeLessThan(0.1);
    }
  });
});
