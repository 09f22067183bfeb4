/**
 * Searches of the sizes that people have: hundreds of thousands of points, long rows, thousands of queries, long lists, against
 * distances in doubles of some of the queries. `npm run test:large` runs it; npm test does not.
 */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { FlatIndex, nearest, type Device } from '../../src/index.ts';
import { precisionOf } from '../tolerance.ts';
import { Findings } from '../support/expect.ts';
import { GiantTruth } from '../support/giants.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { compareHits, POINT_KINDS, pointKinds } from '../support/searches.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice({ debug: false });
});
afterAll(() => device.close());

interface Giant {
  readonly n: number;
  readonly d: number;
  readonly k: number;
  readonly queries: number;
  readonly metric: 'euclidean' | 'dot';
}

const GIANTS: readonly Giant[] = [
  { n: 300_000, d: 2, k: 300_000, queries: 1, metric: 'euclidean' },
  { n: 300_000, d: 64, k: 1024, queries: 9, metric: 'euclidean' },
  { n: 300_000, d: 1, k: 1, queries: 64, metric: 'dot' },
  { n: 50_000, d: 384, k: 10, queries: 64, metric: 'euclidean' },
  { n: 20_000, d: 1536, k: 65, queries: 9, metric: 'dot' },
  { n: 12_000, d: 16, k: 64, queries: 4096, metric: 'euclidean' },
  { n: 5000, d: 63, k: 1024, queries: 4096, metric: 'euclidean' },
];

describe('the nearest of many', () => {
  for (const { n, d, k, queries, metric } of GIANTS)
    for (const kind of POINT_KINDS)
      it(`${kind} points: ${queries} by ${n}×${d}, k ${k}, ${metric}`, async () => {
        // Queries are points of the same kind that were left out.
        const all = pointKinds[kind](n + queries, d, new Random(n + d));
        const [y, x] = [all.subarray(0, n * d), all.subarray(n * d)];
        const points = device.tensor(y, [n, d], { dtype: 'float32' });
        const asked = device.tensor(x, [queries, d], { dtype: 'float32' });
        const { indices, distances } = await nearest(asked, points, { k, metric });
        const [rows, numbers] = await Promise.all([indices.data(), distances.data()]);
        const findings = new Findings();
        for (const query of new Set([0, queries >> 1, queries - 1])) {
          const truth = new GiantTruth(metric, x.subarray(query * d, (query + 1) * d), d, n);
          truth.add(y, 0);
          const [from, to] = [query * k, (query + 1) * k];
          const hits = { rows: rows.subarray(from, to), distances: numbers.subarray(from, to) };
          compareHits(findings, truth.truth(), 0, hits, { k, precision: precisionOf(distances) }, `query ${query}`);
        }
        for (const used of [points, asked, indices, distances]) used.dispose();
        findings.end();
      });
});

describe('an index of a million', () => {
  const N = 1_000_000;
  const D = 128;
  const PART = 50_000;
  const partOf = (first: number): Float32Array => new Random(first + 1).uniform(PART * D, -1, 1);

  it('finds what is near, whatever was removed or is filtered', async () => {
    const x = new Random(0).uniform(3 * D, -1, 1);
    const truth = new GiantTruth('euclidean', x, D, N);
    const index = FlatIndex.create(device, { dim: D, metric: 'euclidean', keepHostCopy: false });
    for (let first = 0; first < N; first += PART) {
      const part = partOf(first);
      truth.add(part, first);
      await index.add({ data: part, shape: [PART, D] });
    }
    const findings = new Findings();
    const precision = precisionOf({ dtype: index.dtype, device });
    const exact = truth.truth();
    const compare = async (k: number, label: string, filter?: (id: number) => boolean): Promise<void> => {
      const found = await index.search({ data: x, shape: [3, D] }, { k, filter });
      const allowed = (row: number): boolean => index.has(row) && (filter?.(row) ?? true);
      for (let query = 0; query < 3; query++) {
        const hits = [...found.hits(query)];
        const [rows, distances] = [hits.map(({ id }) => id), hits.map(({ distance }) => distance)];
        compareHits(findings, exact, query, { rows, distances }, { k, precision, allowed }, `${label}, query ${query}`);
      }
    };
    for (const k of [1, 10, 1024]) await compare(k, `k ${k}`);
    index.remove(Array.from({ length: N / 4 }, (_, i) => i * 4));
    await compare(10, 'removed');
    await compare(10, 'filtered', id => id % 3 === 1);
    await compare(10, 'few', id => id % 1000 === 1);

    const radius = (await index.search(x.subarray(0, D), { k: 2000 })).distances.at(-1) ?? NaN;
    const within = await index.rangeSearch(x.subarray(0, D), { radius });
    const rows = Array.from(within.ids, Number);
    const allowed = (row: number): boolean => index.has(row);
    const limits = { k: 2000, precision, allowed };
    compareHits(findings, exact, 0, { rows, distances: within.distances }, limits, 'within a radius');
    index.dispose();
    findings.end();
  });
});
