/**
 * Files in Node and Deno. What is written goes to a name of its own beside the target, to the disk, and is renamed then: at no
 * time is the target anything but the old file or the whole new one.
 */
import type { FileSink } from './places.ts';

/** What is used of node:fs/promises. */
export interface NodeFiles {
  open(path: string, flags: string): Promise<NodeHandle>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { force: boolean }): Promise<void>;
  readdir(path: string): Promise<string[]>;
  stat(path: string): Promise<{ readonly mtimeMs: number }>;
}

interface NodeHandle {
  write(bytes: Uint8Array, offset: number, length: number): Promise<{ readonly bytesWritten: number }>;
  read(bytes: Uint8Array, offset: number, length: number): Promise<{ readonly bytesRead: number }>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

const PIECE_BYTES = 2 ** 20;
/** What a crash has left beside a file is swept away by a later save, once it is that old. */
const STALE_MS = 3_600_000;
const ENDING = '.unitball-part';

/** The file system, where the runtime has one. */
export function nodeFiles(): NodeFiles | undefined {
  const { process } = globalThis as {
    process?: { getBuiltinModule?(name: string): { readonly promises?: NodeFiles } | undefined };
  };
  return process?.getBuiltinModule?.('node:fs')?.promises;
}

export async function nodeSink(files: NodeFiles, path: string): Promise<FileSink> {
  const part = `${path}.${randomName()}${ENDING}`;
  await sweep(files, path);
  const handle = await files.open(part, 'wx');
  let open = true;
  const close = async (): Promise<void> => {
    if (!open) return;
    open = false;
    await handle.close();
  };
  return {
    async write(bytes) {
      for (let at = 0; at < bytes.length;) {
        const { bytesWritten } = await handle.write(bytes, at, bytes.length - at);
        at += bytesWritten;
      }
    },
    async commit() {
      await handle.sync();
      await close();
      await files.rename(part, path);
    },
    async abort() {
      await close().catch(() => undefined);
      await files.rm(part, { force: true });
    },
  };
}

export async function* nodeSource(files: NodeFiles, path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const handle = await files.open(path, 'r');
  try {
    for (;;) {
      const bytes = new Uint8Array(PIECE_BYTES);
      const { bytesRead } = await handle.read(bytes, 0, bytes.length);
      if (bytesRead === 0) return;
      yield bytes.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function sweep(files: NodeFiles, path: string): Promise<void> {
  const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1;
  const [folder, name] = [path.slice(0, cut), path.slice(cut)];
  // A sweep that fails is no reason not to save.
  const names = await files.readdir(folder === '' ? '.' : folder).catch(() => []);
  for (const other of names) {
    if (!other.startsWith(`${name}.`) || !other.endsWith(ENDING)) continue;
    const age = await files.stat(folder + other).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > STALE_MS) await files.rm(folder + other, { force: true }).catch(() => undefined);
  }
}

/** 16 hexadecimal digits. */
export function randomName(): string {
  return [...crypto.getRandomValues(new Uint8Array(8))].map(byte => byte.toString(16).padStart(2, '0')).join('');
}
