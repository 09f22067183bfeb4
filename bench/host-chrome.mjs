/**
 * Chrome as a place to run benches: each in a fresh page, so that first calls are first calls and nobody inherits another's
 * memory. The pages are cross-origin isolated, as WebAssembly threads need it.
 */
import { preview } from 'vite';
import { launchBrowser } from '../scripts/browser.mjs';
import { getBrowser } from '../scripts/get-browser.mjs';
import { runNative } from './native/run.mjs';

export async function openHost(folder) {
  await getBrowser();
  const server = await preview({
    configFile: false,
    logLevel: 'error',
    build: { outDir: folder },
    preview: {
      host: '127.0.0.1',
      port: 4273,
      headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
    },
  });
  const address = new URL('page.html', server.resolvedUrls.local[0]).href;
  const browser = await launchBrowser();

  async function inFreshPage(action, ...args) {
    const page = await browser.newPage();
    const complaints = [];
    page.on('pageerror', error => complaints.push(error.message));
    try {
      await page.goto(address);
      await page.waitForFunction('globalThis.bench !== undefined');
      return await page.evaluate(action, ...args);
    } catch (error) {
      throw new Error([error.message, ...complaints].join('\n'), { cause: error });
    } finally {
      await page.close();
    }
  }

  return {
    version: await browser.version(),
    list: () => inFreshPage(() => globalThis.bench.list()),
    machine: () => inFreshPage(() => globalThis.bench.machine('chrome')),
    tiles: () => inFreshPage(() => globalThis.bench.tiles()),
    selections: () => inFreshPage(() => globalThis.bench.selections()),
    async run(name, request) {
      const outcome = await inFreshPage((...args) => globalThis.bench.run(...args), name, 'chrome', request);
      return { ...outcome, entries: [...outcome.entries, ...runNative(outcome, request)] };
    },
    sweeps: () => inFreshPage(() => globalThis.bench.sweepNames()),
    /** Of each device: a page of its own for each series, since what a page holds counts. */
    sweepOn: ['webgpu', 'wasm', 'cpu'],
    sweep: (...asked) => inFreshPage((...args) => globalThis.bench.runSweep(...args), ...asked),
    /** Milliseconds from nothing to the first answer, each in a fresh page. */
    async coldStart(times) {
      const taken = [];
      for (let k = 0; k < times; k++) taken.push(await inFreshPage(() => globalThis.bench.coldStart()));
      return taken;
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}
