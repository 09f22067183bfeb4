/**
 * Files in pages and workers: a FileSystemFileHandle that the user has picked, or a path in the origin's private file system. What is
 * written goes to a swap file that takes the file's place when it is closed.
 */
import { UnsupportedError } from '../../errors.ts';
import type { FileSink } from './places.ts';

/** What is used of a FileSystemFileHandle. */
export interface FileHandle {
  readonly kind: 'file';
  readonly name: string;
  getFile(): Promise<Blob>;
  createWritable?(): Promise<SwapFile>;
}

interface SwapFile {
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  close(): Promise<void>;
  abort(reason?: unknown): Promise<void>;
}

interface Folder {
  getDirectoryHandle(name: string, options: { create: boolean }): Promise<Folder>;
  getFileHandle(name: string, options: { create: boolean }): Promise<FileHandle>;
  removeEntry(name: string): Promise<void>;
}

export const isFileHandle = (value: object): value is FileHandle =>
  'kind' in value && value.kind === 'file' && 'getFile' in value;

export async function handleSink(handle: FileHandle): Promise<FileSink> {
  if (!handle.createWritable)
    throw new UnsupportedError(
      `save: this browser cannot write to the handle of '${handle.name}'. Use { indexedDB: name }, or index.toBlob().`,
    );
  const swap = await handle.createWritable();
  return {
    write: bytes => swap.write(bytes as Uint8Array<ArrayBuffer>),
    commit: () => swap.close(),
    abort: reason => swap.abort(reason),
  };
}

export async function* handleSource(handle: FileHandle): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await handle.getFile();
  for (let at = 0; at < file.size; at += PIECE_BYTES)
    yield new Uint8Array(await file.slice(at, at + PIECE_BYTES).arrayBuffer());
}

const PIECE_BYTES = 2 ** 20;

export async function opfsSink(op: string, path: string): Promise<FileSink> {
  const { folder, name } = await place(op, path, true);
  const before = await folder.getFileHandle(name, { create: false }).catch(() => undefined);
  const handle = before ?? (await folder.getFileHandle(name, { create: true }));
  const sink = await handleSink(handle);
  if (before) return sink;
  return {
    ...sink,
    async abort(reason) {
      await sink.abort(reason);
      // A handle is had only by making the file, empty: it goes again with what was to be in it.
      await folder.removeEntry(name);
    },
  };
}

export async function* opfsSource(op: string, path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const { folder, name } = await place(op, path, false);
  yield* handleSource(await folder.getFileHandle(name, { create: false }));
}

async function place(op: string, path: string, create: boolean): Promise<{ folder: Folder; name: string }> {
  const { navigator } = globalThis as { navigator?: { storage?: { getDirectory?(): Promise<unknown> } } };
  if (!navigator?.storage?.getDirectory)
    throw new UnsupportedError(
      `${op}: there is no file system here for the path '${path}'. Pages have one in secure contexts (https, localhost); { indexedDB: name } and Blobs work elsewhere.`,
    );
  const parts = path.split('/').filter(part => part !== '' && part !== '.');
  const name = parts.pop() ?? '';
  let folder = (await navigator.storage.getDirectory()) as Folder;
  for (const part of parts) folder = await folder.getDirectoryHandle(part, { create });
  return { folder, name };
}
