/**
 * The page on digits as a visitor meets it (support/visiting.ts). Who is nearest is compared with plain loops over the same file; how many
 * are recognised, and what share of the variance components have, with scikit-learn (test/golden/pages.json).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'puppeteer';
import { beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../scripts/paths.mjs';
import { readNpy } from '../../src/index.ts';
import { visiting } from './support/visiting.ts';

interface Golden {
  readonly digits: {
    readonly rightWithoutItself: Readonly<Record<string, number>>;
    readonly explainedVarianceRatio: readonly number[];
  };
}

const golden = (JSON.parse(readFileSync(join(root, 'test/golden/pages.json'), 'utf8')) as Golden).digits;
let digits: { readonly image: readonly number[]; readonly label: number }[] = [];

beforeAll(async () => {
  const { data, shape } = await readNpy(join(root, 'examples/data/digits.npy'));
  const [count = 0, columns = 0] = shape;
  digits = Array.from({ length: count }, (_, i) => {
    const row = Array.from(data.subarray(i * columns, (i + 1) * columns), Number);
    return { image: row.slice(0, -1), label: row.at(-1) ?? NaN };
  });
});

/** Distances of the nearest others by a loop in doubles, as they are shown. Which comes first of equally near ones is not told. */
function nearest(id: number): number[] {
  const image = digits[id]?.image ?? [];
  return digits
    .filter((_, other) => other !== id)
    .map(other => Math.sqrt(other.image.reduce((sum, x, k) => sum + (x - (image[k] ?? NaN)) ** 2, 0)))
    .toSorted((a, b) => a - b)
    .slice(0, 12);
}

describe('the page on digits', () => {
  let page: Page;
  const { settled, says, text, press, loseGpu } = visiting('digits.html', 3200, fresh => (page = fresh));
  const use = async (device: string): Promise<void> => {
    await press(`[value='${device}']`);
    await says('#status', new RegExp(`^Computed on ${device}\\.$`));
    await says('#answer', new RegExp(`on ${device}`));
    await settled();
  };
  const ask = async (id: number): Promise<void> => {
    await page.$eval(
      '#id',
      (found, wanted) => {
        (found as HTMLInputElement).value = String(wanted);
        found.dispatchEvent(new Event('input', { bubbles: true }));
      },
      id,
    );
    await says('#answer', new RegExp(`It is a ${digits[id]?.label}\\. Found among`));
  };
  const expectNearest = async (id: number): Promise<void> => {
    const right = nearest(id).map(distance => distance.toFixed(3));
    await expect.poll(() => page.$$eval('#hits span', all => all.map(one => one.textContent))).toEqual(right);
  };
  const expectJudged = async (k: number): Promise<void> => {
    const right = golden.rightWithoutItself[k] ?? NaN;
    await page.select('#voters', String(k));
    expect(await text('#judged')).toMatch(new RegExp(`^${right.toLocaleString('en')} of 1,797 are recognised: 98\\.`));
    expect(await page.$$('#mistakes li')).toHaveLength(1797 - right);
  };
  const expectShares = async (): Promise<void> => {
    const shown = await page.$$eval('#components span', all => all.map(one => one.textContent));
    expect(shown).toEqual(golden.explainedVarianceRatio.map(share => `${(100 * share).toFixed(2)} %`));
  };

  it('finds the nearest on every device, and as many are recognised as by scikit-learn', async () => {
    for (const device of ['cpu', 'wasm', 'webgpu']) {
      await use(device);
      await ask(17);
      await expectNearest(17);
      for (const k of [1, 3, 5, 7]) await expectJudged(k);
      await expectShares();
    }
    await loseGpu();
    await says('#status', /^Computed on webgpu\.$/);
    await settled();
    await ask(1000);
    await expectNearest(1000);
    await expectJudged(3);
  });

  it('reads what is written', async () => {
    await press("[value='wasm']");
    const { x = 0, y = 0, width = 0 } = (await (await page.$('#paper'))?.boundingBox()) ?? {};
    const write = async (places: readonly (readonly [number, number])[]): Promise<void> => {
      const at = (place: readonly [number, number]): [number, number] => [x + place[0] * width, y + place[1] * width];
      await press('#wipe');
      await page.mouse.move(...at(places[0] ?? [0, 0]));
      await page.mouse.down();
      for (const place of places.slice(1)) await page.mouse.move(...at(place), { steps: 3 });
      await page.mouse.up();
    };
    const circle = Array.from({ length: 25 }, (_, k): [number, number] => {
      const angle = (2 * Math.PI * k) / 24;
      return [0.5 + 0.17 * Math.sin(angle), 0.4 - 0.28 * Math.cos(angle)];
    });
    await write(circle);
    await says('#answer', /^5 of its 5 nearest say: 0\. Found among 1,797/);
    await write([
      [0.3, 0.2],
      [0.7, 0.2],
      [0.45, 0.8],
    ]);
    await says('#answer', /nearest say: 7\./);
    expect(await page.$eval('#id', field => (field as HTMLInputElement).value)).toBe('');
  });

  it('goes from digit to digit, and says which numbers there are', async () => {
    await press('#hits li:nth-child(3) button');
    const id = await page.$eval('#id', field => Number((field as HTMLInputElement).value));
    expect(id).toBeGreaterThan(0);
    await expectNearest(id);
    await press('#mistakes li:first-child button');
    await says('#answer', /^\d of its 5 nearest say: \d\. It is a \d\./);
    await page.$eval('#id', field => {
      (field as HTMLInputElement).value = '1797';
      field.dispatchEvent(new Event('input', { bubbles: true }));
    });
    await says('#answer', /^There is no such digit\. Type a number from 0 to 1,796\.$/);
    expect(await page.$$('#map circle')).toHaveLength(1797);
  });

  it('makes a digit of its components', async () => {
    const slide = (value: number): Promise<void> =>
      page.$eval(
        '#terms',
        (slider, wanted) => {
          (slider as HTMLInputElement).value = String(wanted);
          slider.dispatchEvent(new Event('input'));
        },
        value,
      );
    const off = async (terms: number): Promise<number> => {
      await slide(terms);
      await says('#terms-shown', new RegExp(`^${terms} of 64$`));
      return Number.parseFloat((await text('#terms-told')).replace('Off by ', ''));
    };
    const some = await off(12);
    const few = await off(3);
    const all = await off(64);
    expect(few).toBeGreaterThan(some);
    expect(all).toBeLessThan(1e-3);
  });

  it('fits a phone', async () => {
    await page.setViewport({ width: 360, height: 800 });
    await page.waitForFunction("document.querySelector('#map svg').clientWidth < 330");
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  });
});
