/** Writing an index: header, vectors, ids and end, a frame at a time, out of a snapshot, while the index may go on changing. */
import type { IndexCore } from '../flat-index-core.ts';
import { idsOf, liveRows, type IdArray } from '../ids.ts';
import type { Snapshot } from '../flat-index-snapshot.ts';
import { encodeFrameHead, encodeHeader, encodeIds, FRAME_BYTES, numbersToBytes, type FrameKind } from './format.ts';
import { reloader } from './load.ts';
import { randomName } from './node-files.ts';
import { checkFileOptions, type FileOptions } from './options.ts';
import { isLasting, openSink, writeAll, type Source, type Target } from './places.ts';

export type SaveOptions = FileOptions;

export async function saveIndex(op: string, core: IndexCore, target: Target, options: SaveOptions): Promise<void> {
  checkFileOptions(op, options);
  core.assertAlive(op);
  const { changes } = core;
  const stamp = randomName();
  await withPieces(op, core, stamp, options, async pieces => {
    await writeAll(pieces, await openSink(op, target), options.signal);
  });
  if (isLasting(target)) core.savedAs({ changes, load: reloader(target as Source, stamp, core.settings) });
}

export async function blobOf(op: string, core: IndexCore, options: SaveOptions): Promise<Blob> {
  checkFileOptions(op, options);
  core.assertAlive(op);
  // Each piece a Blob of its own: a browser may keep those on disk.
  const parts: Blob[] = [];
  await withPieces(op, core, randomName(), options, async pieces => {
    for await (const piece of pieces) parts.push(new Blob([piece.slice()]));
  });
  return new Blob(parts, { type: 'application/octet-stream' });
}

/** Gives the bytes of the file of the index as it is now. */
async function withPieces(
  op: string,
  core: IndexCore,
  stamp: string,
  options: FileOptions,
  use: (pieces: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<void> {
  const snapshot = core.snapshot(op);
  try {
    await use(framesOf(snapshot, headerOf(core, snapshot, stamp), options));
  } finally {
    snapshot.release();
  }
}

function headerOf({ settings, book }: IndexCore, snapshot: Snapshot, stamp: string): Uint8Array {
  const { format, name, metric, numbers } = settings;
  return encodeHeader({
    dim: format.dim,
    dtype: format.dtype,
    size: snapshot.size,
    ids: snapshot.view.kind ?? null,
    next: book.next,
    stamp,
    metric: name,
    custom: typeof metric !== 'string',
    numbers,
  });
}

async function* framesOf(
  snapshot: Snapshot,
  header: Uint8Array,
  { signal, onProgress }: FileOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield header;
  const { format, view } = snapshot;
  const total = snapshot.size;
  let frames = 0;
  const frame = function* (kind: FrameKind, count: number, content: Uint8Array): Generator<Uint8Array> {
    yield encodeFrameHead(kind, frames++, count, content);
    if (content.length > 0) yield content;
  };
  const rowsAtOnce = Math.max(1, Math.floor(FRAME_BYTES / format.rowBytes));
  let done = 0;
  for await (const { rows, values } of snapshot.batches(rowsAtOnce, signal)) {
    yield* frame('VECT', rows.length, numbersToBytes(values));
    done += rows.length;
    onProgress?.({ done, total });
  }
  const live = liveRows(view);
  const idsAtOnce = FRAME_BYTES / 8;
  for (let at = 0; at < live.length; at += idsAtOnce) {
    const ids: IdArray = idsOf(view, live.subarray(at, at + idsAtOnce));
    yield* frame('IDS ', ids.length, encodeIds(ids));
  }
  yield* frame('END ', total, new Uint8Array(0));
}
