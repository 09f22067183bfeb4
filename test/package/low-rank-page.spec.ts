/** The page on low rank as a visitor meets it (support/visiting.ts): what it shows is compared with what its singular values promise. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ElementHandle, Page } from 'puppeteer';
import { describe, expect, it } from 'vitest';
import { visiting } from './support/visiting.ts';
import { project } from './support/user.ts';

const side = 40;

describe('the page on low rank', () => {
  let page: Page;
  const { settled, text, press, loseGpu } = visiting(`low-rank.html?size=${side}`, 2000, fresh => (page = fresh));

  interface Figures {
    readonly terms: number;
    readonly all: number;
    readonly measured: number;
    readonly promised: number;
    readonly kept: string;
    readonly points: number;
  }

  /** What the page says once it shows so many terms. */
  async function figures(terms: number): Promise<Figures> {
    await page.waitForFunction(
      (wanted: string) => document.querySelector('#approximation-told')?.textContent?.includes(wanted),
      {},
      `of ${terms} term`,
    );
    const [measured, promised, kept = ''] = await page.$$eval('#figures dd', all => all.map(one => one.textContent));
    const [shown, all] = (await text('#rank-shown')).split(' of ').map(Number);
    const share = (words: string | null | undefined): number => Number.parseFloat(words ?? '') / 100;
    const points = (await page.$$('#spectrum circle')).length;
    return {
      terms: shown ?? NaN,
      all: all ?? NaN,
      measured: share(measured),
      promised: share(promised),
      kept: kept ?? '',
      points,
    };
  }

  async function strike(...keys: ('Home' | 'End' | 'ArrowRight' | 'PageUp')[]): Promise<void> {
    await page.focus('#rank');
    for (const key of keys) await page.keyboard.press(key);
  }

  it.for(['webgpu', 'wasm', 'cpu'])('is off by what was left out, term by term, on %s', async device => {
    await press(`[value='${device}']`);
    await page.waitForFunction(
      (wanted: string) => document.querySelector('#status')?.textContent?.startsWith(`Decomposed on ${wanted} in`),
      {},
      device,
    );
    await settled();
    await strike('Home');
    const one = await figures(1);
    expect([one.terms, one.all, one.points]).toEqual([1, 30, 30]);
    expect(one.kept).toBe(`${30 + 120 + 1} of 3,600`);
    expect(one.measured).toBeGreaterThan(0.02);
    expect(one.measured).toBeCloseTo(one.promised, 4);
    await strike('ArrowRight', 'ArrowRight');
    const three = await figures(3);
    expect(three.measured).toBeLessThan(one.measured);
    expect(three.measured).toBeCloseTo(three.promised, 4);
    await strike('PageUp');
    expect((await figures(13)).measured).toBeLessThan(three.measured);
    await strike('End');
    expect((await figures(30)).measured).toBeLessThan(1e-5);
    const row = await page.$$eval(`#times [data-device='${device}'] td`, cells => cells.map(cell => cell.textContent));
    expect(row[1]).toBe('30 × 120');
    expect(Number(row[4])).toBeLessThan(1e-5);
    expect(Number(row[4])).toBeGreaterThan(0);
  });

  it('goes on after its GPU was lost', async () => {
    await press("[value='webgpu']");
    const done = async (): Promise<void> => {
      await page.waitForFunction("document.querySelector('#status').textContent.startsWith('Decomposed on webgpu in')");
      await settled();
    };
    await done();
    await loseGpu();
    await done();
    await strike('Home');
    const one = await figures(1);
    expect(one.measured).toBeCloseTo(one.promised, 4);
    await strike('End');
    expect((await figures(30)).measured).toBeLessThan(1e-5);
    expect(await page.$('#status.error')).toBeNull();
  });

  it("takes a visitor's picture, and words for what is none", async () => {
    const choose = async (name: string, bytes: Uint8Array): Promise<void> => {
      const path = join(project, name);
      writeFileSync(path, bytes);
      await ((await page.$('#file')) as ElementHandle<HTMLInputElement>).uploadFile(path);
    };
    // Light that falls from left to right: one column times one row, but for the rounding of pixels to whole numbers.
    await choose('ramp.bmp', ramp(24, 16));
    await page.waitForFunction("document.querySelector('#original-told').textContent.startsWith('24 × 16')");
    await settled();
    await strike('Home');
    expect((await figures(1)).measured).toBeLessThan(1e-5);
    await choose('no-picture.png', new Uint8Array(20));
    await page.waitForSelector('#status.error');
    expect(await text('#status')).toMatch(/^no-picture\.png is no picture/);
  });

  it('stops, and keeps what it had', async () => {
    await press("[value='cpu']");
    await page.waitForFunction("document.querySelector('#status').textContent.startsWith('Decomposed on cpu')");
    await page.select('#size', '512');
    await page.waitForSelector('#stop:not([hidden])');
    await press('#stop');
    await page.waitForFunction("document.querySelector('#status').textContent.startsWith('Stopped')");
    await settled();
    await strike('Home');
    expect((await figures(1)).all).toBe(30);
  });

  it('draws another picture', async () => {
    const before = await page.$eval('#original', canvas => (canvas as HTMLCanvasElement).toDataURL());
    await press('#draw');
    await page.waitForFunction(
      (old: string) => (document.querySelector('#original') as HTMLCanvasElement).toDataURL() !== old,
      {},
      before,
    );
    await settled();
    expect(await text('#status')).toMatch(/^Decomposed on/);
  });

  it('fits a phone', async () => {
    await page.setViewport({ width: 360, height: 800 });
    await page.waitForFunction("document.querySelector('#spectrum svg').clientWidth < 330");
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  });
});

/** An uncompressed picture in the format BMP, all rows alike: grey from black to white. */
function ramp(width: number, height: number): Uint8Array {
  const bytes = new Uint8Array(54 + 3 * width * height);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  for (const [at, value] of [
    [2, bytes.length],
    [10, 54],
    [14, 40],
    [18, width],
    [22, height],
  ] as const)
    view.setUint32(at, value, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  for (let k = 0; k < width * height; k++)
    bytes.fill(Math.round((255 * (k % width)) / (width - 1)), 54 + 3 * k, 57 + 3 * k);
  return bytes;
}
