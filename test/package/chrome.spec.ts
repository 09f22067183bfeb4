/** The package as a page meets it: served as plain files, imported through an import map, in a page and in a Web Worker. */
import { createReadStream, existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import type { Browser, Page } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../../scripts/browser.mjs';
import { project, write } from './support/user.ts';

const types: Record<string, string> = { html: 'text/html', js: 'text/javascript', mjs: 'text/javascript' };

/** The user's project as plain files, which is all that a static host gives. */
function serve(): Server {
  return createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://host').pathname);
    const file = join(project, path);
    if (!existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader('content-type', types[file.split('.').at(-1) ?? ''] ?? 'application/octet-stream');
    createReadStream(file).pipe(response);
  });
}

const importMap = JSON.stringify({ imports: { unitball: '/node_modules/unitball/dist/index.js' } });

const page = `<!doctype html><title>user</title><link rel="icon" href="data:,"><script type="importmap">${importMap}</script><script type="module">
  import { norm, openDevice } from 'unitball';
  window.norms = async kind => {
    const device = await openDevice({ device: kind });
    const rows = await norm([[3, 4], [6, 8]], { axis: 1 }).toArray();
    device.close();
    return [device.kind, rows];
  };
</script>`;

const worker = `
  import { norm, openDevice } from '/node_modules/unitball/dist/index.js';
  addEventListener('message', async ({ data: kind }) => {
    const device = await openDevice({ device: kind });
    postMessage([device.kind, await norm([[3, 4], [6, 8]], { axis: 1 }).toArray()]);
  });
`;

describe('the package in Chrome', () => {
  let server: Server;
  let browser: Browser;
  let user: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    write('page.html', page);
    write('worker.js', worker);
    server = serve();
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    browser = await launchBrowser();
    user = await browser.newPage();
    user.on('pageerror', error => complaints.push(String(error)));
    user.on('console', message => complaints.push(message.text()));
    await user.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/page.html`);
    await user.waitForFunction('window.norms !== undefined');
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  it('computes norms on WebGPU', async () => {
    expect(await user.evaluate("norms('webgpu')")).toEqual(['webgpu', [5, 10]]);
  });

  it('computes norms on cpu', async () => {
    expect(await user.evaluate("norms('cpu')")).toEqual(['cpu', [5, 10]]);
  });

  it('computes norms on WebGPU in a Web Worker', async () => {
    const answer = await user.evaluate(`new Promise((done, fail) => {
      const worker = new Worker('/worker.js', { type: 'module' });
      worker.onmessage = ({ data }) => done(data);
      worker.onerror = event => fail(new Error(event.message));
      worker.postMessage('webgpu');
    })`);
    expect(answer).toEqual(['webgpu', [5, 10]]);
  });

  it('says nothing in the console', () => {
    expect(complaints).toEqual([]);
  });
});
