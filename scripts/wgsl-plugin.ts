/**
 * The Vite plugin behind `import file from './x.wgsl'`: the module's default export is `{ id, text }`, where `id` is the
 * file's path from the repository's root (`shaders/lib/reduce.wgsl`), which shader errors name.
 *
 * In a build the comments go, but every token keeps its line and column, so that an error from a published bundle still
 * points into the readable file. It is not a minifier: names stay what they are.
 */
import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const root = resolve(fileURLToPath(new URL('..', import.meta.url)));

/** Blanks out line comments and (nested) block comments; what is left stands where it stood. */
export function stripComments(source: string): string {
  let out = '';
  let at = 0;
  while (at < source.length) {
    const pair = source.slice(at, at + 2);
    if (pair === '//') {
      while (at < source.length && source[at] !== '\n') at++;
    } else if (pair === '/*') {
      const end = endOfBlockComment(source, at);
      out += source.slice(at, end).replace(/[^\n]/g, ' ');
      at = end;
    } else {
      out += source[at++];
    }
  }
  return out.replace(/[ \t\r]+$/gm, '').trimEnd() + '\n';
}

function endOfBlockComment(source: string, start: number): number {
  let depth = 0;
  let at = start;
  do {
    const pair = source.slice(at, at + 2);
    if (pair === '/*') depth++;
    if (pair === '*/') depth--;
    at += pair === '/*' || pair === '*/' ? 2 : 1;
  } while (depth > 0 && at < source.length);
  return at;
}

export function wgsl(): Plugin {
  let building = false;
  return {
    name: 'unitball:wgsl',
    enforce: 'pre',
    configResolved(config) {
      building = config.command === 'build';
    },
    async load(id) {
      const path = id.split('?', 1)[0] ?? id;
      if (!path.endsWith('.wgsl') || id !== path) return undefined;
      this.addWatchFile(path);
      const source = await readFile(path, 'utf8');
      const file = {
        id: relative(root, path).replaceAll('\\', '/'),
        text: building ? stripComments(source) : source,
      };
      return { code: `export default ${JSON.stringify(file)};\n`, map: null, moduleType: 'js' };
    },
  };
}
