/** ml-distance: functions of two vectors, in plain JavaScript, called once a pair. It takes rows as arrays, into which they are cut beforehand. */
import { distance, similarity } from 'ml-distance';
import type { PairMetric, Peer, Session } from './peer.ts';

export const mlDistance: readonly Peer[] = [
  { name: 'ml-distance', device: 'cpu', hosts: ['chrome', 'node', 'dawn'], open: async () => session },
];

interface Rows {
  readonly values: Float32Array;
  readonly rows: readonly number[][];
}

/** Its cosine is a similarity. It has no inner product of its own. */
const metrics: Partial<Record<PairMetric, (p: number[], q: number[]) => number>> = {
  euclidean: distance.euclidean,
  cityblock: distance.manhattan,
  cosine: (p, q) => 1 - similarity.cosine(p, q),
};

const session: Session<Rows> = {
  enter: async () => {},
  async upload(values, [m = 1, n = 1]) {
    return { values, rows: Array.from({ length: m }, (_, i) => [...values.subarray(i * n, (i + 1) * n)]) };
  },
  read: async x => x.values,
  settle: async () => {},
  free: () => {},
  pairs(a, b, metric) {
    const one = metrics[metric];
    if (!one) return undefined;
    const values = new Float32Array(a.rows.length * b.rows.length);
    a.rows.forEach((p, i) => b.rows.forEach((q, j) => (values[i * b.rows.length + j] = one(p, q))));
    return { values, rows: [] };
  },
};
