/**
 * The README's quick start as most people will first run it: pasted into a page under Vite's development server, which bundles
 * dependencies by rules of its own, in a project where `webgpu` is not installed.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'puppeteer';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '../../scripts/browser.mjs';
import { root } from '../../scripts/paths.mjs';
import { project, write } from './support/user.ts';

let server: ViteDevServer;
let browser: Browser;

beforeAll(async () => {
  const [, quickStart = ''] =
    /<!-- run -->\s*```ts\n([^]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];
  write('page/main.ts', `${quickStart}\nconsole.log('the end');`);
  const listen = '<script>window.said = []; console.log = (...values) => said.push(...values);</script>';
  const script = '<script type="module" src="./main.ts"></script>';
  write('page/index.html', `<!doctype html><link rel="icon" href="data:," />${listen}${script}`);
  server = await createServer({
    root: join(project, 'page'),
    configFile: false,
    logLevel: 'silent',
    cacheDir: join(project, 'page/.vite'),
    server: { host: '127.0.0.1', port: 4700 },
  });
  await server.listen();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

it('the quick start of the README runs under the development server of Vite', async () => {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('pageerror', error => complaints.push(String(error)));
  page.on('console', message => {
    if (message.type() === 'error') complaints.push(`${message.text()} ${message.location().url}`);
  });
  await page.goto(server.resolvedUrls?.local[0] ?? '');
  const end = page.waitForFunction("said.includes('the end')", { timeout: 30_000 });
  await end.catch(() => complaints.push('The quick start did not come to its end.'));
  expect(complaints).toEqual([]);
  const said = await page.evaluate('said');
  expect(said).toContainEqual([5, 13, 0]);
  expect(said).toContainEqual([0, Math.fround(Math.hypot(2, 8)), 5]);
});
