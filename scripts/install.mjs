/**
 * Installs the development packages when they are missing or the lock file changed: the root's, and apart from them the
 * large things that only tests need (test/tools), which `npm start` mostly does without.
 *
 * Node's builtins only: this runs before there is anything else. It never installs a browser; get-browser.mjs does that.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { modules, root, testTools } from './paths.mjs';
import { npm } from './process.mjs';

const stampName = '.unitball-installed';

/** Whatever decides what `npm ci` would put there. */
function wanted(folder, what) {
  const hash = createHash('sha256').update(`${what} ${process.platform} ${process.arch}`);
  for (const name of ['package.json', 'package-lock.json']) hash.update(readFileSync(join(folder, name)));
  return hash.digest('hex');
}

function installed(folder, stamp) {
  const path = join(folder, 'node_modules', stampName);
  if (existsSync(path)) return readFileSync(path, 'utf8') === stamp;
  return installedByHand(folder);
}

/** Somebody ran npm themselves since the lock file was last written: npm's own record is then newer than the lock file. */
function installedByHand(folder) {
  const record = join(folder, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const age = statSync(record).mtimeMs;
  return ['package.json', 'package-lock.json'].every(name => statSync(join(folder, name)).mtimeMs <= age);
}

async function ensure(folder, what, flags = []) {
  const stamp = wanted(folder, what);
  if (installed(folder, stamp)) return;
  console.log(`Installing ${what} (npm ci) …`);
  const { ok } = await npm(['ci', '--no-fund', '--no-audit', ...flags], { cwd: folder });
  if (!ok)
    throw new Error(`npm ci of ${what} failed. Its output above says why; it needs a package registry to talk to.`);
  writeFileSync(join(folder, 'node_modules', stampName), stamp);
}

const allTools = 'Dawn, Deno and an older TypeScript';
const dawnAlone = 'Dawn';

/** What building, serving and testing in Node need. */
export async function installPackages() {
  await ensure(root, 'the development packages');
}

/** What only tests need: Dawn, Deno and an older TypeScript. */
export async function installTestTools() {
  await ensure(testTools, allTools);
  linkDawn();
}

/** Dawn alone, for a tour on the GPU. */
export async function installDawn() {
  if (!installed(testTools, wanted(testTools, allTools))) await ensure(testTools, dawnAlone, ['--omit=dev']);
  linkDawn();
}

/**
 * Makes `import 'webgpu'` find test/tools' Dawn from anywhere in the repository, as it would be found in a user's own
 * project. `npm ci` in the root takes the link away, so whoever needs it makes it anew.
 */
export function linkDawn() {
  const target = join(testTools, 'node_modules/webgpu');
  const link = join(modules, 'webgpu');
  if (!existsSync(target) || existsSync(link)) return;
  rmSync(link, { force: true }); // a link that leads nowhere: the repository was moved
  symlinkSync(target, link, 'junction');
}

/** Deno's binary itself: the launcher that its package has would not pass a signal on. */
export function denoBinary() {
  const scope = join(testTools, 'node_modules/@deno');
  const platforms = existsSync(scope) ? readdirSync(scope) : [];
  const binaries = platforms.flatMap(name => [join(scope, name, 'deno'), join(scope, name, 'deno.exe')]);
  return binaries.find(path => existsSync(path));
}
