/**
 * Where files go and come from: one small interface for each way, and what of the user's becomes which. The adapters are in
 * node-files.ts, browser-files.ts and indexed-db.ts.
 */
import { OptionError, StorageError, UnitballError } from '../../errors.ts';
import { show } from '../../options.ts';
import { handleSink, handleSource, isFileHandle, opfsSink, opfsSource, type FileHandle } from './browser-files.ts';
import { databaseSink, databaseSource } from './indexed-db.ts';
import { nodeFiles, nodeSink, nodeSource } from './node-files.ts';

/** Something to write a file to. Nothing of it is seen before `commit`, and nothing after `abort`. */
export interface FileSink {
  write(bytes: Uint8Array): Promise<void>;
  commit(): Promise<void>;
  abort(reason: unknown): Promise<void>;
}

/** A place in IndexedDB: the name of a database, and under which key in it (default 'index'). */
export interface DatabasePlace {
  readonly indexedDB: string;
  readonly key?: string | undefined;
}

/** A path, a place in IndexedDB, a file's handle, a stream, or a sink of your own. */
export type Target = string | DatabasePlace | FileHandle | WritableStream<Uint8Array> | FileSink;

/** A path, a place in IndexedDB, a file's handle, a Blob, bytes, or a stream. */
export type Source =
  | string
  | DatabasePlace
  | FileHandle
  | Blob
  | Uint8Array
  | ArrayBuffer
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const has = (value: object, ...names: readonly string[]): boolean =>
  names.every(name => typeof (value as Record<string, unknown>)[name] === 'function');

/** True for what can be read again later. */
export const isLasting = (place: Target | Source): boolean =>
  typeof place === 'string' ||
  (isObject(place) && ('indexedDB' in place || isFileHandle(place) || place instanceof Blob));

/** Opens a target for writing. What fails there is a StorageError. */
export async function openSink(op: string, target: Target): Promise<FileSink> {
  return guarded(op, target, await attempt(op, 'write', target, () => sinkOf(op, target)));
}

async function sinkOf(op: string, target: Target): Promise<FileSink> {
  if (typeof target === 'string') {
    if (target === '') throw new OptionError(`${op}: the path is empty. Give the name of a file.`);
    const files = nodeFiles();
    return files ? nodeSink(files, target) : opfsSink(op, target);
  }
  if (isObject(target)) {
    if ('indexedDB' in target) return databaseSink(op, ...placeOf(op, target));
    if (isFileHandle(target)) return handleSink(target);
    if (has(target, 'getWriter')) return streamSink(target as WritableStream<Uint8Array>);
    if (has(target, 'write', 'commit', 'abort')) return target as FileSink;
  }
  throw new OptionError(
    `${op}: ${show(target)} cannot be written to. Give a path, { indexedDB, key }, a file's handle, a WritableStream, or { write, commit, abort }.`,
  );
}

/** The bytes of a source, in pieces. */
export async function* readSource(op: string, source: Source): AsyncGenerator<Uint8Array, void, undefined> {
  const pieces = await attempt(op, 'read', source, () => Promise.resolve(piecesOf(op, source)));
  const steps = pieces[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await attempt(op, 'read', source, () => steps.next());
      if (done) return;
      if (!(value instanceof Uint8Array))
        throw new OptionError(`${op}: the stream gave ${show(value)}. Give a stream of Uint8Arrays.`);
      yield value;
    }
  } finally {
    await steps.return?.();
  }
}

function piecesOf(op: string, source: Source): AsyncIterable<Uint8Array> {
  if (typeof source === 'string') {
    const files = nodeFiles();
    return files ? nodeSource(files, source) : opfsSource(op, source);
  }
  if (source instanceof ArrayBuffer) return onePiece(new Uint8Array(source));
  if (ArrayBuffer.isView(source)) return onePiece(new Uint8Array(source.buffer, source.byteOffset, source.byteLength));
  if (isObject(source)) {
    if ('indexedDB' in source) return databaseSource(op, ...placeOf(op, source));
    if (isFileHandle(source)) return handleSource(source);
    if (source instanceof Blob) return streamPieces(source.stream());
    if (has(source, 'getReader')) return streamPieces(source as ReadableStream<Uint8Array>);
    if (Symbol.asyncIterator in source) return source;
  }
  throw new OptionError(
    `${op}: ${show(source)} cannot be read. Give a path, { indexedDB, key }, a file's handle, a Blob, bytes, or a stream.`,
  );
}

function placeOf(op: string, { indexedDB, key = 'index' }: DatabasePlace): [string, string] {
  if (typeof indexedDB !== 'string' || indexedDB === '' || typeof key !== 'string')
    throw new OptionError(`${op}: { indexedDB: ${show(indexedDB)}, key: ${show(key)} } is no place. Give two names.`);
  return [indexedDB, key];
}

async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

/** A stream as an iterable, which not every browser has. */
export async function* streamPieces(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = stream.getReader();
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        ended = true;
        return;
      }
      yield value;
    }
  } finally {
    if (!ended) await reader.cancel().catch(() => undefined);
    reader.releaseLock();
  }
}

function streamSink(stream: WritableStream<Uint8Array>): FileSink {
  const writer = stream.getWriter();
  return {
    async write(bytes) {
      await writer.ready;
      await writer.write(bytes);
    },
    commit: () => writer.close(),
    abort: reason => writer.abort(reason),
  };
}

/** The same sink, whose failures are StorageErrors. */
function guarded(op: string, target: Target, sink: FileSink): FileSink {
  const guard = <Result>(step: () => Promise<Result>): Promise<Result> => attempt(op, 'write', target, step);
  return {
    write: bytes => guard(() => sink.write(bytes)),
    commit: () => guard(() => sink.commit()),
    abort: reason => sink.abort(reason),
  };
}

async function attempt<Result>(
  op: string,
  verb: string,
  place: Target | Source,
  step: () => Promise<Result>,
): Promise<Result> {
  try {
    return await step();
  } catch (cause) {
    if (cause instanceof UnitballError) throw cause;
    const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
    throw new StorageError(
      `${op}: cannot ${verb} ${nameOf(place)}: ${reason}. Look whether it exists, may be ${verb === 'read' ? 'read' : 'written'}, and has room.`,
      { cause },
    );
  }
}

function nameOf(place: Target | Source): string {
  if (typeof place === 'string') return `'${place}'`;
  if (isObject(place) && 'indexedDB' in place) return `'${place.key ?? 'index'}' of the database '${place.indexedDB}'`;
  if (isObject(place) && isFileHandle(place)) return `the file '${place.name}'`;
  return 'the stream';
}

/** Writes all pieces and commits, or aborts and rejects with what went wrong first. */
export async function writeAll(pieces: AsyncIterable<Uint8Array>, sink: FileSink, signal?: AbortSignal): Promise<void> {
  try {
    for await (const piece of pieces) {
      signal?.throwIfAborted();
      await sink.write(piece);
    }
    signal?.throwIfAborted();
    await sink.commit();
  } catch (error) {
    await sink.abort(error).catch(() => undefined);
    throw error;
  }
}
