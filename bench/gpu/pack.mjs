/**
 * `npm run bench:pack`: writes .gpu/, a folder that runs the tests of the lane `node` and the benchmark on a Linux x64 machine
 * with a Vulkan driver and nothing else: no network, no Node, no packages. Copy it there and start its run.sh, which says more.
 *
 *   npm run bench:pack                     .gpu/, at most 40 MB
 *   npm run bench:pack -- --out FOLDER     elsewhere
 *   npm run bench:pack -- --file norm      only spec files whose path contains this; may be repeated
 *   npm run bench:pack -- --trial          compresses in a hurry, and may be larger than that
 *
 * Node's and Dawn's binaries are those that this machine runs, compressed once and kept in the cache.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants } from 'node:zlib';
import { browserFolders } from '../../scripts/browser.mjs';
import { build } from '../../scripts/build.mjs';
import { installPackages, installTestTools } from '../../scripts/install.mjs';
import { cache, dist, root, testTools } from '../../scripts/paths.mjs';
import { tool } from '../../scripts/process.mjs';
import { installPeers, peerVersions } from '../install.mjs';

const MOST_BYTES = 40e6;
/** The best takes half a minute, for little. */
const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
const dawn = join(testTools, 'node_modules/webgpu');
const dawnBinary = 'dist/linux-x64/dawn.node';

async function pack() {
  const { values } = parseArgs({
    options: {
      out: { type: 'string', default: join(root, '.gpu') },
      file: { type: 'string', multiple: true, default: [] },
      trial: { type: 'boolean', default: false },
    },
  });
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(
      `The pack takes along the Node that makes it, which must be one for linux x64, not ${process.platform} ${process.arch}.`,
    );
  const out = resolve(values.out);
  await installPackages();
  await installTestTools();
  await installPeers();
  if (!(await build({ ifNeeded: true }))) throw new Error('The library could not be built; its messages stand above.');

  clear(out);
  const tests = await countTests(values.file);
  fs.mkdirSync(out, { recursive: true });
  await addBundles(out);
  await addPrograms(out, values.trial ? '0' : '9');
  addLibrary(out);
  const manifest = { ...stamp(), tests };
  fs.writeFileSync(join(out, 'manifest.json'), `${JSON.stringify(manifest, undefined, 1)}\n`);

  const bytes = sizeOf(out);
  const count = Object.values(tests).reduce((sum, own) => sum + own, 0);
  console.log(
    `${relative(root, out) || out}: ${(bytes / 1e6).toFixed(1)} MB, ${count} tests in ${Object.keys(tests).length} files`,
  );
  if (bytes > MOST_BYTES && !values.trial) throw new Error(`The pack is larger than ${MOST_BYTES / 1e6} MB.`);
}

/** Only what an earlier pack is known by is ever removed. */
function clear(out) {
  if (!fs.existsSync(out)) return;
  if (fs.readdirSync(out).length > 0 && !fs.existsSync(join(out, 'run.sh')))
    throw new Error(`${out} is no pack, and not empty. Name another folder.`);
  fs.rmSync(out, { recursive: true });
}

/** How many tests each file has on the lane `node`: as Vitest itself counts them. */
async function countTests(filters) {
  const list = join(cache, 'pack/tests.json');
  fs.mkdirSync(dirname(list), { recursive: true });
  const args = ['list', '--project', 'node', `--json=${list}`, ...filters];
  const { ok, output } = await tool('vitest/vitest.mjs', args, { capture: true, limitMs: 300_000 });
  if (!ok) throw new Error(`Vitest could not list the tests:\n${output}`);
  const counts = {};
  for (const { file } of JSON.parse(fs.readFileSync(list, 'utf8'))) {
    const path = relative(root, file);
    counts[path] = (counts[path] ?? 0) + 1;
  }
  if (Object.keys(counts).length === 0) throw new Error('No spec file has such a path.');
  return counts;
}

/** Text is compressed, too: many specs are much text. What run.sh looks for comes last. */
async function addBundles(out) {
  const folder = fs.mkdtempSync(join(cache, 'pack/bundles-'));
  try {
    await bundle('benches', folder);
    await bundle('specs', join(folder, 'specs'));
    const names = fs.readdirSync(folder, { recursive: true }).filter(name => fs.statSync(join(folder, name)).isFile());
    const isMain = name => Number(name === 'main.js');
    const files = names
      .toSorted((a, b) => isMain(a) - isMain(b))
      .map(name => [name, fs.readFileSync(join(folder, name), 'utf8')]);
    fs.writeFileSync(
      join(out, 'bundles.json.br'),
      brotliCompressSync(JSON.stringify(Object.fromEntries(files)), quality),
    );
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

async function bundle(mode, outDir) {
  const args = [
    'build',
    '--config',
    'bench/gpu/vite.config.ts',
    '--mode',
    mode,
    '--outDir',
    outDir,
    '--logLevel',
    'error',
  ];
  const { ok } = await tool('vite/bin/vite.js', args);
  if (!ok) throw new Error(`The ${mode} could not be bundled; Vite's messages stand above.`);
}

async function addPrograms(out, effort) {
  for (const name of ['run.sh', 'unpack.mjs']) fs.copyFileSync(join(root, 'bench/gpu', name), join(out, name));
  fs.chmodSync(join(out, 'run.sh'), 0o755);
  fs.copyFileSync(join(root, 'bench/native/torch_ops.py'), join(out, 'torch_ops.py'));
  fs.writeFileSync(join(out, 'package.json'), '{ "private": true, "type": "module" }\n');
  await compressed(process.execPath, join(out, 'node.xz'), effort);
  const target = join(out, 'node_modules/webgpu');
  fs.mkdirSync(dirname(join(target, dawnBinary)), { recursive: true });
  for (const name of ['package.json', 'index.js', 'LICENSE.md']) fs.copyFileSync(join(dawn, name), join(target, name));
  await compressed(join(dawn, dawnBinary), join(target, `${dawnBinary}.xz`), effort);
  // For machines that have a driver and no loader: Chromium's, which is Khronos'.
  const loader = browserFolders()
    .map(folder => join(folder, 'libvulkan.so.1'))
    .find(path => fs.existsSync(path));
  if (loader === undefined) return;
  fs.mkdirSync(join(out, 'lib'));
  fs.copyFileSync(loader, join(out, 'lib/libvulkan.so.1'));
}

/** The library as it is published, but for its source maps. */
function addLibrary(out) {
  const target = join(out, 'node_modules/unitball');
  fs.mkdirSync(target, { recursive: true });
  for (const name of ['package.json', 'LICENSE']) fs.copyFileSync(join(root, name), join(target, name));
  fs.cpSync(dist, join(target, 'dist'), { recursive: true, filter: path => !/\.(?:map|d\.ts)$/.test(path) });
}

/** Writes `from` to `to` by xz, or by Python's lzma; what was compressed once is kept. */
async function compressed(from, to, effort) {
  const hash = createHash('sha256').update(fs.readFileSync(from)).digest('hex');
  const kept = join(cache, 'pack', `${hash}-${effort}.xz`);
  if (!fs.existsSync(kept)) {
    console.log(`Compressing ${from}, once …`);
    const hasXz = spawnSync('xz', ['--version'], { stdio: 'ignore' }).status === 0;
    const python = `import lzma, sys; sys.stdout.buffer.write(lzma.compress(sys.stdin.buffer.read(), preset=${effort}))`;
    const [command, args] = hasXz ? ['xz', [`-${effort}`, '-c']] : ['python3', ['-c', python]];
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const draft = `${kept}.${process.pid}`;
    const ended = once(child, 'close');
    await Promise.all([
      pipeline(fs.createReadStream(from), child.stdin),
      pipeline(child.stdout, fs.createWriteStream(draft)),
    ]);
    const [code] = await ended;
    if (code !== 0) throw new Error(`${command} could not compress ${from}.`);
    fs.renameSync(draft, kept);
  }
  fs.copyFileSync(kept, to);
}

function stamp() {
  const { version } = JSON.parse(fs.readFileSync(join(root, 'package.json'), 'utf8'));
  const { version: dawnVersion } = JSON.parse(fs.readFileSync(join(dawn, 'package.json'), 'utf8'));
  const { status, stdout } = spawnSync('git', ['describe', '--always', '--dirty'], { cwd: root, encoding: 'utf8' });
  return {
    unitball: version,
    commit: status === 0 ? stdout.trim() : undefined,
    date: new Date().toISOString(),
    versions: { unitball: version, webgpu: dawnVersion, ...peerVersions() },
  };
}

function sizeOf(path) {
  if (fs.statSync(path).isFile()) return fs.statSync(path).size;
  return fs.readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

try {
  await pack();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
