/**
 * The site on a server of plain files, as a visitor meets it: pages isolate themselves by a service worker (examples/isolate.ts), once, and
 * compute without it where it cannot be had.
 */
import { availableParallelism } from 'node:os';
import type { Page } from 'puppeteer';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openSite, type Site } from './support/site.ts';

describe('a page without isolation headers', () => {
  let site: Site;
  let page: Page;
  let loads = 0;

  beforeAll(async () => {
    site = await openSite({ serviceWorkers: true });
  });
  afterAll(() => site?.close());
  const openPage = async (earlier?: Page): Promise<void> => {
    page = await site.openPage(earlier);
    loads = 0;
    page.on('domcontentloaded', () => loads++);
  };
  beforeEach(() => openPage());
  afterEach(() => site.closePages());

  const isIsolated = (): Promise<boolean> => page.evaluate(() => crossOriginIsolated);
  const workers = (): Promise<string[]> =>
    page.evaluate(async () =>
      (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => new URL(scope).pathname),
    );
  const wasm = (): Promise<string> => page.$eval("[data-device='wasm']", line => line.textContent ?? '');
  const threads = Math.min(16, availableParallelism());
  const withThreads = threads === 1 ? '1 thread' : `${threads} threads`;

  it('loads twice at the first visit, and has threads then', async () => {
    await site.visit(page, '');
    expect(await isIsolated()).toBe(true);
    expect(loads).toBe(2);
    expect(await workers()).toEqual(['/some/where/']);
    expect(await wasm()).toContain(withThreads);
    expect(await wasm()).toMatch(/‖\(3, 4\)‖ = 5$/);
    await site.visit(page, 'norms.html');
    expect(await isIsolated()).toBe(true);
    expect(loads).toBe(3);
    // A worker of the page's own needs the headers, too.
    await site.visit(page, 'search.html?items=500');
    expect(await page.$eval('#outcome', place => place.textContent)).toMatch(/^500 pictures, described and indexed/);
  });

  it('loads once when it is loaded again, and in another tab', async () => {
    await site.visit(page, '');
    loads = 0;
    await page.reload();
    await page.waitForSelector('body[data-state]');
    expect([await isIsolated(), loads]).toEqual([true, 1]);
    await openPage(page);
    await site.visit(page, '');
    expect([await isIsolated(), loads]).toEqual([true, 1]);
  });

  it('is not loaded again and again where the worker is of no help', async () => {
    await page.setBypassServiceWorker(true);
    await site.visit(page, '');
    await page.waitForFunction("document.querySelector('#measure:not([disabled])')");
    expect([await isIsolated(), loads]).toEqual([false, 2]);
    expect(await wasm()).toMatch(/1 thread.*‖\(3, 4\)‖ = 5$/);
    await site.visit(page, 'low-rank.html?size=24');
    expect([await isIsolated(), loads]).toEqual([false, 3]);
    await page.waitForSelector("body[data-state='ready']");
    expect(await page.$eval('#status', status => status.textContent)).toMatch(/^Decomposed on wasm/);
  });

  it.for([
    [
      'are forbidden',
      "ServiceWorkerContainer.prototype.register = () => Promise.reject(new DOMException('no', 'SecurityError'))",
    ],
    ['never begin', 'ServiceWorkerContainer.prototype.register = () => new Promise(() => {})'],
    ['are unknown', 'delete Navigator.prototype.serviceWorker'],
    [
      'may not remember',
      "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no', 'SecurityError') } })",
    ],
  ] as const)('computes on one thread where service workers %s', async ([, cause]) => {
    await page.evaluateOnNewDocument(cause);
    await site.visit(page, '');
    expect([await isIsolated(), loads]).toEqual([false, 1]);
    expect(await wasm()).toMatch(/1 thread.*‖\(3, 4\)‖ = 5$/);
  });

  it('does without when the address says so, and is rid of the worker', async () => {
    await site.visit(page, '');
    expect(await workers()).toHaveLength(1);
    await site.visit(page, '?isolate=off');
    expect([await isIsolated(), loads]).toEqual([false, 3]);
    expect(await workers()).toEqual([]);
    expect(await wasm()).toContain('1 thread');
  });
});
