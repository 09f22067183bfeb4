/** The page on backgrounds as a visitor meets it (support/visiting.ts): what it finds is compared with what it made the clip of. */
import type { Page } from 'puppeteer';
import { describe, expect, it } from 'vitest';
import { visiting } from './support/visiting.ts';

describe('the page on backgrounds', () => {
  let page: Page;
  const { settled, text, press, loseGpu } = visiting(
    'background.html?size=32&frames=40',
    2000,
    fresh => (page = fresh),
  );

  const separatedOn = (device: string): Promise<unknown> =>
    page.waitForFunction(
      (wanted: string) => document.querySelector('#status')?.textContent?.startsWith(`Separated on ${wanted} in`),
      {},
      device,
    );
  const picture = (id: string): Promise<string> => page.$eval(id, canvas => (canvas as HTMLCanvasElement).toDataURL());

  /** Rank, iterations, error of the background and movers found, the last two in per cent. */
  const figures = async (): Promise<number[]> =>
    page.$$eval('#figures dd', all => all.map(one => Number.parseFloat(one.textContent ?? '')));

  /** Loses the GPU when there is something to be seen. */
  const loseMidway = async (): Promise<void> => {
    await page.waitForFunction("/webgpu: iteration \\d/.test(document.querySelector('#status').textContent)");
    await loseGpu();
  };

  it.for(['webgpu', 'wasm', 'cpu'])('tells what moves from what stays on %s; a GPU is lost meanwhile', async device => {
    await press(`[value='${device}']`);
    if (device === 'webgpu') await loseMidway();
    await separatedOn(device);
    await settled();
    const [rank = NaN, iterations = NaN, error = NaN, found = NaN] = await figures();
    // A square under the light of the day, and a lamp.
    expect(rank).toBe(2);
    expect(iterations).toBeLessThanOrEqual(26);
    expect(error).toBeLessThan(0.1);
    expect(found).toBeGreaterThan(95);
    const row = await page.$$eval(`#times [data-device='${device}'] td`, cells => cells.map(cell => cell.textContent));
    expect(row[1]).toBe('40 × 768');
    expect(row[2]).toBe(String(iterations));
    const points = await page.$eval('#course .residual', line => line.getAttribute('points') ?? '');
    expect(points.split(' ')).toHaveLength(iterations);
  });

  it('shows frame by frame, and plays', async () => {
    const before = await Promise.all(['#clip', '#still', '#moving'].map(picture));
    expect(new Set(before).size).toBe(3);
    await page.focus('#frame');
    await page.keyboard.press('Home');
    const after = await Promise.all(['#clip', '#still', '#moving'].map(picture));
    after.forEach((one, k) => expect(one).not.toBe(before[k]));
    expect(await page.$eval('#frame', slider => slider.getAttribute('aria-valuetext'))).toBe('1 of 40');
    await press('#play');
    await page.waitForFunction("document.querySelector('#frame').value !== '0'");
    expect(await text('#play')).toBe('Pause');
    await press('#play');
    expect(await text('#play')).toBe('Play');
  });

  it('takes noise off, too', async () => {
    await page.select('#noise', '0.01');
    await page.waitForFunction("document.querySelectorAll('#figures dd').length === 0");
    await page.waitForFunction("document.querySelectorAll('#figures dd').length > 0");
    await settled();
    const [rank = NaN, , error = NaN, found = NaN] = await figures();
    expect(rank).toBe(2);
    expect(error).toBeLessThan(3);
    expect(found).toBeGreaterThan(85);
  });

  it('stops when it is told to, and films another clip', async () => {
    await press("[value='cpu']");
    await separatedOn('cpu');
    await page.select('#frames', '300');
    await settled();
    await page.select('#size', '160');
    await page.waitForSelector('#stop:not([hidden])');
    await press('#stop');
    await page.waitForFunction("document.querySelector('#status').textContent.startsWith('Stopped')");
    await settled();
    await page.select('#frames', '80');
    await press('#stop');
    await page.select('#size', '32');
    await separatedOn('cpu');
    const before = await picture('#clip');
    await press('#film');
    await page.waitForFunction(
      (old: string) => (document.querySelector('#clip') as HTMLCanvasElement).toDataURL() !== old,
      {},
      before,
    );
    await settled();
    expect(await text('#status')).toMatch(/^Separated on cpu/);
  });

  it('fits a phone', async () => {
    await page.setViewport({ width: 360, height: 800 });
    await page.waitForFunction("document.querySelector('#course svg').clientWidth < 330");
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  });
});
