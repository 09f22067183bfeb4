/** The scan: points in several blocks, tiles made up so small that lists are merged many times, plans, and long work. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OptionError, type Device } from '../../src/index.ts';
import { planScan, type ScanLimits } from '../../src/search/scan/plan.ts';
import { scanNearest, scanRadius, type Hits, type HitLists, type PointBlock } from '../../src/search/scan/scan.ts';
import { slice } from '../oracle/shape.ts';
import type { Grid } from '../oracle/grid.ts';
import { precisionOf } from '../tolerance.ts';
import { expectRejects, Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { compareHits, POINT_KINDS, pointsOf, truthOf, type Hit } from '../support/searches.ts';
import { tensorOf } from '../support/tensors.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const op = 'scan';

/** Tiles of so many distances, for few queries at once. */
const tiles = (pairs: number, least: number, copied = 2 ** 22): ScanLimits => ({
  pairs,
  copied,
  pageSteps: 2 ** 26,
  least: { inPage: least, elsewhere: least },
});

/** Rows as blocks that begin at other numbers than one would think. */
function blocksOf(y: Grid, sizes: readonly number[], mask?: (row: number) => boolean): PointBlock[] {
  let first = 0;
  return sizes.map(size => {
    const part = slice(y, first, first + size);
    const bits = Array.from({ length: size }, (_, i) => mask?.(first + i) ?? true);
    const allowed = mask && device.tensor(bits, [size], { dtype: 'bool' });
    first += size;
    return { points: tensorOf(device, part), first: first - size, allowed };
  });
}

const hitsOf = ({ rows, distances, counts, k }: Hits, query: number): Hit => ({
  rows: rows.subarray(query * k, query * k + (counts[query] ?? 0)),
  distances: distances.subarray(query * k, query * k + (counts[query] ?? 0)),
});

const listOf = ({ offsets, rows, distances }: HitLists, query: number): Hit => ({
  rows: rows.subarray(offsets[query], offsets[query + 1]),
  distances: distances.subarray(offsets[query], offsets[query + 1]),
});

describe('the nearest of points in blocks', () => {
  const LIMITS = [tiles(64, 16), tiles(300, 300), tiles(1000, 16), tiles(2 ** 21, 8192)];

  for (const kind of POINT_KINDS)
    it(`${kind} ones`, async () => {
      const findings = new Findings();
      const random = new Random(kind.length + 1);
      const [x, y] = [pointsOf(kind, 7, 5, random), pointsOf(kind, 260, 5, random)];
      const truth = truthOf(x, y, 'euclidean');
      const queries = tensorOf(device, x);
      const precision = precisionOf(queries);
      for (const [which, limits] of LIMITS.entries())
        for (const k of [1, 10, 40]) {
          const mask = which % 2 === 1 ? (row: number) => row % 3 > 0 : undefined;
          const blocks = blocksOf(y, [100, 0, 33, 127], mask);
          const hits = await scanNearest(queries, blocks, k, { op, metric: 'euclidean', limits });
          for (let query = 0; query < 7; query++)
            compareHits(
              findings,
              truth,
              query,
              hitsOf(hits, query),
              { k, precision, allowed: mask },
              `k ${k}, tiles ${which}, query ${query}`,
            );
        }
      findings.end();
    });

  it('all, by lists that are longer than tiles', async () => {
    const findings = new Findings();
    const random = new Random(21);
    const [x, y] = [pointsOf('random', 3, 4, random), pointsOf('duplicates', 150, 4, random)];
    const truth = truthOf(x, y, 'cityblock');
    const queries = tensorOf(device, x);
    for (const k of [100, 150, 151]) {
      const hits = await scanNearest(queries, blocksOf(y, [70, 80]), k, {
        op,
        metric: 'cityblock',
        limits: tiles(32, 8),
      });
      for (let query = 0; query < 3; query++)
        compareHits(findings, truth, query, hitsOf(hits, query), { k, precision: precisionOf(queries) }, `k ${k}`);
    }
    findings.end();
  });

  it('whose rows are copied or whitened tile by tile', async () => {
    const findings = new Findings();
    const random = new Random(22);
    const [x, y] = [pointsOf('random', 4, 6, random), pointsOf('random', 90, 6, random)];
    const queries = tensorOf(device, x);
    const limits = tiles(2 ** 21, 8192, 100);
    const VI = Array.from({ length: 6 }, (_, i) => Array.from({ length: 6 }, (__, j) => (i === j ? 2 + i : 0.5)));
    for (const metric of ['cosine', 'correlation', 'mahalanobis'] as const) {
      const options = metric === 'mahalanobis' ? { VI } : {};
      const truth = truthOf(x, y, metric, options);
      const blocks = blocksOf(y, [40, 50]);
      const hits = await scanNearest(queries, blocks, 9, { op, metric: { metric, ...options }, limits });
      for (let query = 0; query < 4; query++)
        compareHits(findings, truth, query, hitsOf(hits, query), { k: 9, precision: precisionOf(queries) }, metric);
    }
    const numbers = {
      ...blocksOf(y, [90])[0],
      points: device.tensor(y.data as Float64Array, y.shape, { dtype: 'bool' }),
    };
    const ones = { ...y, data: Float64Array.from(y.data, value => Number(value !== 0)) };
    const hits = await scanNearest(queries, [{ first: 0, ...numbers }], 9, { op, metric: 'euclidean', limits });
    compareHits(
      findings,
      truthOf(x, ones, 'euclidean'),
      0,
      hitsOf(hits, 0),
      { k: 9, precision: precisionOf(queries) },
      'cast',
    );
    findings.end();
  });

  it('of which few are gathered', async () => {
    const findings = new Findings();
    const random = new Random(23);
    const allowed = (row: number): boolean => row % 7 === 2 || row > 105;
    const only = (first: number, size: number): Uint32Array =>
      Uint32Array.from(Array.from({ length: size }, (_, i) => i).filter(i => allowed(first + i)));
    for (const [metric, kind] of [
      ['euclidean', 'random'],
      ['cosine', 'clustered'],
      ['mahalanobis', 'random'],
      ['hamming', 'duplicates'],
      ['dice', 'duplicates'],
    ] as const) {
      const [x, y] = [pointsOf(kind, 3, 37, random), pointsOf(kind, 110, 37, random)];
      const bits = kind === 'duplicates' ? ({ dtype: 'bool' } as const) : {};
      const VI = Array.from({ length: 37 }, (_, i) => Array.from({ length: 37 }, (__, j) => Number(i === j) * (1 + i)));
      const options = metric === 'mahalanobis' ? { VI } : {};
      const truth = truthOf(x, y, metric, options);
      const queries = device.tensor(x.data as Float64Array, x.shape, { dtype: 'float32', ...bits });
      const blocks = [0, 50].map((first, i) => {
        const part = slice(y, first, [50, 110][i] ?? 0);
        const points = device.tensor(Float64Array.from(part.data), part.shape, { dtype: 'float32', ...bits });
        return { points, first, only: only(first, [50, 60][i] ?? 0) };
      });
      const precision = precisionOf(tensorOf(device, x));
      for (const limits of [undefined, tiles(16, 4)]) {
        const call = { op, metric: { metric, ...options }, limits };
        const hits = await scanNearest(queries, blocks, 6, call);
        const lists = await scanRadius(queries, blocks, Infinity, call);
        for (let query = 0; query < 3; query++) {
          compareHits(findings, truth, query, hitsOf(hits, query), { k: 6, precision, allowed }, `${metric}, nearest`);
          compareHits(findings, truth, query, listOf(lists, query), { k: 110, precision, allowed }, `${metric}, all`);
        }
      }
    }
    const none = [{ points: device.tensor([[1], [2]]), first: 0, only: new Uint32Array(0) }];
    const { counts } = await scanNearest(device.tensor([[0]]), none, 1, { op, metric: 'euclidean' });
    findings.exact(counts, [0], 'none allowed');
    findings.end();
  });

  it('row numbers go up to 2³²', async () => {
    const first = 2 ** 32 - 4;
    const block = { points: device.tensor([[5], [1], [2], [9]]), first };
    const { rows, counts } = await scanNearest(device.tensor([[0]]), [block], 2, { op, metric: 'euclidean' });
    expect([Array.from(rows), Array.from(counts)]).toEqual([[first + 1, first + 2], [2]]);
  });

  it('of nothing there are none', async () => {
    const queries = device.tensor([
      [1, 2],
      [3, 4],
    ]);
    for (const blocks of [[], [{ points: device.tensor([], [0, 2]), first: 0 }]]) {
      const hits = await scanNearest(queries, blocks, 2, { op, metric: 'euclidean' });
      expect(Array.from(hits.rows)).toEqual(Array(4).fill(0xffffffff));
      expect(Array.from(hits.distances)).toEqual(Array(4).fill(Infinity));
      expect(Array.from(hits.counts)).toEqual([0, 0]);
    }
  });

  it('what a metric would learn from all rows must be given where there are several blocks', async () => {
    const blocks = blocksOf(pointsOf('random', 20, 3, new Random(1)), [10, 10]);
    for (const [metric, name] of [
      ['seuclidean', 'V'],
      ['mahalanobis', 'VI'],
    ] as const)
      await expectRejects(
        scanNearest(device.tensor([[1, 2, 3]]), blocks, 2, { op, metric }),
        OptionError,
        op,
        metric,
        name,
      );
  });

  it('a truth value that is none rejects, whichever block it is in', async () => {
    const good = {
      points: device.tensor([
        [0, 1],
        [1, 1],
      ]),
      first: 0,
    };
    const bad = {
      points: device.tensor([
        [0, 1],
        [1, 2],
      ]),
      first: 2,
    };
    const search = scanNearest(device.tensor([[1, 1]]), [good, bad], 1, { op, metric: 'dice' });
    await expectRejects(search, OptionError, op, 'row 1, column 1');
  });
});

describe('all points within a radius', () => {
  for (const kind of POINT_KINDS)
    it(`${kind} ones`, async () => {
      const findings = new Findings();
      const random = new Random(kind.length + 2);
      const [x, y] = [pointsOf(kind, 5, 3, random), pointsOf(kind, 300, 3, random)];
      const truth = truthOf(x, y, 'euclidean');
      const queries = tensorOf(device, x);
      const sorted = Array.from(truth.distances.data).sort((a, b) => a - b);
      for (const [which, share] of [0, 0.05, 0.5, 1].entries()) {
        // Between two distances that differ by much more than roundings.
        let at = Math.floor(share * (sorted.length - 2));
        while (at < sorted.length - 1 && (sorted[at + 1] ?? 0) - (sorted[at] ?? 0) < 2 ** -10 * (sorted[at] ?? 0)) at++;
        const radius = ((sorted[at] ?? 0) + (sorted[at + 1] ?? (sorted[at] ?? 0) * 2 + 1)) / 2;
        const mask = which === 2 ? (row: number) => row % 2 > 0 : undefined;
        const blocks = blocksOf(y, [130, 170], mask);
        const limits = which % 2 === 1 ? tiles(500, 100) : undefined;
        const lists = await scanRadius(queries, blocks, radius, { op, metric: 'euclidean', limits });
        for (let query = 0; query < 5; query++)
          compareHits(
            findings,
            truth,
            query,
            listOf(lists, query),
            { k: Infinity, radius, precision: precisionOf(queries), allowed: mask },
            `radius ${radius}, query ${query}`,
          );
      }
      findings.end();
    });

  it('an infinite radius finds all but NaN', async () => {
    const block = { points: device.tensor([[1], [NaN], [Infinity], [0]]), first: 0 };
    const { offsets, rows } = await scanRadius(device.tensor([[0], [NaN]]), [block], Infinity, {
      op,
      metric: 'euclidean',
    });
    expect([Array.from(offsets), Array.from(rows)]).toEqual([
      [0, 3, 3],
      [3, 0, 2],
    ]);
  });
});

describe('long work', () => {
  const inTiles = tiles(256, 64);

  it('ends when its signal is aborted, with the reason', async () => {
    const reason = new Error('enough');
    const points = { points: tensorOf(device, pointsOf('random', 600, 3, new Random(2))), first: 0 };
    const queries = tensorOf(device, pointsOf('random', 3, 3, new Random(3)));
    const aborted = AbortSignal.abort(reason);
    const call = { op, metric: 'euclidean' } as const;
    await expect(scanNearest(queries, [points], 3, { ...call, signal: aborted })).rejects.toBe(reason);
    await expect(scanRadius(queries, [points], 3, { ...call, signal: aborted })).rejects.toBe(reason);
    const controller = new AbortController();
    const search = scanNearest(queries, [points], 3, { ...call, limits: inTiles, signal: controller.signal });
    controller.abort(reason);
    await expect(search).rejects.toBe(reason);
  });

  it('gives back all memory that it took', async () => {
    // Of its own: what other specs forgot may be collected at any time.
    const own = await openLaneDevice();
    const points = { points: tensorOf(own, pointsOf('random', 600, 8, new Random(2))), first: 0 };
    const queries = tensorOf(own, pointsOf('random', 30, 8, new Random(3)));
    const before = own.memory().live;
    await scanNearest(queries, [points], 5, { op, metric: 'cosine', limits: inTiles, radius: 1 });
    await scanRadius(queries, [points], 0.1, { op, metric: 'cosine', limits: inTiles });
    await scanNearest(queries, [points], 5, { op, metric: { metric: 'cosine', p: 2 } }).catch(() => undefined);
    expect(own.memory().live).toBe(before);
    own.close();
  });
});

describe('a plan', () => {
  const shape = { queries: 100, blocks: [100_000], length: 384, k: 10, copies: false, inPage: false };

  it('covers every point once, in order', () => {
    for (const blocks of [[0], [1], [5, 0, 7], [10_000_000, 300]])
      for (const queries of [1, 8, 4096])
        for (const copies of [true, false]) {
          const { stretches } = planScan({ ...shape, blocks, queries, copies });
          blocks.forEach((rows, block) => {
            let next = 0;
            for (const stretch of stretches.filter(one => one.block === block)) {
              expect(stretch.first).toBe(next);
              expect(stretch.count).toBeGreaterThan(0);
              next += stretch.count;
            }
            expect(next).toBe(rows);
          });
        }
  });

  it('keeps tiles, lists and copies within their bounds at any size', () => {
    for (const n of [10, 10_000, 1_000_000, 100_000_000])
      for (const queries of [1, 8, 64, 4096])
        for (const k of [1, 10, 1024])
          for (const length of [1, 384, 4096]) {
            const plan = planScan({ queries, blocks: [n], length, k: Math.min(k, n), copies: true, inPage: false });
            const columns = Math.max(...plan.stretches.map(({ count }) => count));
            expect(plan.queriesAtOnce * columns).toBeLessThanOrEqual(2 ** 21);
            expect(columns * length).toBeLessThanOrEqual(2 ** 22);
            expect(plan.places * plan.queriesAtOnce).toBeLessThanOrEqual(2 ** 21);
            const room = 2 * Math.min(k, columns);
            expect(plan.stretches.length === 1 || plan.places >= Math.min(n, room)).toBe(true);
          }
  });
});
