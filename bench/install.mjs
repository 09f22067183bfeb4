/** Installs the peers, when they are missing or their lock file changed. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../scripts/paths.mjs';
import { npm } from '../scripts/process.mjs';

const folder = join(root, 'bench');
const stampFile = join(folder, 'node_modules/.unitball-installed');

const wanted = () =>
  createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');

/** Whether what the lock file names is there. */
export const peersInstalled = () => existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted();

export async function installPeers() {
  if (peersInstalled()) return;
  console.log('Installing the peers (npm ci) …');
  const { ok } = await npm(['ci', '--no-fund', '--no-audit', '--ignore-scripts'], { cwd: folder });
  if (!ok)
    throw new Error('npm ci of bench/ failed. Its output above says why; it needs a package registry to talk to.');
  writeFileSync(stampFile, wanted());
}

export function peerVersions() {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).devDependencies;
}
