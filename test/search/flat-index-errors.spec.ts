/** What `FlatIndex` refuses, and that nothing is changed by it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  concat,
  DeviceMismatchError,
  DisposedError,
  DtypeError,
  FlatIndex,
  IndexError,
  LimitError,
  openDevice,
  OptionError,
  ShapeError,
  type Device,
} from '../../src/index.ts';
import { expectRejects, expectThrows } from '../support/expect.ts';
import { openLaneDevice } from '../support/lane.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice();
});
afterAll(() => device.close());

const line = (count: number): number[][] => Array.from({ length: count }, (_, i) => [i]);
const onLine = (): FlatIndex => FlatIndex.create(device, { dim: 1, metric: 'cityblock' });

describe('what is refused', () => {
  it('options of an index', async () => {
    const refuse = (options: unknown, type: typeof OptionError, ...mentions: string[]): Error =>
      expectThrows(() => FlatIndex.create(device, options as { dim: number }), type, 'FlatIndex.create', ...mentions);
    refuse({ dim: 0 }, OptionError, 'dim', '0');
    refuse({ dim: 1.5 }, OptionError, '1.5');
    refuse({}, OptionError, 'undefined');
    refuse({ dim: 2, metrik: 'x' }, OptionError, 'metrik');
    refuse({ dim: 2, metric: 'l2' }, OptionError, 'l2', 'euclidean');
    refuse({ dim: 2, p: 3 }, OptionError, 'p', 'minkowski');
    refuse({ dim: 2, w: [1, 2, 3] }, ShapeError, 'w', '[3]');
    refuse({ dim: 2, w: [1, -1] }, OptionError, 'w', '-1');
    refuse({ dim: 2, metric: 'seuclidean' }, OptionError, 'V');
    refuse({ dim: 2, metric: 'mahalanobis' }, OptionError, 'VI');
    refuse({ dim: 2, metric: 'mahalanobis', VI: [1, 2] }, ShapeError, 'VI', '[2, 2]');
    refuse({ dim: 3, metric: 'haversine' }, OptionError, 'haversine', '3');
    refuse({ dim: 3, dtype: 'uint32' }, DtypeError, 'uint32');
    refuse({ dim: 3, keepHostCopy: 1 }, OptionError, 'keepHostCopy');
    if (device.kind !== 'cpu') refuse({ dim: 3, dtype: 'float64' }, DtypeError, 'float64');
    expectThrows(() => FlatIndex.create({} as Device, { dim: 1 }), OptionError, 'FlatIndex.create', 'Device');
  });

  it('vectors and ids, and nothing is changed by them', async () => {
    const index = onLine();
    await index.add(line(3));
    await expectRejects(index.add([[1, 2]]), ShapeError, 'add', '[1, 2]', '[n, 1]');
    await expectRejects(index.add(concat([[1], [2], [3]]).reshape([1, 3])), ShapeError, 'add', '[1, 3]');
    await expectRejects(index.add([4], [1]), OptionError, 'add', '1', 'update');
    await expectRejects(index.add(line(2), [8, 8]), OptionError, 'add', '8', 'twice');
    await expectRejects(index.add(line(2), [8]), OptionError, 'add', '1 id', '2 vectors');
    await expectRejects(index.add([4], [-1]), OptionError, 'add', '-1');
    await expectRejects(index.add([4], [0.5]), OptionError, 'add', '0.5');
    await expectRejects(index.add([4], ['a' as unknown as number]), OptionError, 'add', "'a'");
    await expectRejects(index.add([4], 8 as unknown as number[]), OptionError, 'add', '8');
    await expectRejects(index.update(9, [1]), IndexError, 'update', '9');
    await expectRejects(index.update(1, line(2)), ShapeError, 'update', '2');
    await expectRejects(index.update(1, [[1, 2]]), ShapeError, 'update');
    expectThrows(() => index.remove([0, 9]), IndexError, 'remove', '9');
    expect([index.size, index.removed]).toEqual([3, 0]);
    expect([...(await index.add([3]))]).toEqual([3]);
    const names = FlatIndex.create<string>(device, { dim: 1 });
    await names.add([1], ['one']);
    await expectRejects(names.add([1]), OptionError, 'add', 'strings');
    await expectRejects(names.add([1], ['']), OptionError, 'add', "''");
    await expectRejects(names.add([1], ['\ud800']), OptionError, 'add');
    index.dispose();
    names.dispose();
  });

  it('queries and options of searches', async () => {
    const index = onLine();
    await index.add(line(3));
    const search = (
      query: unknown,
      options: unknown,
      type: typeof OptionError,
      ...mentions: string[]
    ): Promise<Error> =>
      expectRejects(index.search(query as number[], options as { k: number }), type, 'search', ...mentions);
    await search([1], { k: 0 }, OptionError, 'k', '0');
    await search([1], { k: 1.5 }, OptionError, '1.5');
    await search([1], {}, OptionError, 'undefined');
    await search([1], undefined, OptionError, 'undefined');
    await search([1], { k: 1, radius: 2 }, OptionError, 'radius');
    await search([1, 2], { k: 1 }, ShapeError, '[2]');
    await search('x', { k: 1 }, OptionError, "'x'");
    await search([1], { k: 2 ** 40 }, LimitError, '1 queries');
    await search([1], { k: 1, signal: 3 }, OptionError, 'signal');
    await expectRejects(index.rangeSearch([1], { radius: NaN }), OptionError, 'rangeSearch', 'NaN');
    await expectRejects(index.rangeSearch([1], { radius: 1, k: 1 } as never), OptionError, 'rangeSearch', 'k');
    await expectRejects(index.searchById(0, { k: 0 }), OptionError, 'searchById', '0');
    const found = await index.search([1], { k: 1 });
    expectThrows(() => [...found.hits(1)], OptionError, 'hits', '1');
    const other = await openDevice({ device: 'cpu' });
    await expectRejects(index.search(other.tensor([1]), { k: 1 }), DeviceMismatchError, 'search');
    other.close();
    for (const rows of [0, 2.5])
      await expectRejects(index.batches({ rows }).next(), OptionError, 'batches', String(rows));
    index.dispose();
    await expectRejects(index.search([1], { k: 1 }), DisposedError, 'search');
    await expectRejects(index.add([1]), DisposedError, 'add');
    await expectRejects(index.get(1), DisposedError, 'get');
    expectThrows(() => index.remove(1), DisposedError, 'remove');
  });
});
