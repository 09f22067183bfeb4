/**
 * The examples as a visitor meets them: built by Vite against the packed package, served as plain files under a path of
 * their own, opened in Chrome, and used. A page that says anything in the console, or asks another host for anything, fails.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer';
import { build, preview, type PreviewServer } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchBrowser } from '../../scripts/browser.mjs';
import { root } from '../../scripts/paths.mjs';
import { output, project } from './support/user.ts';

const examples = join(root, 'examples');

describe('the examples', () => {
  let server: PreviewServer;
  let browser: Browser;
  let page: Page;
  let address: string;
  let complaints: string[];

  beforeAll(async () => {
    const pages = readdirSync(examples).filter(name => name.endsWith('.html'));
    const common = { root: examples, base: '/some/where/', configFile: false, logLevel: 'error' } as const;
    const outDir = join(project, 'site');
    await build({
      ...common,
      resolve: { alias: { unitball: join(project, 'node_modules/unitball/dist/index.js') } },
      build: { target: 'es2023', outDir, rolldownOptions: { input: pages.map(name => join(examples, name)) } },
    });
    server = await preview({ ...common, build: { outDir }, preview: { host: '127.0.0.1', port: 4600 } });
    address = server.resolvedUrls?.local[0] ?? '';
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  beforeEach(async () => {
    complaints = [];
    page = await browser.newPage();
    page.on('pageerror', error => complaints.push(String(error)));
    page.on('console', message => complaints.push(message.text()));
    page.on('request', request => {
      if (!request.url().startsWith(address) && !request.url().startsWith('data:')) complaints.push(request.url());
    });
  });
  afterEach(async () => {
    await page.close();
    if (complaints.length > 0) throw new Error(`The page is not silent:\n${complaints.join('\n')}`);
  });

  const open = async (name: string): Promise<void> => {
    await page.goto(address + name);
    await page.waitForSelector('body[data-state]');
  };
  const texts = (selector: string): Promise<string[]> =>
    page.$$eval(selector, found => found.map(element => (element.textContent ?? '').trim()));

  /** Clicks Run and waits for the last word. */
  const run = async (): Promise<string> => {
    await page.click('#run');
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

  it.for([
    ['a phone', 360],
    ['a desktop', 1200],
  ] as const)('fit the width of %s', async ([, width]) => {
    await page.setViewport({ width, height: 800 });
    for (const name of ['', 'norms.html']) {
      await open(name);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    }
  });

  it('take a tour in the terminal', async () => {
    const shown = await output(process.execPath, [join(root, 'examples/tour.mjs')]);
    expect(shown).toMatch(/^unitball \d/);
    expect(shown).toMatch(/ord 2 .* GB\/s .* GB\/s/);
    for (const never of ['WRONG', '\u001b[']) expect(shown).not.toContain(never);
    expect(shown).toContain('After x.dispose(): 0 MB live.');
  });
});
