/**
 * Indexes whose metric changes rows – to unit length, to shares – by what is measured once and kept beside them: whatever was
 * added, removed, filtered or odd since, a search finds what it would find if it measured everything anew.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FlatIndex, nearest, type Device } from '../../src/index.ts';
import type { MetricName } from '../oracle/distance.ts';
import { grid, type Grid } from '../oracle/grid.ts';
import { slice } from '../oracle/shape.ts';
import { precisionOf } from '../tolerance.ts';
import { rowsFor } from '../support/distances.ts';
import { Findings } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';
import { Random } from '../support/random.ts';
import { compareHits, truthOf } from '../support/searches.ts';

const MEASURED = ['cosine', 'correlation', 'hellinger', 'jensenshannon', 'kl'] as const satisfies MetricName[];

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const plain = ({ data, shape }: Grid): { data: Float64Array; shape: readonly number[] } => ({
  data: Float64Array.from(data),
  shape,
});

interface Asked {
  readonly index: FlatIndex;
  readonly points: Grid;
  readonly metric: MetricName;
  readonly filter?: (id: number) => boolean;
}

async function compare(findings: Findings, { index, points, metric, filter }: Asked, label: string): Promise<void> {
  for (const queries of [slice(points, 2, 3), slice(points, 5, 45)]) {
    const truth = truthOf(queries, points, metric);
    const k = 7;
    const found = await index.search(plain(queries), { k, filter });
    const allowed = (row: number): boolean => index.has(row) && (filter?.(row) ?? true);
    const precision = precisionOf({ dtype: index.dtype, device });
    for (let query = 0; query < found.queries; query += 13) {
      const hits = [...found.hits(query)];
      const [rows, distances] = [hits.map(({ id }) => id), hits.map(({ distance }) => distance)];
      compareHits(findings, truth, query, { rows, distances }, { k, precision, allowed }, `${label}, query ${query}`);
    }
  }
}

describe('rows that are measured once', () => {
  for (const metric of MEASURED)
    it(`by ${metric}`, async () => {
      const findings = new Findings();
      // Rows of whole fours are read in another way.
      for (const d of metric === 'cosine' ? [9, 40] : [9]) {
        const points = rowsFor(metric, [150, d], new Random(d));
        const index = FlatIndex.create(device, { dim: d, metric });
        const label = `${d} columns`;
        // Each search measures what came since the one before.
        for (const [from, to] of [
          [0, 60],
          [60, 61],
          [61, 150],
        ] as const) {
          await index.add(plain(slice(points, from, to)));
          await compare(findings, { index, points: slice(points, 0, to), metric }, `${label}, ${to} rows`);
        }
        await compare(findings, { index, points, metric, filter: id => id % 3 > 0 }, `${label}, many`);
        await compare(findings, { index, points, metric, filter: id => id % 11 === 0 }, `${label}, few`);
        index.remove([2, 5, 149]);
        await compare(findings, { index, points, metric }, `${label}, some removed`);
        await index.compact();
        await compare(findings, { index, points, metric }, `${label}, compacted`);
        index.dispose();
      }
      findings.end();
    });

  it('are exactly 0 from themselves, and near ones ranked right', async () => {
    for (const [metric, d] of [
      ['cosine', 48],
      ['cosine', 51],
      ['correlation', 48],
    ] as const) {
      const base = new Random(1).normal(d);
      // Each turns away a little further, in steps that unit rows of float32 can tell apart.
      const data = Float32Array.from({ length: 100 * d }, (_, at) => {
        const [row, column] = [Math.floor(at / d), at % d];
        return (base[column] ?? 0) * (1 + row) * (1 + (column % 2 === 0 ? row * 2 ** -14 : 0));
      });
      const index = FlatIndex.create(device, { dim: d, metric });
      await index.add({ data, shape: [100, d] });
      const found = await index.search(data.subarray(0, d), { k: 100 });
      expect([...found.ids]).toEqual(Array.from({ length: 100 }, (_, i) => i));
      const all = await index.search({ data, shape: [100, d] }, { k: 1 });
      expect([...all.ids]).toEqual(Array.from({ length: 100 }, (_, i) => i));
      expect(all.distances.every(distance => distance === 0)).toBe(true);
      expect(await index.get(7)).toEqual(data.slice(7 * d, 8 * d));
      index.dispose();
    }
  });

  it('that are odd have the distances that they have elsewhere', async () => {
    const d = 6;
    const rows = [
      [0, 0, 0, 0, 0, 0],
      [1, 1, 1, 1, 1, 1],
      [3e38, -3e38, 1e38, 2e38, 0, 3e38],
      [1e-38, 2e-38, 0, -1e-38, 3e-38, 0],
      [1, NaN, 2, 3, 4, 5],
      [1, Infinity, 2, 3, 4, 5],
      [1e6, 1e6 + 1, 1e6, 1e6 + 2, 1e6, 1e6 + 1],
      [5, 4, 3, 2, 1, 0],
    ];
    const data = Float32Array.from(rows.flat());
    const points = grid([rows.length, d], data);
    for (const metric of ['cosine', 'correlation'] as const) {
      const index = FlatIndex.create(device, { dim: d, metric });
      await index.add(plain(points));
      const findings = new Findings();
      const found = await index.search(plain(points), { k: rows.length });
      const tensor = device.tensor(data, [rows.length, d], { dtype: 'float32' });
      const { indices, distances } = await nearest(tensor, tensor, { k: rows.length, metric });
      const [ids, numbers] = [await indices.data(), await distances.data()];
      findings.exact(
        Array.from(found.ids, id => (Number(id) < 0 ? 0xffffffff : Number(id))),
        ids,
        `${metric}: rows`,
      );
      findings.exact(found.distances, numbers, `${metric}: distances`);
      findings.end();
      index.dispose();
    }
  });
});
