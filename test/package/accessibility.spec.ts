/**
 * Every page of the site for readers who see, point or move otherwise than its author: what axe-core finds, in light and in dark; a way through
 * by the tab key that shows where it is; and no page wider than the narrowest screen, which is also a desktop's at four times the size.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Page } from 'puppeteer';
import { describe, expect, it } from 'vitest';
import { root } from '../../scripts/paths.mjs';
import type { Site } from './support/site.ts';
import { visitor } from './support/visiting.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const pages = readdirSync(join(root, 'examples')).filter(name => name.endsWith('.html'));
/** Less than pages begin with. */
const asked: Readonly<Record<string, string>> = {
  'background.html': '?size=32&frames=40',
  'completion.html': '?size=32',
  'low-rank.html': '?size=40',
  'search.html': '?items=500',
};

describe('every page', () => {
  let site: Site;
  let page: Page;

  visitor((ownPage, ownSite) => void ([page, site] = [ownPage, ownSite]));

  /** What is wrong, and with which elements. */
  async function violations(scheme: 'dark' | 'light'): Promise<string[]> {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    const found = await page.evaluate(
      () => (globalThis as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run() as Promise<unknown>,
    );
    return (found as AxeResults).violations.map(
      ({ id, help, nodes }) => `${scheme}: ${id}: ${help}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
    );
  }

  /** What the tab key comes to, in its order, and whether it is seen there. */
  async function tabStops(): Promise<{ name: string; shown: boolean }[]> {
    const stops: { name: string; shown: boolean }[] = [];
    for (let k = 0; k < 120; k++) {
      await page.keyboard.press('Tab');
      const stop = await page.evaluate(() => {
        const active = document.activeElement;
        if (!active || active === document.body) return undefined;
        const { outlineStyle } = getComputedStyle(active);
        const ring = active.querySelector('.grip');
        const shown =
          outlineStyle !== 'none' ||
          (ring !== null && !['none', 'rgba(0, 0, 0, 0)'].includes(getComputedStyle(ring).stroke));
        return { name: `${active.tagName} ${active.id}`, shown };
      });
      if (!stop) break;
      stops.push(stop);
    }
    return stops;
  }

  it.for(pages)('can be read and used by all: %s', async name => {
    await page.setViewport({ width: 1200, height: 900 });
    await site.visit(page, `${name}${asked[name] ?? ''}`);
    await page.waitForSelector("body[data-state='ready'], body[data-state='done']");
    await page.evaluate(axe);
    expect([...(await violations('light')), ...(await violations('dark'))]).toEqual([]);
    const stops = await tabStops();
    expect(stops.filter(({ shown }) => !shown)).toEqual([]);
    expect(stops.at(0)?.name).toMatch(/^A /);
    expect(stops.length).toBeGreaterThan(3);
    expect(stops.length).toBeLessThan(120);
    await page.setViewport({ width: 320, height: 800 });
    await page.waitForFunction('document.documentElement.scrollWidth <= 320');
  });
});
