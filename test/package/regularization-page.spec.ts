/**
 * The page on regularization as a visitor meets it (support/visiting.ts). What it shows is compared with loops in doubles: least
 * losses by going round the ball, coefficients by textbook coordinate descent, thresholds by their formulas.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'puppeteer';
import { describe, expect, it } from 'vitest';
import { root } from '../../scripts/paths.mjs';
import { visiting } from './support/visiting.ts';

type Place = readonly [number, number];

const devices = ['webgpu', 'wasm', 'cpu'];
/** A software GPU that compiles its first shaders on a busy machine takes seconds. */
const patiently = { interval: 20, timeout: 30_000 };
/** Three digits are shown. */
const shownTo = 0.00051;

describe('the page on regularization', () => {
  let page: Page;
  const { settled, says, text, texts, press, loseGpu } = visiting('regularization.html', 2800, fresh => (page = fresh));

  const slide = (id: string, value: number): Promise<void> =>
    page.$eval(
      `#${id}`,
      (slider, wanted) => {
        (slider as HTMLInputElement).value = String(wanted);
        slider.dispatchEvent(new Event('input'));
      },
      value,
    );
  const focus = (selector: string): Promise<void> => page.$eval(selector, element => (element as SVGElement).focus());
  const choose = async (device: string): Promise<void> => {
    await press(`[value='${device}']`);
    await says('#models-time', `on ${device}`);
    await says('#thresholds-time', `on ${device}`);
  };
  const lastColumn = async (table: string): Promise<number[]> =>
    (await texts(`${table} td:last-child`)).map(one => Number(one.replace('−', '-')));
  const numbersIn = (words: string): number[] => (words.replaceAll('−', '-').match(/-?[\d.]+/g) ?? []).map(Number);

  describe('draws a ball', () => {
    /** Least squares, the best in the ball, and its loss, once the table is about this p. */
    const table = async (p: string): Promise<{ free: Place; best: Place; loss: number; how: string }> => {
      await says('#ball-numbers', `p = ${p}`);
      const [free = '', best = '', , loss = '', how = ''] = await page.$$eval('#ball-numbers td:last-child', cells =>
        cells.map(cell => cell.textContent ?? ''),
      );
      const pair = (words: string): Place => {
        const [right = NaN, up = NaN] = numbersIn(words);
        return [right, up];
      };
      return { free: pair(free), best: pair(best), loss: Number(loss), how };
    };

    const lossAt = ([x, y]: Place, rho: number, [right, up]: Place): number => {
      const [a, b] = [right - x, up - y];
      return (a * a + 2 * rho * a * b + b * b) / 2;
    };

    /** The least loss on the boundary by a walk around it. */
    const leastOn = (free: Place, rho: number, radius: number, p: number): number => {
      let least = Infinity;
      for (let k = 0; k < 20_000; k++) {
        const angle = (2 * Math.PI * k) / 20_000;
        const [c, s] = [Math.cos(angle), Math.sin(angle)].map(one => (Math.abs(one) < 1e-12 ? 0 : one));
        const parts = [c ?? 0, s ?? 0].map(Math.abs);
        const length = p === Infinity ? Math.max(...parts) : parts.reduce((sum, one) => sum + one ** p, 0) ** (1 / p);
        const scale = radius / length;
        least = Math.min(least, lossAt(free, rho, [scale * (c ?? 0), scale * (s ?? 0)]));
      }
      return least;
    };

    it('where the loss is least, for every p', async () => {
      for (const [name, stop, by] of [
        ['0.5', 2, 'a search'],
        ['1', 5, 'lasso'],
        ['1.4', 7, 'a search'],
        ['2', 10, 'ridge'],
        ['∞', 18, 'a search'],
      ] as const) {
        const p = name === '∞' ? Infinity : Number(name);
        await slide('p', stop);
        const { free, best, loss, how } = await table(name);
        expect(free).toEqual([0.3, 0.9]);
        expect(Math.abs(loss - leastOn(free, 0.3, 0.5, p))).toBeLessThan(shownTo);
        expect(Math.abs(loss - lossAt(free, 0.3, best))).toBeLessThan(2 * shownTo);
        expect(how).toContain(by);
        expect(best[0] === 0).toBe(p <= 1);
        expect(await text('#ball-status')).toContain(p <= 1 ? 'w₁ is exactly 0' : 'neither coefficient is 0');
        expect((await text('#ball-kind')).includes('quasi-norm')).toBe(p < 1);
      }
    });

    it('with the penalty that stands for its radius', async () => {
      // At (0, 0.5) the slope of the loss is 0.3 · 0.3 + 0.9 − 0.5.
      expect((await table('1')).how).toBe('lasso, α = 0.4900');
      // Ridge minimises Σ(y − Xw)² + α‖w‖², and the sum is 4 times the loss: −∇loss(w) = α/2 · w.
      await slide('p', 10);
      const { best, how } = await table('2');
      const [alpha = NaN] = numbersIn(how);
      const slope = 0.3 - best[0] + 0.3 * (0.9 - best[1]);
      expect(Math.abs(slope - (alpha / 2) * best[0])).toBeLessThan(3 * shownTo);
      await slide('radius', 1.6);
      await says('#ball-status', 'nothing holds it back');
      expect((await table('2')).best).toEqual([0.3, 0.9]);
    });

    it('and ellipses that the arrow keys and the mouse move', async () => {
      await focus('#ball .point');
      for (let k = 0; k < 4; k++) await page.keyboard.press('ArrowRight');
      await says('#ball-numbers', '(0.500, 0.900)');
      const { free, best } = await table('1');
      expect(free).toEqual([0.5, 0.9]);
      // The corner is left: both coefficients are alive, on the edge where they sum to 0.5.
      expect(best[0]).toBeCloseTo(0.05, 3);
      expect(best[1]).toBeCloseTo(0.45, 3);
      const box = await (await page.$('#ball'))?.boundingBox();
      const at = ([right, up]: Place): [number, number] => [
        (box?.x ?? 0) + ((box?.width ?? 0) * (right + 1.6)) / 3.2,
        (box?.y ?? 0) + ((box?.height ?? 0) * (1.6 - up)) / 3.2,
      ];
      await page.mouse.move(...at([0.5, 0.9]));
      await page.mouse.down();
      await page.mouse.move(...at([-1, 0.2]));
      await page.mouse.up();
      await says('#ball-numbers', '(−1.000, 0.200)');
      expect((await table('1')).best).toEqual([-0.5, 0]);
    });
  });

  describe('draws paths', () => {
    const bumps = (x: number): number[] =>
      Array.from({ length: 13 }, (_, k) => Math.exp(-(((x + 1.5 - k / 4) / 0.16) ** 2) / 2));

    const places = async (): Promise<Place[]> =>
      (await page.$$eval('#data .point', points => points.map(point => point.ariaLabel ?? ''))).map(label => {
        const [, right, up] = /at \((-?[\d.]+), (-?[\d.]+)\)$/.exec(label) ?? [];
        return [Number(right), Number(up)];
      });
    const coefficients = (): Promise<number[]> =>
      page
        .$$eval('#coefficients title', all => all.map(one => one.textContent ?? ''))
        .then(all => all.map(words => Number(words.split(': ')[1]?.replace('−', '-'))));

    interface Fit {
      readonly weights: readonly number[];
      readonly intercept: number;
    }

    const offAt = ([x, up]: Place, { weights, intercept }: Fit): number =>
      (up - intercept - bumps(x).reduce((sum, one, j) => sum + one * (weights[j] ?? 0), 0)) ** 2;

    /** Coordinate descent on ½n⁻¹‖y − Xw − b‖² + α·l1Ratio·‖w‖₁ + ½α(1 − l1Ratio)‖w‖². */
    const textbook = (data: readonly Place[], alpha: number, l1Ratio: number): Fit => {
      const n = data.length;
      const raw = data.map(([x]) => bumps(x));
      const meanOf = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / n;
      const means = Array.from({ length: 13 }, (_, j) => meanOf(raw.map(row => row[j] ?? 0)));
      const columns = means.map((mean, j) => raw.map(row => (row[j] ?? 0) - mean));
      const yMean = meanOf(data.map(([, up]) => up));
      const left = data.map(([, up]) => up - yMean);
      const squares = columns.map(column => meanOf(column.map(one => one * one)));
      const w = columns.map(() => 0);
      for (let moved = 1; moved > 1e-9;) {
        moved = 0;
        columns.forEach((column, j) => {
          const old = w[j] ?? 0;
          const square = squares[j] ?? 0;
          const pull = meanOf(column.map((one, i) => one * (left[i] ?? 0))) + square * old;
          const now =
            (Math.sign(pull) * Math.max(Math.abs(pull) - alpha * l1Ratio, 0)) / (square + alpha * (1 - l1Ratio));
          w[j] = now;
          column.forEach((one, i) => (left[i] = (left[i] ?? 0) - (now - old) * one));
          moved = Math.max(moved, Math.abs(now - old));
        });
      }
      return { weights: w, intercept: yMean - means.reduce((sum, mean, j) => sum + mean * (w[j] ?? 0), 0) };
    };

    const expectTextbook = async (l1Ratio: number): Promise<number[]> => {
      const found = await coefficients();
      const { weights: exact } = textbook(await places(), 10 ** (-52 / 25), l1Ratio);
      expect(found).toHaveLength(13);
      found.forEach((coef, j) => expect(Math.abs(coef - (exact[j] ?? NaN))).toBeLessThan(shownTo));
      const alive = exact.filter(coef => coef !== 0).length;
      expect(await text('#figures dd')).toBe(`${alive} of 13`);
      expect(await page.$$('#coefficients .bar')).toHaveLength(alive);
      expect(await page.$$('#coefficients .zero')).toHaveLength(13 - alive);
      return found;
    };

    it('of the lasso, an elastic net and ridge on every device, as textbooks have them', async () => {
      for (const device of devices) {
        await choose(device);
        const lasso = await expectTextbook(1);
        expect(lasso.filter(coef => coef === 0).length).toBeGreaterThan(3);
        await slide('ratio', 0.5);
        await says('#ratio-shown', 'an elastic net');
        await changed(lasso);
        const net = await expectTextbook(0.5);
        await slide('ratio', 0);
        await changed(net);
        const ridge = await expectTextbook(0);
        expect(ridge).not.toContain(0);
        await slide('ratio', 1);
        await changed(ridge);
      }
    });

    /** Waits until the coefficients are others. */
    async function changed(before: readonly number[]): Promise<void> {
      await expect.poll(coefficients, patiently).not.toEqual(before);
    }

    it('again, after its GPU was lost', async () => {
      await choose('webgpu');
      await settled();
      for (const place of ['#models-time', '#thresholds-time'])
        await page.$eval(place, element => (element.textContent = ''));
      await loseGpu();
      await says('#models-time', 'on webgpu');
      await says('#thresholds-time', 'on webgpu');
      await settled();
      await expectTextbook(1);
    });

    it('through points that the keyboard moves, live', async () => {
      const before = await coefficients();
      await focus("#data [tabindex='0']");
      await page.keyboard.press('PageDown');
      await page.keyboard.press('PageDown');
      for (let k = 0; k < 8; k++) await page.keyboard.press('ArrowUp');
      await page.waitForSelector("#data [aria-label='Point 3 of 16 at (-1.06, 0.58)']");
      await changed(before);
      await settled();
      await expectTextbook(1);
      await press('#put-back');
      await page.waitForSelector("#data [aria-label='Point 3 of 16 at (-1.06, 0.18)']");
      await expect.poll(coefficients, patiently).toEqual(before);
    });

    it('and errors on points left out, with the least and the simplest as good', async () => {
      const shownError = async (): Promise<number> =>
        Number(await page.$eval('#figures div:last-child dd', place => place.textContent));
      const data = await places();
      /** Every fourth point is left out. */
      const textbookError = (alpha: number): number => {
        const folds = [0, 1, 2, 3].map(fold => {
          const test = data.filter((_, k) => k % 4 === fold);
          const fit = textbook(
            data.filter((_, k) => k % 4 !== fold),
            alpha,
            1,
          );
          return test.reduce((sum, place) => sum + offAt(place, fit), 0) / test.length;
        });
        return folds.reduce((sum, one) => sum + one, 0) / folds.length;
      };
      const place = (): Promise<number> => page.$eval('#alpha', slider => Number((slider as HTMLInputElement).value));
      const least: number[] = [];
      for (const device of devices) {
        await choose(device);
        await settled();
        await press('#to-best');
        const best = await place();
        const error = await shownError();
        expect(error / textbookError(10 ** (-best / 25))).toBeCloseTo(1, 2);
        await page.focus('#alpha');
        await page.keyboard.press('ArrowRight');
        expect(await shownError()).toBeGreaterThanOrEqual(error);
        await page.keyboard.press('ArrowLeft');
        await page.keyboard.press('ArrowLeft');
        expect(await shownError()).toBeGreaterThanOrEqual(error);
        await press('#to-simplest');
        expect(await place()).toBeLessThanOrEqual(best);
        least.push(best);
      }
      expect(Math.max(...least) - Math.min(...least)).toBeLessThanOrEqual(1);
    });

    it('from a penalty that keeps nothing to one that keeps almost all, by keyboard and by mouse', async () => {
      await page.focus('#alpha');
      await page.keyboard.press('Home');
      expect(await text('#figures dd')).toBe('0 of 13');
      await page.keyboard.press('End');
      expect(numbersIn(await text('#figures dd'))[0]).toBeGreaterThan(9);
      expect(await page.$$('#paths .coefficient')).toHaveLength(13);
      const box = await (await page.$('#paths'))?.boundingBox();
      await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) / 3, (box?.y ?? 0) + 60);
      expect(numbersIn(await text('#alpha-shown'))[0]).toBeGreaterThan(0.02);
      await page.select('#basis', 'steps');
      await says('#figures', 'of 12');
      await page.select('#basis', 'polynomials');
      await says('#figures', 'of 10');
    });
  });

  it('draws thresholds on every device that follow their formulas', async () => {
    for (const device of devices) {
      await choose(device);
      for (const [t, x] of [
        [1, 1.6],
        [0.5, -2.25],
        [1.5, -1.2],
        [0, 0.4],
      ] as const) {
        await slide('threshold', t);
        await slide('probe', x);
        const soft = Math.sign(x) * Math.max(Math.abs(x) - t, 0);
        const hard = Math.abs(x) > t ? x : 0;
        const group = x * Math.max(1 - t / Math.hypot(x, 1), 0);
        const huber = Math.abs(x) <= 1 + t ? x / (1 + t) : x - t * Math.sign(x);
        const shown = [soft, hard, group, huber].map(value => Number(value.toFixed(3)) + 0);
        await expect.poll(() => lastColumn('#thresholds-numbers'), patiently).toEqual(shown);
      }
    }
  });

  it('draws the paths of what was measured, and takes the penalty that scikit-learn takes', async () => {
    const { diabetes } = JSON.parse(readFileSync(join(root, 'test/golden/pages.json'), 'utf8')) as {
      diabetes: {
        alphas: number[];
        lassoCV: { alpha: number; coef: number[]; meanErrors: number[] };
        path: Record<string, number[]>;
      };
    };
    const expectCoefs = async (exact: readonly number[]): Promise<void> => {
      const found = await lastColumn('#measured-coefficients');
      expect(found).toHaveLength(10);
      found.forEach((coef, j) => expect(Math.abs(coef - (exact[j] ?? NaN))).toBeLessThan(2 * shownTo));
    };
    for (const device of devices) {
      await choose(device);
      await says('#measured-time', `on ${device}`);
      await settled();
      for (const [place, coefs] of Object.entries(diabetes.path)) {
        await slide('measured-alpha', Number(place));
        await expectCoefs(coefs);
      }
      await press('#measured-best');
      const best = await page.$eval('#measured-alpha', slider => Number((slider as HTMLInputElement).value));
      expect(diabetes.alphas[best]).toBeCloseTo(diabetes.lassoCV.alpha, 12);
      await expectCoefs(diabetes.lassoCV.coef);
      const least = Math.sqrt(Math.min(...diabetes.lassoCV.meanErrors));
      expect(await text('#measured-told')).toContain(`it is off by ${least.toFixed(2)}, root mean square`);
    }
    expect(await page.$$eval('#measured-coefficients td:first-child', all => all[2]?.textContent)).toMatch(
      /body mass index$/,
    );
  });

  it('times a larger problem, of which all devices say the same', async () => {
    await page.select('#size', '200 50');
    for (const device of devices) {
      await choose(device);
      await press('#run');
      await says('#status', `Computed on ${device}`);
    }
    const rows = await page.$$eval('#times tbody tr', all =>
      all.map(row => [...row.querySelectorAll('td')].map(cell => cell.textContent)),
    );
    expect(rows).toHaveLength(3);
    for (const row of rows) {
      expect(row[1]).toBe('200 × 50');
      expect(row[3]).toBe(rows[0]?.[3]);
      expect(row[5]).toBe(rows[0]?.[5]);
      // The ten that y is made of, and some that resemble them.
      expect(Number(row[5])).toBeGreaterThanOrEqual(10);
      expect(Number(row[5])).toBeLessThan(50);
    }
  });

  it('says that a larger problem was not done when its GPU was lost, and does it again', async () => {
    await choose('webgpu');
    await press('#run');
    await page.waitForFunction("/^Computing: /.test(document.querySelector('#status').textContent)");
    await loseGpu();
    await says('#status', 'The device was lost before this was done.');
    expect(await page.$eval('#stop', stop => (stop as HTMLElement).hidden)).toBe(true);
    await settled();
    await page.select('#size', '200 50');
    await press('#run');
    await says('#status', 'Computed on webgpu');
    const row = await page.$$eval('#times tbody td', cells => cells.map(cell => cell.textContent));
    expect(row[1]).toBe('200 × 50');
    expect(Number(row[5])).toBeGreaterThanOrEqual(10);
    expect(Number(row[5])).toBeLessThan(50);
  });

  it('fits a phone', async () => {
    await page.setViewport({ width: 360, height: 800 });
    await page.waitForFunction("document.querySelector('#paths svg').clientWidth < 330");
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  });
});
