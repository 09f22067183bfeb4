/** Loops as one writes them by hand, sums in doubles. What a library has to be worth its dependency against. */
import type { PairMetric, Peer, Session } from './peer.ts';

interface Matrix {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

export const plain: readonly Peer[] = [
  { name: 'plain JS', device: 'cpu', hosts: ['chrome', 'node', 'dawn'], open: async () => session },
];

const session: Session<Matrix> = {
  enter: async () => {},
  upload: async (values, shape) => ({ values, shape }),
  read: async x => x.values,
  settle: async () => {},
  free: () => {},
  norm(x, ord, axis) {
    const [rows = 1, columns = 1] = x.shape.length === 1 ? [1, x.values.length] : x.shape;
    if (axis === 0 && x.shape.length === 2) return ord === 2 ? vector(columnNorms(x.values, rows, columns)) : undefined;
    const out = new Float32Array(rows);
    const reduce = rowNorms[ord];
    if (!reduce) return undefined;
    for (let row = 0; row < rows; row++) out[row] = reduce(x.values, row * columns, (row + 1) * columns);
    return vector(out);
  },
  pairs(a, b, metric) {
    const one = pairLoops[metric];
    if (!one) return undefined;
    const [n = 1, columns = 1] = a.shape;
    const [m = 1] = b.shape;
    const out = new Float32Array(n * m);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < m; j++) out[i * m + j] = one(a.values, i * columns, b.values, j * columns, columns);
    return { values: out, shape: [n, m] };
  },
  normalize({ values, shape }) {
    const [rows = 1, columns = 1] = shape;
    const out = new Float32Array(values.length);
    for (let row = 0; row < rows; row++) {
      const end = (row + 1) * columns;
      const length = euclidean(values, row * columns, end);
      const scale = length === 0 ? 0 : 1 / length;
      for (let k = row * columns; k < end; k++) out[k] = (values[k] as number) * scale;
    }
    return { values: out, shape };
  },
  softThreshold({ values, shape }, t) {
    const out = new Float32Array(values.length);
    for (let k = 0; k < values.length; k++) {
      const x = values[k] as number;
      out[k] = x > t ? x - t : x < -t ? x + t : 0;
    }
    return { values: out, shape };
  },
  projectSimplex({ values, shape }) {
    const [rows = 1, columns = 1] = shape;
    const out = new Float32Array(values.length);
    for (let row = 0; row < rows; row++) {
      const first = row * columns;
      const sorted = values.slice(first, first + columns).sort();
      let sum = 0;
      let theta = 0;
      for (let k = columns - 1; k >= 0; k--) {
        sum += sorted[k] as number;
        const candidate = (sum - 1) / (columns - k);
        if ((sorted[k] as number) <= candidate) break;
        theta = candidate;
      }
      for (let k = first; k < first + columns; k++) out[k] = Math.max((values[k] as number) - theta, 0);
    }
    return { values: out, shape };
  },
  normSummary({ values, shape }) {
    const [rows = 1, columns = 1] = shape;
    const outs = [0, 1, 2, 3].map(() => new Float32Array(rows));
    const [l0, l1, l2, linf] = outs as [Float32Array, Float32Array, Float32Array, Float32Array];
    for (let row = 0; row < rows; row++) {
      // Not destructured from an array: that costs a factor of four in V8.
      let count = 0;
      let sum = 0;
      let squares = 0;
      let most = 0;
      for (let k = row * columns; k < (row + 1) * columns; k++) {
        const size = Math.abs(values[k] as number);
        if (size !== 0) count++;
        sum += size;
        squares += size * size;
        if (size > most) most = size;
      }
      l0[row] = count;
      l1[row] = sum;
      l2[row] = Math.sqrt(squares);
      linf[row] = most;
    }
    return outs.map(vector);
  },
};

const vector = (values: Float32Array): Matrix => ({ values, shape: [values.length] });

type PairLoop = (x: Float32Array, i: number, y: Float32Array, j: number, length: number) => number;

const pairLoops: Partial<Record<PairMetric, PairLoop>> = {
  inner(x, i, y, j, length) {
    let sum = 0;
    for (let k = 0; k < length; k++) sum += (x[i + k] as number) * (y[j + k] as number);
    return sum;
  },
  euclidean(x, i, y, j, length) {
    let sum = 0;
    for (let k = 0; k < length; k++) sum += ((x[i + k] as number) - (y[j + k] as number)) ** 2;
    return Math.sqrt(sum);
  },
  cityblock(x, i, y, j, length) {
    let sum = 0;
    for (let k = 0; k < length; k++) sum += Math.abs((x[i + k] as number) - (y[j + k] as number));
    return sum;
  },
};

type RowNorm = (x: Float32Array, from: number, to: number) => number;

const euclidean: RowNorm = (x, from, to) => {
  let sum = 0;
  for (let k = from; k < to; k++) sum += (x[k] as number) * (x[k] as number);
  return Math.sqrt(sum);
};

const rowNorms: Partial<Record<number, RowNorm>> = {
  0: (x, from, to) => {
    let count = 0;
    for (let k = from; k < to; k++) if (x[k] !== 0) count++;
    return count;
  },
  1: (x, from, to) => {
    let sum = 0;
    for (let k = from; k < to; k++) sum += Math.abs(x[k] as number);
    return sum;
  },
  2: euclidean,
  Infinity: (x, from, to) => {
    let most = 0;
    for (let k = from; k < to; k++) most = Math.max(most, Math.abs(x[k] as number));
    return most;
  },
};

function columnNorms(x: Float32Array, rows: number, columns: number): Float32Array {
  const sums = new Float64Array(columns);
  for (let row = 0; row < rows; row++)
    for (let k = 0; k < columns; k++) {
      const value = x[row * columns + k] as number;
      sums[k] = (sums[k] as number) + value * value;
    }
  return Float32Array.from(sums, Math.sqrt);
}
