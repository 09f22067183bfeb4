/** The search page as a visitor meets it (support/site.ts). What it finds is compared with plain loops over the same pictures. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'puppeteer';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { describe as descriptionOf } from '../../examples/search/paint.ts';
import { drawn, pictureOf, type Design } from '../../examples/search/pictures.ts';
import { designOf, wordsOf } from '../../examples/search/words.ts';
import { FlatIndex, openDevice, writeNpy } from '../../src/index.ts';
import { project } from './support/user.ts';
import { openSite, type Site } from './support/site.ts';
import { loseGpu, visitorOf } from './support/visiting.ts';

const items = 1200;
const words = 'striped red star on navy';

interface Hit {
  readonly id: number;
  readonly distance: number;
}

/** The nearest pictures by a loop in doubles. */
function nearest(
  query: ArrayLike<number>,
  k: number,
  passes: (id: number) => boolean = () => true,
  among: readonly ArrayLike<number>[] = descriptions,
): Hit[] {
  return among
    .map((vector, id) => ({
      id,
      distance: Math.sqrt(Array.from(vector).reduce((sum, x, i) => sum + (x - (query[i] ?? NaN)) ** 2, 0)),
    }))
    .filter(({ id }) => passes(id))
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, k);
}
const descriptions = Array.from({ length: items }, (_, id) => descriptionOf(pictureOf(id)));
const ofWords = (text: string): Float32Array => descriptionOf(drawn(designOf(text) as Design));

describe('the search page', () => {
  let site: Site;
  let page: Page;

  beforeAll(async () => {
    site = await openSite({ isolated: true });
  });
  afterAll(() => site?.close());

  const openPage = async (): Promise<void> => {
    page = await site.openPage();
    await page.setViewport({ width: 1200, height: 2000 });
  };
  const open = (count = items): Promise<void> => site.visit(page, `search.html?items=${count}`);
  const { says, text, press } = visitorOf(() => page);
  /** Key by key, and the page searches at each. */
  const type = async (query: string): Promise<void> => {
    await page.click('#query', { count: 3 });
    await page.keyboard.type(query);
  };
  /** All at once, as pasted. */
  const fill = (field: string, value: string): Promise<void> =>
    page.$eval(
      field,
      (found, wanted) => {
        (found as HTMLInputElement).value = wanted;
        found.dispatchEvent(new Event('input', { bubbles: true }));
      },
      value,
    );
  const found = async (): Promise<Hit[]> => {
    const places = await page.$$eval('.hit', all =>
      all.map(hit => [hit.querySelector('b')?.textContent, hit.querySelector('span')?.textContent]),
    );
    return places.map(([id, distance]) => ({ id: Number(id), distance: Number(distance) }));
  };
  /** Waits for an answer to what was typed last, and compares it. */
  const expectFound = async (call: string, right: readonly Hit[]): Promise<void> => {
    await page.waitForFunction(
      (expected: string, first: string) =>
        document.querySelector('#call')?.textContent === expected &&
        document.querySelector('.hit b')?.textContent === first,
      {},
      call,
      String(right[0]?.id),
    );
    const hits = await found();
    expect(hits.map(({ id }) => id)).toEqual(right.map(({ id }) => id));
    // Three digits are shown.
    for (const [i, { distance }] of hits.entries())
      expect(Math.abs(distance - (right[i]?.distance ?? NaN))).toBeLessThan(0.00051);
  };
  const idle = (): Promise<unknown> => page.waitForSelector('#job[hidden]');

  describe('with pictures', () => {
    beforeAll(async () => {
      await openPage();
      await open();
    });
    afterAll(() => site.closePages());

    beforeEach(async () => {
      await idle();
      for (const field of ['#only', '#from', '#to']) await fill(field, '');
      await fill('#k', '12');
      await fill('#query', words);
      await press("[value='wasm']");
      await says('#answer', /on wasm: /);
      await expectFound('index.search(vector, { k: 12 })', nearest(ofWords(words), 12));
    });

    it('finds the nearest by words and by number, the same on every device', async () => {
      for (const device of ['webgpu', 'wasm', 'cpu']) {
        await press(`[value='${device}']`);
        await type(words);
        await says('#answer', new RegExp(`^12 of 1,200, in .* ms on ${device}: .* GB/s\\.$`));
        await expectFound('index.search(vector, { k: 12 })', nearest(ofWords(words), 12));
        await type('17');
        await expectFound(
          'index.searchById(17, { k: 12 })',
          nearest(descriptions[17] ?? [], 12, id => id !== 17),
        );
        expect(await text('#asked-words')).toBe(`Picture 17: ${wordsOf(pictureOf(17))}.`);
      }
    });

    it('finds more, and only what passes the filter', async () => {
      await page.select('#k', '24');
      await page.select('#only', 'moon');
      await fill('#from', '100');
      await fill('#to', '1099');
      await says('#answer', /^24 of those that pass the filter/);
      const passes = (id: number): boolean => pictureOf(id).shape === 'moon' && id >= 100 && id < 1100;
      await expectFound('index.search(vector, { k: 24, filter })', nearest(ofWords(words), 24, passes));
      await fill('#from', '2000');
      await says('#answer', /^Ids go from a smaller number/);
    });

    it('goes from neighbour to neighbour, by mouse and by keyboard', async () => {
      const [, second] = nearest(ofWords(words), 2);
      await press('.hits li:nth-child(2) button');
      const next = nearest(descriptions[second?.id ?? 0] ?? [], 12, id => id !== second?.id);
      await expectFound(`index.searchById(${second?.id}, { k: 12 })`, next);
      // The place that was clicked has the focus still.
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      const third = next[2]?.id ?? 0;
      await expectFound(
        `index.searchById(${third}, { k: 12 })`,
        nearest(descriptions[third] ?? [], 12, id => id !== third),
      );
      await press('#any');
      await says('#asked-words', /^Picture \d+: /);
    });

    it('says what it does not understand, and keeps what it found', async () => {
      const before = await found();
      await fill('#query', 'red elephant');
      await says('#answer', /^“elephant” says nothing of a picture\. Words that do: shapes: disc/);
      await fill('#query', '1200');
      await says('#answer', /^There is no 1200 here\. Type a number from 0 to 1,199\.$/);
      expect(await found()).toEqual(before);
    });

    it('goes on after its GPU was lost', async () => {
      expect(await page.$eval('button#lose', button => button.disabled)).toBe(true);
      await press("[value='webgpu']");
      await says('#answer', /on webgpu/);
      const before = await found();
      await loseGpu(page);
      await says('#moved', /^The index opened another device by itself, brought 1,200 vectors there and answered/);
      await idle();
      expect(await found()).toEqual(before);
      await type('17');
      await expectFound(
        'index.searchById(17, { k: 12 })',
        nearest(descriptions[17] ?? [], 12, id => id !== 17),
      );
      expect(await text('#answer')).toContain('on webgpu');
    });

    it('measures every device and the plain loop, and all are right', async () => {
      await press('#measure');
      await says('#measured', /^Done: 1,200 × 384\.$/);
      const rows = await page.$$eval('#timings tbody tr', all =>
        all.map(row => [...row.cells].map(cell => cell.textContent)),
      );
      expect(rows.map(([name = '']) => name.split(' ')[0])).toEqual(['plain', 'webgpu', 'wasm', 'cpu']);
      expect(rows.map(row => row.at(-1))).toEqual(['', '✓ right', '✓ right', '✓ right']);
      expect(await page.$$eval('.chart rect', all => all.length)).toBe(8);
      await says('#answer', /on wasm/); // where it was before
    });
  });

  describe('that is visited', () => {
    beforeEach(openPage);
    afterEach(() => site.closePages());

    it('is there again after a reload, until it is forgotten', async () => {
      await open();
      expect(await text('#kept')).toMatch(/^Kept in this browser's private files for your next visit: 1\.9 MB/);
      const again = await site.openPage(page);
      await page.close();
      page = again;
      await open(1000); // what is kept comes first
      expect(await text('#kept')).toMatch(/^From your last visit, in this browser's private files: 1\.9 MB, read in/);
      await expectFound('index.search(vector, { k: 12 })', nearest(ofWords(words), 12));
      await press('#forget');
      await says('#kept', /^Nothing is kept/);
      await open(1000);
      expect(await text('#outcome')).toMatch(/^1,000 pictures, described and indexed/);
    });

    it('stops when told to, with what is there by then', async () => {
      await open(500);
      await page.select('#count', '100000');
      await press('#make');
      await says('#job-text', /^Describing pictures: [\d,]+ of 100,000$/);
      await press('#job-stop');
      await says('#outcome', /^Stopped\. [\d,]+ items are in the index\.$/);
      const count = Number(/[\d,]+/.exec(await text('#outcome'))?.[0].replace(',', ''));
      expect(count).toBeGreaterThan(500);
      await type('17');
      await says('#answer', new RegExp(`^12 of ${count.toLocaleString('en')}, `));
    });

    it('describes pictures to the end when its GPU is lost meanwhile', async () => {
      await open(500);
      await press("[value='webgpu']");
      await says('#answer', /on webgpu/);
      await page.select('#count', '10000');
      await press('#make');
      await says('#job-text', /^Describing pictures: [\d,]+ of 10,000$/);
      await loseGpu(page);
      await says('#outcome', /^10,000 pictures, described and indexed/);
      await idle();
      await says('#answer', /^12 of 10,000, in .* on webgpu/);
      const ten = Array.from({ length: 10_000 }, (_, id) => descriptionOf(pictureOf(id)));
      await expectFound('index.search(vector, { k: 12 })', nearest(ofWords(words), 12, undefined, ten));
    });

    it('reads vectors of others and indexes that were saved, and says what it cannot read', async () => {
      await open(500);
      const read = async (name: string): Promise<void> => {
        const input = await page.$('input#file');
        await input?.uploadFile(join(project, name));
      };
      await writeNpy(join(project, 'line.npy'), {
        data: Float32Array.from({ length: 600 }, (_, i) => i >> 1),
        shape: [300, 2],
      });
      await read('line.npy');
      await says('#outcome', /^line\.npy: 300 vectors, read and indexed in/);
      await idle();
      await says('#asked-words', /^Vector 0\.$/); // what was asked before means nothing here
      await type('100');
      await says('#answer', /^12 of 300, /);
      expect((await found()).slice(0, 4)).toEqual(
        [99, 101, 98, 102].map((id, i) => ({
          id,
          distance: Number(Math.hypot(1 + (i >> 1), 1 + (i >> 1)).toFixed(3)),
        })),
      );

      const device = await openDevice({ device: 'cpu' });
      const index = FlatIndex.create<string>(device, { dim: 2, metric: 'cityblock' });
      await index.add(
        [
          [0, 0],
          [1, 0],
          [5, 5],
        ],
        ['north', 'south', 'far away'],
      );
      await index.save(join(project, 'names.index'));
      device.close();
      await read('names.index');
      await says('#outcome', /^names\.index: 3 vectors/);
      await idle();
      await type('far away');
      await says('#call', /'far away'/);
      expect(await page.$$eval('.hit b', all => all.map(one => one.textContent))).toEqual(['south', 'north']);
      await press('#measure');
      await says('#measured', /There is no plain loop for this index\.$/);

      writeFileSync(join(project, 'broken.index'), 'This is a letter, not an index.');
      await read('broken.index');
      await says('#outcome', /^FlatIndex\.load: /);
      await idle();
      expect(await text('#outcome')).not.toContain('undefined');
      await type('north');
      await says('#call', /'north'/);
    });

    it('says what is missing, and does without', async () => {
      await page.evaluateOnNewDocument(() => {
        Object.defineProperty(Navigator.prototype, 'gpu', { value: undefined });
        Object.defineProperty(StorageManager.prototype, 'getDirectory', { value: undefined });
      });
      await open(500);
      expect(await text('#devices')).toMatch(/webgpu openDevice: no webgpu device: this browser has no navigator\.gpu/);
      expect(await text('#moved')).toBe('There is no real GPU to be had here: the search runs on wasm.');
      expect(await text('#kept')).toMatch(/^save: there is no file system here .* The index is not kept/);
      await says('#answer', /^12 of 500, in .* on wasm/);
    });

    it('says that storage is full, and goes on', async () => {
      await page.evaluateOnNewDocument(() => {
        const full = (): Promise<never> =>
          Promise.reject(new DOMException('The quota has been exceeded.', 'QuotaExceededError'));
        FileSystemWritableFileStream.prototype.write = full;
      });
      await open(500);
      expect(await text('#kept')).toMatch(
        /^save: cannot write 'unitball\/search\.index': The quota .* The index is not kept/,
      );
      await says('#answer', /^12 of 500, /);
    });
  });
});
