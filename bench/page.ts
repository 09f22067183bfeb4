/** The page's side: run.mjs drives it through this one name. */
import * as entry from './entry.ts';

Object.assign(globalThis, { bench: entry });
