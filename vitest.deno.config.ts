/**
 * The deno lane: the same specs on wgpu and naga. Deno itself runs Vitest here, in forks, because Vitest's thread
 * pool needs a part of node:worker_threads that Deno lacks.
 */
import { defineConfig } from 'vitest/config';
import { LaneReporter } from './scripts/lane-reporter.ts';
import { wasm } from './scripts/wasm-plugin.ts';
import { workerScript } from './scripts/worker-plugin.ts';
import { wgsl } from './scripts/wgsl-plugin.ts';
import { excludedFrom } from './test/lanes.ts';

export default defineConfig(({ mode }) => {
  const large = mode === 'large';
  return {
    plugins: [wgsl(), wasm(), workerScript()],
    test: {
      reporters: ['default', new LaneReporter()],
      name: 'deno',
      include: [large ? 'test/large/**/*.spec.ts' : 'test/*/**/*.spec.ts'],
      exclude: ['test/package/**', ...(large ? [] : ['test/large/**']), ...excludedFrom('deno')],
      setupFiles: ['test/support/setup.ts'],
      provide: { lane: 'deno' },
      pool: 'forks',
      isolate: false,
      maxWorkers: large ? 1 : 2,
      testTimeout: large ? 900_000 : 60_000,
      hookTimeout: 60_000,
    },
  };
});
