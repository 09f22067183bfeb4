/** The same queries on every device and by a plain loop: how long they take, and whether they find the same. No page in here. */
import type { Device, DeviceKind, FlatIndex, Id } from 'unitball';
import { breath } from '../measure.ts';
import { plainDistances, plainNearest, slack, type Neighbour } from '../plain-search.mjs';
import type { Rename } from './jobs.ts';

export const k = 10;
/** Queries that are searched at once. */
export const many = 64;
/** Of those, how many are asked alone, and of the plain loop. */
const few = 5;
const rowsAtOnce = 8192;

export interface Timing {
  readonly name: string;
  readonly kind: DeviceKind | 'plain';
  /** Milliseconds for one query: asked alone, and as one of many. */
  readonly alone: number;
  readonly among: number;
  /** Whether all that was found is what the plain loop found; undefined where it was not asked. */
  readonly right: boolean | undefined;
}

export type Entrant = { readonly kind: DeviceKind; readonly name: string; readonly open: () => Promise<Device> };

/** Reports each as it is done, the plain loop first; then brings the index back to where it was. */
export async function compare(
  index: FlatIndex<Id>,
  entrants: readonly Entrant[],
  signal: AbortSignal,
  rename: Rename,
  report: (timing: Timing) => void,
): Promise<void> {
  const home = index.device;
  const queries = await someVectors(index);
  rename('Asking the plain loop');
  const truth = await askPlain(index, queries, signal);
  if (truth) report({ name: 'plain loop', kind: 'plain', alone: truth.time, among: truth.time, right: undefined });
  try {
    for (const { kind, name, open } of entrants) {
      rename(`Asking ${kind}`);
      await index.moveTo(await open());
      report({ name, kind, ...(await askIndex(index, queries, truth?.found, signal)) });
    }
  } finally {
    // Where that is lost by now, the next search finds another.
    await index.moveTo(home).catch(() => undefined);
  }
}

/** Vectors of the index, evenly spread. */
async function someVectors(index: FlatIndex<Id>): Promise<Float32Array[]> {
  const step = Math.max(1, Math.floor(index.size / many));
  const ids = [...index.ids()].filter((_, i) => i % step === 0).slice(0, many);
  const vectors = await Promise.all(ids.map(id => index.get(id)));
  return vectors.map(vector => Float32Array.from(vector ?? []));
}

async function askIndex(
  index: FlatIndex<Id>,
  queries: readonly Float32Array[],
  truth: readonly Neighbour[][] | undefined,
  signal: AbortSignal,
): Promise<Pick<Timing, 'alone' | 'among' | 'right'>> {
  const rows = { data: join(queries), shape: [queries.length, index.dim] };
  const found = await index.search(rows, { k, signal }); // the first search compiles and warms
  const right = truth?.every((best, query) =>
    agree(
      [...found.hits(query)].map(({ distance }) => distance),
      best,
    ),
  );
  const alone = [];
  for (const query of [queries[0], ...queries.slice(0, few)]) {
    await breath();
    const start = performance.now();
    await index.search(query ?? [], { k, signal });
    alone.push(performance.now() - start);
  }
  const among = [];
  for (let again = 0; again < 3; again++) {
    await breath();
    const start = performance.now();
    await index.search(rows, { k, signal });
    among.push((performance.now() - start) / queries.length);
  }
  return { alone: median(alone.slice(1)), among: median(among), right };
}

/** Goes over all vectors in pieces, so that they need not be on the host at once and the page has its turns. Only the loop is timed. */
async function askPlain(
  index: FlatIndex<Id>,
  queries: readonly Float32Array[],
  signal: AbortSignal,
): Promise<{ readonly time: number; readonly found: Neighbour[][] } | undefined> {
  const metric = index.metric;
  if ((metric !== 'euclidean' && metric !== 'cosine') || index.dtype !== 'float32') return undefined;
  const loops = queries.slice(0, few).map(plainDistances[metric]);
  let found = loops.map((): Neighbour[] => []);
  let [time, first] = [0, 0];
  for await (const { vectors } of index.batches({ rows: rowsAtOnce, signal })) {
    if (!(vectors instanceof Float32Array)) return undefined;
    await breath();
    const start = performance.now();
    found = loops.map((loop, i) => plainNearest(loop, vectors, index.dim, k, found[i], first));
    time += performance.now() - start;
    first += rowsAtOnce;
  }
  return { time: time / loops.length, found };
}

function agree(distances: readonly number[], best: readonly Neighbour[]): boolean {
  return (
    distances.length === best.length &&
    best.every(({ distance }, i) => Math.abs((distances[i] ?? NaN) - distance) <= slack * Math.max(distance, 1))
  );
}

function join(queries: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(queries.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const query of queries) {
    all.set(query, at);
    at += query.length;
  }
  return all;
}

const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1] ?? 0;
