/**
 * The bits of results on a wasm device: the same from run to run, for any number of threads, and whether memory is shared or
 * not. Every operation that has kernels is here, on data large enough for several chunks.
 */
import { describe, expect, it } from 'vitest';
import {
  argmin,
  cdist,
  cosineSimilarity,
  gram,
  matmul,
  mean,
  norm,
  normalize,
  normSummary,
  openDevice,
  pairwiseReduce,
  pdist,
  sum,
  take,
  type Device,
  type OpenOptions,
  type Tensor,
} from '../../src/index.ts';
import { Random } from '../support/random.ts';

const devices: Readonly<Record<string, OpenOptions>> = {
  'one thread': { threads: 1 },
  'two threads': { threads: 2 },
  'three threads': { threads: 3 },
  'memory of its own': { assume: { sharedMemory: false } },
};

const [rows, columns] = [700, 150];
const values = new Random(3).normal(rows * columns);
const bits = Uint32Array.from({ length: rows * 5 }, (_, k) => Math.imul(k + 1, 0x9e3779b1) >>> 0);

const operations: Readonly<Record<string, (x: Tensor, few: Tensor, device: Device) => Tensor | readonly Tensor[]>> = {
  'norms of rows': x => [1, 2, 3, Infinity, 0].map(ord => norm(x, { ord, axis: 1 })),
  'norms of columns': x => [1, 2, Infinity].map(ord => norm(x, { ord, axis: 0 })),
  'norms of everything': x => [1, 2, Infinity].map(ord => norm(x.reshape([-1]), { ord })),
  summaries: x => Object.values(normSummary(x, { axis: 1 })),
  'sums and means': x => [sum(x), mean(x, { axis: 0 }), argmin(x, { axis: 1 })],
  'unit rows': x => normalize(x),
  'rows picked': (x, _few, device) =>
    take(x, device.tensor(Uint32Array.from({ length: 900 }, (_, k) => (k * 37) % rows))),
  'products of matrices': (x, few) => [matmul(few, x.reshape([columns, rows])), gram(x)],
  ...Object.fromEntries(
    [
      'euclidean',
      'sqeuclidean',
      'cityblock',
      'chebyshev',
      'canberra',
      'braycurtis',
      'cosine',
      'correlation',
      'dot',
    ].map(metric => [metric, (x: Tensor, few: Tensor) => cdist(few, x, metric as 'euclidean')] as const),
  ),
  minkowski: (x, few) => [cdist(few, x, { metric: 'minkowski', p: 3 }), cdist(few, x, { metric: 'minkowski', p: 1.7 })],
  'condensed distances': x => pdist(x),
  similarities: x => cosineSimilarity(x),
  'sums and minima of distances': (x, few) =>
    (['sum', 'min', 'argmin'] as const).map(reduce => pairwiseReduce(few, x, { reduce })),
  'distances of bits': (_x, _few, device) => {
    const packed = device.tensor(
      Array.from({ length: rows }, (_, i) => bitsOf(i)),
      undefined,
      { dtype: 'bool' },
    );
    return (['jaccard', 'hamming', 'dice', 'yule'] as const).map(metric => cdist(packed.slice(0, 90), packed, metric));
  },
};

/** 150 bits of row i. */
const bitsOf = (i: number): boolean[] =>
  Array.from({ length: columns }, (_, k) => (((bits[i * 5 + (k >> 5)] ?? 0) >>> (k & 31)) & 1) === 1);

async function digest(results: Tensor | readonly Tensor[]): Promise<string> {
  const list = Array.isArray(results) ? (results as readonly Tensor[]) : [results as Tensor];
  const parts = await Promise.all(
    list.map(async tensor => {
      const { buffer, byteOffset, byteLength } = await tensor.data();
      return new Uint32Array(buffer, byteOffset, byteLength / 4);
    }),
  );
  // A 32-bit FNV-1a of every word: enough to tell two results apart, and small enough to print.
  return parts
    .map(words => words.reduce((hash, word) => Math.imul(hash ^ word, 0x01000193) >>> 0, 0x811c9dc5))
    .join(' ');
}

async function allDigests(options: OpenOptions): Promise<Record<string, string>> {
  const device = await openDevice({ device: 'wasm', ...options });
  const x = device.tensor(values, [rows, columns]);
  const found: Record<string, string> = {};
  for (const [name, run] of Object.entries(operations)) found[name] = await digest(run(x, x.slice(0, 130), device));
  device.close();
  return found;
}

describe('bits of a wasm device', () => {
  let first: Promise<Record<string, string>>;

  it('are the same from run to run', async () => {
    first = allDigests({ threads: 2 });
    expect(await allDigests({ threads: 2 })).toEqual(await first);
  });

  it.each(Object.keys(devices))('are the same with %s', async name => {
    expect(await allDigests(devices[name] ?? {})).toEqual(await first);
  });
});
