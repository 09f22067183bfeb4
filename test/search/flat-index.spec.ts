/** `FlatIndex`: what comes and goes, what searches see of it, and ids of both types. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cast, DtypeError, FlatIndex, IndexError, OptionError, type Device } from '../../src/index.ts';
import { expectRejects } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const line = (count: number): number[][] => Array.from({ length: count }, (_, i) => [i]);
const onLine = (keepHostCopy?: boolean): FlatIndex =>
  FlatIndex.create(device, { dim: 1, metric: 'cityblock', keepHostCopy });

describe('an index', () => {
  it('finds by strings, as its example says', async () => {
    const index = FlatIndex.create<string>(device, { dim: 2, metric: 'euclidean' });
    const points = [
      [0, 0],
      [3, 4],
      [6, 8],
    ];
    expect(await index.add(points, ['origin', 'near', 'far'])).toEqual(['origin', 'near', 'far']);
    const found = await index.search([0, 4], { k: 2 });
    expect(found.ids).toEqual(['near', 'origin']);
    expect([...found.hits(0)]).toEqual([
      { id: 'near', distance: 3 },
      { id: 'origin', distance: 4 },
    ]);
    expect([index.size, index.dim, index.metric, index.dtype, index.device]).toEqual([
      3,
      2,
      'euclidean',
      'float32',
      device,
    ]);
    expect(String(index)).toBe(`FlatIndex(3 × 2, euclidean, ${device.kind})`);
    index.dispose();
  });

  it('counts vectors that have no ids, from behind the largest so far', async () => {
    const index = onLine();
    expect([...(await index.add(line(3)))]).toEqual([0, 1, 2]);
    expect([...(await index.add([[7]], [10]))]).toEqual([10]);
    expect([...(await index.add([8]))]).toEqual([11]);
    index.remove(11);
    expect([...(await index.add([9]))]).toEqual([12]);
    expect([...index.ids()]).toEqual([0, 1, 2, 10, 12]);
    const found = await index.search([[9], [0]], { k: 2 });
    expect(found.ids).toEqual(Float64Array.of(12, 10, 0, 1));
    expect([...found.distances]).toEqual([0, 2, 0, 1]);
    expect([...found.counts]).toEqual([2, 2]);
    index.dispose();
  });

  it('takes ids up to 2⁵³ − 1, in any order', async () => {
    const index = onLine();
    const large = Number.MAX_SAFE_INTEGER;
    await index.add(line(3), [large, 5, 0]);
    expect((await index.search([0], { k: 3 })).ids).toEqual(Float64Array.of(large, 5, 0));
    await expectRejects(index.add([4]), OptionError, 'add', '2⁵³');
    index.dispose();
  });

  it('pads what is missing', async () => {
    const index = onLine();
    const nothing = await index.search([[1], [2]], { k: 2 });
    expect([...nothing.ids]).toEqual([-1, -1, -1, -1]);
    expect([...nothing.distances]).toEqual([Infinity, Infinity, Infinity, Infinity]);
    expect([...nothing.counts]).toEqual([0, 0]);
    expect([...nothing.hits(1)]).toEqual([]);
    await index.add(line(2));
    const few = await index.search([0], { k: 4 });
    expect([...few.ids]).toEqual([0, 1, -1, -1]);
    expect([...few.distances]).toEqual([0, 1, Infinity, Infinity]);
    expect([...few.counts]).toEqual([2]);
    const names = FlatIndex.create<string>(device, { dim: 1 });
    await names.add([1], ['one']);
    expect((await names.search([1], { k: 2 })).ids).toEqual(['one', '']);
    const none = await names.search(new Float32Array(0), { k: 2 });
    expect([none.queries, none.ids.length]).toEqual([0, 0]);
    index.dispose();
    names.dispose();
  });

  it('lets the vector win ties that came first, or was updated first', async () => {
    const index = onLine();
    await index.add([[1], [-1], [1], [-1]], [40, 30, 20, 10]);
    expect([...(await index.search([0], { k: 4 })).ids]).toEqual([40, 30, 20, 10]);
    await index.update(40, [-1]);
    expect([...(await index.search([0], { k: 4 })).ids]).toEqual([30, 20, 10, 40]);
    index.dispose();
  });

  it('does not find NaN, nor by it', async () => {
    const index = FlatIndex.create(device, { dim: 2 });
    await index.add([
      [0, NaN],
      [0, 1],
    ]);
    expect([...(await index.search([0, 0], { k: 2 })).ids]).toEqual([1, -1]);
    const found = await index.search([0, NaN], { k: 2 });
    expect([...found.ids, ...found.counts]).toEqual([-1, -1, 0]);
    expect([...(await index.rangeSearch([NaN, 0], { radius: Infinity })).offsets]).toEqual([0, 0]);
    expect(await index.get(0)).toEqual(Float32Array.of(0, NaN));
    index.dispose();
  });

  it('takes all that can be vectors', async () => {
    const index = FlatIndex.create(device, { dim: 2, metric: 'cityblock' });
    await index.add(Float64Array.of(1, 2));
    await index.add({ data: [3, 4, 5, 6], shape: [2, 2] });
    const rows = device.tensor([
      [7, 8],
      [9, 10],
    ]);
    const adding = index.add(rows);
    rows.dispose();
    await adding;
    await index.add(device.tensor(new Uint32Array([11, 12])));
    await index.add([]);
    expect(await index.get(4)).toEqual(Float32Array.of(9, 10));
    expect(await index.get(5)).toEqual(Float32Array.of(11, 12));
    const queries = device.tensor(new Uint32Array([11, 12, 3, 3]), [2, 2]);
    const searching = index.search(queries, { k: 1 });
    queries.dispose();
    expect([...(await searching).ids]).toEqual([5, 1]);
    expect([...(await index.search(device.tensor([5, 5]), { k: 1 })).ids]).toEqual([2]);
    index.dispose();
  });

  it('copies plain numbers at the call', async () => {
    const index = onLine();
    const values = Float32Array.of(1, 2);
    const adding = index.add({ data: values, shape: [2, 1] });
    values.fill(9);
    await adding;
    const query = Float32Array.of(2);
    const searching = index.search(query, { k: 1 });
    query.fill(1);
    expect([...(await searching).distances]).toEqual([0]);
    expect([...(await searching).ids]).toEqual([1]);
    index.dispose();
  });

  it('of true and false keeps packed bits', async () => {
    const index = FlatIndex.create<string>(device, { dim: 35, metric: 'jaccard', dtype: 'bool' });
    const bits = (...ones: number[]): boolean[] => Array.from({ length: 35 }, (_, i) => ones.includes(i));
    await index.add([bits(0, 1, 34), bits(2, 3), bits(0, 1)], ['a', 'b', 'c']);
    const found = await index.search(bits(0, 1), { k: 3 });
    expect(found.ids).toEqual(['c', 'a', 'b']);
    expect([...found.distances]).toEqual([0, index.device.kind === 'cpu' ? 1 / 3 : Math.fround(1 / 3), 1]);
    expect([...((await index.get('a')) ?? [])]).toEqual(bits(0, 1, 34).map(Number));
    const query = device.tensor([bits(2, 3)]);
    expect((await index.search(query, { k: 1 })).ids).toEqual(['b']);
    await expectRejects(index.search(cast(query, 'uint32'), { k: 1 }), DtypeError, 'search', 'bool');
    await expectRejects(
      index.add(
        bits().map(() => 2),
        ['d'],
      ),
      OptionError,
      'add',
      '2',
      'true or false',
    );
    expect(FlatIndex.create(device, { dim: 3, metric: 'dice' }).dtype).toBe('bool');
    index.dispose();
  });
});

describe.for([true, false])('vectors that come and go, keepHostCopy %s', keepHostCopy => {
  it('in many small steps', async () => {
    const index = onLine(keepHostCopy);
    for (let i = 0; i < 300; i++) await index.add([i]);
    expect(index.keepsHostCopy).toBe(keepHostCopy);
    index.remove(Array.from({ length: 100 }, (_, i) => i * 3));
    await index.update(1, [1000]);
    expect([index.size, index.removed]).toEqual([200, 101]);
    const before = await index.search([[0], [999]], { k: 3 });
    expect([...before.ids]).toEqual([2, 4, 5, 1, 299, 298]);
    await index.compact();
    expect([index.size, index.removed]).toEqual([200, 0]);
    expect(await index.search([[0], [999]], { k: 3 })).toEqual(before);
    expect([...index.ids()].slice(-2)).toEqual([299, 1]);
    expect(await index.get(1)).toEqual(Float32Array.of(1000));
    expect(await index.get(0)).toBeUndefined();
    expect([index.has(0), index.has(1)]).toEqual([false, true]);
    await index.add([[0.5]], [0]);
    expect([...(await index.search([0], { k: 1 })).ids]).toEqual([0]);
    index.dispose();
  });

  it('all of them, and come again', async () => {
    const index = onLine(keepHostCopy);
    await index.add(line(50));
    expect(index.remove(index.ids())).toBe(50);
    expect([...(await index.search([0], { k: 1 })).ids]).toEqual([-1]);
    await index.compact();
    expect([...(await index.search([0], { k: 1 })).ids]).toEqual([-1]);
    expect([...(await index.add(line(2)))]).toEqual([50, 51]);
    expect([...(await index.search([0], { k: 1 })).ids]).toEqual([50]);
    index.dispose();
  });

  it('are compacted by themselves where most are removed', async () => {
    const index = onLine(keepHostCopy);
    await index.add(line(2000));
    index.remove(Array.from({ length: 1500 }, (_, i) => i));
    expect(index.removed).toBe(1500);
    await index.add([5000]);
    expect([index.removed, index.size]).toEqual([0, 501]);
    expect([...(await index.search([0], { k: 2 })).ids]).toEqual([1500, 1501]);
    index.dispose();
  });

  it('are walked through as they are when the loop begins', async () => {
    const index = onLine(keepHostCopy);
    await index.add(line(70));
    index.remove([3, 40]);
    const seen: number[] = [];
    for await (const { id, vector } of index) {
      if (id === 0) {
        index.remove([1, 69]);
        await index.add([500]);
        await index.compact();
      }
      expect([...vector]).toEqual([id]);
      seen.push(id);
    }
    expect(seen).toEqual(
      line(70)
        .flat()
        .filter(i => i !== 3 && i !== 40),
    );
    const sizes: number[] = [];
    for await (const { ids, vectors } of index.batches({ rows: 30 })) {
      expect(vectors.length).toBe(ids.length);
      sizes.push(ids.length);
    }
    expect(sizes).toEqual([30, 30, 7]);
    index.dispose();
  });

  it('give their memory back', async () => {
    const quiet = await openLaneDevice({ debug: false });
    const before = quiet.memory().live;
    const index = FlatIndex.create(quiet, { dim: 1, keepHostCopy });
    await index.add(line(500));
    index.remove([1, 2, 3]);
    await Promise.all([index.search([0], { k: 3 }), index.search([0], { k: 3, filter: id => id > 5 })]);
    await index.rangeSearch([0], { radius: 5 });
    await index.searchAndReconstruct([0], { k: 2 });
    await index.searchById(7, { k: 2 });
    await index.compact();
    await index.toBlob();
    for await (const _ of index.batches()) break;
    const during = index.search([0], { k: 3 });
    index.dispose();
    index.dispose();
    expect([...(await during).ids]).toEqual([0, 4, 5]);
    expect(quiet.memory().live).toBe(before);
    quiet.close();
  });
});

describe('searches', () => {
  it('see the index as it is when they are called', async () => {
    const index = onLine();
    await index.add(line(10));
    const first = index.search([0], { k: 2 });
    const ranged = index.rangeSearch([0], { radius: 1 });
    index.remove([0, 1]);
    const second = index.search([0], { k: 2 });
    const adding = index.add([[0]], [77]);
    const third = index.search([0], { k: 2 });
    expect([...(await first).ids]).toEqual([0, 1]);
    expect([...(await ranged).ids]).toEqual([0, 1]);
    expect([...(await second).ids]).toEqual([2, 3]);
    expect([...(await third).ids]).toEqual([77, 2]);
    await adding;
    index.dispose();
  });

  it('by id leave the vector itself out', async () => {
    const index = onLine();
    await index.add([[0], [1], [1], [1], [5]]);
    expect([...(await index.searchById(4, { k: 2 })).ids]).toEqual([1, 2]);
    expect([...(await index.searchById([0, 3], { k: 2 })).ids]).toEqual([1, 2, 1, 2]);
    expect([...(await index.searchById(2, { k: 9 })).ids]).toEqual([1, 3, 0, 4, -1, -1, -1, -1, -1]);
    expect([...(await index.searchById(2, { k: 2, includeSelf: true })).ids]).toEqual([1, 2]);
    expect([...(await index.searchById(2, { k: 2, filter: [0, 4] })).ids]).toEqual([0, 4]);
    expect((await index.searchById([], { k: 2 })).queries).toBe(0);
    await expectRejects(index.searchById(9, { k: 1 }), IndexError, 'searchById', '9');
    index.dispose();
  });

  it('within a radius find all', async () => {
    const index = onLine();
    await index.add(line(200));
    index.remove(5);
    const found = await index.rangeSearch([[3], [150], [-9]], { radius: 3, filter: id => id !== 151 });
    expect([...found.offsets]).toEqual([0, 6, 12, 12]);
    expect([...found.ids]).toEqual([3, 2, 4, 1, 0, 6, 150, 149, 148, 152, 147, 153]);
    expect([...found.hits(1)].map(({ distance }) => distance)).toEqual([0, 1, 2, 2, 3, 3]);
    expect([...found.hits(2)]).toEqual([]);
    expect(found.queries).toBe(3);
    index.dispose();
    const empty = await FlatIndex.create(device, { dim: 1 }).rangeSearch([[1], [2]], { radius: 1 });
    expect([...empty.offsets]).toEqual([0, 0, 0]);
  });

  it('give the vectors with their ids', async () => {
    const index = FlatIndex.create(device, { dim: 2, metric: 'cityblock' });
    await index.add([
      [1, 2],
      [3, 4],
    ]);
    const found = await index.searchAndReconstruct(
      [
        [3, 3],
        [0, 0],
      ],
      { k: 3 },
    );
    expect([...found.ids]).toEqual([1, 0, -1, 0, 1, -1]);
    expect([...found.vectors]).toEqual([3, 4, 1, 2, 0, 0, 1, 2, 3, 4, 0, 0]);
    expect([...found.hits(1)].map(hit => [...hit.vector])).toEqual([
      [1, 2],
      [3, 4],
    ]);
    const none = await FlatIndex.create(device, { dim: 2 }).searchAndReconstruct([0, 0], { k: 1 });
    expect([...none.vectors]).toEqual([0, 0]);
    index.dispose();
  });

  it('end by their signal, each by its own', async () => {
    const index = onLine();
    await index.add(line(100));
    const controller = new AbortController();
    const reason = new Error('enough');
    const stopped = index.search([0], { k: 1, signal: controller.signal });
    const other = index.search([5], { k: 1 });
    controller.abort(reason);
    await expect(stopped).rejects.toBe(reason);
    expect([...(await other).ids]).toEqual([5]);
    await expect(index.search([0], { k: 1, signal: controller.signal })).rejects.toBe(reason);
    await expect(index.rangeSearch([0], { radius: 1, signal: controller.signal })).rejects.toBe(reason);
    index.dispose();
  });
});
