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

/** Headers of some pages; what a page has, its files have too. */
const headers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '/isolated.html': {
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
  },
  '/strict.html': {
    'content-security-policy': "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; worker-src 'self'",
  },
};

/** The user's project as plain files, which is all that a static host gives. */
function serve(): Server {
  return createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://host').pathname);
    const file = join(project, path);
    if (!existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    const from = new URL(request.headers.referer ?? request.url ?? '/', 'http://host').pathname;
    for (const [name, value] of Object.entries(headers[path] ?? headers[from] ?? {})) response.setHeader(name, value);
    response.setHeader('content-type', types[file.split('.').at(-1) ?? ''] ?? 'application/octet-stream');
    createReadStream(file).pipe(response);
  });
}

const importMap = JSON.stringify({ imports: { unitball: '/node_modules/unitball/dist/index.js' } });

const page = `<!doctype html><title>user</title><link rel="icon" href="data:,"><script type="importmap">${importMap}</script><script type="module">
  import { norm, openDevice } from 'unitball';
  window.norms = async (kind, more = {}) => {
    const device = await openDevice({ device: kind, ...more });
    window.last = device.info;
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
    for (const name of ['page.html', 'isolated.html', 'strict.html']) write(name, page);
    write('worker.js', worker);
    server = serve();
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    browser = await launchBrowser();
    user = await browser.newPage();
    user.on('pageerror', error => complaints.push(String(error)));
    user.on('console', message => complaints.push(message.text()));
    await visit('page');
  });
  async function visit(name: string): Promise<void> {
    await user.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}.html`);
    await user.waitForFunction('window.norms !== undefined');
  }
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

  it('computes norms on wasm, in a worker of its own', async () => {
    expect(await user.evaluate("norms('wasm')")).toEqual(['wasm', [5, 10]]);
    expect(await user.evaluate('[last.isFallback, last.limits.threads, crossOriginIsolated]')).toEqual([
      false,
      1,
      false,
    ]);
  });

  it('says nothing in the console', () => {
    expect(complaints).toEqual([]);
  });

  it('computes norms on wasm with threads where the page is cross-origin isolated', async () => {
    await visit('isolated');
    expect(await user.evaluate("norms('wasm', { threads: 2 })")).toEqual(['wasm', [5, 10]]);
    expect(await user.evaluate('[last.isFallback, last.limits.threads, crossOriginIsolated]')).toEqual([
      false,
      2,
      true,
    ]);
    expect(
      await user.evaluate("norms('wasm', { threads: 2, workerUrl: '/node_modules/unitball/dist/worker.js' })"),
    ).toEqual(['wasm', [5, 10]]);
    expect(complaints).toEqual([]);
  });

  it('says what to serve where a policy forbids workers from blobs, and works once that is done', async () => {
    await visit('strict');
    expect(await user.evaluate("norms('wasm').catch(error => error.message)")).toMatch(
      /^openDevice: .*start a worker.*dist\/worker\.js.*workerUrl/,
    );
    expect(await user.evaluate("norms('wasm', { workerUrl: '/node_modules/unitball/dist/worker.js' })")).toEqual([
      'wasm',
      [5, 10],
    ]);
    complaints.length = 0;
    expect(await user.evaluate("norms('auto', { gpu: { requestAdapter: async () => null } })")).toEqual([
      'wasm',
      [5, 10],
    ]);
    expect(await user.evaluate('[last.isFallback, last.kernels.others, last.description]')).toEqual([
      true,
      'cpu',
      expect.stringContaining('workerUrl'),
    ]);
  });
});
