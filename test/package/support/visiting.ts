/** Visitors of the site (site.ts), a new one for every test of a spec: what the specs of pages begin with. */
import type { Page } from 'puppeteer';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { openSite, type Site } from './site.ts';

/** What a visitor reads and presses. */
export interface Visitor {
  /** What stands in an element. */
  text(selector: string): Promise<string>;
  /** What stands in each of several. */
  texts(selector: string): Promise<string[]>;
  /** Waits until an element has these words. */
  says(selector: string, what: RegExp | string): Promise<unknown>;
  /** Presses what a mouse can reach. */
  press(selector: string): Promise<void>;
}

/** Of the page that is open when it is asked. */
export const visitorOf = (page: () => Page): Visitor => ({
  text: selector => page().$eval(selector, element => (element.textContent ?? '').trim()),
  texts: selector => page().$$eval(selector, all => all.map(one => (one.textContent ?? '').trim())),
  says: (selector, what) =>
    page().waitForFunction(
      (where: string, source: string, isPattern: boolean) => {
        const words = document.querySelector(where)?.textContent ?? '';
        return isPattern ? new RegExp(source).test(words) : words.includes(source);
      },
      {},
      selector,
      typeof what === 'string' ? what : what.source,
      typeof what !== 'string',
    ),
  press: selector => press(page(), selector),
});

/** Before each test a page is open, and handed over with the site. After each all pages must have been silent. */
export function visitor(handOver: (page: Page, site: Site) => Promise<void> | void): Visitor {
  let site: Site;
  let page: Page;
  beforeAll(async () => {
    site = await openSite({ isolated: true });
  });
  afterAll(() => site?.close());
  beforeEach(async () => {
    page = await site.openPage();
    await handOver(page, site);
  });
  afterEach(() => site.closePages());
  return visitorOf(() => page);
}

export interface Visiting extends Visitor {
  /** Waits until the page has computed. */
  settled(): Promise<unknown>;
  /** Presses the button that loses the GPU, and waits until the page has another. */
  loseGpu(): Promise<void>;
}

/** A visitor of one page: before each test it is open, as high as it is said, has computed, and is handed over. */
export function visiting(address: string, height: number, handOver: (page: Page) => void): Visiting {
  let page: Page;
  const settled = (): Promise<unknown> => page.waitForSelector("body[data-state='ready']");
  const anywhere = visitor(async (own, site) => {
    page = own;
    handOver(page);
    await page.setViewport({ width: 1200, height });
    await site.visit(page, address);
    await settled();
  });
  return { ...anywhere, settled, loseGpu: () => loseGpu(page) };
}

/**
 * Presses an element, all at one moment of the page: between looking where it is and clicking there, as Puppeteer does, a page at work may
 * have moved it. Like a mouse it reaches only what is enabled and not covered.
 */
function press(page: Page, selector: string): Promise<void> {
  return page.$eval(
    selector,
    (element, name) => {
      if (!(element instanceof HTMLElement)) throw new Error(`${name} can't be pressed`);
      if (element.matches(':disabled')) throw new Error(`${name} is disabled`);
      element.scrollIntoView({ block: 'nearest', behavior: 'instant' });
      const { x, y, width, height } = element.getBoundingClientRect();
      const top = document.elementFromPoint(x + width / 2, y + height / 2);
      const isThere = element.contains(top) || top?.closest('label')?.contains(element);
      if (!isThere) throw new Error(`${name} is hidden or covered`);
      element.focus();
      element.click();
    },
    selector,
  );
}

/** Presses the button that loses the GPU, and waits until the page has another. */
export async function loseGpu(page: Page): Promise<void> {
  await page.waitForSelector('#lose:not([disabled])');
  await page.$eval('#loss', place => (place.textContent = ''));
  await press(page, '#lose');
  await page.waitForFunction(
    "/^The GPU was lost: “.+”\\. Another is open/.test(document.querySelector('#loss').textContent)",
  );
}
