/**
 * `npm run screenshots -- OUT`: every page of the examples as a picture, on a desktop and on a phone, in light and in dark, once it has computed;
 * with `-- OUT low-rank completion` only pages of these names. For looking at: nothing is compared.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchBrowser } from './browser.mjs';
import { build } from './build.mjs';
import { buildSite } from './build-site.mjs';
import { installPackages } from './install.mjs';
import { root } from './paths.mjs';

const widths = { desktop: 1200, phone: 390 };
const schemes = ['light', 'dark'];
/** Pages that are asked for less than they begin with: it is the looks that matter. */
const asked = { search: '?items=1000', background: '?size=32', completion: '?size=64' };

async function photograph(browser, address, name, outDir) {
  const files = [];
  for (const [device, width] of Object.entries(widths)) {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    await page.setViewport({ width, height: 900, isMobile: device === 'phone', deviceScaleFactor: 1 });
    for (const scheme of schemes) {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
      // Once is enough to compute; colours follow by themselves.
      if (scheme === schemes[0]) {
        await page.goto(`${address}${name}.html${asked[name] ?? ''}`);
        await page.waitForSelector("body[data-state='ready'], body[data-state='done']", { timeout: 120_000 });
      }
      const file = join(outDir, `${name}-${device}-${scheme}.png`);
      await page.screenshot({ path: file, fullPage: true });
      files.push(file);
    }
    await context.close();
  }
  return files;
}

async function main([out, ...only]) {
  if (out === undefined) throw new Error('Name a folder for the pictures: npm run screenshots -- OUT');
  await installPackages();
  if (!(await build({ ifNeeded: true }))) throw new Error('The library could not be built; its messages stand above.');
  const { preview } = await import('vite');
  const folder = mkdtempSync(join(tmpdir(), 'unitball-pictures-'));
  const outDir = resolve(out);
  mkdirSync(outDir, { recursive: true });
  let server;
  let browser;
  try {
    await buildSite({ outDir: folder });
    const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
    server = await preview({
      root: folder,
      configFile: false,
      logLevel: 'error',
      build: { outDir: folder },
      preview: { host: '127.0.0.1', port: 4700, headers },
    });
    browser = await launchBrowser();
    const pages = readdirSync(folder).filter(file => file.endsWith('.html'));
    for (const name of pages.map(file => basename(file, '.html')))
      if (only.length === 0 || only.includes(name))
        for (const file of await photograph(browser, server.resolvedUrls.local[0], name, outDir))
          console.log(relative(root, file));
  } finally {
    await browser?.close();
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
