/**
 * USearch: HNSW in native code, with as many threads as there are cores where it is given several queries at once. Its npm package
 * has binaries for Node alone. Its ef is settled when an index is made, so the index is saved and loaded again for another one.
 */
/// <reference types="node" />
import type * as Library from 'usearch';
import { indexSession, type Found, type Index, type Rows } from './index-session.ts';
import type { Peer } from './peer.ts';

export const usearch: readonly Peer[] = [
  {
    name: 'USearch',
    device: 'cpu',
    variant: 'native',
    hosts: ['node'],
    async open() {
      const library = await import('usearch');
      return indexSession({
        efforts: EFFORTS,
        build: points => build(library, points),
        exact: async points => exact(library, points),
      });
    },
  },
];

/** 64 is its default. */
const EFFORTS = [64, 128, 256, 512, 1024, 2048];

/** As many threads as there are cores. */
const ALL = 0;

/** Its distance is 1 less the inner product, and its keys have 64 bits. */
const found = ({ keys, distances }: { keys: BigUint64Array; distances: Float32Array }): Found => ({
  ids: Array.from(keys, Number),
  distances: distances.map(value => value - 1),
});

async function build(
  { Index: Class, MetricKind, ScalarKind }: typeof Library,
  { values, shape }: Rows,
): Promise<Index> {
  const [{ mkdtempSync, rmSync }, { tmpdir }, { join }] = await Promise.all([
    import('node:fs'),
    import('node:os'),
    import('node:path'),
  ]);
  const [count = 1, dim = 1] = shape;
  const make = (effort: number): Library.Index => new Class(dim, MetricKind.IP, ScalarKind.F32, 0, 0, effort);
  const byDefault = make(0);
  const keys = BigUint64Array.from({ length: count }, (_, k) => BigInt(k));
  byDefault.add(keys, values, ALL);
  const known = new Map<number, Library.Index>();
  function withEffort(effort: number | undefined): Library.Index {
    if (effort === undefined) return byDefault;
    const again = known.get(effort) ?? make(effort);
    if (!known.has(effort)) {
      const folder = mkdtempSync(join(tmpdir(), 'usearch-'));
      byDefault.save(join(folder, 'index'));
      again.load(join(folder, 'index'));
      rmSync(folder, { recursive: true });
    }
    known.set(effort, again);
    return again;
  }
  return {
    one: (query, k, effort) => found(withEffort(effort).search(query, k, ALL)),
    all: (queries, k, effort) => found(withEffort(effort).search(queries, k, ALL)),
  };
}

/** Its own search of everything, for which nothing is built. */
function exact({ exactSearch, MetricKind }: typeof Library, { values, shape: [, dim = 1] }: Rows): Index {
  const all = (queries: Float32Array, k: number): Found =>
    found(exactSearch(values, queries, dim, k, MetricKind.IP, ALL));
  return { one: all, all };
}
