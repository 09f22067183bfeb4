/**
 * What searches need beside points, queries and results: at most 64 MB at any number of points, counted where memory is
 * handed out – by wrapping `createBuffer` of a GPUDevice, elsewhere in the device's own books.
 */
import { describe, expect, it } from 'vitest';
import { FlatIndex, nearest, type Metric } from '../../src/index.ts';
import { openCounted, type Counted } from '../support/counted.ts';
import { Random } from '../support/random.ts';

const MOST = 64 * 2 ** 20;

interface Shape {
  readonly n: number;
  readonly d: number;
  readonly k: number;
  readonly queries: number;
  readonly metric: Metric;
}

/** One long row, a few, and many short ones; the shortest list, one of some and the longest; rows as they are, and prepared ones. */
const SHAPES: readonly Shape[] = [
  { n: 2_200_000, d: 1, k: 1024, queries: 1, metric: 'euclidean' },
  { n: 300_000, d: 4, k: 10, queries: 16, metric: 'cosine' },
  { n: 150_000, d: 4, k: 1024, queries: 16, metric: 'cosine' },
  { n: 20_000, d: 4, k: 1, queries: 256, metric: 'dot' },
  { n: 10_000, d: 4, k: 1024, queries: 128, metric: 'euclidean' },
];

const rowsOf = (count: number, d: number, seed: number): { data: Float32Array; shape: readonly number[] } => ({
  data: new Random(seed).uniform(count * d),
  shape: [count, d],
});

/** Bytes held at the peak beside what was there before and the results. */
const beside = ({ peak }: Counted, before: number, { queries, k }: Shape): number => peak() - before - queries * k * 8;

describe('memory beside points, queries and results', () => {
  for (const shape of SHAPES) {
    const { n, d, k, queries, metric } = shape;
    it(`of nearest: ${queries} by ${n}, k ${k}, ${String(metric)}`, async () => {
      const counted = await openCounted();
      const { device } = counted;
      const points = device.tensor(rowsOf(n, d, 1));
      const some = device.tensor(rowsOf(queries, d, 2));
      const [before, { live }] = [counted.held(), device.memory()];
      const { indices, distances } = await nearest(some, points, { k, metric });
      expect(before).toBeGreaterThanOrEqual(n * d * 4);
      expect(beside(counted, before, shape)).toBeGreaterThan(0);
      expect(beside(counted, before, shape)).toBeLessThanOrEqual(MOST);
      indices.dispose();
      distances.dispose();
      expect(device.memory().live).toBe(live);
      counted.close();
    });
  }

  it('of an index in blocks', async () => {
    const shape: Shape = { n: 100_000, d: 4, k: 100, queries: 20, metric: 'cosine' };
    const counted = await openCounted();
    const index = FlatIndex.create(counted.device, { dim: shape.d, metric: shape.metric });
    for (let part = 0; part < 4; part++) await index.add(rowsOf(shape.n / 4, shape.d, part));
    const before = counted.held();
    await index.search(rowsOf(shape.queries, shape.d, 9), { k: shape.k });
    await index.rangeSearch(rowsOf(shape.queries, shape.d, 9), { radius: 0.001 });
    expect(beside(counted, before, shape)).toBeGreaterThan(0);
    expect(beside(counted, before, shape)).toBeLessThanOrEqual(MOST);
    index.dispose();
    counted.close();
  });
});
