/**
 * Writes the published declarations. tsc emits one file for every source; what index.d.ts reaches of them goes to dist/,
 * with `.js` in its import specifiers. A room's index.ts also hands things to other rooms: of such a file, which does
 * nothing but re-export, only the names are kept that somebody asks for, so the insides of the rooms stay at home.
 *
 * It is no parser: it reads the import and export lists that tsc prints, which are regular.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { cache, dist } from './paths.mjs';
import { tool } from './process.mjs';

const emitted = join(cache, 'declarations');

/** `export { a, type B as C } from './x.ts';` and the same with `import`. */
const list = /^(?:import|export)\s+(?:type\s+)?\{(?<names>[^}]*)\}\s+from\s+(['"])(?<from>[^'"]+)\2;?$/gm;
/** Everything else that names a module: `export * from`, `import('./x.ts')`, `import * as x from`. */
const specifier = /(\bfrom\s*|\bimport\s*\(?\s*)(['"])(\.{1,2}\/[^'"]+?)\.ts\2/g;

const isReexport = statement => statement.startsWith('export');

/** The two names of each entry of a list: outside as the other file calls it, inside as this one does. */
function entries(names) {
  return names
    .split(',')
    .map(text => text.trim())
    .filter(text => text !== '')
    .map(text => {
      const [outside, inside = outside] = text.replace(/^type\s+/, '').split(/\s+as\s+/);
      return { text, outside, inside };
    });
}

/** Whether a file only hands on what other files declare. */
export function isBarrel(text) {
  const rest = text
    .replace(list, statement => (isReexport(statement) ? '' : statement))
    .replace(/\/\*[^]*?\*\/|\/\/.*$/gm, '')
    .replace(/export \{\};?/g, '');
  return rest.trim() === '';
}

/**
 * The published part of a set of declaration files.
 * @param {string} entry the file that users import
 * @param {(file: string) => string} read gives a file's text by its path
 * @returns {Map<string, string>} path to text
 */
export function published(entry, read) {
  const texts = new Map();
  /** For each reached file the names asked of it; '*' asks for all. */
  const asked = new Map([[entry, new Set(['*'])]]);
  const work = [entry];
  while (work.length > 0) {
    const file = work.pop();
    if (!texts.has(file)) texts.set(file, read(file));
    for (const [target, names] of requests(file, texts.get(file), asked.get(file))) {
      const before = asked.get(target)?.size ?? 0;
      const all = new Set([...(asked.get(target) ?? []), ...names]);
      asked.set(target, all);
      if (all.size > before) work.push(target);
    }
  }
  return new Map([...texts].map(([file, text]) => [file, rewritten(text, asked.get(file))]));
}

const declarationOf = (file, from) => posix.join(posix.dirname(file), from.replace(/\.ts$/, '.d.ts'));

/** What a file, of which some names are asked, asks of others. */
function requests(file, text, names) {
  const kept = keptPart(text, names);
  const wanted = [...kept.matchAll(list)].map(({ groups }) => [
    declarationOf(file, groups.from),
    entries(groups.names).map(({ outside }) => outside),
  ]);
  const others = [...kept.replace(list, '').matchAll(specifier)].map(match => [
    declarationOf(file, `${match[3]}.ts`),
    ['*'],
  ]);
  return [...wanted, ...others].filter(([target]) => !target.startsWith('../'));
}

/** A barrel loses the entries that nobody asks for; other files stay whole. */
function keptPart(text, names) {
  if (names.has('*') || !isBarrel(text)) return text;
  return text.replace(list, (statement, all) => {
    const kept = entries(all).filter(({ inside }) => names.has(inside));
    return kept.length === 0 ? '' : statement.replace(all, ` ${kept.map(entry => entry.text).join(', ')} `);
  });
}

function rewritten(text, names) {
  return keptPart(text, names)
    .replace(specifier, '$1$2$3.js$2')
    .replace(/\n{3,}/g, '\n\n')
    .trimStart();
}

/** Resolves with whether tsc was content. */
export async function writeDeclarations() {
  rmSync(emitted, { recursive: true, force: true });
  const { ok } = await tool('typescript/bin/tsc', ['-p', 'tsconfig.build.json', '--outDir', emitted]);
  if (!ok) return false;
  for (const [file, text] of published('index.d.ts', path => readFileSync(join(emitted, path), 'utf8'))) {
    mkdirSync(dirname(join(dist, file)), { recursive: true });
    writeFileSync(join(dist, file), text);
  }
  return true;
}
