/** An index and its device: searches of one tick, a device that is closed or lost, and another one in its place. */
import { afterEach, describe, expect, it } from 'vitest';
import {
  DeviceChangeEvent,
  DeviceClosedError,
  DeviceLostError,
  DtypeError,
  FlatIndex,
  openDevice,
  ShapeError,
  type Device,
} from '../../src/index.ts';
import { expectRejects, expectThrows } from '../support/expect.ts';
import { laneKind, openLaneDevice } from '../support/lane.ts';
import { openLosable, type Losable } from '../support/losable.ts';

const open: { close(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

async function losable(options?: Device['options']): Promise<Losable> {
  const made = await openLosable(options);
  open.push(made);
  return made;
}

const line = (count: number): number[][] => Array.from({ length: count }, (_, i) => [i]);

async function filled(device: Device, keepHostCopy?: boolean): Promise<FlatIndex> {
  const index = FlatIndex.create(device, { dim: 1, metric: 'cityblock', keepHostCopy });
  await index.add(line(100));
  index.remove([0, 1]);
  return index;
}

/** What `devicechange` events tell. */
function watch(index: FlatIndex): DeviceChangeEvent[] {
  const events: DeviceChangeEvent[] = [];
  index.addEventListener('devicechange', event => {
    if (!(event instanceof DeviceChangeEvent)) throw new Error('another event');
    events.push(event);
    open.push(event.device);
  });
  return events;
}

const idsNear = async (index: FlatIndex, x: number): Promise<number[]> => [...(await index.search([x], { k: 2 })).ids];

describe('searches of one tick', () => {
  it('that ask for the same run as one', async () => {
    const { device, runs } = await losable();
    const index = await filled(device);
    await index.search([5], { k: 3 });
    const count = async (body: () => Promise<unknown>): Promise<number> => {
      const before = runs();
      await body();
      return runs() - before;
    };
    const one = await count(() => index.search([5], { k: 3 }));
    const many = await count(async () => {
      const found = await Promise.all(line(20).map(([x = 0]) => index.search([x + 10], { k: 3 })));
      found.forEach(({ ids }, i) => expect([...ids]).toEqual([i + 10, i + 9, i + 11]));
    });
    expect(many).toBe(one);
    const two = await count(() => Promise.all([index.search([5], { k: 3 }), index.search([5], { k: 4 })]));
    expect(two).toBeGreaterThan(one);
    index.dispose();
  });

  it('do not share a filter that has changed between them', async () => {
    const { device } = await losable();
    const index = await filled(device);
    const seen = new Set([5, 9]);
    const first = index.search([5], { k: 2, filter: seen });
    seen.delete(5);
    seen.add(20);
    const second = index.search([5], { k: 2, filter: seen });
    expect([...(await first).ids]).toEqual([5, 9]);
    expect([...(await second).ids]).toEqual([9, 20]);
    index.dispose();
  });

  it('share a filter that lets the same through', async () => {
    const { device } = await losable();
    const index = await filled(device);
    const even = (id: number): boolean => id % 2 === 0;
    const found = await Promise.all([
      index.search([5], { k: 2, filter: even }),
      index.search([[7], [9]], { k: 2, filter: even }),
      index.search([5], { k: 2 }),
      index.search([5], { k: 2, filter: id => !even(id) }),
    ]);
    expect(found.map(({ ids }) => [...ids])).toEqual([
      [4, 6],
      [6, 8, 8, 10],
      [5, 4],
      [5, 3],
    ]);
    index.dispose();
  });

  it('fail each for itself', async () => {
    const { device } = await losable();
    const index = await filled(device);
    const wrong = index.search([1, 2], { k: 2 });
    const right = index.search([9], { k: 2 });
    await expectRejects(wrong, ShapeError, 'search', '[2]');
    expect([...(await right).ids]).toEqual([9, 8]);
    index.dispose();
  });
});

describe('a lost device', () => {
  it('is replaced by the next search, from the copy on the host', async () => {
    const { device, lose } = await losable();
    const index = await filled(device);
    const events = watch(index);
    await lose();
    const [first, second] = await Promise.all([idsNear(index, 5), index.rangeSearch([7], { radius: 1 })]);
    expect(first).toEqual([5, 4]);
    expect([...second.ids]).toEqual([7, 6, 8]);
    expect(events.length).toBe(1);
    expect([events[0]?.previous, events[0]?.device]).toEqual([device, index.device]);
    expect(index.device).not.toBe(device);
    expect(index.device.kind).toBe(laneKind);
    await index.add([[0.25]], [0]);
    expect(await idsNear(index, 0)).toEqual([0, 2]);
    index.dispose();
  });

  it('under way is no loss to plain queries', async () => {
    const { device, lose } = await losable();
    const index = await filled(device);
    watch(index);
    const searching = Promise.all([idsNear(index, 5), index.searchById(50, { k: 1 })]);
    const losing = lose();
    expect((await searching)[0]).toEqual([5, 4]);
    expect([...(await searching)[1].ids]).toEqual([49]);
    await losing;
    index.dispose();
  });

  it('takes tensors of queries with it, and the index comes to another', async () => {
    const { device, lose } = await losable();
    const index = await filled(device);
    const events = watch(index);
    const queries = device.tensor([[5]]);
    await lose();
    await expectRejects(index.search(queries, { k: 1 }), DeviceLostError, 'search');
    expect(events.length).toBe(1);
    expect(await idsNear(index, 5)).toEqual([5, 4]);
    index.dispose();
  });

  it('is replaced by one for all of its indexes', async () => {
    const { device, lose } = await losable();
    const [one, other] = [await filled(device), await filled(device)];
    watch(one);
    watch(other);
    await lose();
    await Promise.all([idsNear(one, 5), idsNear(other, 5)]);
    expect(one.device).toBe(other.device);
    one.dispose();
    other.dispose();
  });

  it('is replaced from the file, where there is no copy', async () => {
    const { device, lose } = await losable();
    const index = await filled(device, false);
    const events = watch(index);
    const loaded = await FlatIndex.load(await index.toBlob(), { device, keepHostCopy: false });
    const others = watch(loaded);
    await lose();
    expect(await idsNear(loaded, 5)).toEqual([5, 4]);
    expect(others.length).toBe(1);
    expect([...(await loaded.add([3000]))]).toEqual([100]);
    await expectRejects(idsNear(index, 5), DeviceLostError, 'search', 'keepHostCopy', 'save');
    await expectRejects(index.get(5), DeviceLostError, 'get', 'keepHostCopy');
    await expectRejects(index.add([5]), DeviceLostError, 'add', 'keepHostCopy');
    expect(events.length).toBe(0);
    index.dispose();
    loaded.dispose();
  });

  it('is not replaced from a file that is older than the index', async () => {
    const { device, lose } = await losable();
    const index = await filled(device);
    const loaded = await FlatIndex.load(await index.toBlob(), { device, keepHostCopy: false });
    loaded.remove(5);
    await lose();
    await expectRejects(idsNear(loaded, 5), DeviceLostError, 'search', 'save');
    index.dispose();
    loaded.dispose();
  });

  it('that the page shares is told, and moveTo helps', async () => {
    const { device, lose } = await losable({ gpuDevice: {} });
    const index = await filled(device);
    const events = watch(index);
    await lose();
    await expectRejects(idsNear(index, 5), DeviceLostError, 'search', 'shares', 'moveTo');
    const next = await openLaneDevice();
    await index.moveTo(next);
    expect(await idsNear(index, 5)).toEqual([5, 4]);
    expect(events.map(event => event.device)).toEqual([next]);
    index.dispose();
  });

  it('does not hinder adding and saving, where there is a copy', async () => {
    const { device, lose } = await losable();
    const index = await filled(device);
    watch(index);
    await lose();
    await index.add(
      line(300),
      line(300).map(([x = 0]) => 1000 + x),
    );
    const again = await FlatIndex.load(await index.toBlob(), { device: await openLaneDevice() });
    open.push(again.device);
    expect(again.size).toBe(398);
    expect(await idsNear(index, 299)).toEqual([1299, 1298]);
    await index.compact();
    expect(await idsNear(index, 299)).toEqual([1299, 1298]);
    again.dispose();
    index.dispose();
  });
});

describe('moveTo', () => {
  for (const keepHostCopy of [true, false])
    it(`brings all of it to another device and back, keepHostCopy ${keepHostCopy}`, async () => {
      const device = await openLaneDevice();
      const cpu = await openDevice({ device: 'cpu' });
      open.push(device, cpu);
      const index = await filled(device, keepHostCopy);
      const events = watch(index);
      await index.moveTo(cpu);
      await index.moveTo(cpu);
      expect(await idsNear(index, 5)).toEqual([5, 4]);
      await index.add([[4.75]]);
      await index.moveTo(device);
      expect(await idsNear(index, 5)).toEqual([5, 100]);
      expect(events.map(event => event.device)).toEqual([cpu, device]);
      expect([...index.ids()].length).toBe(99);
      index.dispose();
      await expect(index.moveTo(cpu)).rejects.toThrow(/^moveTo: .*disposed/);
    });

  it('helps where the device was closed', async () => {
    const device = await openLaneDevice();
    const index = await filled(device);
    device.close();
    await expectRejects(idsNear(index, 5), DeviceClosedError, 'search', 'moveTo');
    await expectRejects(index.add([1]), DeviceClosedError, 'add', 'moveTo');
    await expectRejects(index.moveTo(device), DeviceClosedError, 'moveTo');
    expectThrows(() => FlatIndex.create(device, { dim: 1 }), DeviceClosedError, 'FlatIndex.create');
    const next = await openLaneDevice();
    open.push(next);
    await index.moveTo(next);
    expect(await idsNear(index, 5)).toEqual([5, 4]);
    index.dispose();
  });

  it('does not bring doubles where there are none', async () => {
    const cpu = await openDevice({ device: 'cpu' });
    const wasm = await openDevice({ device: 'wasm' });
    open.push(cpu, wasm);
    const index = FlatIndex.create(cpu, { dim: 1, dtype: 'float64' });
    await index.add([Math.PI]);
    await expectRejects(index.moveTo(wasm), DtypeError, 'moveTo', 'float64');
    expect(await index.get(0)).toEqual(Float64Array.of(Math.PI));
    expect([...(await index.search([Math.PI], { k: 1 })).distances]).toEqual([0]);
    index.dispose();
  });
});
