/**
 * The Vite plugin behind `import file from './x.as'`: AssemblyScript, compiled to `{ id, relaxed, plain }` – the file's path
 * from the repository's root, and base64 of two binaries, one with relaxed SIMD and one without. What was compiled is kept in
 * the cache folder by the hash of everything that went into it, so that lanes and builds share it.
 *
 * The compiler takes its files for `.ts`. Ours are called `.as`, since they are no TypeScript: neither tsc nor the linter
 * nor the formatter must read them.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import type { Plugin } from 'vite';
import { cache, root } from './paths.mjs';

const FLAGS = [
  ['-O3', '--noAssert', '--runtime', 'stub', '--use', 'abort='],
  // Memory is imported, and may be shared with other threads; the device room says how much of it there is.
  ['--importMemory', '--noExportMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
  ['--enable', 'threads', '--enable', 'simd', '--enable', 'bulk-memory'],
].flat();

const RELAXED = ['--enable', 'relaxed-simd'];

const importPattern = /(?:^|\n)\s*(?:import|export)\b[^'"]*?from\s*['"](?<specifier>[^'"]+)['"]/g;

/** A file and all that it imports, by their paths from the repository's root. */
function closure(file: string, found: Map<string, string> = new Map()): Map<string, string> {
  if (found.has(file)) return found;
  const text = readFileSync(join(root, file), 'utf8');
  found.set(file, text);
  for (const { groups } of text.matchAll(importPattern))
    closure(`${posix.join(posix.dirname(file), groups?.specifier ?? '')}.as`, found);
  return found;
}

/** Compiles one file; throws with the compiler's own words. */
export async function compile(file: string, relaxed: boolean): Promise<{ binary: Uint8Array; text: string }> {
  const { main } = await import('assemblyscript/asc');
  const written = new Map<string, string | Uint8Array>();
  const args = [file.replace(/\.as$/, '.ts'), '--outFile', 'out.wasm', '--textFile', 'out.wat', ...FLAGS];
  const { error, stderr } = await main([...args, ...(relaxed ? RELAXED : [])], {
    readFile: name => {
      const path = join(root, name.replace(/\.ts$/, '.as'));
      return existsSync(path) ? readFileSync(path, 'utf8') : null;
    },
    writeFile: (name, content) => void written.set(name, content),
    listFiles: () => [],
  });
  if (error) throw new Error(`${file} does not compile:\n${stderr.toString().replaceAll('.ts', '.as')}`);
  const text = written.get('out.wat') as string;
  // Modules of all rooms share one memory, in which none has a place of its own; and memory is all that they are given.
  const wrong = /^ \((?:data|global|table|start) .*$/m.exec(text) ?? /^ \(import (?!"env" "memory").*$/m.exec(text);
  if (wrong) throw new Error(`${file} must have no data, globals or imports of its own, and has ${wrong[0].trim()}`);
  return { binary: written.get('out.wasm') as Uint8Array, text };
}

interface Compiled {
  readonly id: string;
  readonly relaxed: string;
  readonly plain: string;
}

async function compiled(id: string, sources: Map<string, string>): Promise<Compiled> {
  const hash = createHash('sha256')
    .update(JSON.stringify([FLAGS, RELAXED, asVersion(), [...sources]]))
    .digest('hex');
  const kept = join(cache, 'wasm', `${hash}.json`);
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8')) as Compiled;
  const base64 = async (relaxed: boolean): Promise<string> =>
    Buffer.from((await compile(id, relaxed)).binary).toString('base64');
  const made = { id, relaxed: await base64(true), plain: await base64(false) };
  mkdirSync(join(cache, 'wasm'), { recursive: true });
  // Two lanes may get here at once: whoever renames last wins, with the same bytes.
  const draft = `${kept}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(made));
  renameSync(draft, kept);
  return made;
}

function asVersion(): string {
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules/assemblyscript/package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

export function wasm(): Plugin {
  const underway = new Map<string, Promise<Compiled>>();
  return {
    name: 'unitball:wasm',
    enforce: 'pre',
    async load(id) {
      if (!id.endsWith('.as')) return undefined;
      const file = relative(root, id).replaceAll('\\', '/');
      const sources = closure(file);
      for (const source of sources.keys()) this.addWatchFile(join(root, source));
      const key = JSON.stringify([...sources]);
      if (!underway.has(key)) underway.set(key, compiled(file, sources));
      const made = await underway.get(key);
      return { code: `export default ${JSON.stringify(made)};\n`, map: null, moduleType: 'js' };
    },
  };
}
