/**
 * `npm run check`: types of the library and of everything around it, lint with type information, the import directions of
 * src/, and the format. Every part runs, so that one run shows everything that is wrong.
 */
import { fileURLToPath } from 'node:url';
import { peersInstalled } from '../bench/install.mjs';
import { installPackages } from './install.mjs';
import { node, tool } from './process.mjs';

const typesIn = project => () => tool('typescript/bin/tsc', ['--noEmit', '-p', project]);

const parts = [
  { name: 'types of the library', run: typesIn('tsconfig.json') },
  { name: 'types of tests and scripts', run: typesIn('tsconfig.test.json') },
  { name: 'types of the examples', run: typesIn('examples/tsconfig.json') },
  {
    name: 'types of the benchmarks',
    run: typesIn('bench/tsconfig.json'),
    // Their peers are packages of their own, which only `npm run bench` installs.
    skip: () => (peersInstalled() ? undefined : 'its peers are not installed, or not those of bench/package-lock.json'),
  },
  { name: 'lint', run: () => tool('oxlint/bin/oxlint', ['--type-aware', '--deny-warnings']) },
  { name: 'imports between rooms', run: () => node('scripts/check-imports.mjs') },
  {
    name: 'figures of the README',
    run: () => node('scripts/quote-results.mjs', ['--check']),
    remedy: '`node scripts/quote-results.mjs` writes them',
  },
  { name: 'format', run: () => tool('oxfmt/bin/oxfmt', ['--check']), remedy: '`npm run format` puts it right' },
];

/** Resolves with whether all is well. */
export async function check() {
  const wrong = [];
  for (const { name, run, remedy, skip } of parts) {
    const reason = skip?.();
    if (reason !== undefined) {
      console.log(`skip  ${name} (${reason})`);
      continue;
    }
    const { ok } = await run();
    console.log(`${ok ? 'ok  ' : 'FAIL'}  ${name}${!ok && remedy !== undefined ? ` (${remedy})` : ''}`);
    if (!ok) wrong.push(name);
  }
  return wrong.length === 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await installPackages();
  process.exitCode = (await check()) ? 0 : 1;
}
