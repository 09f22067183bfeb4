/** The examples as a visitor meets them (support/site.ts): the pages on norms and distances are used, and the tour is taken. */
import { join } from 'node:path';
import type { BoundingBox, Page } from 'puppeteer';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { root } from '../../scripts/paths.mjs';
import { openSite, type Site } from './support/site.ts';
import { visitorOf } from './support/visiting.ts';
import { output } from './support/user.ts';

describe('the examples', () => {
  let site: Site;
  let page: Page;

  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site?.close());

  beforeEach(async () => {
    page = await site.openPage();
  });
  afterEach(() => site.closePages());

  const open = (name: string): Promise<void> => site.visit(page, name);
  const { texts, press } = visitorOf(() => page);

  /** Clicks Run and waits for the last word. */
  const run = async (): Promise<string> => {
    await press('#run');
    await page.waitForSelector('#run:not([disabled])');
    return (await texts('#status')).join('');
  };

  it('list the pages, and the devices with a right answer of each', async () => {
    await open('');
    expect(await texts('a')).toContain('Norms');
    const devices = await texts('#devices li');
    expect(devices.map(line => line.split(' ')[0])).toEqual(['webgpu', 'wasm', 'cpu']);
    for (const line of devices) expect(line).toMatch(/‖\(3, 4\)‖ = 5$/);
  });

  it('measure norms on every device, and the answers are right', async () => {
    await open('norms.html');
    await page.select('#rows', '1000');
    await page.$eval("[value='wasm']", box => ((box as HTMLInputElement).checked = true));
    expect(await run()).toMatch(/^Done/);
    const rows = await texts('#results tbody tr td:first-child');
    expect(rows.map(name => name.split(' ')[0])).toEqual(['webgpu', 'wasm', 'cpu', 'plain']);
    expect(await texts('#results tbody tr td:last-child')).toEqual(['✓ right', '✓ right', '✓ right', '']);
    expect(await texts('#chart rect')).toHaveLength(4);
  });

  it('name a software adapter as one', async () => {
    await open('norms.html');
    const software = await page.evaluate(async () => {
      const adapter = await navigator.gpu.requestAdapter();
      return (
        adapter === null || adapter.info.isFallbackAdapter || /swiftshader|llvmpipe/i.test(adapter.info.architecture)
      );
    });
    expect((await texts('#devices label')).some(line => line.includes('software adapter'))).toBe(software);
  });

  it('answer a norm that does not exist in words', async () => {
    await open('norms.html');
    await page.select('#rows', '1000');
    await page.select('#ord', '0');
    await page.select('#axis', '');
    expect(await run()).toMatch(/^norm: .* is not a norm of matrices/);
    expect(await page.$eval('#results', table => (table as HTMLElement).hidden)).toBe(true);
  });

  it('move the vector and the ball by the keyboard', async () => {
    await open('norms.html');
    const lengths = (): Promise<string[]> => texts('#lengths td:last-child');
    expect(await lengths()).toEqual(['(0.80, 1.20)', '2.0000', '1.4422', '1.2000', '1.3084']);
    await page.$eval('#ball', picture => (picture as SVGElement).focus());
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction("document.querySelector('#lengths').textContent.includes('(0.80, 1.15)')");
    expect((await lengths())[1]).toBe('1.9500');
    await page.focus('#p');
    await page.keyboard.press('End');
    await page.waitForFunction("document.querySelector('#p-shown').textContent === '∞'");
    await page.waitForFunction("document.querySelector('#lengths tr:last-child').textContent.includes('∞')");
    expect((await lengths()).at(-1)).toBe('1.1500');
  });

  describe('of distances', () => {
    type Place = readonly [number, number];

    // The mouse reaches only what is in view.
    beforeEach(() => page.setViewport({ width: 1200, height: 1600 }));

    /** Waits until both matrices belong to what was chosen. */
    const settled = async (): Promise<void> => {
      await page.waitForFunction("[...document.querySelectorAll('.matrix')].every(one => one.ariaBusy === 'false')");
    };
    const matrixOf = async (table: string): Promise<number[][]> => {
      await settled();
      const cells = await texts(`${table} td:not(:empty)`);
      const side = Math.sqrt(cells.length);
      const values = cells.map(text => Number(text.replace('−', '-').replace('∞', 'Infinity')));
      return Array.from({ length: side }, (_, i) => values.slice(i * side, (i + 1) * side));
    };
    const placesOf = async (): Promise<Place[]> =>
      (await page.$$eval('.point', points => points.map(point => point.ariaLabel ?? ''))).map(label => {
        const [, right, up] = /^[A-E] at \((-?[\d.]+), (-?[\d.]+)\)$/.exec(label) ?? [];
        return [Number(right), Number(up)];
      });
    const expectPoints = async (distance: (x: Place, y: Place) => number): Promise<void> => {
      const found = (await matrixOf('#points-matrix')).flat();
      const places = await placesOf();
      const byHand = places.flatMap(x => places.map(y => distance(x, y)));
      expect(found).toHaveLength(25);
      // Three digits are shown.
      expect(Math.max(...byHand.map((value, k) => Math.abs(value - (found[k] ?? NaN))))).toBeLessThan(0.00051);
    };
    const boxOf = async (selector: string): Promise<BoundingBox> =>
      (await (await page.$(selector))?.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    /** Takes hold of a point beside its middle. */
    const drag = async (point: number, right: number, down: number): Promise<void> => {
      const { x, y, width, height } = await boxOf(`.point:nth-of-type(${point}) .grip`);
      const from = [x + width / 2 + 7, y + height / 2 + 5] as const;
      await page.mouse.move(...from);
      await page.mouse.down();
      await page.mouse.move(from[0] + right / 3, from[1]);
      await page.mouse.move(from[0] + right, from[1] + down);
      await page.mouse.up();
    };
    const gaps = ([a, b]: Place, [c, d]: Place): Place => [Math.abs(a - c), Math.abs(b - d)];
    const euclidean = (x: Place, y: Place): number => Math.hypot(...gaps(x, y));

    it.for(['webgpu', 'cpu'])('measure points that are dragged, on %s', async device => {
      await open('distances.html');
      await press(`[value='${device}']`);
      await expectPoints(euclidean);
      expect(await texts('#points-time')).toEqual([expect.stringMatching(`^On ${device}, the matrix took .* ms and`)]);
      const [, before] = (await placesOf()) as [Place, Place];
      await drag(2, -90, 40);
      await expectPoints(euclidean);
      const [, after] = (await placesOf()) as [Place, Place];
      const { width } = await boxOf('#plane');
      expect(after[0]).toBeCloseTo(before[0] - (90 / width) * 3.2, 1);
      expect(after[1]).toBeCloseTo(before[1] - (40 / width) * 3.2, 1);
      expect(await texts('#points-matrix .chosen th')).toEqual(['B']);
      const metrics: Record<string, (x: Place, y: Place) => number> = {
        cityblock: (p, q) => gaps(p, q)[0] + gaps(p, q)[1],
        chebyshev: (p, q) => Math.max(...gaps(p, q)),
        minkowski: (p, q) => Math.cbrt(gaps(p, q)[0] ** 3 + gaps(p, q)[1] ** 3),
        dot: ([a, b], [c, d]) => -a * c - b * d,
        haversine: ([lon, lat], [lon2, lat2]) =>
          Math.acos(
            Math.min(1, Math.sin(lat) * Math.sin(lat2) + Math.cos(lat) * Math.cos(lat2) * Math.cos(lon - lon2)),
          ),
      };
      for (const [name, distance] of Object.entries(metrics)) {
        await page.select('#points-metric', name);
        await expectPoints(distance);
      }
    });

    it('draw the unit circle around the point that has the focus', async () => {
      await open('distances.html');
      await page.$eval('.point:nth-of-type(2)', point => (point as SVGElement).focus());
      await page.keyboard.press('ArrowLeft');
      await settled();
      expect(await texts('#points-matrix .chosen th')).toEqual(['B']);
      const [, [right, up]] = (await placesOf()) as [Place, Place];
      /** How opaque the picture is so far to the left of the point. */
      const [close = 0, within = 0, circle = 0, beyond = 0] = await page.$eval(
        '#field',
        (found, x, y) => {
          const { width, height } = found as HTMLCanvasElement;
          const { data } = (found as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
          const pixel = (part: number): number => Math.round((part / 3.2 + 0.5) * width);
          return [0.05, 0.87, 1, 2.1].map(distance => data[4 * (pixel(-y) * width + pixel(x - distance)) + 3] ?? 0);
        },
        right,
        up,
      );
      expect(circle).toBeGreaterThan(230);
      expect(close).toBeLessThan(180);
      expect(close).toBeGreaterThan(within);
      expect(within).toBeGreaterThan(beyond);
    });

    it('show a matrix for each of the 26 metrics', async () => {
      await open('distances.html');
      await press("[value='cpu']");
      const metrics = await texts('#rows-metric option');
      expect(new Set(metrics).size).toBe(26);
      for (const metric of metrics) {
        await page.select('#rows-metric', metric);
        const { length } = await matrixOf('#rows-matrix');
        const [status] = await texts('#rows-status');
        expect([metric, length, status]).toEqual([metric, 5, '']);
        expect(await texts('#rows-call')).toEqual([expect.stringContaining(`'${metric}'`)]);
      }
      await page.select('#rows-metric', 'jaccard');
      const [[, before] = []] = await matrixOf('#rows-matrix'); // of 110010 and 110000
      await page.click("[aria-label='Row B, column 5']");
      const [[, after] = []] = await matrixOf('#rows-matrix');
      expect([before, after]).toEqual([0.333, 0]);
      await page.select('#rows-metric', 'kl');
      const ofShares = await matrixOf('#rows-matrix'); // of 8 4 2 2 and 4 4 4 4
      expect(ofShares[0]?.[1]).toBeCloseTo(0.5 * Math.log(2) - 0.25 * Math.log(2), 3);
      expect(ofShares[0]?.[4]).toBe(Infinity);
    });

    it('answer edits, and points without a cloud, in numbers and words', async () => {
      await open('distances.html');
      await press("[value='cpu']");
      await page.select('#rows-metric', 'cityblock');
      await page.click("[aria-label='Row A, column 1']", { count: 3 });
      await page.keyboard.type('-7.5');
      expect((await matrixOf('#rows-matrix'))[0]?.[1]).toBe(18.5); // −7.5 2 3 4 and 2 4 6 8
      await page.select('#points-metric', 'mahalanobis');
      for (let point = 1; point <= 5; point++) await drag(point, 0, 1000); // to the lower edge
      await settled();
      expect((await texts('#points-status')).join('')).toMatch(/^cdist: .*covariance.*shrinkage/);
      expect(await page.$eval('#points-matrix', table => (table as HTMLElement).hidden)).toBe(true);
    });
  });

  it.for([
    ['a phone', 360],
    ['a desktop', 1200],
  ] as const)('fit the width of %s', async ([, width]) => {
    await page.setViewport({ width, height: 800 });
    for (const name of ['', 'norms.html', 'distances.html', 'search.html?items=500']) {
      await open(name);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    }
  });

  it('take a tour in the terminal', async () => {
    const shown = await output(process.execPath, [join(root, 'examples/tour.mjs')]);
    expect(shown).toMatch(/^unitball \d/);
    expect(shown).toMatch(/ord 2 .* GB\/s .* GB\/s/);
    expect(shown).toMatch(/one query .* GB\/s .* GB\/s +1\.000 +right\n/);
    expect(shown.match(/ 1\.000 +right$/gm)).toHaveLength(3);
    expect(shown).toContain('and the same answers.');
    for (const never of ['WRONG', '\u001b[']) expect(shown).not.toContain(never);
    expect(shown).toContain('After index.dispose(): 0 MB live');
  });
});
