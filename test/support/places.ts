/** Where specs write files: a path that every lane has (the disk in Node and Deno, the origin's own files in a page), and sinks that fail. */
import type { FileSink, Target } from '../../src/index.ts';
import { openSink } from '../../src/search/store/places.ts';

interface NodeLike {
  process?: {
    getBuiltinModule?(name: string): {
      tmpdir?(): string;
      promises?: { mkdtemp(prefix: string): Promise<string>; readdir(path: string): Promise<string[]> };
    };
  };
}

const builtin = (name: string) => (globalThis as NodeLike).process?.getBuiltinModule?.(name);

export interface Folder {
  readonly path: (name: string) => string;
  /** The names of the files in it. */
  readonly list: () => Promise<string[]>;
}

/** A fresh folder. */
export async function makeFolder(): Promise<Folder> {
  const files = builtin('node:fs')?.promises;
  if (files) {
    const folder = await files.mkdtemp(`${builtin('node:os')?.tmpdir?.()}/unitball-`);
    return { path: name => `${folder}/${name}`, list: () => files.readdir(folder) };
  }
  const folder = `spec-${crypto.randomUUID()}`;
  const list = async (): Promise<string[]> => {
    const root = await navigator.storage.getDirectory();
    const handle = await root.getDirectoryHandle(folder, { create: true });
    const names: string[] = [];
    for await (const name of (handle as unknown as { keys(): AsyncIterable<string> }).keys()) names.push(name);
    return names;
  };
  return { path: name => `${folder}/${name}`, list };
}

export class DiskFull extends Error {}

const wrecks: FileSink[] = [];

/** Lets go of what crashes have left open: a process that is gone has nothing open. */
export async function clearWrecks(): Promise<void> {
  for (const sink of wrecks.splice(0)) await sink.abort(undefined);
}

/** A sink that writes to a target until so many bytes are written, or so many pieces, and then fails. */
export async function failingSink(
  target: Target,
  after: { bytes?: number; pieces?: number; commit?: boolean },
  crash: boolean,
): Promise<FileSink> {
  const sink = await openSink('save', target);
  let { bytes = Infinity, pieces = Infinity } = after;
  return {
    async write(piece) {
      if (pieces-- <= 0) throw new DiskFull('no space left');
      await sink.write(piece.subarray(0, Math.min(piece.length, bytes)));
      bytes -= piece.length;
      if (bytes < 0) throw new DiskFull('no space left');
    },
    async commit() {
      if (after.commit) throw new DiskFull('no space left');
      await sink.commit();
    },
    // A process that is gone cleans up nothing.
    abort: async reason => {
      if (crash) wrecks.push(sink);
      else await sink.abort(reason);
    },
  };
}

/** A sink into memory. */
export function memorySink(): FileSink & { readonly pieces: Uint8Array[]; committed: boolean } {
  const pieces: Uint8Array[] = [];
  return {
    pieces,
    committed: false,
    async write(piece) {
      pieces.push(piece.slice());
    },
    async commit() {
      this.committed = true;
    },
    async abort() {
      pieces.length = 0;
    },
  };
}
