/**
 * A file in IndexedDB: its pieces stand under the number of their save, and one record says which save is the current one. Writing
 * that record, and deleting the pieces of other saves, is one transaction: it happens or it does not.
 */
import { StorageError, UnsupportedError } from '../../errors.ts';
import { randomName } from './node-files.ts';
import type { FileSink } from './places.ts';

const STORE = 'files';

/** The record of a file. Its pieces are under [key, save, number]. */
interface Current {
  readonly save: string;
  readonly pieces: number;
}

/** Smaller pieces are gathered, so that a header is no record of its own. */
const PIECE_BYTES = 2 ** 20;

export async function databaseSink(op: string, name: string, key: string): Promise<FileSink> {
  const database = await open(op, name);
  const save = randomName();
  let pieces = 0;
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (bytes === 0) return;
    const blob = new Blob(waiting as Uint8Array<ArrayBuffer>[]);
    waiting = [];
    bytes = 0;
    const number = pieces++;
    await transact(database, 'readwrite', files => files.put(blob, [key, save, number]));
  };
  return {
    async write(piece) {
      waiting.push(piece.slice());
      bytes += piece.length;
      if (bytes >= PIECE_BYTES) await flush();
    },
    async commit() {
      await flush();
      const current: Current = { save, pieces };
      await transact(database, 'readwrite', files => {
        const own = files.count(IDBKeyRange.bound([key, save], [key, save, []], false, true));
        // Another save to this key has been quicker, and swept ours away.
        own.onsuccess = () => void (own.result === pieces || files.transaction.abort());
        files.put(current, [key]);
        // All pieces of this key, but for our own.
        files.delete(IDBKeyRange.bound([key, ''], [key, save], false, true));
        files.delete(IDBKeyRange.bound([key, save, []], [key, []], false, true));
      });
      database.close();
    },
    async abort() {
      await transact(database, 'readwrite', files =>
        files.delete(IDBKeyRange.bound([key, save], [key, save, []], false, true)),
      ).finally(() => database.close());
    },
  };
}

export async function* databaseSource(
  op: string,
  name: string,
  key: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const database = await open(op, name);
  try {
    const current = await transact<Current | undefined>(database, 'readonly', files => files.get([key]));
    if (!current) throw new StorageError(`${op}: the database '${name}' has no '${key}'. Save an index there first.`);
    for (let number = 0; number < current.pieces; number++) {
      const piece = await transact<Blob | undefined>(database, 'readonly', files =>
        files.get([key, current.save, number]),
      );
      if (!piece) throw new StorageError(`${op}: '${key}' was saved anew while it was read. Load it again.`);
      yield new Uint8Array(await piece.arrayBuffer());
    }
  } finally {
    database.close();
  }
}

function open(op: string, name: string): Promise<IDBDatabase> {
  if (typeof indexedDB === 'undefined')
    throw new UnsupportedError(`${op}: there is no IndexedDB here. Use a path, a Blob, or a stream.`);
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => {
      const database = request.result;
      if (database.objectStoreNames.contains(STORE)) return resolve(database);
      database.close();
      reject(new StorageError(`${op}: the database '${name}' is none of unitball's. Give the name of another one.`));
    };
    request.onerror = () => reject(request.error ?? new Error('the database did not open'));
  });
}

/** One transaction: resolves with the request's result once all of it is done. */
function transact<Result>(
  database: IDBDatabase,
  mode: IDBTransactionMode,
  body: (files: IDBObjectStore) => IDBRequest<Result> | undefined | void,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode);
    const request = body(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request?.result as Result);
    const fail = (): void => reject(transaction.error ?? new Error('the transaction was aborted'));
    transaction.onabort = fail;
    transaction.onerror = fail;
  });
}
