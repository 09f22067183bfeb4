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

export default defineConfig({
  plugins: [wgsl(), wasm(), workerScript()],
  test: {
    reporters: ['default', new LaneReporter()],
    name: 'deno',
    include: ['test/*/**/*.spec.ts'],
    exclude: ['test/package/**', ...excludedFrom('deno')],
    setupFiles: ['test/support/setup.ts'],
    provide: { lane: 'deno' },
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
