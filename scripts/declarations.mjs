/**
 * Writes the published declarations: tsc emits one file for every source, and what index.d.ts reaches of them is copied to
 * dist/ with `.js` in its import specifiers. The rest describes the inside of rooms and stays at home.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { cache, dist } from './paths.mjs';
import { tool } from './process.mjs';

const emitted = join(cache, 'declarations');
const specifier = /(\bfrom\s*|\bimport\s*\(?\s*)(['"])(\.{1,2}\/[^'"]+?)\.ts\2/g;

/** The relative modules that a declaration file names, and its text with the specifiers as a user's compiler wants them. */
export function published(text) {
  const imports = [...text.matchAll(specifier)].map(match => `${match[3]}.d.ts`);
  return { imports, text: text.replace(specifier, '$1$2$3.js$2') };
}

/** Resolves with whether tsc was content. */
export async function writeDeclarations() {
  rmSync(emitted, { recursive: true, force: true });
  const { ok } = await tool('typescript/bin/tsc', ['-p', 'tsconfig.build.json', '--outDir', emitted]);
  if (!ok) return false;
  const reached = new Set(['index.d.ts']);
  for (const file of reached) {
    const { imports, text } = published(readFileSync(join(emitted, file), 'utf8'));
    for (const path of imports) reached.add(posix.join(posix.dirname(file), path));
    mkdirSync(dirname(join(dist, file)), { recursive: true });
    writeFileSync(join(dist, file), text);
  }
  return true;
}
