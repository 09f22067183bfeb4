/** The page on completion as a visitor meets it (support/visiting.ts): a picture is torn and healed, and stars are foretold. */
import type { Page } from 'puppeteer';
import { describe, expect, it } from 'vitest';
import { visiting } from './support/visiting.ts';

describe('the page on completion', () => {
  let page: Page;
  const { settled, text, press, loseGpu } = visiting('completion.html?size=48', 2400, fresh => (page = fresh));

  const completedOn = (device: string): Promise<unknown> =>
    page.waitForFunction(
      (wanted: string) => document.querySelector('#status')?.textContent?.startsWith(`Completed on ${wanted} in`),
      {},
      device,
    );
  const picture = (id: string): Promise<string> => page.$eval(id, canvas => (canvas as HTMLCanvasElement).toDataURL());
  /** Waits for a picture that is another. */
  const changed = (id: string, before: string): Promise<unknown> =>
    page.waitForFunction(
      (selector: string, old: string) =>
        (document.querySelector(selector) as HTMLCanvasElement).toDataURL() !== old &&
        document.body.dataset['state'] === 'ready',
      {},
      id,
      before,
    );
  const lost = async (): Promise<number> => Number.parseFloat(await text('#torn-told'));
  /** Rank, iterations, residual, and error in per cent. */
  const figures = (): Promise<number[]> =>
    page.$$eval('#figures dd', all => all.map(one => Number.parseFloat(one.textContent ?? '')));

  /** Loses the GPU when there is something to be seen. */
  const loseMidway = async (): Promise<void> => {
    await page.waitForFunction("/webgpu: iteration \\d/.test(document.querySelector('#status').textContent)");
    await loseGpu();
  };

  it.for(['webgpu', 'wasm', 'cpu'])('finds what was lost of a cloth on %s; a GPU is lost meanwhile', async device => {
    // A GPU that the CPU plays takes a twentieth of a second for each of a hundred iterations.
    if (device === 'webgpu') await page.select('#way', 'als');
    await press(`[value='${device}']`);
    if (device === 'webgpu') await loseMidway();
    await completedOn(device);
    await settled();
    const [rank = NaN, iterations = NaN, residual = NaN, error = NaN] = await figures();
    expect(rank).toBe(6);
    expect(residual).toBeLessThan(device === 'webgpu' ? 2e-2 : 1e-5);
    expect(error).toBeLessThan(device === 'webgpu' ? 5 : 0.01);
    const row = await page.$$eval(`#times [data-device='${device}'] td`, cells => cells.map(cell => cell.textContent));
    expect(row[1]).toBe('36 × 144');
    expect(row[3]).toBe(String(iterations));
    const points = await page.$eval('#course .residual', line => line.getAttribute('points') ?? '');
    expect(points.split(' ')).toHaveLength(iterations);
    await page.waitForFunction(
      (wanted: string) => document.querySelector('#stars-told')?.textContent?.includes(`found on ${wanted}`),
      {},
      device,
    );
  });

  it('is painted on by pointer and by keys, and put back', async () => {
    await press('#mend');
    await page.waitForFunction("document.querySelector('#torn-told').textContent.startsWith('0 %')");
    await settled();
    const whole = await picture('#torn');
    const box = await (await page.$('#torn'))?.boundingBox();
    if (!box) throw new Error('there is a picture');
    await page.mouse.move(box.x + 0.2 * box.width, box.y + 0.3 * box.height);
    await page.mouse.down();
    await page.mouse.move(box.x + 0.5 * box.width, box.y + 0.5 * box.height, { steps: 4 });
    await page.mouse.up();
    await changed('#torn', whole);
    const stroke = await lost();
    expect(stroke).toBeGreaterThan(1);
    await page.focus('#torn');
    const before = await picture('#torn');
    for (let k = 0; k < 4; k++) await page.keyboard.press('ArrowDown');
    expect(await lost()).toBe(stroke);
    await page.keyboard.down('Space');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.up('Space');
    await changed('#torn', before);
    expect(await lost()).toBeGreaterThan(stroke);
    const [, , , error = NaN] = await figures();
    expect(error).toBeLessThan(0.1);
    await press('#scatter');
    await page.waitForFunction("Number.parseFloat(document.querySelector('#torn-told').textContent) > 40");
    await settled();
  });

  it('shows what it comes to in between, and stops', async () => {
    await press("[value='cpu']");
    await completedOn('cpu');
    await page.select('#size', '256');
    await page.waitForFunction("/iteration \\d+, rank/.test(document.querySelector('#status').textContent)");
    await press('#stop');
    await page.waitForFunction("document.querySelector('#status').textContent.startsWith('Stopped')");
    await settled();
    expect(await text('#healed-told')).toMatch(/^Completed by soft-impute, then als: rank \d+$/);
  });

  it('foretells stars, which follow what is entered', async () => {
    const field = async (viewer: string, film: string): Promise<{ name: string; shown: string }> =>
      page.$$eval(
        '#stars input',
        (all, wanted) => {
          const one = all.find(input => input.getAttribute('aria-label')?.startsWith(wanted)) as HTMLInputElement;
          return { name: one.getAttribute('aria-label') ?? '', shown: one.value || one.placeholder };
        },
        `${viewer}, ${film}`,
      );
    await page.waitForFunction("document.querySelector('#stars-told').textContent.includes('taste')");
    // Ada likes space, Dev does not.
    expect(Number((await field('Ada', 'Nova')).shown)).toBeGreaterThan(3.5);
    expect(Number((await field('Dev', 'Nova')).shown)).toBeLessThan(2.5);
    expect(await field('Hana', 'Comet')).toEqual({ name: 'Hana, Comet', shown: '5' });
    const before = Number((await field('Hana', 'Tea')).shown);
    const waltz = await page.$("#stars input[aria-label^='Hana, Waltz']");
    await waltz?.type('5');
    await page.waitForFunction(
      (old: number) =>
        Number(document.querySelector<HTMLInputElement>("#stars input[aria-label^='Hana, Tea']")?.placeholder) > old,
      {},
      before,
    );
    expect((await field('Hana', 'Waltz')).name).toBe('Hana, Waltz');
    await page.select('#scale', 'both');
    await page.$eval('#taste', slider => {
      (slider as HTMLInputElement).value = '100';
      slider.dispatchEvent(new Event('input'));
    });
    await page.waitForFunction("document.querySelector('#stars-told').textContent.includes('means alone')");
  });

  it('fits a phone', async () => {
    await page.setViewport({ width: 360, height: 800 });
    await page.waitForFunction("document.querySelector('#course svg').clientWidth < 330");
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  });
});
