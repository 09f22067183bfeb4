/**
 * Before the package tests: builds, packs what would be published, and installs the tarball into an empty project, as a user
 * would, without network and without the optional `webgpu`. Everything lies in a temporary folder that goes afterwards.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { build } from '../../../scripts/build.mjs';
import { root } from '../../../scripts/paths.mjs';
import { npm } from '../../../scripts/process.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** The packed library and a project that installed it. */
    packed: { readonly tarball: string; readonly project: string };
  }
}

export async function setup(project: TestProject): Promise<() => void> {
  if (!(await build({ ifNeeded: true }))) throw new Error('The build failed, so there is nothing to pack.');
  const folder = mkdtempSync(join(tmpdir(), 'unitball-package-'));
  await successful(npm(['pack', '--pack-destination', folder, '--loglevel', 'error'], { cwd: root, capture: true }));
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const tarball = join(folder, `unitball-${version}.tgz`);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'a-user', private: true, type: 'module' }));
  const flags = ['--offline', '--no-audit', '--no-fund', '--loglevel', 'error'];
  await successful(npm(['install', ...flags, tarball], { cwd: folder, capture: true }));
  project.provide('packed', { tarball, project: folder });
  return () => rmSync(folder, { recursive: true, force: true });
}

async function successful(running: Promise<{ ok: boolean; output: string }>): Promise<void> {
  const { ok, output } = await running;
  if (!ok) throw new Error(output);
}
