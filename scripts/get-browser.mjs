/**
 * Gets a Chromium with WebGPU for the tests: one that is there if it works, else Puppeteer's download, else Debian's
 * package (as root), else the one that npm has (Linux on x64). Whatever a step brings is launched and asked for an adapter;
 * if that fails, the next step is taken.
 *
 * Run by itself it prints what it found.
 */
import { chmodSync, createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createBrotliDecompress } from 'node:zlib';
import {
  allowed,
  candidatesFrom,
  findBrowser,
  firstWorking,
  npmChromium,
  probe,
  remember,
  remembered,
} from './browser.mjs';
import { cache } from './paths.mjs';
import { npm, run, tool } from './process.mjs';

const npmPackage = '@sparticuz/chromium@153.0.0';
const stepLimitMs = 300_000;

/** Each step brings browsers to a place, which is then looked through. */
const steps = [
  { name: 'download', what: "Puppeteer's Chrome", place: 'cache', applies: () => true, bring: download },
  { name: 'apt', what: "Debian's chromium", place: 'system', applies: isAptRoot, bring: aptInstall },
  { name: 'npm', what: npmPackage, place: 'npm', applies: isLinuxX64, bring: unpackFromNpm },
];

/** Its output is a page of usage when there is no network, so only the reason is shown. */
async function download() {
  const cli = 'puppeteer/lib/cjs/puppeteer/node/cli.js';
  const { ok, output } = await tool(cli, ['browsers', 'install', 'chrome'], { limitMs: stepLimitMs, capture: true });
  if (!ok) console.log(`  ${output.match(/^.*error.*$/im)?.[0]?.trim() ?? 'it did not finish'}`);
  return { ok };
}

function isAptRoot() {
  return process.platform === 'linux' && process.getuid() === 0 && existsSync('/usr/bin/apt-get');
}

async function aptInstall() {
  const options = { env: { DEBIAN_FRONTEND: 'noninteractive' }, limitMs: stepLimitMs };
  await run('apt-get', ['update', '-qq'], options);
  return run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], options);
}

function isLinuxX64() {
  return process.platform === 'linux' && process.arch === 'x64';
}

/** The package holds its parts compressed with Brotli, three of them as tar archives. */
async function unpackFromNpm() {
  const folder = join(cache, 'chromium-package');
  mkdirSync(folder, { recursive: true });
  const flags = ['--prefix', folder, '--no-save', '--ignore-scripts', '--no-fund', '--no-audit'];
  const { ok } = await npm(['install', ...flags, npmPackage], { cwd: folder, limitMs: stepLimitMs });
  if (!ok) return { ok };
  const parts = join(folder, 'node_modules/@sparticuz/chromium/bin');
  mkdirSync(npmChromium, { recursive: true });
  for (const archive of ['swiftshader', 'al2023', 'fonts']) await untar(join(parts, `${archive}.tar.br`), npmChromium);
  const half = join(npmChromium, 'chromium.part');
  await decompress(join(parts, 'chromium.br'), half);
  chmodSync(half, 0o755);
  renameSync(half, join(npmChromium, 'chromium'));
  rmSync(folder, { recursive: true });
  return { ok };
}

function decompress(from, to) {
  return pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to));
}

/** By way of a file: tar stops reading at the archive's end mark, and a pipe would then break. */
async function untar(archive, folder) {
  const plain = archive.replace(/\.br$/, '');
  await decompress(archive, plain);
  const { ok } = await run('tar', ['-x', '-f', plain, '-C', folder]);
  if (!ok) throw new Error(`tar could not unpack ${archive}`);
}

/** A browser that works. Throws, with everything that was tried, when there is none to be had. */
export async function getBrowser() {
  const tried = [];
  const refuse = (candidate, why) => {
    console.log(`  ${candidate.executable}: ${why}`);
    tried.push(`${candidate.executable} (${why})`);
  };
  const browser = (await rememberedAndWorking()) ?? (await findBrowser(refuse)) ?? (await bringOne(refuse, tried));
  if (browser !== undefined) return browser;
  throw new Error(
    `No Chromium with WebGPU could be had. Tried: ${tried.join('; ') || 'nothing, UNITBALL_BROWSER_FROM forbids it'}. ` +
      'Install Google Chrome or Chromium (Linux on x64 or ARM64, macOS, Windows), or name one by PUPPETEER_EXECUTABLE_PATH. ' +
      '`npm test -- cpu` runs without a browser.',
  );
}

async function rememberedAndWorking() {
  const known = remembered();
  if (known === undefined) return undefined;
  try {
    const browser = await probe(known);
    remember(browser);
    return browser;
  } catch {
    return undefined;
  }
}

async function bringOne(refuse, tried) {
  for (const { name, what, place, applies, bring } of steps) {
    if (!allowed(name) || !applies()) continue;
    console.log(`Getting a browser: ${what} …`);
    const { ok } = await bring().catch(error => {
      console.log(`  ${error.message}`);
      return { ok: false };
    });
    if (!ok) tried.push(`${what} (could not be installed)`);
    const browser = ok ? await firstWorking(await candidatesFrom(place), refuse) : undefined;
    if (browser !== undefined) return browser;
  }
  return undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const { executable, adapter, software } = await getBrowser();
    console.log(`${executable}: ${adapter}${software ? ' (software)' : ''}`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
