/** Filters: what each lets through, alone and joined, and that a search by one finds k hits or all that there are. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FlatIndex, filters, OptionError, type Device, type Filter } from '../../src/index.ts';
import { expectRejects, expectThrows } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';

let device: Device;
let index: FlatIndex;
let names: FlatIndex<string>;
const COUNT = 200;
const removed = new Set([0, 64, 65, 199]);

beforeAll(async () => {
  device = await openLaneDevice();
  const line = Array.from({ length: COUNT }, (_, i) => [i]);
  index = FlatIndex.create(device, { dim: 1, metric: 'cityblock' });
  await index.add(line);
  index.remove(removed);
  names = FlatIndex.create<string>(device, { dim: 1, metric: 'cityblock' });
  await names.add(
    line,
    line.map(([i]) => `id ${String(i).padStart(3, '0')}`),
  );
});
afterAll(() => device.close());

const byThree = (id: number): boolean => id % 3 === 0;

/** All that a filter lets through, by each way of searching, which must agree with the test. */
async function expectPasses(filter: Filter<number>, passes: (id: number) => boolean): Promise<void> {
  const expected = Array.from({ length: COUNT }, (_, i) => i).filter(i => !removed.has(i) && passes(i));
  const near = [...expected].sort((a, b) => Math.abs(a - 66) - Math.abs(b - 66) || a - b);
  const all = await index.search([66], { k: COUNT, filter });
  expect([...all.hits(0)].map(({ id }) => id)).toEqual(near);
  const few = await index.search([66], { k: 3, filter });
  expect([...few.hits(0)].map(({ id }) => id)).toEqual(near.slice(0, 3));
  const within = await index.rangeSearch([66], { radius: 10, filter });
  expect([...within.ids]).toEqual(near.filter(id => Math.abs(id - 66) <= 10));
}

describe('what a filter lets through', () => {
  it('are ids, in any iterable', async () => {
    const ids = [5, 64, 66, 70, 150, 5000];
    const passes = (id: number): boolean => ids.includes(id);
    await expectPasses(ids, passes);
    await expectPasses(new Set(ids), passes);
    await expectPasses(Uint32Array.from(ids), passes);
    await expectPasses(filters.ids(ids.values()), passes);
    await expectPasses([], () => false);
  });

  it('is what a predicate says, which is asked once for each id', async () => {
    const asked: number[] = [];
    const filter = (id: number): boolean => asked.push(id) > 0 && byThree(id);
    await index.search([66], { k: 3, filter });
    expect(asked).toEqual([...index.ids()]);
    await expectPasses(byThree, byThree);
    await expectPasses(filters.where(byThree), byThree);
  });

  it('is a bit for each id', async () => {
    const bytes = new Uint8Array(20).fill(0b00010001);
    await expectPasses(filters.bitmap(bytes), id => id < 160 && id % 4 === 0);
    const large = await FlatIndex.create(device, { dim: 1 });
    await large.add([[1], [2]], [2 ** 40, 3]);
    expect([...(await large.search([1], { k: 2, filter: filters.bitmap(Uint8Array.of(8)) })).ids]).toEqual([3, -1]);
  });

  it('is a range, with its start and without its end', async () => {
    await expectPasses(filters.range(60, 68), id => id >= 60 && id < 68);
    await expectPasses(filters.range(-Infinity, 7.5), id => id < 7.5);
    await expectPasses(filters.range(9, 3), () => false);
    const found = await names.search([0], { k: 5, filter: filters.range('id 197', 'id 199') });
    expect(found.ids).toEqual(['id 197', 'id 198', '', '', '']);
  });

  it('is joined by and, or and not', async () => {
    const { and, or, not, range } = filters;
    await expectPasses(not(byThree), id => !byThree(id));
    await expectPasses(and(byThree, range(50, 90)), id => byThree(id) && id >= 50 && id < 90);
    await expectPasses(or([1, 2], range(190, 300), byThree), id => id < 3 || id >= 190 || byThree(id));
    await expectPasses(
      and(not(or(byThree, [70, 71])), range(60, 80), not([])),
      id => !byThree(id) && id >= 60 && id < 80 && id !== 70 && id !== 71,
    );
    await expectPasses(and(), () => true);
    await expectPasses(or(), () => false);
    const one = [1, 2, 67].values();
    const twice = not(one);
    await expectPasses(twice, id => ![1, 2, 67].includes(id));
  });

  it('is everything, or nothing', async () => {
    await expectPasses(
      () => true,
      () => true,
    );
    await expectPasses(
      () => false,
      () => false,
    );
  });

  it('follows the index as it changes', async () => {
    const own = FlatIndex.create(device, { dim: 1, metric: 'cityblock' });
    await own.add([[1], [2], [3]]);
    const filter = filters.not([0]);
    const ids = async (): Promise<number[]> => [...(await own.search([0], { k: 3, filter })).ids];
    expect(await ids()).toEqual([1, 2, -1]);
    await own.update(1, [9]);
    await own.add([[0.5]]);
    expect(await ids()).toEqual([3, 2, 1]);
    own.remove(2);
    await own.compact();
    expect(await ids()).toEqual([3, 1, -1]);
    own.dispose();
  });
});

describe('what is refused', () => {
  it('what is no filter', async () => {
    const refuse = (filter: unknown, ...mentions: string[]): Promise<Error> =>
      expectRejects(index.search([1], { k: 1, filter: filter as number[] }), OptionError, 'search', ...mentions);
    await refuse(3, '3');
    await refuse('abc', "'abc'");
    await refuse({}, 'Object');
    await refuse(null, 'null');
    expectThrows(() => filters.not(7 as never), OptionError, 'filters.not', '7');
    expectThrows(() => filters.and(byThree, 'x' as never), OptionError, 'filters.and', "'x'");
    expectThrows(() => filters.bitmap([1] as never), OptionError, 'filters.bitmap');
    expectThrows(() => filters.range(1, 'b'), OptionError, 'filters.range', "'b'");
    expectThrows(() => filters.range(NaN, 1), OptionError, 'filters.range', 'NaN');
    const empty = FlatIndex.create(device, { dim: 1 });
    await expectRejects(empty.search([1], { k: 1, filter: 3 as never }), OptionError, 'search', '3');
  });

  it('ids of the other type', async () => {
    await expectRejects(
      index.search([1], { k: 1, filter: ['a'] as never }),
      OptionError,
      'search',
      "'a'",
      'whole numbers',
    );
    await expectRejects(names.search([1], { k: 1, filter: [1] as never }), OptionError, 'search', '1', 'strings');
    await expectRejects(index.search([1], { k: 1, filter: filters.range('a', 'b') }), OptionError, 'search', 'range');
    await expectRejects(
      names.search([1], { k: 1, filter: filters.bitmap(new Uint8Array(1)) }),
      OptionError,
      'search',
      'bitmap',
    );
  });

  it('what a predicate throws, and nothing else is spoiled by it', async () => {
    const wrong = index.search([1], {
      k: 1,
      filter: () => {
        throw new Error('mine');
      },
    });
    const right = index.search([1], { k: 1 });
    await expect(wrong).rejects.toThrow('mine');
    expect([...(await right).ids]).toEqual([1]);
  });
});
