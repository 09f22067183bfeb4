/** What libraries that are an index and nothing else have in common: rows stay on the host, and a query is answered by numbers. */
import type { Searches, Session } from './peer.ts';

export interface Rows {
  readonly values: Float32Array<ArrayBuffer>;
  readonly shape: readonly number[];
}

/** Points, and minus their inner products with the query. May be fewer than were asked for. */
export interface Found {
  readonly ids: ArrayLike<number>;
  readonly distances: ArrayLike<number>;
}

/** A built index. Without an effort it searches as it does by itself. */
export interface Index {
  one(query: Float32Array, k: number, effort?: number): Found;
  /** Several queries in one call, one behind the other in and out. */
  all?(queries: Float32Array, k: number, effort?: number): Found;
}

export interface Kind {
  readonly efforts?: readonly number[];
  build?(points: Rows): Promise<Index>;
  /** An exact search of points as they are. */
  exact?(points: Rows): Promise<Index>;
}

export function indexSession({ efforts, build, exact }: Kind): Session<Rows> {
  const built = new WeakMap<Rows, Index>();
  const scans = new WeakMap<Rows, Promise<Index>>();

  function ask(index: Index, queries: Rows, k: number, searches: Searches, effort?: number): Rows[] | undefined {
    const [count = 1, dim = 1] = queries.shape;
    if (searches === 'in one tick') return undefined;
    if (searches === 'together') {
      const found = index.all?.(queries.values, k, effort);
      return found && results([found], count, k);
    }
    const found: Found[] = [];
    for (let i = 0; i < count; i++) found.push(index.one(queries.values.subarray(i * dim, (i + 1) * dim), k, effort));
    return results(found, count, k);
  }

  return {
    enter: async () => {},
    upload: async (values, shape) => ({ values, shape }),
    read: async x => x.values,
    settle: async () => {},
    free: () => {},
    ...(efforts && { efforts }),
    ...(build && {
      index: async (points: Rows) => void built.set(points, await build(points)),
      async indexed(queries: Rows, points: Rows, k: number, searches: Searches, effort?: number) {
        const index = built.get(points);
        if (!index) throw new Error('these points are in no index');
        return ask(index, queries, k, searches, effort);
      },
    }),
    ...(exact && {
      async search(queries: Rows, points: Rows, k: number) {
        const scan = scans.get(points) ?? exact(points);
        scans.set(points, scan);
        const index = await scan;
        return ask(index, queries, k, index.all ? 'together' : 'one by one') ?? [];
      },
    }),
  };
}

/** Distances and points, side by side; −1 is no point. */
function results(found: readonly Found[], count: number, k: number): Rows[] {
  const shape = [count, k];
  const distances = new Float32Array(count * k).fill(Infinity);
  const ids = new Float32Array(count * k).fill(-1);
  found.forEach((one, i) => {
    distances.set(one.distances, i * k);
    ids.set(one.ids, i * k);
  });
  return [distances, ids].map(values => ({ values, shape }));
}
