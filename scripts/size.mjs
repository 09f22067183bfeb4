/**
 * `npm run size`: what a page pays for each room, bundled from dist/ by esbuild as a user's bundler would (minified, split,
 * gzipped), against a budget. A lazy chunk that only the wasm device loads stands outside the budgets.
 */
import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { relative } from 'node:path';
import { build as bundle } from 'esbuild';
import { build } from './build.mjs';
import { root } from './paths.mjs';

const kib = 1024;

/**
 * One line a room: the names that an entry imports, the most that they may cost in bytes, gzipped, and where that is not
 * reached yet, the goal. A limit is only ever lowered; what stands between it and the goal is told in ARCHITECTURE.md.
 */
const budgets = [
  { room: 'device', names: ['openDevice'], limit: 16 * kib },
  { room: 'arith', names: ['openDevice', 'add', 'sub', 'sum', 'mean', 'argmax', 'concat', 'take'], limit: 28 * kib },
  { room: 'norm', names: ['openDevice', 'norm'], limit: 27 * kib, goal: 20 * kib },
  { room: 'distance', names: ['openDevice', 'cdist'], limit: 54 * kib },
];

/** Chunks that a page fetches only when it opens a wasm device. */
const isOutside = path => /wasm/.test(relative(root, path));

/** @returns {Promise<{ room: string, size: number, limit: number, goal?: number }[]>} */
export async function measure() {
  return Promise.all(budgets.map(async ({ names, ...budget }) => ({ ...budget, size: await sizeOf(names) })));
}

async function sizeOf(names) {
  const { outputFiles } = await bundle({
    stdin: {
      contents: `import { ${names.join(', ')} } from './dist/index.js'; console.log(${names.join(', ')});`,
      resolveDir: root,
    },
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2023',
    external: ['webgpu', 'node:*'],
    outdir: 'out',
    write: false,
    logLevel: 'error',
  });
  const counted = outputFiles.filter(({ path }) => !isOutside(path));
  return counted.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0);
}

/** Lines of a table, one a room. */
export function table(sizes) {
  const kilo = bytes => `${(bytes / kib).toFixed(1)} KiB`.padStart(9);
  return sizes.map(
    ({ room, size, limit, goal }) =>
      `${size <= limit ? 'ok  ' : 'FAIL'}  ${room.padEnd(8)}${kilo(size)} of ${kilo(limit)}${goal && size > goal ? `, goal ${kilo(goal).trim()}: not reached` : ''}`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!(await build({ ifNeeded: true }))) process.exit(1);
  const sizes = await measure();
  console.log(['minified and gzipped, as a page would load it:', ...table(sizes)].join('\n'));
  process.exitCode = sizes.every(({ size, limit }) => size <= limit) ? 0 : 1;
}
