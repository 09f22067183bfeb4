/**
 * `npm run size`: what a page pays for each room, bundled from dist/ by esbuild as a user's bundler would (minified, gzipped),
 * against a budget; and what the chunks weigh that load only with a wasm device.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'esbuild';
import { build } from './build.mjs';
import { dist, root } from './paths.mjs';

const kib = 1024;

/**
 * One line a room: the names that an entry imports, the most that they may cost in bytes, gzipped, and where that is not
 * reached yet, the goal. What stands between limit and goal is told in ARCHITECTURE.md. A limit is lowered where it can be, and
 * raised for something new alone: arith had 28 KiB before there was a third device to choose and to load kernels for, distance 54
 * before rows could be measured once and changed as they are read.
 */
const budgets = [
  { room: 'device', names: ['openDevice'], limit: 16 * kib },
  { room: 'arith', names: ['openDevice', 'add', 'sub', 'sum', 'mean', 'argmax', 'concat', 'take'], limit: 28.5 * kib },
  { room: 'order', names: ['openDevice', 'topk', 'argsort', 'sort'], limit: 26 * kib },
  { room: 'norm', names: ['openDevice', 'norm'], limit: 27 * kib, goal: 20 * kib },
  { room: 'distance', names: ['openDevice', 'cdist'], limit: 55 * kib },
  { room: 'linalg', names: ['openDevice', 'svd', 'eigh'], limit: 55.5 * kib },
  { room: 'lowrank', names: ['openDevice', 'lowRank', 'pca'], limit: 67 * kib },
  { room: 'prox', names: ['openDevice', 'softThreshold', 'projectL1Ball'], limit: 23 * kib },
  { room: 'regression', names: ['openDevice', 'lasso', 'ridge'], limit: 76 * kib },
  { room: 'recovery', names: ['openDevice', 'sparseRecover', 'partialDct'], limit: 49.5 * kib },
  { room: 'training', names: ['openDevice', 'lossMse', 'clipGradNorm', 'adamw'], limit: 34 * kib },
  { room: 'search', names: ['openDevice', 'FlatIndex'], limit: 84 * kib },
];

/** @returns {Promise<{ room: string, size: number, limit: number, goal?: number }[]>} */
export async function measure() {
  const rooms = await Promise.all(
    budgets.map(async ({ names, ...budget }) => ({ ...budget, size: await sizeOf(names) })),
  );
  return [...rooms, { room: 'kernels', size: kernelBytes(), limit: KERNELS_MOST }];
}

/**
 * In one file, without what loads later: the chunks of the wasm device, and the SVD behind some norms. A bundler that splits
 * those off makes several files of the rest, which gzip a little worse.
 */
async function sizeOf(names) {
  const { outputFiles } = await bundle({
    stdin: {
      contents: `import { ${names.join(', ')} } from './dist/index.js'; console.log(${names.join(', ')});`,
      resolveDir: root,
    },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2023',
    external: ['webgpu', 'node:*', '*-wasm.js', '*/norm-singular.js'],
    write: false,
    logLevel: 'error',
  });
  return outputFiles.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0);
}

/** Both binaries of all wasm kernels, as they lie in the chunks. They had 30 KiB before there were kernels for doubles. */
const KERNELS_MOST = 32 * kib;

function kernelBytes() {
  const chunks = readdirSync(dist).filter(name => name.endsWith('-wasm.js'));
  const binaries = chunks.map(name =>
    [...readFileSync(join(dist, name), 'utf8').matchAll(/"?(?:relaxed|plain)"?: "(?<base64>[\w+/=]+)"/g)]
      .map(({ groups }) => groups.base64)
      .join('\n'),
  );
  if (!binaries.some(text => text.length > 0)) throw new Error('dist/ has no wasm kernels where they should be');
  return binaries.reduce((sum, text) => sum + gzipSync(text, { level: 9 }).length, 0);
}

/** Lines of a table, one a room. */
export function table(sizes) {
  const kilo = bytes => `${(bytes / kib).toFixed(1)} KiB`.padStart(9);
  return sizes.map(
    ({ room, size, limit, goal }) =>
      `${size <= limit ? 'ok  ' : 'FAIL'}  ${room.padEnd(10)}${kilo(size)} of ${kilo(limit)}${goal && size > goal ? `, goal ${kilo(goal).trim()}: not reached` : ''}`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!(await build({ ifNeeded: true }))) process.exit(1);
  const sizes = await measure();
  console.log(['minified and gzipped, as a page would load it:', ...table(sizes)].join('\n'));
  process.exitCode = sizes.every(({ size, limit }) => size <= limit) ? 0 : 1;
}
