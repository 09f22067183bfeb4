/**
 * Bundles the benches by Vite, with the library as it was built into dist/. Nothing is minified: some peers send functions
 * to their workers as text. What only Node can load stays in its package.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { cache, dist, root } from '../scripts/paths.mjs';

const source = join(root, 'bench');

/** Packages that find binaries beside their own files. The page, too, has them in its text, but never loads them. */
const onlyInNode = ['onnxruntime-web', 'usearch'];

/** Names them by their place: a bundle in the cache would look for packages where there are none. */
const inPlace = {
  name: 'packages-in-place',
  enforce: 'pre',
  resolveId(id) {
    if (!onlyInNode.includes(id)) return null;
    const { resolve } = createRequire(join(source, 'package.json'));
    return { id: pathToFileURL(resolve(id)).href, external: true };
  },
};

/** Resolves with the folder that holds the page, or with Node's module. */
export async function bundle(host) {
  const outDir = join(cache, 'bench', host);
  const forNode = host === 'node';
  await build({
    configFile: false,
    root: source,
    base: './',
    logLevel: 'error',
    plugins: [inPlace],
    resolve: { alias: { unitball: join(dist, 'index.js') } },
    ...(forNode && { ssr: { noExternal: true, external: ['webgpu'] } }),
    build: {
      target: 'es2023',
      outDir,
      emptyOutDir: true,
      minify: false,
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      chunkSizeWarningLimit: 10_000,
      rolldownOptions: { input: join(source, forNode ? 'entry.ts' : 'page.html'), external: ['webgpu'] },
      ...(forNode && { ssr: true }),
    },
  });
  return forNode ? join(outDir, 'entry.js') : outDir;
}
