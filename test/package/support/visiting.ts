/** A visitor of one page of the site (site.ts), a new one for every test of a spec: what the specs of single pages begin with. */
import type { Page } from 'puppeteer';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { openSite, type Site } from './site.ts';

export interface Visiting {
  /** Waits until the page has computed. */
  settled(): Promise<unknown>;
  /** What stands in an element. */
  text(selector: string): Promise<string>;
  /** Presses the button that loses the GPU, and waits until the page has another. */
  loseGpu(): Promise<void>;
}

/** Before each test the page is open, as high as it is said, has computed, and is handed over. After each it must have been silent. */
export function visiting(address: string, height: number, handOver: (page: Page) => void): Visiting {
  let site: Site;
  let page: Page;
  const settled = (): Promise<unknown> => page.waitForSelector("body[data-state='ready']");
  beforeAll(async () => {
    site = await openSite({ isolated: true });
  });
  afterAll(() => site?.close());
  beforeEach(async () => {
    page = await site.openPage();
    handOver(page);
    await page.setViewport({ width: 1200, height });
    await site.visit(page, address);
    await settled();
  });
  afterEach(() => site.closePages());
  return {
    settled,
    text: selector => page.$eval(selector, element => (element.textContent ?? '').trim()),
    loseGpu: () => loseGpu(page),
  };
}

/** Presses the button that loses the GPU, and waits until the page has another. */
export async function loseGpu(page: Page): Promise<void> {
  await page.waitForSelector('#lose:not([disabled])');
  await page.$eval('#loss', place => (place.textContent = ''));
  await page.click('#lose');
  await page.waitForFunction(
    "/^The GPU was lost: “.+”\\. Another is open/.test(document.querySelector('#loss').textContent)",
  );
}
