/**
 * Finds a Chromium that has WebGPU, and launches it. What counts is not that a browser is there but that it started and
 * gave an adapter; a real GPU is preferred, SwiftShader is what remains. Nothing is installed here: get-browser.mjs does that.
 *
 * UNITBALL_BROWSER_FROM=env,download limits the steps of the search, to try a later one on a machine that has better. The
 * steps are the places below (env, system, cache, npm) and get-browser.mjs's ways to get one (download, apt, npm).
 */
import { existsSync, mkdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { hasGpuNode } from './gpu-node.mjs';
import { cache } from './paths.mjs';

/**
 * A browser that may or may not work.
 * @typedef {{ executable: string, place: string, env?: Record<string, string> }} Candidate
 *
 * A browser that was seen to work, with the flags that it needs and the adapter that it gave.
 * @typedef {Candidate & { flags: string[], adapter: string, software: boolean }} Browser
 */

/** The folder where get-browser.mjs unpacks the Chromium that npm has. */
export const npmChromium = join(cache, 'chromium');

const systemPaths = {
  linux: [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/usr/bin/google-chrome-stable',
    '/usr/bin/microsoft-edge',
  ],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [process.env.ProgramFiles, process.env['ProgramFiles(x86)'], process.env.LOCALAPPDATA]
    .filter(folder => folder !== undefined)
    .flatMap(folder => [
      `${folder}\\Google\\Chrome\\Application\\chrome.exe`,
      `${folder}\\Microsoft\\Edge\\Application\\msedge.exe`,
    ]),
};

/** Where a browser may already be, best first. */
const places = {
  env: async () => [process.env.PUPPETEER_EXECUTABLE_PATH].filter(Boolean).map(executable => ({ executable })),
  system: async () => (systemPaths[process.platform] ?? []).map(executable => ({ executable })),
  cache: async () => [{ executable: await puppeteersOwn() }],
  npm: async () => [
    {
      executable: join(npmChromium, 'chromium'),
      env: {
        LD_LIBRARY_PATH: [join(npmChromium, 'lib'), npmChromium, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
        FONTCONFIG_PATH: npmChromium,
      },
    },
  ],
};

/** Whether this run may take a step of the search, a place or a way to get one: all, unless the environment limits them. */
export function allowed(place) {
  const only = process.env.UNITBALL_BROWSER_FROM;
  return only === undefined || only.split(',').includes(place);
}

/** The browsers that are there, of one place. An `env` path that does not exist is kept, to be reported. */
export async function candidatesFrom(place) {
  const found = (await places[place]()).filter(({ executable }) => place === 'env' || existsSync(executable ?? ''));
  return found.map(candidate => ({ ...candidate, place }));
}

async function puppeteersOwn() {
  const { default: puppeteer } = await import('puppeteer');
  try {
    return puppeteer.executablePath();
  } catch {
    return undefined;
  }
}

const commonFlags = [
  '--enable-unsafe-webgpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  // A software GPU on a busy machine is slow, not hung; and the specs crash the GPU process on purpose.
  '--disable-gpu-watchdog',
  '--disable-gpu-process-crash-limit',
  '--disable-domain-blocking-for-3d-apis',
  // Containers: no user namespaces for the sandbox, and a tiny /dev/shm.
  ...(process.platform === 'linux' ? ['--no-sandbox', '--disable-dev-shm-usage'] : []),
];
const hardwareFlags =
  process.platform === 'linux'
    ? ['--enable-features=Vulkan', '--use-angle=vulkan', '--disable-vulkan-surface', '--ignore-gpu-blocklist']
    : [];
const softwareFlags = ['--use-webgpu-adapter=swiftshader'];

const launchLimitMs = 45_000;

/** Launches a candidate and asks it for an adapter and a device. Throws with the reason when it is not good enough. */
export async function probe(candidate) {
  const attempts = hasGpuNode() ? [hardwareFlags, softwareFlags] : [softwareFlags];
  let last;
  for (const flags of attempts) {
    try {
      const adapter = await adapterOf({ ...candidate, flags });
      const browser = { ...candidate, flags, adapter: adapter.name, software: adapter.software };
      if (!adapter.software || flags === softwareFlags) return browser;
    } catch (error) {
      last = error;
    }
  }
  throw last ?? new Error('only a software adapter, and not the one asked for');
}

async function adapterOf(browser) {
  // navigator.gpu is there only in a secure context, which 127.0.0.1 is and about:blank is not.
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>probe</title>');
  });
  await new Promise(listening => server.listen(0, '127.0.0.1', listening));
  let instance;
  try {
    instance = await launch(browser, { timeout: launchLimitMs, protocolTimeout: launchLimitMs });
    const page = await instance.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`, { timeout: launchLimitMs });
    const adapter = await page.evaluate(async () => {
      const found = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
      if (!found) return null;
      (await found.requestDevice()).destroy();
      const { vendor, architecture, description, isFallbackAdapter } = found.info;
      return { name: [vendor, architecture, description].filter(Boolean).join(' '), fallback: isFallbackAdapter };
    });
    if (adapter === null) throw new Error('it started, but has no WebGPU adapter');
    return { name: adapter.name, software: adapter.fallback === true || /swiftshader|llvmpipe/i.test(adapter.name) };
  } finally {
    await instance?.close().catch(() => undefined);
    server.closeAllConnections();
    server.close();
  }
}

async function launch(browser, options) {
  const { default: puppeteer } = await import('puppeteer');
  return puppeteer.launch({
    headless: true,
    executablePath: browser.executable,
    args: [...commonFlags, ...browser.flags],
    env: { ...process.env, ...browser.env },
    ...options,
  });
}

const memory = join(cache, 'browser.json');

/** Changes when the browser is updated or removed, or a GPU comes or goes. */
function stampOf({ executable }) {
  if (!existsSync(executable)) return undefined;
  const { mtimeMs, size } = statSync(executable);
  return [mtimeMs, size, hasGpuNode(), process.env.UNITBALL_BROWSER_FROM].join(' ');
}

export function remember(browser) {
  mkdirSync(cache, { recursive: true });
  writeFileSync(memory, JSON.stringify({ ...browser, stamp: stampOf(browser) }, null, 2));
}

/** The browser that an earlier run saw working, if it is still the same. */
export function remembered() {
  if (!existsSync(memory)) return undefined;
  const { stamp, ...browser } = JSON.parse(readFileSync(memory, 'utf8'));
  const chosen = process.env.PUPPETEER_EXECUTABLE_PATH;
  const otherChosen = chosen !== undefined && allowed('env') && chosen !== browser.executable;
  return stamp !== undefined && stamp === stampOf(browser) && !otherChosen ? browser : undefined;
}

/** A working browser among those that are there, or undefined; `report` hears of each that does not work, and why. */
export async function findBrowser(report = () => undefined) {
  for (const place of Object.keys(places).filter(allowed)) {
    const browser = await firstWorking(await candidatesFrom(place), report);
    if (browser !== undefined) return browser;
  }
  return undefined;
}

export async function firstWorking(candidates, report) {
  for (const candidate of candidates) {
    try {
      const browser = await probe(candidate);
      remember(browser);
      return browser;
    } catch (error) {
      report(candidate, String(error.message).trim().split('\n', 1)[0]);
    }
  }
  return undefined;
}

/** Launches the browser of this machine, for tests; `npm test` has made sure that there is one. */
export async function launchBrowser() {
  const browser = remembered() ?? (await findBrowser());
  if (browser === undefined) throw new Error('No Chromium with WebGPU on this machine. `npm test -- chrome` gets one.');
  // Whole spec files run inside one protocol call.
  return launch(browser, { protocolTimeout: 600_000 });
}

/** Folders that may hold Chromium's software Vulkan driver and loader. */
export function browserFolders() {
  const executable = remembered()?.executable;
  const known = executable === undefined ? [] : [dirname(realpathSync(executable))];
  return [...known, '/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome', npmChromium];
}
