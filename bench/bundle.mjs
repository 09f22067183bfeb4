/**
 * Bundles the benches by Vite, with the library as it was built into dist/. Nothing is minified: some peers send functions
 * to their workers as text.
 */
import { join } from 'node:path';
import { build } from 'vite';
import { cache, dist, root } from '../scripts/paths.mjs';

const source = join(root, 'bench');

/** Resolves with the folder that holds the page, or with Node's module. */
export async function bundle(host) {
  const outDir = join(cache, 'bench', host);
  const forNode = host === 'node';
  await build({
    configFile: false,
    root: source,
    base: './',
    logLevel: 'error',
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
