/**
 * How searches reach the scan. Those of one tick that ask the same of the same index – its state, k, filter – travel as one, their
 * queries one behind the other. Where the device turns out to be lost, the index gets another and they are searched again.
 */
import { DeviceLostError } from '../errors.ts';
import { Scope, Tensor, type WordArray } from '../tensor/index.ts';
import type { IndexCore } from './flat-index-core.ts';
import { someOf, type RowHits } from './flat-index-results.ts';
import type { Snapshot } from './flat-index-snapshot.ts';
import { queryTensor, type Queries } from './flat-index-vectors.ts';
import { scanNearest, scanRadius, type HitLists, type PointBlock } from './scan/scan.ts';

/** What the scan found, and the index as it was then: held for the caller, who releases it. */
export interface Found<Rows> {
  readonly found: Rows;
  readonly snapshot: Snapshot;
}

/** What a search sees: the index, and a bit for each row that may be found. */
interface Sight {
  readonly snapshot: Snapshot;
  readonly allowed: Uint32Array | undefined;
}

type Search<Rows> = (queries: Tensor, blocks: readonly PointBlock[]) => Promise<Rows>;

interface Member {
  readonly queries: WordArray;
  readonly signal: AbortSignal | undefined;
}

interface Group {
  readonly sight: Sight;
  readonly filter: unknown;
  readonly k: number;
  readonly members: Member[];
  /** Queries of all members. */
  count: number;
  readonly answer: Promise<Found<RowHits>>;
}

export class SearchQueue {
  readonly #core: IndexCore;
  #groups: Group[] = [];

  constructor(core: IndexCore) {
    this.#core = core;
  }

  /** The k nearest rows of each query. */
  nearest(
    op: string,
    { given, count }: Queries,
    k: number,
    filter: unknown,
    signal: AbortSignal | undefined,
  ): Promise<Found<RowHits>> {
    // What is wrong with a tensor of queries must not spoil the searches of others.
    if (given instanceof Tensor)
      return this.#scan(op, given, filter, this.#see(op, filter), this.#nearest(op, k, signal));
    const group = this.#groupFor(op, k, filter);
    const first = group.count;
    group.members.push({ queries: given, signal });
    group.count += count;
    const own = group.answer.then(({ found, snapshot }) => ({ found: someOf(found, first, count), snapshot }));
    return orAborted(own, signal);
  }

  /** All rows within a radius of each query. */
  within(
    op: string,
    { given }: Queries,
    radius: number,
    filter: unknown,
    signal: AbortSignal | undefined,
  ): Promise<Found<HitLists>> {
    return this.#scan(op, given, filter, this.#see(op, filter), (queries, blocks) =>
      scanRadius(queries, blocks, radius, { op, metric: this.#core.settings.scan, signal }),
    );
  }

  #nearest(op: string, k: number, signal: AbortSignal | undefined): Search<RowHits> {
    return (queries, blocks) => scanNearest(queries, blocks, k, { op, metric: this.#core.settings.scan, signal });
  }

  #see(op: string, filter: unknown): Sight {
    const allowed = this.#core.allowed(op, filter);
    return { snapshot: this.#core.snapshot(op), allowed };
  }

  #groupFor(op: string, k: number, filter: unknown): Group {
    const sight = this.#see(op, filter);
    // Filters are compared by what they let through: a set may have changed since it was last given.
    const waiting = this.#groups.find(
      one => one.k === k && one.sight.snapshot === sight.snapshot && sameBits(one.sight.allowed, sight.allowed),
    );
    if (waiting) {
      sight.snapshot.release();
      return waiting;
    }
    const answer = Promise.resolve().then(() => {
      this.#groups = this.#groups.filter(one => one !== group);
      return this.#search(op, group);
    });
    const group: Group = { sight, filter, k, members: [], count: 0, answer };
    this.#groups.push(group);
    return group;
  }

  async #search(op: string, { sight, filter, k, members }: Group): Promise<Found<RowHits>> {
    const together = whenAllAbort(members.map(one => one.signal));
    try {
      const answer = await this.#scan(
        op,
        joined(members.map(one => one.queries)),
        filter,
        sight,
        this.#nearest(op, k, together.signal),
      );
      // One hold for each member.
      for (let i = 1; i < members.length; i++) answer.snapshot.retain();
      return answer;
    } finally {
      together.stop();
    }
  }

  async #scan<Rows>(
    op: string,
    given: WordArray | Tensor,
    filter: unknown,
    first: Sight,
    search: Search<Rows>,
  ): Promise<Found<Rows>> {
    let sight = first;
    for (let again = false; ; again = true) {
      const { snapshot, allowed } = sight;
      const scope = new Scope();
      try {
        const { blocks, made } = snapshot.points(op, allowed);
        for (const mask of made) scope.keep(mask);
        const queries = queryTensor(op, given, snapshot.format, snapshot.device, scope);
        return { found: await search(queries, blocks), snapshot };
      } catch (error) {
        snapshot.release();
        if (again || !(error instanceof DeviceLostError)) throw error;
        await this.#core.recover(op, error, snapshot.device);
        // Queries that were on the lost device are gone with it.
        if (given instanceof Tensor) throw error;
        this.#core.assertUsable(op);
        sight = this.#see(op, filter);
      } finally {
        scope.close();
      }
    }
  }
}

function sameBits(a: Uint32Array | undefined, b: Uint32Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && a.every((word, i) => word === b[i]);
}

function joined(parts: readonly WordArray[]): WordArray {
  const [first] = parts;
  if (parts.length === 1 && first) return first;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const all =
    first instanceof Uint32Array
      ? new Uint32Array(length)
      : first instanceof Float64Array
        ? new Float64Array(length)
        : new Float32Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A signal that aborts when every one of these has; it never does where one is missing. */
function whenAllAbort(signals: readonly (AbortSignal | undefined)[]): { signal?: AbortSignal; stop: () => void } {
  const given = signals.filter(signal => signal !== undefined);
  if (given.length < signals.length) return { stop: () => {} };
  const controller = new AbortController();
  const look = (): void => {
    if (given.every(signal => signal.aborted)) controller.abort(given[0]?.reason);
  };
  for (const signal of given) signal.addEventListener('abort', look);
  look();
  return {
    signal: controller.signal,
    stop: () => {
      for (const signal of given) signal.removeEventListener('abort', look);
    },
  };
}

/** An answer, or at once the reason of an abort: an answer that comes later lets go of what it holds. */
function orAborted<Rows>(answer: Promise<Found<Rows>>, signal: AbortSignal | undefined): Promise<Found<Rows>> {
  if (!signal) return answer;
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', stop);
    answer
      .then(
        found => {
          if (signal.aborted) found.snapshot.release();
          else resolve(found);
        },
        (error: unknown) => reject(error as Error),
      )
      .finally(() => signal.removeEventListener('abort', stop));
  });
}
