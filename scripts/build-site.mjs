/**
 * `npm run build:site`: the examples as a static site in .site/, or where --out says. Its links are relative, so it may lie under any
 * path of any server of plain files; no header is needed: pages that are not cross-origin isolated get so by a service worker at the site's
 * root (examples/isolate.ts), and compute on one wasm thread where they cannot have one.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { installPackages } from './install.mjs';
import { dist, root } from './paths.mjs';

const examples = join(root, 'examples');

/** Bundles all pages into a folder of their own. `library` is the file that they import as `unitball`. */
export async function buildSite({ outDir, library = join(dist, 'index.js') }) {
  // Installed only just now, perhaps.
  const vite = await import('vite');
  const pages = readdirSync(examples).filter(name => name.endsWith('.html'));
  await vite.build({
    root: examples,
    base: './',
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { unitball: library } },
    build: {
      target: 'es2023',
      outDir,
      emptyOutDir: true,
      rolldownOptions: { input: pages.map(name => join(examples, name)) },
    },
    worker: { format: 'es' },
  });
  return pages.length;
}

async function main() {
  const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, '.site') } } });
  const outDir = resolve(values.out);
  // The folder is emptied: only one that this has filled may be.
  if (existsSync(outDir) && readdirSync(outDir).length > 0 && !existsSync(join(outDir, 'timings.html')))
    throw new Error(`${outDir} is no such site, and not empty. Name another folder.`);
  rmSync(outDir, { recursive: true, force: true });
  await installPackages();
  if (!(await build({ ifNeeded: true }))) throw new Error('The library could not be built; its messages stand above.');
  console.log(`${relative(root, outDir) || outDir}: ${await buildSite({ outDir })} pages`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await main();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
