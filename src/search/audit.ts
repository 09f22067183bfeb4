/**
 * `audit`: what the answers of an index are worth on the user's own data. Some of its vectors are searched, and all distances are
 * found once more in doubles, on a cpu device of its own, with nothing of the index's way of searching.
 */
import { chooseMetric, prepare, runPrepared, type MetricOptions } from '../distance/index.ts';
import { OptionError } from '../errors.ts';
import { checkOptions, show } from '../options.ts';
import { openDevice, scoped, type Device } from '../tensor/index.ts';
import type { FlatIndex, VectorBatch } from './flat-index.ts';
import type { VectorArray } from './flat-index-results.ts';
import type { Id } from './ids.ts';

export interface AuditOptions {
  /** How many vectors of the index are searched: evenly spread over it. Default 64. */
  readonly sample?: number | undefined;
  /** How many neighbours of each. Default 10. */
  readonly k?: number | undefined;
  /**
   * By how much a hit may be further away than the true k-th neighbour and still count, relative to that; of `cosine` and
   * `correlation` absolutely, of `dot` relative to the product of the vector with itself. Default 2⁻¹⁸.
   */
  readonly tolerance?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told how many vectors of all were compared. */
  readonly onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
}

export interface AuditReport<Own extends Id = Id> {
  /** Vectors that were searched. */
  readonly queries: number;
  readonly k: number;
  /** The share of true neighbours that were found. One as near as the true k-th is as good as that. 1 where there are none. */
  readonly recall: number;
  /** The largest |distance − exact distance| of any hit. */
  readonly worstError: number;
  /** The largest of them relative to the exact distance. */
  readonly worstRelativeError: number;
  /** Searched vectors that do not find themselves, though nothing nearer keeps them out: those with NaN, say. */
  readonly unreachable: readonly Own[];
}

/** What is found out about one searched vector. */
interface Trial<Own extends Id> {
  readonly id: Own;
  readonly reported: ReadonlyMap<Own, number>;
  readonly exact: Map<Own, number>;
  /** The k smallest exact distances so far, ascending. */
  readonly nearest: number[];
  self: number;
}

/**
 * Compares an index with exact search in doubles.
 *
 * ```ts
 * const { recall, worstRelativeError, unreachable } = await audit(index, { sample: 100 });
 * ```
 *
 * It takes sample · size distances on the CPU: seconds for 100,000 vectors of 384 numbers. The event loop has its turns.
 */
export async function audit<Own extends Id>(
  index: FlatIndex<Own>,
  options: AuditOptions = {},
): Promise<AuditReport<Own>> {
  const op = 'audit';
  checkOptions(op, options, ['sample', 'k', 'tolerance', 'signal', 'onProgress']);
  const { sample = 64, k = 10, tolerance = 2 ** -18, signal, onProgress } = options;
  for (const [name, value] of Object.entries({ sample, k }))
    if (!Number.isSafeInteger(value) || value < 1)
      throw new OptionError(`${op}: ${name} is ${show(value)}. Give a whole number above 0.`);
  if (typeof tolerance !== 'number' || !(tolerance >= 0))
    throw new OptionError(`${op}: tolerance is ${show(tolerance)}. Give a number from 0 up.`);
  signal?.throwIfAborted();

  const total = index.size;
  const step = Math.max(1, Math.ceil(total / sample));
  const ids = [...index.ids()].filter((_, i) => i % step === 0);
  if (ids.length === 0) return { queries: 0, k, recall: 1, worstError: 0, worstRelativeError: 0, unreachable: [] };
  const found = await index.searchById(ids, { k, includeSelf: true, signal });
  const trials = ids.map((id, query): Trial<Own> => {
    const reported = new Map([...found.hits(query)].map(hit => [hit.id, hit.distance]));
    return { id, reported, exact: new Map(), nearest: [], self: NaN };
  });

  const device = await openDevice({ device: 'cpu' });
  try {
    const queries = await vectorsOf(index, ids);
    let done = 0;
    for await (const batch of index.batches({ rows: Math.max(1, Math.ceil(BATCH_PAIRS / ids.length)), signal })) {
      const distances = await exactDistances(op, index, queries, batch, device);
      trials.forEach((trial, query) => note(trial, batch, distances, query * batch.ids.length, k));
      done += batch.ids.length;
      onProgress?.({ done, total });
      await new Promise(resolve => setTimeout(resolve, 0));
    }
  } finally {
    device.close();
  }
  const name = typeof index.metric === 'string' ? index.metric : '';
  return reportOf(
    trials,
    k,
    ({ self, nearest }) => tolerance * Math.max(Math.abs(nearest.at(-1) ?? 0), scaleOf(name, self)),
  );
}

/** Distances that are found between two turns of the event loop. */
const BATCH_PAIRS = 2 ** 15;

async function vectorsOf<Own extends Id>(index: FlatIndex<Own>, ids: readonly Own[]): Promise<Float64Array> {
  const out = new Float64Array(ids.length * index.dim);
  const vectors = await Promise.all(ids.map(id => index.get(id)));
  vectors.forEach((vector, i) => out.set(vector ?? [], i * index.dim));
  return out;
}

async function exactDistances<Own extends Id>(
  op: string,
  index: FlatIndex<Own>,
  queries: Float64Array,
  { ids, vectors }: VectorBatch<Own>,
  device: Device,
): Promise<Float64Array> {
  const rows = (data: VectorArray) => ({ data: Float64Array.from(data), shape: [data.length / index.dim, index.dim] });
  if (ids.length === 0) return new Float64Array(0);
  const metric: MetricOptions = { ...index.metricOptions, device };
  return scoped(scope => {
    const prepared = prepare(op, [rows(queries), rows(vectors)], chooseMetric(op, metric), scope);
    return scope.keep(runPrepared(op, prepared, { kind: 'matrix' }, scope)).data<Float64Array>();
  });
}

function note<Own extends Id>(
  trial: Trial<Own>,
  { ids }: VectorBatch<Own>,
  distances: Float64Array,
  from: number,
  k: number,
): void {
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] as Own;
    const distance = distances[from + i] ?? NaN;
    if (id === trial.id) trial.self = distance;
    if (trial.reported.has(id)) trial.exact.set(id, distance);
    const { nearest } = trial;
    if (Number.isNaN(distance) || (nearest.length === k && distance >= (nearest.at(-1) ?? Infinity))) continue;
    let at = nearest.length;
    while (at > 0 && (nearest[at - 1] ?? 0) > distance) at--;
    nearest.splice(at, 0, distance);
    if (nearest.length > k) nearest.pop();
  }
}

/** How large the numbers are whose difference a distance is, where it may be much smaller than they. */
function scaleOf(metric: string, self: number): number {
  if (metric === 'cosine' || metric === 'correlation') return 1;
  return metric === 'dot' && Number.isFinite(self) ? Math.abs(self) : 0;
}

function reportOf<Own extends Id>(
  trials: readonly Trial<Own>[],
  k: number,
  slack: (trial: Trial<Own>) => number,
): AuditReport<Own> {
  let [wanted, right, worstError, worstRelativeError] = [0, 0, 0, 0];
  const unreachable: Own[] = [];
  for (const trial of trials) {
    const { id, reported, exact, nearest, self } = trial;
    const last = nearest.at(-1) ?? -Infinity;
    const allowed = slack(trial);
    const limit = last + allowed;
    wanted += nearest.length;
    for (const [hit, distance] of reported) {
      const truth = exact.get(hit) ?? NaN;
      if (truth <= limit) right++;
      const error = distance === truth ? 0 : Math.abs(distance - truth);
      worstError = Math.max(worstError, error);
      if (error > 0) worstRelativeError = Math.max(worstRelativeError, error / Math.abs(truth));
    }
    const crowdedOut = nearest.length === k && self >= last - allowed;
    if (!reported.has(id) && !crowdedOut) unreachable.push(id);
  }
  return {
    queries: trials.length,
    k,
    recall: wanted === 0 ? 1 : right / wanted,
    worstError,
    worstRelativeError,
    unreachable,
  };
}
