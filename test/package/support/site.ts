/**
 * The examples as the site of `npm run build:site`, but with the packed package: served as plain files under a path of their own,
 * opened in Chrome. A page that says anything in the console, or asks another host for anything, fails.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'puppeteer';
import { preview } from 'vite';
import { buildSite } from '../../../scripts/build-site.mjs';
import { launchBrowser } from '../../../scripts/browser.mjs';
import { project } from './user.ts';

export interface Site {
  /** A page of a visitor who was never here, or of the one who has opened another page. */
  openPage(earlier?: Page): Promise<Page>;
  /** Goes to a page of the site and waits until it says that it is ready. */
  visit(page: Page, name: string): Promise<void>;
  /** Closes all pages. Throws what they have said. */
  closePages(): Promise<void>;
  close(): Promise<void>;
}

/**
 * `isolated`: served so that pages can share memory between threads. `serviceWorkers`: whether the browser has them, with which a page that is not
 * served so isolates itself.
 */
export async function openSite({ isolated = false, serviceWorkers = false } = {}): Promise<Site> {
  const outDir = join(project, 'site');
  // One build serves all specs of a run.
  if (!existsSync(outDir)) await buildSite({ outDir, library: join(project, 'node_modules/unitball/dist/index.js') });
  const headers: Record<string, string> = isolated
    ? { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }
    : {};
  const server = await preview({
    root: project,
    base: '/some/where/',
    configFile: false,
    logLevel: 'error',
    build: { outDir },
    preview: { host: '127.0.0.1', port: 4600, headers },
  });
  const address = server.resolvedUrls?.local[0] ?? '';
  const browser = await launchBrowser();
  const contexts = new Set<BrowserContext>();
  const complaints: string[] = [];
  return {
    async openPage(earlier) {
      const context = earlier?.browserContext() ?? (await browser.createBrowserContext());
      contexts.add(context);
      const page = await context.newPage();
      if (!serviceWorkers) await page.evaluateOnNewDocument('delete Navigator.prototype.serviceWorker');
      page.on('pageerror', error => complaints.push(String(error)));
      page.on('console', message => complaints.push(message.text()));
      page.on('request', request => {
        const own = [address, `blob:${new URL(address).origin}/`, 'data:'];
        if (!own.some(start => request.url().startsWith(start))) complaints.push(request.url());
      });
      return page;
    },
    async visit(page, name) {
      await page.goto(address + name);
      await page.waitForSelector('body[data-state]');
    },
    async closePages() {
      for (const context of contexts) await context.close();
      contexts.clear();
      const said = complaints.splice(0);
      if (said.length > 0) throw new Error(`The page is not silent:\n${said.join('\n')}`);
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}
