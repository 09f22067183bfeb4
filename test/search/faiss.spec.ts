/**
 * Searches against FAISS's own answers: its flat indexes, by squared euclidean distances and by inner products, with k from 1 to
 * n and within radii. FAISS computes in float32 as well, so distances are compared first, and rows where doubles say that
 * their order is clear; which of equally good rows came is left open. The oracle is judged by the same cases.
 */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { FlatIndex, nearest, type Device } from '../../src/index.ts';
import golden from '../golden/search.json';
import type { Grid } from '../oracle/grid.ts';
import { nearestOf } from '../oracle/search.ts';
import { plus, precisionOf, type Tolerance } from '../tolerance.ts';
import { Findings } from '../support/expect.ts';
import { goldenGrid, namedInput, type GoldenArray } from '../support/golden.ts';
import { openLaneDevice } from '../support/lane.ts';
import { truthOf, type Truth } from '../support/searches.ts';
import { tensorOf } from '../support/tensors.ts';

interface Asked {
  readonly index: 'L2' | 'IP';
  readonly queries: string;
  readonly points: string;
}
interface SearchCase extends Asked {
  readonly op: 'search';
  readonly k: number;
  readonly rows: GoldenArray;
  readonly distances: GoldenArray;
}
interface WithinCase extends Asked {
  readonly op: 'within';
  readonly radius: number;
  readonly offsets: readonly number[];
  readonly rows: readonly number[];
  readonly distances: GoldenArray;
}

const inputs: Readonly<Record<string, GoldenArray>> = golden.inputs;
const cases = golden.cases as unknown as readonly { readonly op: string }[];
const isSearch = (one: { readonly op: string }): one is SearchCase => one.op === 'search';
const isWithin = (one: { readonly op: string }): one is WithinCase => one.op === 'within';

/** One query's answer, by ascending distance. */
interface Answer {
  readonly rows: readonly number[];
  readonly distances: readonly number[];
}

const truths = new Map<string, Truth>();

function truthFor(metric: 'sqeuclidean' | 'dot', queries: string, points: string): Truth {
  const key = `${metric} ${points}`;
  const truth = truths.get(key) ?? truthOf(namedInput(inputs, queries), namedInput(inputs, points), metric);
  truths.set(key, truth);
  return truth;
}

/** A case with its operands, and all distances in doubles. */
class Compared {
  readonly label: string;
  readonly metric: 'sqeuclidean' | 'dot';
  readonly truth: Truth;
  readonly n: number;
  readonly #findings: Findings;
  readonly #sorted: Answer[] = [];
  readonly #exact: number[][];
  /** How far a distance of ours, and one of FAISS's, may be from the truth, together. */
  readonly #apart: (index: number) => Tolerance;

  constructor(findings: Findings, { index, queries, points }: Asked, precision: Parameters<Truth['bound']>[0]) {
    this.#findings = findings;
    this.label = `${index} of ${queries}`;
    this.metric = index === 'L2' ? 'sqeuclidean' : 'dot';
    this.truth = truthFor(this.metric, queries, points);
    this.n = this.truth.points.shape[0] ?? 0;
    const numbers = Array.from(this.truth.distances.data);
    const count = this.truth.queries.shape[0] ?? 0;
    this.#exact = Array.from({ length: count }, (_, i) => numbers.slice(i * this.n, (i + 1) * this.n));
    const [ours, theirs] = [this.truth.bound(precision), this.truth.bound('single')];
    this.#apart = at => plus(ours(at), theirs(at));
  }

  /** FAISS ranks by descending products, and a distance is minus the product. */
  distancesOf(numbers: Grid, from: number, to: number): number[] {
    const sign = this.metric === 'dot' ? -1 : 1;
    return Array.from(numbers.data)
      .slice(from, to)
      .map(number => sign * number);
  }

  /** All distances of a query, in doubles. */
  exact(query: number): number[] {
    return this.#exact[query] ?? [];
  }

  #room(query: number, row: number): number {
    const { relative, absolute } = this.#apart(query * this.n + row);
    return relative * Math.abs(this.exact(query)[row] ?? NaN) + absolute;
  }

  /** The k nearest rows: the same distances, and the same rows where no other is as good as equally far away. */
  nearest(query: number, ours: Answer, theirs: Answer, what: string): void {
    const label = `${this.label}, ${what}, query ${query}`;
    const rowAt = (rank: number): number => theirs.rows[rank] ?? 0;
    this.#findings.close(ours.distances, theirs.distances, rank => this.#apart(query * this.n + rowAt(rank)), label);
    const all = (this.#sorted[query] ??= nearestOf(this.exact(query), this.n));
    const isClear = (rank: number): boolean =>
      [rank - 1, rank].every(one => {
        const [left, right] = [all.rows[one] ?? -1, all.rows[one + 1] ?? -1];
        if (left < 0 || right < 0) return true;
        const room = this.#room(query, left) + this.#room(query, right);
        return (all.distances[one + 1] ?? NaN) - (all.distances[one] ?? NaN) > room;
      });
    const clear = theirs.rows.map((_, rank) => rank).filter(isClear);
    const at = (rows: readonly number[]): number[] => clear.map(rank => rows[rank] ?? -1);
    this.#findings.exact(at(ours.rows), at(theirs.rows), `${label}: rows`);
  }

  /** All rows within a radius: the same ones, but for those as far away as the radius is. */
  within(query: number, ours: Answer, theirs: Answer, radius: number): void {
    const label = `${this.label}, within ${radius}, query ${query}`;
    const distances = this.exact(query);
    const isClear = (row: number): boolean => Math.abs((distances[row] ?? NaN) - radius) > this.#room(query, row);
    const sorted = (rows: readonly number[]): number[] => rows.filter(isClear).toSorted((a, b) => a - b);
    this.#findings.exact(sorted(ours.rows), sorted(theirs.rows), `${label}: rows`);
    const found = new Map(ours.rows.map((row, i) => [row, ours.distances[i] ?? NaN]));
    theirs.rows.forEach((row, i) => {
      const own = found.get(row);
      if (own === undefined) return;
      this.#findings.close([own], [theirs.distances[i] ?? NaN], this.#apart(query * this.n + row), `${label}: ${row}`);
    });
  }
}

const part = (numbers: ArrayLike<number>, from: number, to: number): number[] => Array.from(numbers).slice(from, to);

function theirNearest(compared: Compared, { rows, distances, k }: SearchCase, query: number): Answer {
  const [from, to] = [query * k, (query + 1) * k];
  return {
    rows: part(goldenGrid(rows).data, from, to),
    distances: compared.distancesOf(goldenGrid(distances), from, to),
  };
}

function theirsWithin(compared: Compared, { offsets, rows, distances }: WithinCase, query: number): Answer {
  const [from, to] = [offsets[query] ?? 0, offsets[query + 1] ?? 0];
  return { rows: rows.slice(from, to), distances: compared.distancesOf(goldenGrid(distances), from, to) };
}

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const plain = ({ data, shape }: Grid): { data: Float64Array; shape: readonly number[] } => ({
  data: Float64Array.from(data),
  shape,
});

describe("FAISS's answers", () => {
  it('are those of nearest', async () => {
    const findings = new Findings();
    for (const one of cases.filter(isSearch)) {
      const { k } = one;
      const points = tensorOf(device, namedInput(inputs, one.points));
      const compared = new Compared(findings, one, precisionOf(points));
      const queries = tensorOf(device, compared.truth.queries);
      const found = await nearest(queries, points, { k, metric: compared.metric });
      const [rows, distances] = [await found.indices.data(), await found.distances.data()];
      for (let query = 0; query < (queries.shape[0] ?? 0); query++) {
        const [from, to] = [query * k, (query + 1) * k];
        const ours = { rows: part(rows, from, to), distances: part(distances, from, to) };
        compared.nearest(query, ours, theirNearest(compared, one, query), `k ${k}`);
      }
    }
    findings.end();
  });

  it('are those of an index, the nearest and within radii', async () => {
    const findings = new Findings();
    for (const one of cases.filter(isWithin)) {
      const { truth, metric, n } = new Compared(findings, one, 'single');
      const index = FlatIndex.create(device, { dim: truth.points.shape[1] ?? 0, metric });
      await index.add(plain(truth.points));
      const precision = precisionOf({ dtype: index.dtype, device });
      const compared = new Compared(findings, one, precision);
      const radius = metric === 'dot' ? -one.radius : one.radius;
      const found = await index.rangeSearch(plain(truth.queries), { radius });
      const [nearestCase] = cases
        .filter(isSearch)
        .filter(({ index: kind, points, k }) => kind === one.index && points === one.points && k === Math.min(64, n));
      const best = await index.search(plain(truth.queries), { k: Math.min(64, n) });
      for (let query = 0; query < best.queries; query++) {
        const hits = [...found.hits(query)];
        const ours = { rows: hits.map(({ id }) => id), distances: hits.map(({ distance }) => distance) };
        compared.within(query, ours, theirsWithin(compared, one, query), radius);
        if (!nearestCase) throw new Error(`there is no case of k ${Math.min(64, n)} for ${one.points}`);
        const first = [...best.hits(query)];
        const own = { rows: first.map(({ id }) => id), distances: first.map(({ distance }) => distance) };
        compared.nearest(query, own, theirNearest(compared, nearestCase, query), 'an index');
      }
      index.dispose();
    }
    findings.end();
  });

  it('are those of the oracle', () => {
    const findings = new Findings();
    for (const one of cases.filter(isSearch)) {
      const compared = new Compared(findings, one, 'double');
      for (let query = 0; query < (compared.truth.queries.shape[0] ?? 0); query++)
        compared.nearest(
          query,
          nearestOf(compared.exact(query), one.k),
          theirNearest(compared, one, query),
          `k ${one.k}`,
        );
    }
    findings.end();
  });
});
