/**
 * What all pages do when a device is lost (examples/loss.ts), as a visitor meets it: on the pages that have no spec of their own for that,
 * where there is no other GPU, and where it happens again and again.
 */
import type { Page } from 'puppeteer';
import { describe, expect, it } from 'vitest';
import type { Site } from './support/site.ts';
import { loseGpu, visitor } from './support/visiting.ts';

describe('a page whose device is lost', () => {
  let site: Site;
  let page: Page;

  const { says, text, texts, press } = visitor(async (ownPage, ownSite) => {
    [page, site] = [ownPage, ownSite];
    await page.setViewport({ width: 1200, height: 2000 });
  });
  const canLose = (): Promise<boolean> => page.$eval('#lose', button => !(button as HTMLButtonElement).disabled);
  const chosen = (): Promise<string> => page.$eval("[name='device']:checked", box => (box as HTMLInputElement).value);

  it('measures distances again on another', async () => {
    await site.visit(page, 'distances.html');
    await press("[value='webgpu']");
    await says('#rows-time', /^On webgpu/);
    await says('#points-time', /^On webgpu/);
    const matrices = (): Promise<string[]> => texts('.matrix td');
    const before = await matrices();
    await page.$$eval('.matrix tbody, #rows-time, #points-time', all => all.forEach(one => one.replaceChildren()));
    await loseGpu(page);
    await says('#rows-time', /^On webgpu/);
    await says('#points-time', /^On webgpu/);
    expect(await matrices()).toEqual(before);
    expect(await texts('.error')).toEqual(['', '']);
  });

  it('says which norms were not measured for that, and measures them on another when it is told to', async () => {
    await site.visit(page, 'norms.html');
    for (const device of ['wasm', 'cpu'])
      await page.$eval(`[value='${device}']`, box => ((box as HTMLInputElement).checked = false));
    await page.$eval("[value='webgpu']", box => ((box as HTMLInputElement).checked = true));
    await press('#run');
    await says('#status', /^Running on webgpu/);
    await loseGpu(page);
    expect(await text('#loss')).toMatch(/Another is open for what you begin next\.$/);
    await page.waitForSelector('#run:not([disabled])');
    expect(await texts('#results tr:first-child .error')).toEqual(['The device was lost before this was done.']);
    expect(await text('#status')).toMatch(/^Done/);
    await page.select('#rows', '1000');
    await press('#run');
    await page.waitForSelector('#run:not([disabled])');
    expect(await text('#status')).toMatch(/^Done/);
    expect(await texts('#results tbody td:last-child')).toEqual(['✓ right', '']);
  });

  it('is shown in the gallery with what came in its place', async () => {
    await site.visit(page, '');
    await page.$eval("[data-device='webgpu']", line => line.replaceChildren());
    await loseGpu(page);
    await says("[data-device='webgpu']", /‖\(3, 4\)‖ = 5$/);
  });

  it('ends the few seconds of the gallery with a sentence, and they can be had again', async () => {
    await site.visit(page, '');
    await press('#measure');
    await page.waitForSelector('#stop:not([hidden])');
    await loseGpu(page);
    await page.waitForSelector('#stop[hidden]');
    // A software GPU has no part in it, and its loss is nothing to it.
    expect(await text('#status')).toMatch(/^(Done in|The device was lost before this was done\.)/);
    await press('#measure');
    await says('#status', /^Done in [\d.]+ s, and all answers agree\./);
  });

  it('offers no button without a GPU, and says why', async () => {
    await page.evaluateOnNewDocument(() => Object.defineProperty(Navigator.prototype, 'gpu', { value: undefined }));
    for (const name of ['', 'norms.html', 'low-rank.html?size=24', 'timings.html']) {
      await site.visit(page, name);
      await says('#lose-why', /^Only a GPU gets lost: choose webgpu above, where there is one\.$/);
      expect(await canLose()).toBe(false);
    }
  });

  it('goes on with wasm where there is no other, and there the same comes out', async () => {
    await site.visit(page, 'distances.html');
    await press("[value='webgpu']");
    await says('#rows-time', /^On webgpu/);
    const before = await texts('#rows-matrix td');
    await page.evaluate(() => {
      GPU.prototype.requestAdapter = () => Promise.resolve(null);
    });
    await press('#lose');
    await says(
      '#loss',
      /^The GPU was lost: “.+”\. There is no other \(openDevice: .*\)\. The page goes on with wasm\.$/,
    );
    await says('#rows-time', /^On wasm/);
    expect(await chosen()).toBe('wasm');
    expect(await texts('#rows-matrix td')).toEqual(before);
    expect(await page.$eval("[value='webgpu']", box => (box as HTMLInputElement).disabled)).toBe(true);
    expect(await canLose()).toBe(false);
  });

  it('goes on with wasm when another is lost in the midst of the same work', async () => {
    await site.visit(page, 'low-rank.html?size=32');
    await press("[value='webgpu']");
    await page.waitForSelector("body[data-state='busy']");
    await loseGpu(page);
    await press('#lose');
    await says('#loss', /It was the second in the midst of the same work\. The page goes on with wasm\.$/);
    await says('#status', /^Decomposed on wasm in/);
    expect(await chosen()).toBe('wasm');
    expect(await texts('#figures dd')).toHaveLength(6);
  });

  it('gets over a crash of the GPU process that nobody asked for', async () => {
    await site.visit(page, 'distances.html');
    await press("[value='webgpu']");
    await says('#rows-time', /^On webgpu/);
    const before = await texts('#rows-matrix tbody td');
    await page.$eval('#rows-matrix tbody', body => body.replaceChildren());
    const session = await page.browser().target().createCDPSession();
    // It ends without an answer, with the process.
    await session.send('Browser.crashGpuProcess').catch(() => undefined);
    await says('#loss', /^The GPU was lost: “.+”\. Another is open, and the page computes on it again\.$/);
    await page.waitForSelector('#rows-matrix tbody td');
    await says('#rows-time', /^On webgpu/);
    expect(await texts('#rows-matrix tbody td')).toEqual(before);
    // What Chrome itself may say of a crash.
    const said = await site.closePages().then(() => '', String);
    expect(said.replaceAll('A valid external Instance reference no longer exists.', '').trim()).toMatch(
      /^(Error: The page is not silent:)?$/,
    );
  });
});
