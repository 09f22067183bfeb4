/** Where things lie in the repository, for the scripts; `cache` is the one folder they may keep anything in. */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
export const cache = join(root, 'node_modules/.cache/unitball');
export const dist = join(root, 'dist');
export const runtimes = join(root, 'test/runtimes');
