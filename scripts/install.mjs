/** placeholder */
import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { root, runtimes } from './paths.mjs';

export function linkDawn() {
  const from = join(runtimes, 'node_modules/webgpu');
  const to = join(root, 'node_modules/webgpu');
  if (existsSync(from) && !existsSync(to)) symlinkSync(from, to, 'junction');
}
