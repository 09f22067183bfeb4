/**
 * Bundles what the pack runs, for Node and with everything inside: in the mode `specs` the spec files with Vitest's runner, in the
 * mode `benches` the benches with their program. pack.mjs says where to, and which spec files there are.
 */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { defineConfig, type UserConfig } from 'vite';
import { cache, root } from '../../scripts/paths.mjs';
import { wasm } from '../../scripts/wasm-plugin.ts';
import { wgsl } from '../../scripts/wgsl-plugin.ts';
import { workerScript } from '../../scripts/worker-plugin.ts';

type Group = Readonly<{ name: string; test: RegExp; priority: number }>;

/** Each input becomes a file of its name. */
function forNode(
  input: Record<string, string>,
  external: string[],
  left: RegExp[] = [],
  groups: Group[] = [],
): UserConfig {
  return {
    root,
    ssr: { noExternal: true, external },
    build: {
      ssr: true,
      target: 'es2023',
      emptyOutDir: false,
      copyPublicDir: false,
      reportCompressedSize: false,
      chunkSizeWarningLimit: 10_000,
      rolldownOptions: {
        input,
        external: [...external, ...left, /^node:/],
        checks: { pluginTimings: false },
        output: {
          entryFileNames: '[name].js',
          chunkFileNames: 'chunks/[name]-[hash].js',
          // Names stay, for stacks, and since some peers send functions to their workers as text.
          minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
          ...(groups.length > 0 && { codeSplitting: { groups } }),
        },
      },
    },
  };
}

const program = (name: string): string => join(root, 'bench/gpu', name);

/** Peers that never run here: some of them are megabytes of WebAssembly. */
const elsewhere = [/^onnxruntime-web/, /^edgevec/, /^hnswlib-wasm/, /^usearch/];

/** The benches import the library as it was built, from the folder of the pack. */
const benches = (): UserConfig =>
  forNode(
    { main: program('main.mjs'), 'bench-worker': program('bench-worker.mjs') },
    ['webgpu', 'unitball'],
    elsewhere,
  );

/** What specs stand on; the specs among it register their tests where they are imported, so they are not. */
const shared = /[\\/]test[\\/](?:support|oracle|golden|tolerance)(?!.*(?:\.spec|[\\/]setup)\.ts$)/;

/** Specs keep their paths from the root. They test the sources, as they do on all lanes. */
function specs(): UserConfig {
  const listed = JSON.parse(readFileSync(join(cache, 'pack/tests.json'), 'utf8')) as { file: string }[];
  const files = [...new Set(listed.map(({ file }) => relative(root, file))), 'test/support/setup.ts'];
  const inputs = files.map(file => [file.replace(/\.ts$/, ''), join(root, file)]);
  const input = { ...Object.fromEntries(inputs), 'spec-worker': program('spec-worker.mjs') };
  // Few chunks, instead of one for every set of specs that share something.
  const config = forNode(
    input,
    ['webgpu'],
    [],
    [
      { name: 'vitest', test: /[\\/]node_modules[\\/]/, priority: 3 },
      { name: 'unitball', test: /[\\/](?:src|shaders)[\\/]/, priority: 2 },
      { name: 'support', test: shared, priority: 1 },
    ],
  );
  return { ...config, plugins: [wgsl(), wasm(), workerScript()] };
}

export default defineConfig(({ mode }) => (mode === 'specs' ? specs() : benches()));
