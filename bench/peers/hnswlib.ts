/**
 * hnswlib-wasm: HNSW, and a search of everything, in WebAssembly on one thread and without SIMD. It runs in pages alone: its loader asks
 * for one. Parameters are those of its README.
 */
import type { HnswlibModule } from 'hnswlib-wasm';
import { indexSession, type Found, type Index, type Rows } from './index-session.ts';
import type { Peer } from './peer.ts';

export const hnswlib: readonly Peer[] = [
  {
    name: 'hnswlib',
    device: 'wasm',
    hosts: ['chrome'],
    async open() {
      const { loadHnswlib } = await import('hnswlib-wasm');
      const library = await loadHnswlib();
      return indexSession({
        efforts: EFFORTS,
        build: async points => build(library, points),
        exact: async points => exact(library, points),
      });
    },
  },
];

const M = 16;
const EF_CONSTRUCTION = 200;
const SEED = 100;

/** It starts with as many as are asked for. */
const EFFORTS = [10, 32, 64, 128, 256, 512, 1024];
/** More of them take minutes. */
const MOST = 20_000;
/** Its memory is what a page of 32 bits can have; a copy of the points is on the way into it. */
const MOST_BYTES = 2 ** 28;

const rowsOf = ({ values, shape: [count = 1, dim = 1] }: Rows): Float32Array[] =>
  Array.from({ length: count }, (_, i) => values.subarray(i * dim, (i + 1) * dim));

/** Its distance is 1 less the inner product. */
const found = ({ neighbors, distances }: { neighbors: number[]; distances: number[] }): Found => ({
  ids: neighbors,
  distances: distances.map(value => value - 1),
});

function build({ HierarchicalNSW }: HnswlibModule, points: Rows): Index {
  const [count = 1, dim = 1] = points.shape;
  if (count > MOST) throw new Error(`left out: more than ${MOST} points take minutes to build a graph of`);
  const index = new HierarchicalNSW('ip', dim, '');
  index.initIndex(count, M, EF_CONSTRUCTION, SEED);
  // It gives labels that count up, from 0 on.
  index.addItems(rowsOf(points), false);
  return {
    one(query, k, effort = EFFORTS[0]) {
      index.setEfSearch(effort ?? k);
      return found(index.searchKnn(query, k, undefined));
    },
  };
}

function exact({ BruteforceSearch }: HnswlibModule, points: Rows): Index {
  const [count = 1, dim = 1] = points.shape;
  if (points.values.byteLength > MOST_BYTES) throw new Error('left out: its memory is too small for so many points');
  const index = new BruteforceSearch('ip', dim);
  index.initIndex(count);
  rowsOf(points).forEach((row, label) => index.addPoint(row, label));
  return { one: (query, k) => found(index.searchKnn(query, k, undefined)) };
}
