/** What the benches of searches share: the ten points with the largest inner products of each query. */
import type { Bench, Way } from '../harness/bench.ts';
import type { Searches } from '../peers/peer.ts';

const K = 10;
const FEW = 8;

/** Minus the K largest inner products of every query, ascending. */
function expected(x: Float32Array, queries: number, points: number, columns: number): Float64Array {
  const out = new Float64Array(queries * K);
  for (let i = 0; i < queries; i++) {
    const found = new Float64Array(points);
    for (let j = 0; j < points; j++) {
      let sum = 0;
      for (let k = 0; k < columns; k++) sum += (x[i * columns + k] ?? NaN) * (x[(queries + j) * columns + k] ?? NaN);
      found[j] = -sum;
    }
    out.set(found.toSorted().subarray(0, K), i * K);
  }
  return out;
}

/** The library's own search of the points that were handed to it. */
const plainly: Bench['ways'] = {
  '': (session, x) => {
    const [some, points] = x as unknown[];
    return session.search?.(some, points, K);
  },
};

const indexed =
  (searches: Searches): Way =>
  (session, x) => {
    const [some, points] = x as unknown[];
    return session.indexed?.(some, points, K, searches);
  };

/** By an index that keeps the points. */
export const byIndex: Bench['ways'] = {
  'in one tick': indexed('in one tick'),
  'one by one': indexed('one by one'),
  together: indexed('together'),
};

/** A bench of the first `queries` rows against the others. */
export function searchBench(
  title: string,
  queries: number,
  shape: Bench['shape'],
  ways: Bench['ways'] = plainly,
): Omit<Bench, 'name'> {
  return {
    title,
    shape,
    parts: ([rows = 2, columns = 1]) => [
      [queries, columns],
      [rows - queries, columns],
    ],
    bytes: ([rows = 2, columns = 1]) => 4 * (rows * columns + 2 * queries * K),
    // Few queries take as long as it takes to read the points.
    ...(queries > FEW && { flops: ([rows = 2, columns = 1]) => 2 * queries * (rows - queries) * columns }),
    floor: ([, columns = 1]) => Math.sqrt(columns),
    expected: (x, [rows = 2, columns = 1]) => [expected(x, queries, rows - queries, columns)],
    readback: true,
    ways,
  };
}
