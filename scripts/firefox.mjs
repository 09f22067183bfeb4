/**
 * Finds the Firefox of this machine for the lanes `firefox` and `firefox-wasm`, and launches it with WebGPU. Nothing is fetched: these
 * lanes are for who asks for them, and has one.
 *
 * UNITBALL_FIREFOX names another than those that are looked for.
 */
import { existsSync } from 'node:fs';
import { vulkanEnvironment } from './vulkan.mjs';

const systemPaths = {
  linux: ['/usr/bin/firefox', '/usr/bin/firefox-esr', '/snap/bin/firefox'],
  darwin: ['/Applications/Firefox.app/Contents/MacOS/firefox'],
  win32: [process.env.ProgramFiles, process.env['ProgramFiles(x86)']]
    .filter(folder => folder !== undefined)
    .map(folder => `${folder}\\Mozilla Firefox\\firefox.exe`),
};

/** What Firefox does not do by itself on every system yet, and what it refuses to do on a software GPU. */
const preferences = {
  'dom.webgpu.enabled': true,
  'gfx.webgpu.force-enabled': true,
  'gfx.webgpu.ignore-blocklist': true,
};

export async function launchFirefox() {
  const chosen = process.env.UNITBALL_FIREFOX;
  const executablePath = chosen ?? (systemPaths[process.platform] ?? []).find(existsSync);
  if (executablePath === undefined || !existsSync(executablePath))
    throw new Error(
      `There is no Firefox ${chosen === undefined ? 'where systems have theirs' : `at ${chosen}`}. Install it (Debian: apt-get install firefox-esr), or name one in UNITBALL_FIREFOX.`,
    );
  const { default: puppeteer } = await import('puppeteer');
  return puppeteer.launch({
    browser: 'firefox',
    headless: true,
    executablePath,
    extraPrefsFirefox: preferences,
    env: { ...process.env, ...vulkanEnvironment() },
    // Whole spec files run inside one protocol call.
    protocolTimeout: 600_000,
  });
}
