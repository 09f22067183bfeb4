/** Files that are not what they were: cut off, altered, newer, foreign. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CorruptFileError,
  FlatIndex,
  OptionError,
  StorageError,
  UnsupportedError,
  type Device,
} from '../../src/index.ts';
import { crc32 } from '../../src/search/store/crc32.ts';
import { expectRejects } from '../support/expect.ts';
import { bytesOf, filled } from '../support/indexes.ts';
import { openLaneDevice } from '../support/lane.ts';
import { makeFolder, memorySink } from '../support/places.ts';

let device: Device;
beforeAll(async () => {
  device = await openLaneDevice({ debug: false });
});
afterAll(() => device.close());

describe('a file that is not what it was', () => {
  it('is told when it is cut off, anywhere', async () => {
    const index = await filled(device, 9, 3);
    const bytes = await bytesOf(index);
    const before = device.memory().live;
    for (let length = 0; length < bytes.length; length++)
      await expectRejects(FlatIndex.load(bytes.subarray(0, length), { device }), CorruptFileError, 'FlatIndex.load');
    expect(device.memory().live).toBe(before);
    index.dispose();
  });

  it('is told when any bit is another, or when it goes on', async () => {
    const index = await filled<string>(device, 9, 3, {}, 'abcdefghi'.split(''));
    const bytes = await bytesOf(index);
    const before = device.memory().live;
    for (let at = 0; at < bytes.length; at++) {
      const altered = bytes.slice();
      altered[at] = (altered[at] ?? 0) ^ (1 << (at % 8));
      await expectRejects(FlatIndex.load(altered, { device }), CorruptFileError, 'FlatIndex.load');
    }
    const longer = new Uint8Array([...bytes, 0]);
    await expectRejects(FlatIndex.load(longer, { device }), CorruptFileError, 'FlatIndex.load');
    expect(device.memory().live).toBe(before);
    index.dispose();
  });

  it('is told when it is newer, or no index', async () => {
    const index = await filled(device, 2, 2);
    const newer = await bytesOf(index);
    const view = new DataView(newer.buffer);
    view.setUint32(8, 2, true);
    view.setUint32(20, crc32(newer.subarray(0, 20)), true);
    await expectRejects(FlatIndex.load(newer, { device }), UnsupportedError, 'FlatIndex.load', 'version 2');
    const text = new TextEncoder().encode('{"this is": "something else entirely"}');
    await expectRejects(FlatIndex.load(text, { device }), CorruptFileError, 'FlatIndex.load', 'no index');
    await expectRejects(FlatIndex.load(new Blob([]), { device }), CorruptFileError, 'FlatIndex.load', '0 bytes');
    index.dispose();
  });

  it('is told when frames are missing, or twice there', async () => {
    const index = await filled(device, 3, 2);
    const sink = memorySink();
    await index.save(sink);
    const [header, vectors, rows, ids, numbers, end] = sink.pieces as Uint8Array<ArrayBuffer>[];
    const load = (...pieces: (Uint8Array<ArrayBuffer> | undefined)[]): Promise<unknown> =>
      FlatIndex.load(new Blob(pieces.map(piece => piece ?? new Uint8Array(0))), { device });
    await load(header, vectors, rows, ids, numbers, end);
    for (const pieces of [
      [header, vectors, rows, end],
      [header, ids, numbers, end],
      [header, end],
      [header, vectors, rows, vectors, rows, ids, numbers, end],
      [header, ids, numbers, vectors, rows, end],
    ])
      await expectRejects(load(...pieces), CorruptFileError, 'FlatIndex.load');
    index.dispose();
  });
});

describe('what is refused', () => {
  it('places and options', async () => {
    const index = await filled(device, 2, 2);
    const folder = await makeFolder();
    await expectRejects(FlatIndex.load(folder.path('none')), StorageError, 'FlatIndex.load', 'none', 'cannot read');
    await expectRejects(FlatIndex.load(3 as never), OptionError, 'FlatIndex.load', '3');
    await expectRejects(FlatIndex.load({ indexedDB: '' }), OptionError, 'FlatIndex.load');
    await expectRejects(
      FlatIndex.load(new Blob([]), { devise: device } as never),
      OptionError,
      'FlatIndex.load',
      'devise',
    );
    await expectRejects(index.save({} as never), OptionError, 'save', 'Object');
    await expectRejects(index.save(''), OptionError, 'save', 'empty');
    await expectRejects(index.save(folder.path('x'), { signal: 3 } as never), OptionError, 'save', 'signal');
    await expectRejects(index.save(folder.path('x'), { onProgress: 3 } as never), OptionError, 'save', 'onProgress');
    const texts = new ReadableStream({ start: out => out.enqueue('text') });
    await expectRejects(FlatIndex.load(texts as never), OptionError, 'FlatIndex.load', 'text');
    index.dispose();
    await expect(index.save(folder.path('x'))).rejects.toThrow(/^save: .*disposed/);
    expect(await folder.list()).toEqual([]);
  });
});

it('CRC-32 is that of zip', () => {
  const bytes = new TextEncoder().encode('123456789');
  expect(crc32(bytes)).toBe(0xcbf43926);
  expect(crc32(bytes.subarray(5), crc32(bytes.subarray(0, 5)))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array(0))).toBe(0);
});
