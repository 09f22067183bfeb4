/**
 * Searches over the whole table of kinds of points, n, d, k, how many queries, and metrics, sampled pairwise: whatever two of
 * these meet here that fit together. What is larger is in test/large.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nearest, type Device } from '../../src/index.ts';
import { grid, type Grid } from '../oracle/grid.ts';
import { slice } from '../oracle/shape.ts';
import { precisionOf } from '../tolerance.ts';
import { coveringPairs } from '../support/covering.ts';
import { Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { compareHits, POINT_KINDS, pointsOf, truthOf, type PointKind } from '../support/searches.ts';
import { tensorOf } from '../support/tensors.ts';

interface Case {
  readonly kind: PointKind;
  readonly metric: 'euclidean' | 'dot' | 'cosine' | 'cityblock';
  readonly n: number;
  readonly d: number;
  readonly k: number | 'n';
  readonly queries: number;
}

const kOf = ({ k, n }: Case): number => (k === 'n' ? n : k);
const elements = ({ n, d, queries }: Case): number => (n + queries) * d;
const steps = ({ n, d, queries }: Case): number => n * d * queries;

const cases = coveringPairs<Case>(
  {
    kind: POINT_KINDS,
    metric: ['euclidean', 'dot', 'cosine', 'cityblock'],
    n: [1, 2, 63, 65, 1100, 33_000],
    d: [1, 2, 3, 63, 64, 384, 1536],
    k: [1, 10, 64, 65, 1024, 'n'],
    queries: [1, 9, 300, 4096],
  },
  one => {
    const { n, queries } = one;
    const k = kOf(one);
    return (
      k <= n && elements(one) <= 450_000 && steps(one) <= 2 ** 23 && n * queries <= 2 ** 21 && k * queries <= 2 ** 18
    );
  },
  one => steps(one) + 8 * elements(one),
);

/** The queries that are looked at: the first and the last. */
const looked = (queries: number): number[] => [...new Set([0, queries - 1])];

const rowsAt = (x: Grid, rows: readonly number[]): Grid => {
  const d = x.shape[1] ?? 0;
  return grid(
    [rows.length, d],
    Float64Array.from(rows.flatMap(row => Array.from({ length: d }, (_, i) => x.data[row * d + i] ?? NaN))),
  );
};

/** What stands behind the hits where there are fewer than k: rows without direction are NaN away. */
const NO_ROW = 0xffffffff;

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

describe('sampled pairwise', () => {
  it('covers the table', () => {
    expect(cases.length).toBeGreaterThan(40);
    for (const one of [{ n: 33_000 }, { d: 1536 }, { queries: 4096 }, { k: 1024 }, { kind: 'approaching' }])
      expect(cases).toContainEqual(expect.objectContaining(one));
  });

  for (const metric of ['euclidean', 'dot', 'cosine', 'cityblock'] as const)
    it(`by ${metric}`, async () => {
      const findings = new Findings();
      for (const one of cases.filter(each => each.metric === metric)) {
        const { kind, n, d, queries } = one;
        const k = kOf(one);
        const label = JSON.stringify(one);
        // Queries are points of the same kind that were left out.
        const all = pointsOf(kind, n + queries, d, new Random(n + d + queries));
        const [y, x] = [slice(all, 0, n), slice(all, n, n + queries)];
        const points = tensorOf(device, y);
        const asked = tensorOf(device, x);
        const { indices, distances } = await nearest(asked, points, { k, metric });
        const [rows, numbers] = await Promise.all([indices.data(), distances.data()]);
        const some = looked(queries);
        const truth = truthOf(rowsAt(x, some), y, metric);
        some.forEach((query, at) => {
          const own = rows.subarray(query * k, (query + 1) * k);
          const count = own.includes(NO_ROW) ? own.indexOf(NO_ROW) : k;
          const near = numbers.subarray(query * k, query * k + count);
          const hits = { rows: own.subarray(0, count), distances: near };
          compareHits(findings, truth, at, hits, { k, precision: precisionOf(distances) }, `${label}, query ${query}`);
        });
        for (const used of [points, asked, indices, distances]) used.dispose();
      }
      findings.end();
    });
});
