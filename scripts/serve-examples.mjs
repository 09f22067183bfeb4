/**
 * Serves the examples on 127.0.0.1: Vite's own server over examples/, with the library as it was built into dist/ under the
 * name that a user imports. Cross-origin isolated, so that WebAssembly threads work.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createServer } from 'vite';
import { cache, dist, root } from './paths.mjs';

/** Starts at 4173 and takes the next port that is free. Resolves with the address. */
export async function serveExamples() {
  const examples = join(root, 'examples');
  if (!existsSync(examples)) throw new Error('There are no examples to serve: the folder examples/ is missing.');
  const server = await createServer({
    configFile: false,
    root: examples,
    cacheDir: join(cache, 'vite'),
    resolve: { alias: { unitball: join(dist, 'index.js') } },
    server: {
      host: '127.0.0.1',
      port: 4173,
      fs: { allow: [root] },
      headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
    },
    optimizeDeps: { noDiscovery: true },
    logLevel: 'warn',
  });
  await server.listen();
  return server.resolvedUrls.local[0];
}
