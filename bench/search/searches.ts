/** What the benches of searches share: the ten points with the largest inner products of each query. */
import type { Bench, Judgement, Problem, Way } from '../harness/bench.ts';
import type { Searches, Session } from '../peers/peer.ts';

const K = 10;
const FEW = 8;

/** How much of the nearest an approximate index is to find where it is given the effort for it. */
const RECALL = 0.99;

/** What products in float32 are off by, beside those of the nearest. */
const ROUNDING = 2 ** -20;

/** Minus an inner product, in doubles. */
function distance(x: Float32Array, query: number, point: number, columns: number): number {
  let sum = 0;
  for (let k = 0; k < columns; k++) sum += (x[query * columns + k] ?? NaN) * (x[point * columns + k] ?? NaN);
  return -sum;
}

/** Minus the K largest inner products of every query, ascending. */
function expected(x: Float32Array, queries: number, points: number, columns: number): Float64Array {
  const out = new Float64Array(queries * K);
  for (let i = 0; i < queries; i++) {
    const found = new Float64Array(points);
    for (let j = 0; j < points; j++) found[j] = distance(x, i, queries + j, columns);
    out.set(found.toSorted().subarray(0, K), i * K);
  }
  return out;
}

/**
 * Found is a point that is as near as the last of the nearest, up to rounding; told twice, it counts once. The error is that of the
 * distances, beside those of the points that they are told of.
 */
function judge(
  [distances, ids]: readonly Float32Array[],
  { values, expected: [truth] }: Problem,
  { queries, points, columns }: Readonly<Record<'queries' | 'points' | 'columns', number>>,
): Judgement {
  let error = distances?.length === queries * K && ids?.length === queries * K ? 0 : Infinity;
  let found = 0;
  for (let i = 0; i < queries; i++) {
    const last = truth?.[i * K + K - 1] ?? NaN;
    const seen = new Set<number>();
    for (let at = i * K; at < (i + 1) * K; at++) {
      const id = ids?.[at] ?? -1;
      // An approximate index may find fewer, and says −1 then.
      if (!(id >= 0 && id < points) || seen.has(id)) continue;
      seen.add(id);
      const right = distance(values, i, queries + id, columns);
      const off = Math.abs((distances?.[at] ?? NaN) - right) / Math.abs(last);
      if (!(off <= error)) error = Number.isNaN(off) ? Infinity : off;
      if (right <= last + Math.abs(last) * ROUNDING) found++;
    }
  }
  return { error, recall: found / (queries * K) };
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

/** By an approximate index that takes as much effort as it takes. */
const thoroughly =
  (searches: Searches): Way =>
  async (session, x, built) => {
    const [some, points] = x as unknown[];
    const { efforts } = session;
    const effort = built?.effort;
    // An exact one has done so already, as has one whose default is enough.
    if (!efforts || (effort !== undefined && effort === efforts[0])) return undefined;
    const results = await session.indexed?.(some, points, K, searches, effort);
    if (results === undefined || effort !== undefined) return results;
    results.forEach(result => session.free(result));
    throw new Error(`no ef up to ${efforts.at(-1)} finds ${100 * RECALL} %`);
  };

/** By an index that keeps the points. */
export const byIndex: Bench['ways'] = {
  'in one tick': indexed('in one tick'),
  'one by one': indexed('one by one'),
  together: indexed('together'),
};

const atRecall = (searches: Searches): string => `${searches}, ${100 * RECALL} % found`;
const withEffort = [atRecall('one by one'), atRecall('together')];

/** By an exact index or an approximate one, and by an approximate one that finds nearly everything. */
export const byAnyIndex: Bench['ways'] = {
  'one by one': indexed('one by one'),
  [atRecall('one by one')]: thoroughly('one by one'),
  together: indexed('together'),
  [atRecall('together')]: thoroughly('together'),
};

/** A bench of the first `queries` rows against the others. */
export function searchBench(title: string, queries: number, shape: Bench['shape']): Omit<Bench, 'name'> {
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
    ways: plainly,
  };
}

/** A bench of searches of an index, which is built outside of the clock. */
export function indexBench(
  title: string,
  queries: number,
  shape: Bench['shape'],
  ways: Bench['ways'],
): Omit<Bench, 'name'> {
  const judged: NonNullable<Bench['judge']> = (answers, problem, [rows = 2, columns = 1]) =>
    judge(answers, problem, { queries, points: rows - queries, columns });
  return {
    ...searchBench(title, queries, shape),
    judge: judged,
    async build(session, x, problem, at) {
      const [some, points] = x as unknown[];
      if (!session.index) return undefined;
      const begun = performance.now();
      await session.index(points);
      const ms = performance.now() - begun;
      const findsEnough = (answers: readonly Float32Array[]): boolean => judged(answers, problem, at).recall >= RECALL;
      const effort = ways === byAnyIndex ? await leastEffort(session, some, points, findsEnough) : undefined;
      return { ms, ...(effort !== undefined && { effort }) };
    },
    withEffort,
    queues: false,
    ways,
  };
}

/** The first of an approximate index's efforts that is enough. */
async function leastEffort(
  session: Session<unknown>,
  queries: unknown,
  points: unknown,
  isEnough: (answers: readonly Float32Array[]) => boolean,
): Promise<number | undefined> {
  for (const effort of session.efforts ?? []) {
    const results = (await session.indexed?.(queries, points, K, 'one by one', effort)) ?? [];
    const answers = await Promise.all(results.map(result => session.read(result)));
    results.forEach(result => session.free(result));
    if (isEnough(answers)) return effort;
  }
  return undefined;
}
