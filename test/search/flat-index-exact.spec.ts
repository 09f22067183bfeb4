/** What an index finds, against sorting all distances in doubles: metrics, kinds of points, blocks, removed rows and filters. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit, FlatIndex, OptionError, toSimilarity, type Device, type FlatIndexOptions } from '../../src/index.ts';
import type { MetricName } from '../oracle/distance.ts';
import type { Grid } from '../oracle/grid.ts';
import { slice } from '../oracle/shape.ts';
import { distance as distanceBound, precisionOf, type Precision } from '../tolerance.ts';
import { optionsFor, rowsFor, widthFor } from '../support/distances.ts';
import { expectRejects, expectThrows, Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { callOptions } from '../support/pairs.ts';
import { Random } from '../support/random.ts';
import { compareHits, POINT_KINDS, pointsOf, truthOf, type Truth } from '../support/searches.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const plain = ({ data, shape }: Grid): { data: Float64Array; shape: readonly number[] } => ({
  data: Float64Array.from(data),
  shape,
});

/** One for each way in which a metric is run; nearest.spec.ts has them all. */
const SOME_METRICS: readonly MetricName[] = [
  'euclidean',
  'minkowski',
  'cosine',
  'dot',
  'hamming',
  'dice',
  'mahalanobis',
];

/** An index whose rows were added some at a time, and whose ids are the numbers of the rows. */
async function indexOf(points: Grid, options: Omit<FlatIndexOptions, 'dim'>, steps = 1): Promise<FlatIndex> {
  const [n = 0, dim = 0] = points.shape;
  const index = FlatIndex.create(device, { dim, ...options });
  for (let step = 0; step < steps; step++) {
    const [from, to] = [Math.floor((n * step) / steps), Math.floor((n * (step + 1)) / steps)];
    await index.add({ data: Float64Array.from(points.data).slice(from * dim, to * dim), shape: [to - from, dim] });
  }
  return index;
}

async function compare(
  findings: Findings,
  index: FlatIndex,
  truth: Truth,
  k: number,
  label: string,
  filter?: (id: number) => boolean,
): Promise<void> {
  const found = await index.search(plain(truth.queries), { k, filter });
  const precision: Precision =
    found.distances instanceof Float64Array ? 'double' : precisionOf({ dtype: 'float32', device });
  const allowed = (row: number): boolean => index.has(row) && (filter?.(row) ?? true);
  for (let query = 0; query < found.queries; query++) {
    const hits = [...found.hits(query)];
    const [rows, distances] = [hits.map(hit => hit.id), hits.map(hit => hit.distance)];
    compareHits(findings, truth, query, { rows, distances }, { k, precision, allowed }, `${label}, query ${query}`);
  }
}

describe('exact', () => {
  it('by metrics of every kind', async () => {
    const findings = new Findings();
    for (const metric of SOME_METRICS) {
      const d = widthFor(metric, 9);
      const random = new Random(metric.length);
      const [x, y] = [rowsFor(metric, [3, d], random), rowsFor(metric, [70, d], random)];
      const options = optionsFor(metric, d, false, random);
      const index = await indexOf(y, { ...callOptions(metric, options) }, 3);
      index.remove([5, 69]);
      await compare(findings, index, truthOf(x, y, metric, options), 7, metric);
      index.dispose();
    }
    findings.end();
  });

  for (const kind of POINT_KINDS)
    it(`on ${kind} points, in many blocks`, async () => {
      const findings = new Findings();
      const points = pointsOf(kind, 700, 12, new Random(kind.length));
      const queries = slice(points, 0, 1);
      const truth = truthOf({ ...queries }, points, 'euclidean');
      const index = await indexOf(points, { metric: 'euclidean' }, 9);
      for (const k of [1, 10, 65, 700]) await compare(findings, index, truth, k, `k ${k}`);
      index.remove(Array.from({ length: 100 }, (_, i) => i * 7));
      await compare(findings, index, truth, 10, 'removed');
      await compare(findings, index, truth, 10, 'filtered', id => id % 5 === 1);
      await compare(findings, index, truth, 10, 'few', id => id > 690);
      await index.compact();
      await compare(findings, index, truth, 10, 'compacted');
      index.dispose();
      findings.end();
    });

  it('in doubles, where the device has them', async () => {
    const points = pointsOf('random', 50, 5, new Random(5));
    const dtype = device.kind === 'cpu' ? 'float64' : 'float32';
    const index = await indexOf(points, { metric: 'euclidean', dtype });
    const findings = new Findings();
    await compare(findings, index, truthOf(slice(points, 3, 5), points, 'euclidean'), 5, dtype);
    findings.end();
    expect((await index.get(3))?.constructor.name).toBe(dtype === 'float64' ? 'Float64Array' : 'Float32Array');
    index.dispose();
  });
});

describe('audit', () => {
  it('finds nothing wrong with an exact index', async () => {
    for (const kind of POINT_KINDS)
      for (const metric of ['euclidean', 'cosine', 'dot'] as const) {
        const index = await indexOf(pointsOf(kind, 200, 6, new Random(3)), { metric });
        const progress: number[] = [];
        const report = await audit(index, {
          sample: 20,
          k: 5,
          onProgress: ({ done, total }) => void progress.push(done / total),
        });
        expect([kind, metric, report.queries, report.k, report.recall, report.unreachable]).toEqual([
          kind,
          metric,
          20,
          5,
          1,
          [],
        ]);
        const allowed = metric === 'euclidean' ? distanceBound(metric, 6, 'single').relative : Infinity;
        expect(report.worstRelativeError).toBeLessThanOrEqual(allowed);
        expect(progress.at(-1)).toBe(1);
        index.dispose();
      }
  });

  it('names what cannot be found', async () => {
    const index = FlatIndex.create<string>(device, { dim: 2 });
    expect(await audit(index)).toMatchObject({ queries: 0, recall: 1 });
    await index.add(
      [
        [0, 0],
        [NaN, 1],
        [3, 4],
      ],
      ['a', 'lost', 'b'],
    );
    const report = await audit(index, { k: 2 });
    expect(report.unreachable).toEqual(['lost']);
    expect([report.recall, report.worstError]).toEqual([1, 0]);
    index.dispose();
  });

  it('sees hits that are missing or further away than they say', async () => {
    const index = await indexOf(pointsOf('random', 100, 4, new Random(4)), { metric: 'euclidean' });
    const blind = Object.create(index, {
      searchById: {
        value: async (ids: number[], options: { k: number }) => {
          const found = await index.searchById(ids, { ...options, filter: id => id % 2 === 0, includeSelf: true });
          found.distances.forEach((distance, i) => (found.distances[i] = distance * 1.5));
          return found;
        },
      },
      size: { get: () => index.size },
      ids: { value: () => index.ids() },
      get: { value: (id: number) => index.get(id) },
      batches: { value: (options: object) => index.batches(options) },
      dim: { get: () => index.dim },
      metric: { get: () => index.metric },
      metricOptions: { get: () => index.metricOptions },
    }) as typeof index;
    const { recall, worstRelativeError, unreachable } = await audit(blind, { sample: 100, k: 4 });
    expect(recall).toBeGreaterThan(0.3);
    expect(recall).toBeLessThan(0.7);
    expect(worstRelativeError).toBeCloseTo(0.5, 3);
    expect(unreachable).toEqual(Array.from({ length: 50 }, (_, i) => 2 * i + 1));
    index.dispose();
  });

  it('checks its options', async () => {
    const index = FlatIndex.create(device, { dim: 1 });
    await expectRejects(audit(index, { sample: 0 }), OptionError, 'audit', 'sample');
    await expectRejects(audit(index, { k: 1.5 }), OptionError, 'audit', 'k');
    await expectRejects(audit(index, { tolerance: -1 }), OptionError, 'audit', 'tolerance');
    await expectRejects(audit(index, { queries: 3 } as never), OptionError, 'audit', 'queries');
    await expect(audit(index, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
    index.dispose();
  });
});

it('distances become similarities', () => {
  expect(toSimilarity([0, 0.25, 2], 'cosine')).toEqual([1, 0.75, -1]);
  expect(toSimilarity(Float32Array.of(-12, -3, Infinity), 'dot')).toEqual(Float32Array.of(12, 3, -Infinity));
  expect(toSimilarity(Float64Array.of(0, 1, 3, Infinity), 'euclidean')).toEqual(Float64Array.of(1, 0.5, 0.25, 0));
  expectThrows(() => toSimilarity([1], 'l2' as 'dot'), OptionError, 'toSimilarity', 'l2');
});
