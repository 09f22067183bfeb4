/** The page on timings and the gallery's few seconds of work, as a visitor meets them (support/site.ts). */
import type { Page } from 'puppeteer';
import { describe, expect, it } from 'vitest';
import type { Site } from './support/site.ts';
import { visitor } from './support/visiting.ts';

describe('the pages that measure', () => {
  let site: Site;
  let page: Page;

  const { text, press } = visitor((ownPage, ownSite) => void ([page, site] = [ownPage, ownSite]));
  /** The texts of all cells, row by row. */
  const cells = (): Promise<string[][]> =>
    page.$$eval('#times tbody tr', rows => rows.map(row => Array.from(row.children, cell => cell.textContent ?? '')));

  /** The slider of a size, at one of the steps 1, 2, 5, 10, … */
  async function choose(letter: string, step: number): Promise<void> {
    await page.focus(`#size-${letter}`);
    await page.keyboard.press('Home');
    for (let k = 0; k < step; k++) await page.keyboard.press('ArrowRight');
  }

  /** Presses a button that starts work, and gives the last word. */
  async function finished(button: string): Promise<string> {
    await page.$eval('#status', status => void (status.textContent = ''));
    await press(button);
    await page.waitForFunction(
      "document.querySelector('#status').textContent !== '' && document.querySelector('#stop').hidden",
    );
    return text('#status');
  }

  async function openTimings(op: string, more = ''): Promise<void> {
    await site.visit(page, `timings.html?op=${encodeURIComponent(op)}${more}`);
    await page.waitForSelector("body[data-state='ready']");
    expect(await page.$eval('#op', select => (select as HTMLSelectElement).value)).toBe(op);
  }

  const tick = (kind: string, ticked: boolean): Promise<void> =>
    page.$eval(`[value='${kind}']`, (box, value) => void ((box as HTMLInputElement).checked = value), ticked);

  it('times an operation on every device, and all agree', async () => {
    await openTimings('norm of each row');
    await choose('n', 6);
    await choose('d', 4);
    expect(await text('#amount')).toBe('0.0 MB to move, 0.0 MB of operands and results');
    await tick('webgpu', true);
    expect(await finished('#run')).toBe('Done: norm of each row, 2, rows 100, columns 20.');
    const rows = await cells();
    expect(rows.map(([device = '']) => device.split(' ')[0])).toEqual(['webgpu', 'wasm', 'cpu']);
    expect(rows.map(row => row.at(-1))).toEqual(['✓ agrees', '✓ agrees', '']);
    expect(rows.at(-1)?.[4]).toBe('1.00 ×');
    for (const [, first, median, rate] of rows)
      for (const figure of [first, median, rate]) expect(Number.parseFloat(figure ?? '')).toBeGreaterThan(0);
    expect(await text('#rate')).toBe('GB/s');
    expect(await page.$$('#chart rect')).toHaveLength(3);
  });

  it('gives what it found as JSON and as Markdown', async () => {
    await openTimings('cdist');
    for (const letter of ['n', 'm', 'd']) await choose(letter, 3);
    await tick('webgpu', false);
    await finished('#run');
    await page.evaluate(() => {
      const copied: string[] = [];
      Object.assign(globalThis, { copied });
      const clipboard = { writeText: (words: string) => Promise.resolve(void copied.push(words)) };
      Object.defineProperty(navigator, 'clipboard', { value: clipboard });
    });
    await press('#copy-json');
    await page.waitForFunction("document.querySelector('#copied').textContent === 'Copied.'");
    await press('#copy-markdown');
    await page.waitForFunction('globalThis.copied.length === 2');
    const [json = '', markdown = ''] = await page.evaluate(
      () => (globalThis as unknown as { copied: string[] }).copied,
    );
    const report = JSON.parse(json) as { sizes: object; devices: { device: string; medianMs: number }[] };
    expect(report.sizes).toEqual({ n: 10, m: 10, d: 10 });
    expect(report.devices.map(({ device }) => device)).toEqual(['wasm', 'cpu']);
    for (const { medianMs } of report.devices) expect(medianMs).toBeGreaterThan(0);
    expect(markdown).toMatch(/^`cdist\(a, b, 'euclidean'\)`, rows 10, other rows 10, columns 10:\n\n\| device \|/);
    expect(markdown.trim().split('\n')).toHaveLength(6);
  });

  it('offers choices, each with its call, and takes one from the address', async () => {
    await openTimings('cdist', '&choice=jaccard');
    expect(await text('#choice-label')).toBe('Metric');
    expect(await text('#call')).toBe("cdist(a, b, 'jaccard')");
    await page.select('#choice', 'haversine');
    expect(await text('#call')).toBe("cdist(a, b, 'haversine')");
    for (const letter of ['n', 'm', 'd']) await choose(letter, 3);
    await tick('webgpu', false);
    expect(await finished('#run')).toBe('Done: cdist, haversine, rows 10, other rows 10, columns 10.');
    expect((await cells()).map(row => row.at(-1))).toEqual(['✓ agrees', '']);
    // What somebody wrote has to be right on a GPU, too.
    await page.select('#choice', 'of one’s own');
    await tick('webgpu', true);
    await tick('wasm', false);
    expect(await finished('#run')).toBe('Done: cdist, of one’s own, rows 10, other rows 10, columns 10.');
    expect((await cells()).map(row => row.at(-1))).toEqual(['✓ agrees', '']);
    await page.select('#op', 'matmul');
    expect(await page.$eval('#choosing', field => (field as HTMLElement).hidden)).toBe(true);
    expect(await text('#call')).toBe('matmul(a, b)');
  });

  it('times something of the other rooms, with no rate where there is none, and all agree', async () => {
    await openTimings('sparseRecover');
    await tick('webgpu', false);
    for (const [op, rate, sizes] of [
      ['sparseRecover', 'rate', { n: 6 }],
      ['paths of penalties', 'rate', { n: 5, d: 3 }],
      ['completeMatrix', 'rate', { n: 5, d: 4 }],
      ['projections of each row', 'GB/s', { n: 5, d: 5 }],
      ['a step of an optimizer', 'GB/s', { n: 6 }],
      ['order of each row', 'GB/s', { n: 3, d: 6 }],
    ] as const) {
      await page.select('#op', op);
      for (const [letter, step] of Object.entries(sizes)) await choose(letter, step);
      expect(await finished('#run')).toMatch(/^Done/);
      expect([op, await text('#rate'), (await cells()).map(row => row.at(-1))]).toEqual([op, rate, ['✓ agrees', '']]);
      const rates = (await cells()).map(row => row[3] ?? '');
      for (const one of rates) expect(one === '–').toBe(rate === 'rate');
    }
  });

  it('tells what a device would take too long for, beside what the others take', async () => {
    await openTimings('matmul');
    await choose('n', 10);
    await tick('webgpu', false);
    await tick('wasm', false);
    expect(await finished('#run')).toMatch(/^Done/);
    expect((await cells())[0]?.[1]).toBe(
      '16 billion operations would take too long here. Choose sizes of at most 10 billion.',
    );
  });

  it('shows how far a long call is, and stops in the midst of it', async () => {
    await openTimings('completeMatrix', '&choice=svt');
    for (const letter of ['n', 'd']) await choose(letter, 9);
    await tick('webgpu', false);
    await tick('wasm', false);
    await press('#run');
    await page.waitForFunction("/call 1, .* of /.test(document.querySelector('#status').textContent)");
    await press('#stop');
    await page.waitForSelector('#stop[hidden]');
    expect(await text('#status')).toBe('Stopped.');
  });

  it('refuses what is too large, and to measure nothing, in words', async () => {
    await openTimings('norm of each row');
    await choose('n', 18);
    await choose('d', 12);
    expect(await finished('#run')).toBe('Operands and results would take 40004 MB. Choose at most 160 MB.');
    for (const kind of ['webgpu', 'wasm', 'cpu']) await tick(kind, false);
    expect(await finished('#run')).toBe('Tick at least one device.');
  });

  it('goes on after the GPU was lost', async () => {
    await openTimings('matmul');
    await choose('n', 3);
    await tick('webgpu', true);
    await tick('wasm', false);
    await press('#lose');
    await page.waitForFunction(
      "document.querySelector('#loss').textContent.includes('Another is open for what you begin next')",
    );
    expect(await finished('#run')).toMatch(/^Done/);
    expect((await cells()).map(row => row.at(-1))).toEqual(['✓ agrees', '']);
  });

  it('has room on a phone', async () => {
    await page.setViewport({ width: 390, height: 844 });
    await openTimings('nearest');
    const wide = await page.evaluate(() => {
      const change = (id: string, value: string): void => {
        const list = document.getElementById(id) as HTMLSelectElement;
        list.value = value;
        list.dispatchEvent(new Event('change', { bubbles: true }));
      };
      const names = (id: string): string[] =>
        Array.from((document.getElementById(id) as HTMLSelectElement).options, ({ value }) => value);
      return names('op').flatMap(op => {
        change('op', op);
        return names('choice').flatMap(choice => {
          change('choice', choice);
          return document.documentElement.scrollWidth > 390 ? [`${op}, ${choice}`] : [];
        });
      });
    });
    expect(wide).toEqual([]);
    await page.select('#op', 'nearest');
    for (const [letter, step] of [
      ['q', 0],
      ['n', 9],
      ['d', 3],
      ['k', 3],
    ] as const)
      await choose(letter, step);
    await finished('#run');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await site.visit(page, '');
    await finished('#measure');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });

  it('measures for a few seconds in the gallery, and all agree', async () => {
    await site.visit(page, '');
    await page.waitForSelector('#measure:not([disabled])');
    expect(await finished('#measure')).toMatch(/^Done in \d+\.\d s, and all answers agree\./);
    const rows = await cells();
    expect(rows.map(([name = '']) => name.split(/[ ,]/)[0])).toEqual(['norms', 'distances', 'ten', 'singular']);
    for (const [, cpu, wasm, , speedUp, check] of rows) {
      expect([cpu, wasm].map(time => time?.endsWith(' ms'))).toEqual([true, true]);
      expect(speedUp).toMatch(/^[\d.e+]+ ×$/);
      expect(check).toBe('✓ agree');
    }
  });
});
