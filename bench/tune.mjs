/** What tunes a table of the library: measures in a page on this machine's adapter, and writes the text that is made of it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../scripts/build.mjs';
import { installPackages } from '../scripts/install.mjs';
import { root } from '../scripts/paths.mjs';
import { installPeers } from './install.mjs';

/**
 * `measure` asks a place for what it measures, which names its `adapter`; `rewrite` makes the table's next text of that, of its
 * text so far and of a stamp that says when and where. The table has a path from the root.
 */
export async function tune(table, measure, rewrite) {
  const file = join(root, table);
  await installPackages();
  await installPeers();
  if (!(await build({ ifNeeded: true }))) throw new Error('The library could not be built; its messages stand above.');
  // What these import was installed only just now.
  const [{ bundle }, { openHost }] = await Promise.all([import('./bundle.mjs'), import('./host-chrome.mjs')]);
  const place = await openHost(await bundle('chrome'));
  try {
    const measured = await measure(place);
    const stamp = `${new Date().toISOString().slice(0, 10)}, ${measured.adapter}`;
    writeFileSync(file, rewrite(readFileSync(file, 'utf8'), measured, stamp));
    console.log(`Written: ${table}`);
  } finally {
    await place.close();
  }
}
