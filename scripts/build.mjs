/**
 * `npm run build`: Vite bundles src/ into dist/, then declarations.mjs adds the types. With --if-needed it does
 * nothing when neither the sources nor the tools changed since the last build.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeDeclarations } from './declarations.mjs';
import { cache, dist, root } from './paths.mjs';
import { tool } from './process.mjs';

const inputs = [
  'src',
  'shaders',
  'vite.config.ts',
  'tsconfig.json',
  'tsconfig.build.json',
  'package.json',
  'package-lock.json',
  'scripts/build.mjs',
  'scripts/declarations.mjs',
  'scripts/wasm-plugin.ts',
  'scripts/wgsl-plugin.ts',
  'scripts/worker-plugin.ts',
];
const stampFile = join(cache, 'build');

function* filesUnder(path) {
  if (!existsSync(path)) return;
  if (statSync(path).isFile()) yield path;
  else for (const name of readdirSync(path).sort()) yield* filesUnder(join(path, name));
}

function stamp() {
  const hash = createHash('sha256');
  for (const input of inputs) {
    for (const file of filesUnder(join(root, input))) hash.update(`${file}\n`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

function upToDate() {
  const outputs = ['index.js', 'index.d.ts'].map(name => join(dist, name));
  return [stampFile, ...outputs].every(file => existsSync(file)) && readFileSync(stampFile, 'utf8') === stamp();
}

/** Resolves with whether dist/ is now complete. */
export async function build({ ifNeeded = false } = {}) {
  if (ifNeeded && upToDate()) return true;
  const before = stamp();
  const bundled = await tool('vite/bin/vite.js', ['build', '--logLevel', 'warn']);
  if (!bundled.ok) return false;
  if (!(await writeDeclarations())) return false;
  mkdirSync(cache, { recursive: true });
  writeFileSync(stampFile, before);
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const ok = await build({ ifNeeded: process.argv.includes('--if-needed') });
  process.exitCode = ok ? 0 : 1;
}
