/**
 * EdgeVec: HNSW in WebAssembly, on one thread. Its metrics "dot" and "cosine" find the points that are farthest (as of 0.9.0), so it is asked
 * for the Euclidean distance, which is in the same order where all points have unit length. From JavaScript its flat index takes
 * bits alone. Its ef is settled when an index is made, so that one is built for each.
 */
import type * as Library from 'edgevec';
import { indexSession, type Index, type Rows } from './index-session.ts';
import type { Peer } from './peer.ts';

export const edgevec: readonly Peer[] = [
  {
    name: 'EdgeVec',
    device: 'wasm',
    hosts: ['chrome'],
    async open() {
      const [library, { default: url }] = await Promise.all([import('edgevec'), import('edgevec/edgevec_bg.wasm?url')]);
      await library.default({ module_or_path: url });
      return indexSession({ efforts: EFFORTS, build: async points => build(library, points) });
    },
  },
];

/** 50 is its default; building costs more than the search. */
const EFFORTS = [50, 256];
/** More of them take minutes. */
const MOST = 5000;
const UNIT = 1e-3;

/** What the library's declarations leave open. */
type Hits = readonly { readonly id: number; readonly score: number }[];

function build({ EdgeVec, EdgeVecConfig }: typeof Library, { values, shape }: Rows): Index {
  const [count = 1, dim = 1] = shape;
  if (count > MOST) throw new Error(`left out: more than ${MOST} points take minutes to build a graph of`);
  const first = values.subarray(0, dim).reduce((sum, x) => sum + x * x, 0);
  if (Math.abs(first - 1) > UNIT)
    throw new Error('left out: it finds the farthest by inner products, and l2 is in their order for unit rows alone');
  const make = (effort?: number) => {
    const config = new EdgeVecConfig(dim);
    config.metric = 'l2';
    if (effort !== undefined) config.ef_search = effort;
    const index = new EdgeVec(config);
    // Ids count up from the first.
    const [base = 0] = index.insertBatchFlat(values, count);
    return { index, base };
  };
  const byDefault = make();
  const known = new Map([[EFFORTS[0], byDefault]]);
  return {
    one(query, k, effort = EFFORTS[0]) {
      const made = known.get(effort) ?? make(effort);
      known.set(effort, made);
      const hits = made.index.search(query, k) as Hits;
      return {
        ids: hits.map(({ id }) => id - made.base),
        // A score is |x − y|², that is 2 − 2x·y.
        distances: hits.map(({ score }) => score / 2 - 1),
      };
    },
  };
}
