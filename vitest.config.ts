/**
 * The test projects that Node starts: `cpu`, `wasm` and `node` (Dawn) run here, `chrome` and `chrome-wasm` run the same specs
 * in a page of headless Chromium – `firefox` and `firefox-wasm` in one of Firefox, for who asks for them –, `package` tests what is
 * published. Deno starts its lane itself, from vitest.deno.config.ts.
 *
 * On a software GPU most of a spec's time is the compiling of shaders, which takes one core: the native lanes run two files at
 * a time. The browser runs one, since a spec there crashes the GPU process that all pages share.
 */
import { defineConfig } from 'vitest/config';
import { launchBrowser } from './scripts/browser.mjs';
import { launchFirefox } from './scripts/firefox.mjs';
import { linkDawn } from './scripts/install.mjs';
import { LaneReporter } from './scripts/lane-reporter.ts';
import { crashGpuProcess, puppeteerProvider } from './scripts/puppeteer-provider.ts';
import { vulkanEnvironment } from './scripts/vulkan.mjs';
import { wasm } from './scripts/wasm-plugin.ts';
import { workerScript } from './scripts/worker-plugin.ts';
import { wgsl } from './scripts/wgsl-plugin.ts';
import { excludedFrom, type Lane } from './test/lanes.ts';

linkDawn();
Object.assign(process.env, vulkanEnvironment());

const specs = 'test/*/**/*.spec.ts';
/** Run by `npm run test:large`, which asks for the mode `large`, and by nothing else. */
const largeSpecs = 'test/large/**/*.spec.ts';
const packageSpecs = 'test/package/**/*.spec.ts';

const laneOf = (lane: Lane, large: boolean) => ({
  name: lane,
  include: [large ? largeSpecs : specs],
  exclude: [packageSpecs, ...(large ? [] : [largeSpecs]), ...excludedFrom(lane)],
  setupFiles: ['test/support/setup.ts'],
  provide: { lane },
  // Files share their modules: to load and compile them anew took as long as the tests. setup.ts sees that none leaves anything behind.
  isolate: false,
  testTimeout: large ? 900_000 : 60_000,
  hookTimeout: 60_000,
  // Giants need the memory for themselves.
  ...(large && { fileParallelism: false }),
});

/** Vitest names the project of a browser after its one instance, and knows no kind of browser by name but those it drives itself. */
const browserLane = (lane: Lane, large: boolean, launch = launchBrowser) => ({
  ...laneOf(lane, large),
  name: `${lane} pages`,
  fileParallelism: false,
  browser: {
    enabled: true,
    headless: true,
    ui: false,
    screenshotFailures: false,
    provider: puppeteerProvider({ launch }),
    instances: [{ browser: 'chrome', name: lane }],
    commands: { crashGpuProcess },
  },
});

export default defineConfig(({ mode }) => {
  const large = mode === 'large';
  return {
    plugins: [wgsl(), wasm(), workerScript()],
    server: {
      // What SharedArrayBuffer, and so WebAssembly threads, need of a page.
      headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
    },
    test: {
      reporters: ['default', new LaneReporter()],
      projects: [
        { extends: true, test: { ...laneOf('cpu', large), pool: 'forks', maxWorkers: 2 } },
        { extends: true, test: { ...laneOf('wasm', large), pool: 'forks', maxWorkers: 2 } },
        { extends: true, test: { ...laneOf('node', large), pool: 'forks', maxWorkers: 2 } },
        { extends: true, test: browserLane('chrome', large) },
        { extends: true, test: browserLane('chrome-wasm', large) },
        { extends: true, test: browserLane('firefox', large, launchFirefox) },
        { extends: true, test: browserLane('firefox-wasm', large, launchFirefox) },
        {
          extends: true,
          test: {
            name: 'package',
            include: [packageSpecs],
            globalSetup: ['test/package/support/setup.ts'],
            pool: 'forks',
            fileParallelism: false, // they share the project that installed the package
            testTimeout: 120_000,
            hookTimeout: 120_000,
          },
        },
      ],
    },
  };
});
