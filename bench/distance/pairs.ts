/** What the benches of distances share: the answers in doubles, and how much there is to compute. */
import { single, type Bench } from '../harness/bench.ts';
import type { PairMetric } from '../peers/peer.ts';

type Loop = (x: Float32Array, i: number, j: number, length: number) => number;

const dot: Loop = (x, i, j, length) => {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += (x[i + k] ?? NaN) * (x[j + k] ?? NaN);
  return sum;
};

const truths: Record<PairMetric, Loop> = {
  inner: dot,
  euclidean(x, i, j, length) {
    let sum = 0;
    for (let k = 0; k < length; k++) sum += ((x[i + k] ?? NaN) - (x[j + k] ?? NaN)) ** 2;
    return Math.sqrt(sum);
  },
  cosine: (x, i, j, length) => 1 - dot(x, i, j, length) / Math.sqrt(dot(x, i, i, length) * dot(x, j, j, length)),
  cityblock(x, i, j, length) {
    let sum = 0;
    for (let k = 0; k < length; k++) sum += Math.abs((x[i + k] ?? NaN) - (x[j + k] ?? NaN));
    return sum;
  },
};

/** Operations an element. */
const OPERATIONS = 2;

/**
 * A bench of the first `queries` rows (of half of them, where left out) with the others. Operations are counted as a product
 * of matrices has them, two an element, whatever the metric: so that times compare.
 */
export function pairBench(
  title: string,
  metric: keyof typeof truths,
  shape: Bench['shape'],
  queries?: number,
): Omit<Bench, 'name'> {
  const split = (rows: number): [number, number] => {
    const asked = queries ?? rows / 2;
    return [asked, rows - asked];
  };
  return {
    title,
    shape,
    parts: ([rows = 2, columns = 1]) => split(rows).map(count => [count, columns]),
    bytes([rows = 2, columns = 1]) {
      const [n, m] = split(rows);
      return 4 * (rows * columns + n * m);
    },
    flops([rows = 2, columns = 1]) {
      const [n, m] = split(rows);
      return OPERATIONS * n * m * columns;
    },
    // Numbers lie in (−1, 1): a distance or product of two of their rows is of the order of its root or length.
    floor: ([, columns = 1]) =>
      metric === 'cosine' ? 0.1 : metric === 'cityblock' ? columns / 10 : Math.sqrt(columns),
    expected(x, [rows = 2, columns = 1]) {
      const [n, m] = split(rows);
      const out = new Float64Array(n * m);
      for (let i = 0; i < n; i++)
        for (let j = 0; j < m; j++) out[i * m + j] = truths[metric](x, i * columns, (n + j) * columns, columns);
      return [out];
    },
    readback: true,
    ways: {
      '': (session, x) => {
        const [a, b] = x as unknown[];
        return single(session.pairs?.(a, b, metric));
      },
    },
  };
}
