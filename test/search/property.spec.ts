/**
 * Random steps on an index and on a plain model of it – a Map, in the order of adding – whose answers must be the same, ids and
 * distances, to the bit: vectors are small whole numbers, so that sums are exact and ties are many.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FlatIndex, openDevice, type Device, type Id } from '../../src/index.ts';
import { laneKind, openLaneDevice } from '../support/lane.ts';
import { makeFolder } from '../support/places.ts';
import { Random } from '../support/random.ts';

const DIM = 3;
/** Together 10,000 where a step takes no time worth mentioning. */
const STEPS = laneKind === 'cpu' ? 1250 : 125;

let device: Device;
let other: Device;
beforeAll(async () => {
  device = await openLaneDevice({ debug: false });
  other = await openDevice({ device: laneKind === 'cpu' ? 'wasm' : 'cpu' });
});
afterAll(() => {
  device.close();
  other.close();
});

class Model<Own extends Id> {
  readonly vectors: Map<Own, readonly number[]> = new Map();

  nearest(
    query: readonly number[],
    passes: (id: Own) => boolean,
    limit: (rank: number, distance: number) => boolean,
  ): [Own, number][] {
    return [...this.vectors]
      .filter(([id]) => passes(id))
      .map(([id, vector]): [Own, number] => [id, vector.reduce((sum, x, i) => sum + Math.abs(x - (query[i] ?? 0)), 0)])
      .sort(([, a], [, b]) => a - b)
      .filter(([, distance], rank) => limit(rank, distance));
  }
}

interface Kind<Own extends Id> {
  readonly name: string;
  readonly make: (n: number) => Own;
  readonly passes: (id: Own) => boolean;
  readonly keepHostCopy: boolean;
}

const kinds = [
  { name: 'whole numbers', make: (n: number) => n * 3, passes: (id: number) => id % 2 === 0, keepHostCopy: true },
  {
    name: 'strings, without a copy on the host',
    make: (n: number) => `no ${n}`,
    passes: (id: string) => id.endsWith('1'),
    keepHostCopy: false,
  },
] as const;

async function run<Own extends Id>({ make, passes, keepHostCopy }: Kind<Own>, seed: number): Promise<void> {
  const random = new Random(seed);
  const folder = await makeFolder();
  const model = new Model<Own>();
  let index = FlatIndex.create<Own>(device, { dim: DIM, metric: 'cityblock', keepHostCopy });
  let made = 0;
  const pick = (count: number): number => random.ints(1, 0, count)[0] ?? 0;
  const vectors = (count: number): number[][] => Array.from({ length: count }, () => random.ints(DIM, -4, 5));
  const someId = (): Own | undefined => [...model.vectors.keys()][pick(model.vectors.size || 1)];
  const all = (): boolean => true;

  const steps: Record<string, [number, () => Promise<void>]> = {
    add: [
      6,
      async () => {
        const rows = vectors(1 + pick(40));
        const ids = rows.map(() => make(made++));
        await index.add(rows, ids);
        ids.forEach((id, i) => model.vectors.set(id, rows[i] ?? []));
      },
    ],
    remove: [
      4,
      async () => {
        const ids = [...model.vectors.keys()].filter(() => random.unit() < 0.15);
        expect(index.remove(ids)).toBe(ids.length);
        for (const id of ids) model.vectors.delete(id);
      },
    ],
    update: [
      4,
      async () => {
        const id = someId();
        if (id === undefined) return;
        const [vector = []] = vectors(1);
        await index.update(id, vector);
        model.vectors.delete(id);
        model.vectors.set(id, vector);
      },
    ],
    search: [
      8,
      async () => {
        const queries = vectors(1 + pick(3));
        const k = 1 + pick(12);
        const filter = pick(2) === 0 ? undefined : passes;
        const found = await index.search(queries, { k, filter });
        queries.forEach((query, i) => {
          const expected = model.nearest(query, filter ?? all, rank => rank < k);
          expect([...found.hits(i)].map(({ id, distance }) => [id, distance])).toEqual(expected);
        });
      },
    ],
    range: [
      3,
      async () => {
        const [query = []] = vectors(1);
        const radius = pick(9);
        const found = await index.rangeSearch(query, { radius, filter: passes });
        const expected = model.nearest(query, passes, (_, distance) => distance <= radius);
        expect([...found.hits(0)].map(({ id, distance }) => [id, distance])).toEqual(expected);
      },
    ],
    get: [
      2,
      async () => {
        const id = someId() ?? make(made);
        expect([...((await index.get(id)) ?? [])]).toEqual(model.vectors.get(id) ?? []);
        expect(index.has(make(made))).toBe(false);
        expect(index.size).toBe(model.vectors.size);
      },
    ],
    compact: [1, () => index.compact()],
    move: [1, () => index.moveTo(index.device === device ? other : device)],
    save: [
      1,
      async () => {
        const path = folder.path('model.index');
        await index.save(path);
        const loaded = await FlatIndex.load<Own>(path, { device: index.device, keepHostCopy });
        index.dispose();
        index = loaded;
      },
    ],
    walk: [
      1,
      async () => {
        const seen: [Own, number[]][] = [];
        for await (const { id, vector } of index) seen.push([id, [...vector]]);
        expect(seen).toEqual([...model.vectors]);
      },
    ],
  };
  const names = Object.entries(steps).flatMap(([name, [weight]]) => Array.from({ length: weight }, () => name));
  const trail: string[] = [];
  for (let step = 0; step < STEPS; step++) {
    const name = names[pick(names.length)] ?? 'search';
    trail.push(name);
    try {
      await steps[name]?.[1]();
    } catch (error) {
      throw new Error(`step ${step} of seed ${seed}: …, ${trail.slice(-8).join(', ')}`, { cause: error });
    }
  }
  index.dispose();
}

describe('an index does what a Map does', () => {
  for (const seed of [1, 2, 3, 4])
    for (const kind of kinds)
      it(`with ${kind.name} as ids, seed ${seed}`, async () => {
        await (kind.keepHostCopy ? run(kind, seed) : run(kind, seed));
      });
});
