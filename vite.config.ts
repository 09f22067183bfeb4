/**
 * How the library is bundled: one ESM entry, a chunk for each room with its shaders inlined, nothing minified (the user's
 * bundler does that) and `webgpu` left as an import that only Node ever reaches. Declarations come from `tsc` afterwards.
 */
import { defineConfig } from 'vite';
import { floors } from './scripts/check-imports.mjs';
import { wasm } from './scripts/wasm-plugin.ts';
import { workerScript } from './scripts/worker-plugin.ts';
import { wgsl } from './scripts/wgsl-plugin.ts';

/** Norms of singular values bring the SVD along: whoever asks for the first of them loads both. */
const singularNorms = String.raw`singular-norms\.ts$`;

/** What a room has for wasm devices. */
const forWasm = String.raw`(?:.*[\\/])?(?:wasm[\\/].*|wasm\.ts|[^\\/]*\.as)$`;

/**
 * A chunk for each room, lower floors first, so that a chunk holds what the room declares and the shaders that it alone
 * uses. With `sideEffects: false` a user's bundler then leaves out whole rooms, whatever they do when they load. What is
 * loaded later comes last, in chunks that nobody else loads: a chunk takes along what it needs and no earlier one has.
 */
const chunks = [
  ...floors.flat().flatMap((room, height) => [
    {
      name: room,
      test: new RegExp(String.raw`[\\/]src[\\/]${room}(?:\.ts$|[\\/](?!${forWasm}|${singularNorms}))`),
      priority: 200 - height,
    },
    { name: `${room}-wasm`, test: new RegExp(String.raw`[\\/]src[\\/]${room}[\\/]${forWasm}`), priority: 100 - height },
  ]),
  { name: 'norm-singular', test: new RegExp(String.raw`[\\/]src[\\/]norm[\\/]${singularNorms}`), priority: 0 },
];

export default defineConfig({
  plugins: [wgsl(), wasm(), workerScript()],
  worker: { format: 'es', plugins: () => [wgsl(), wasm(), workerScript()] },
  build: {
    lib: { entry: { index: 'src/index.ts' }, formats: ['es'] },
    target: 'es2023',
    sourcemap: true,
    minify: false,
    emptyOutDir: true,
    reportCompressedSize: false,
    rolldownOptions: {
      external: ['webgpu', /^node:/],
      checks: { pluginTimings: false }, // compiling wasm takes seconds, once
      output: {
        chunkFileNames: '[name].js',
        codeSplitting: { groups: chunks },
        minifyInternalExports: false,
      },
    },
  },
});
