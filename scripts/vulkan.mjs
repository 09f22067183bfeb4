/**
 * Which Vulkan driver the native runtimes (Dawn in Node, wgpu in Deno) are to use. A real GPU needs nothing from us; where
 * there is none, Chromium's own folder has a software driver (SwiftShader) and the loader, and two variables point there.
 * They must stand in the environment before a runtime starts: both libraries are opened by the dynamic linker.
 *
 * Only Linux needs this: macOS has Metal, Windows has D3D12 with its own software adapter.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { browserFolders } from './browser.mjs';
import { hasGpuNode } from './gpu-node.mjs';
import { root } from './paths.mjs';

const driverFile = 'vk_swiftshader_icd.json';

/** Asks Dawn, in a process of its own, whether it sees hardware as things are. */
function dawnSeesHardware() {
  const { status } = spawnSync(process.execPath, [join(root, 'scripts/probe-dawn.mjs')], {
    stdio: 'ignore',
    timeout: 30_000,
  });
  return status === 0;
}

/** The variables to add to the environment of a native runtime; none where the machine's own driver is to be used. */
export function vulkanEnvironment() {
  if (process.platform !== 'linux') return {};
  if (process.env.VK_ICD_FILENAMES || process.env.VK_DRIVER_FILES) return {};
  if (hasGpuNode() && dawnSeesHardware()) return {};
  const folder = browserFolders().find(path => existsSync(join(path, driverFile)));
  if (folder === undefined) return {};
  return {
    VK_ICD_FILENAMES: join(folder, driverFile),
    LD_LIBRARY_PATH: [folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
  };
}
