/** Indexes in files: every place that they can be saved to, and writers that fail anywhere. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  defineMetric,
  FlatIndex,
  OptionError,
  StorageError,
  UnsupportedError,
  type Device,
  type FileSink,
  type FlatIndexOptions,
  type Id,
} from '../../src/index.ts';
import { expectRejects } from '../support/expect.ts';
import { bytesOf, filled } from '../support/indexes.ts';
import { openLaneDevice } from '../support/lane.ts';
import { clearWrecks, DiskFull, failingSink, makeFolder, memorySink } from '../support/places.ts';
import { Random } from '../support/random.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice({ debug: false });
});
afterAll(async () => {
  await clearWrecks();
  device.close();
});

/** Everything that is in an index. */
async function contentOf<Own extends Id>(index: FlatIndex<Own>): Promise<[Own, number[]][]> {
  const content: [Own, number[]][] = [];
  for await (const { id, vector } of index) content.push([id, [...vector]]);
  return content;
}

async function expectSame<Own extends Id>(loaded: FlatIndex<Own>, index: FlatIndex<Own>): Promise<void> {
  expect([loaded.size, loaded.dim, loaded.dtype, loaded.metric]).toEqual([
    index.size,
    index.dim,
    index.dtype,
    index.metric,
  ]);
  expect(await contentOf(loaded)).toEqual(await contentOf(index));
  loaded.dispose();
}

async function refused(index: FlatIndex, name: string): Promise<void> {
  await expectRejects(index.save({ indexedDB: name }), UnsupportedError, 'save', 'IndexedDB');
  await expectRejects(FlatIndex.load({ indexedDB: name }), UnsupportedError, 'FlatIndex.load', 'IndexedDB');
}

async function roundTrips(index: FlatIndex, small: FlatIndex, name: string): Promise<void> {
  await index.save({ indexedDB: name });
  await small.save({ indexedDB: name, key: 'small' });
  await expectSame(await FlatIndex.load({ indexedDB: name }, { device }), index);
  await small.save({ indexedDB: name });
  await expectSame(await FlatIndex.load({ indexedDB: name }, { device }), small);
  await expectSame(await FlatIndex.load({ indexedDB: name, key: 'small' }, { device }), small);
  await expectRejects(FlatIndex.load({ indexedDB: name, key: 'none' }), StorageError, 'FlatIndex.load', 'none');
  for (const pieces of [0, 1, 2]) {
    const sink = await failingSink({ indexedDB: name }, { pieces }, pieces === 1);
    await expectRejects(index.save(sink), StorageError, 'save', 'no space left');
    await expectSame(await FlatIndex.load({ indexedDB: name }, { device }), small);
  }
}

/** A stream's ends: what is written to one can be read from the other. */
const streams = (): TransformStream<Uint8Array, Uint8Array> => new TransformStream<Uint8Array, Uint8Array>();

describe('an index comes back', () => {
  it('from a path, and is replaced there', async () => {
    const folder = await makeFolder();
    const index = await filled(device, 1000, 3);
    index.remove([0, 500]);
    await index.save(folder.path('one.index'));
    await expectSame(await FlatIndex.load(folder.path('one.index'), { device }), index);
    await index.add([[1, 2, 3]]);
    await index.save(folder.path('one.index'));
    await expectSame(await FlatIndex.load(folder.path('one.index'), { device }), index);
    expect(await folder.list()).toEqual(['one.index']);
    const next = await FlatIndex.load(folder.path('one.index'), { device });
    expect([...(await next.add([[1, 2, 3]]))]).toEqual([1001]);
    index.dispose();
    next.dispose();
  });

  it('from a Blob, bytes, a buffer, streams and iterables', async () => {
    const index = await filled(device, 300, 2);
    const blob = await index.toBlob();
    const bytes = await bytesOf(index);
    await expectSame(await FlatIndex.load(blob, { device }), index);
    await expectSame(await FlatIndex.load(bytes, { device }), index);
    await expectSame(await FlatIndex.load(bytes.slice().buffer, { device }), index);
    await expectSame(await FlatIndex.load(blob.stream(), { device }), index);
    const { readable, writable } = streams();
    const [, loaded] = await Promise.all([index.save(writable), FlatIndex.load(readable, { device })]);
    await expectSame(loaded, index);
    const odd = async function* (): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
    };
    await expectSame(await FlatIndex.load(odd(), { device }), index);
    const sink = memorySink();
    await index.save(sink);
    expect(sink.committed).toBe(true);
    await expectSame(await FlatIndex.load(new Blob(sink.pieces as Uint8Array<ArrayBuffer>[]), { device }), index);
    index.dispose();
  });

  it('from IndexedDB and from a file that is picked, where there are such', async () => {
    const index = await filled(device, 900, 400);
    const small = await filled(device, 10, 2);
    const name = `spec-${crypto.randomUUID()}`;
    await (typeof indexedDB === 'undefined' ? refused(index, name) : roundTrips(index, small, name));
    const written: Uint8Array[] = [];
    const handle = {
      kind: 'file' as const,
      name: 'picked.index',
      getFile: async () => new Blob(written as Uint8Array<ArrayBuffer>[]),
      createWritable: async () => ({
        write: async (bytes: Uint8Array) => void written.push(bytes.slice()),
        close: async () => {},
        abort: async () => void written.splice(0),
      }),
    };
    await small.save(handle);
    await expectSame(await FlatIndex.load(handle, { device }), small);
    const { createWritable: _, ...old } = handle;
    await expectRejects(small.save(old), UnsupportedError, 'save', 'picked.index');
    index.dispose();
    small.dispose();
  });

  it('with strings as ids, with bools, with nothing in it', async () => {
    const ids = ['a', 'ä', '\ufeffb', '漢字', '🙂', 'x'.repeat(1000)];
    const names = await filled(device, 6, 2, {}, ids);
    const loaded = await FlatIndex.load<string>(await names.toBlob(), { device });
    expect([...loaded.ids()]).toEqual(ids);
    await expectSame(loaded, names);
    const bools = FlatIndex.create(device, { dim: 40, metric: 'dice' });
    await bools.add(Array.from({ length: 50 }, (_, i) => Array.from({ length: 40 }, (__, k) => (i * k) % 3 === 0)));
    await expectSame(await FlatIndex.load(await bools.toBlob(), { device }), bools);
    const empty = FlatIndex.create(device, { dim: 3 });
    await expectSame(await FlatIndex.load(await empty.toBlob(), { device }), empty);
    bools.remove(bools.ids());
    const gone = await FlatIndex.load(await bools.toBlob(), { device });
    expect([gone.size, ...(await gone.add(Array.from({ length: 40 }, () => 0)))]).toEqual([0, 50]);
  });

  it('with its metric and what steers it', async () => {
    const search = async (index: FlatIndex): Promise<number[]> => [
      ...(await index.search([0.5, -1], { k: 5 })).distances,
    ];
    const settings: Partial<FlatIndexOptions>[] = [
      { metric: 'minkowski', p: 3, w: [1, 0.1] },
      { metric: 'minkowski', p: Infinity },
      { metric: 'seuclidean', V: [0.1, 3] },
      {
        metric: 'mahalanobis',
        VI: [
          [2, 0.3],
          [0.3, 1],
        ],
      },
      { metric: 'cosine', zeroVector: 1 },
      { metric: 'dot' },
    ];
    for (const options of settings) {
      const index = await filled(device, 20, 2, options);
      const loaded = await FlatIndex.load(await index.toBlob(), { device });
      expect(await search(loaded)).toEqual(await search(index));
      index.dispose();
      loaded.dispose();
    }
  });

  it('with a metric of one’s own, which is given again', async () => {
    const make = (name: string) =>
      defineMetric({
        name,
        js: (x, y) => x.reduce((sum, value, k) => sum + Math.abs(value - (y[k] ?? 0)), 0),
        wgsl: `
          alias Pair = f32;
          fn pair_start() -> Pair { return 0.0; }
          fn pair_step(pair: Pair, x: Four, y: Four, w: vec4f) -> Pair { return pair + dot(abs(x - y), vec4f(1.0)); }
          fn pair_join(a: Pair, b: Pair) -> Pair { return a + b; }
          fn pair_finish(pair: Pair, left: f32, right: f32) -> f32 { return pair; }`,
      });
    const own = make('own');
    const index = FlatIndex.create(device, { dim: 2, metric: own });
    await index.add([
      [1, 2],
      [3, 4],
    ]);
    const blob = await index.toBlob();
    const loaded = await FlatIndex.load(blob, { device, metric: own });
    expect([...(await loaded.search([1, 1], { k: 2 })).distances]).toEqual([1, 5]);
    await expectRejects(FlatIndex.load(blob, { device }), OptionError, 'FlatIndex.load', "'own'");
    await expectRejects(
      FlatIndex.load(blob, { device, metric: make('other') }),
      OptionError,
      'FlatIndex.load',
      "'other'",
    );
    const plain = await (await filled(device, 2, 2)).toBlob();
    await expectRejects(FlatIndex.load(plain, { device, metric: own }), OptionError, 'FlatIndex.load', 'cityblock');
  });

  it('as it was when it was saved, whatever happens meanwhile', async () => {
    const index = await filled(device, 500, 2, { keepHostCopy: false });
    const expected = await contentOf(index);
    let seen = 0;
    const saving = index.toBlob({ onProgress: ({ done }) => void (seen = done) });
    index.remove(Array.from({ length: 400 }, (_, i) => i));
    await index.compact();
    await index.add([[1, 1]]);
    const loaded = await FlatIndex.load(await saving, { device });
    expect(await contentOf(loaded)).toEqual(expected);
    expect(seen).toBe(500);
    index.dispose();
    loaded.dispose();
  });
});

describe('a writer that fails', () => {
  /** More than one frame of vectors, so that there are pieces in the middle. */
  const large = (): Promise<FlatIndex> => filled(device, 700, 1000);

  it('leaves the old file whole, at every piece, by an error or by a crash', async () => {
    const folder = await makeFolder();
    const path = folder.path('some.index');
    const [old, index] = [await filled(device, 20, 2), await large()];
    await old.save(path);
    const counting = memorySink();
    await index.save(counting);
    const total = counting.pieces.length;
    expect(total).toBeGreaterThan(8);
    for (const crash of [false, true])
      for (let pieces = 0; pieces <= total; pieces++) {
        const sink = await failingSink(path, pieces === total ? { commit: true } : { pieces }, crash);
        const error = await expectRejects(index.save(sink), StorageError, 'save', 'no space left');
        expect(error.cause).toBeInstanceOf(DiskFull);
        if (pieces % 3 === 0) await expectSame(await FlatIndex.load(path, { device }), old);
        expect(crash || (await folder.list()).length === 1).toBe(true);
      }
    await expectSame(await FlatIndex.load(path, { device }), old);
    await index.save(path);
    const loaded = await FlatIndex.load(path, { device });
    expect(loaded.size).toBe(700);
    for (const one of [old, index, loaded]) one.dispose();
  });

  it('leaves it whole at random bytes', async () => {
    const folder = await makeFolder();
    const path = folder.path('some.index');
    const [old, index] = [await filled(device, 20, 2), await filled(device, 60, 30)];
    await old.save(path);
    const length = (await bytesOf(index)).length;
    for (const bytes of new Random(1).ints(15, 0, length)) {
      await expect(index.save(await failingSink(path, { bytes }, bytes % 2 === 0))).rejects.toThrow(StorageError);
      await expectSame(await FlatIndex.load(path, { device }), old);
    }
    old.dispose();
    index.dispose();
  });

  it('leaves nothing where nothing was', async () => {
    const folder = await makeFolder();
    const index = await filled(device, 20, 2);
    await expect(index.save(await failingSink(folder.path('new.index'), { pieces: 2 }, false))).rejects.toThrow(
      StorageError,
    );
    expect(await folder.list()).toEqual([]);
    index.dispose();
  });

  it('is a stream that is aborted, or a signal', async () => {
    const index = await filled(device, 20, 2);
    const reasons: unknown[] = [];
    const full = new WritableStream<Uint8Array>({
      write: () => Promise.reject(new DiskFull('no space left')),
      abort: reason => void reasons.push(reason),
    });
    await expectRejects(index.save(full), StorageError, 'save', 'no space left');
    const controller = new AbortController();
    const reason = new Error('enough');
    const sink = memorySink();
    const stopping: FileSink = {
      write: async bytes => {
        await sink.write(bytes);
        controller.abort(reason);
      },
      commit: async () => sink.commit(),
      abort: async why => {
        reasons.push(why);
        await sink.abort(why);
      },
    };
    await expect(index.save(stopping, { signal: controller.signal })).rejects.toBe(reason);
    expect([sink.committed, sink.pieces.length, reasons.at(-1)]).toEqual([false, 0, reason]);
    await expect(FlatIndex.load(await index.toBlob(), { signal: controller.signal })).rejects.toBe(reason);
    index.dispose();
  });
});
