/** Where things lie in the repository, for the scripts. Node's builtins only: `npm start` needs it before any install. */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
export const modules = join(root, 'node_modules');
export const testTools = join(root, 'test/tools');
export const dist = join(root, 'dist');
/** The one folder that scripts may keep things in from run to run. Ignored by git, and safe to delete. */
export const cache = join(root, '.cache');
